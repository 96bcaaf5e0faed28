"""Plans in the words of other projects: read from their files and written to them.

One module per format; `reading` tells them apart, `writing` says what a format cannot say.
"""

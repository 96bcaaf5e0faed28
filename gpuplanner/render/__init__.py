"""Charts drawn with Qt, for the window and for paper."""

"""Tables as people publish them, read into rows: every guess is said, nothing is repaired in silence."""

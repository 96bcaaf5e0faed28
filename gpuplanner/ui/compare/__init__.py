"""The window that compares plans."""

"""The plan's side of the window: its form, the answer, its parts, the changes."""

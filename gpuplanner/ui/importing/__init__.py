"""The dialog that previews a table that comes in."""

"""The document: its steps, its file, what is remembered between starts."""

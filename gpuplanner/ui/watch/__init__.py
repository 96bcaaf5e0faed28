"""Watching the user's own training process."""

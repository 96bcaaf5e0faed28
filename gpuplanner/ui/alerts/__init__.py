"""Alerts of the local GPUs."""

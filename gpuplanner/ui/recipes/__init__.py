"""Recipes and error messages of other programs."""

"""Small controls that any page uses."""

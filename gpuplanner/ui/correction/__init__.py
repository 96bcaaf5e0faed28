"""The dialog that lays a correction over the estimates."""

"""The check for a newer version, which runs when the user asks for it and at no other time."""

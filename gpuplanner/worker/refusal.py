"""What a user asked for cannot be done here, in words that they can act on."""

from __future__ import annotations


class Refused(ValueError):
    """Its text goes to the user as it is: what cannot be done, and what to do instead."""

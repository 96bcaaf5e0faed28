"""Texts in a CSV file that a spreadsheet would run as a formula: made harmless, and read back again."""

from __future__ import annotations

_STARTS = ("=", "+", "-", "@", "\t", "\r")


def harmless(text: str) -> str:
    """The text with an apostrophe before it where a spreadsheet would take it for a formula.

    A text that already begins with apostrophes before such a sign gets one more, so that `as_it_was` can
    tell them apart.  Numbers are not texts: they are written as they are.

    >>> harmless("=1+1"), harmless("'=1"), harmless("plain")
    ("'=1+1", "''=1", 'plain')
    """
    return "'" + text if text.lstrip("'").startswith(_STARTS) else text


def as_it_was(text: str) -> str:
    """What was given to `harmless`.

    >>> as_it_was("'=1+1"), as_it_was("'tis")
    ('=1+1', "'tis")
    """
    return text[1:] if text.startswith("'") and text.lstrip("'").startswith(_STARTS) else text

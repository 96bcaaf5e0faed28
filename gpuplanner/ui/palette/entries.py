"""What the palette offers, and which of it a typed text finds, the best first."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

_LEAST_LETTERS = 2
"""From so many on, letters that are merely in order count too: "svas" finds "Save as"."""


@dataclass(frozen=True)
class Entry:
    """One thing to do."""

    title: str
    run: Callable[[], object]
    path: tuple[str, ...] = ()
    """Where it stands: ("View", "Theme")."""
    keys: str = ""
    is_enabled: bool = True
    is_checked: bool = False

    @property
    def place(self) -> str:
        """The path in one line, "View › Theme"."""
        return " › ".join(self.path)

    @property
    def spoken(self) -> str:
        """What a screen reader says."""
        return ", ".join(part for part in (self.title, self.place, self.keys) if part)


def found(entries: Iterable[Entry], typed: str) -> list[Entry]:
    """The entries that have every typed word in title or path.

    Those whose title begins with the text come first, then those with a word of the title that does, then
    the rest; last, entries whose title has the letters in their order.  Within a rank the order stays.
    """
    text = " ".join(typed.casefold().split())
    ranked = [(rank, entry) for entry in entries if (rank := _rank(entry, text)) is not None]
    return [entry for _, entry in sorted(ranked, key=lambda pair: pair[0])]


def _rank(entry: Entry, text: str) -> int | None:
    title = entry.title.casefold()
    if title.startswith(text):
        return 0
    if re.search(rf"\b{re.escape(text)}", title):
        return 1
    if text in title:
        return 2
    whole = f"{entry.place.casefold()} {title}"
    if all(word in whole for word in text.split()):
        return 3
    return 4 if len(text) >= _LEAST_LETTERS and _are_in_order(text.replace(" ", ""), title) else None


def _are_in_order(letters: Sequence[str], text: str) -> bool:
    rest = iter(text)
    return all(letter in rest for letter in letters)

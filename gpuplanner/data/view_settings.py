"""How the table of a document is looked at, as the texts that the document keeps among its settings."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass

_FROZEN, _COLUMNS, _PIVOT = "table_frozen_column", "table_columns", "pivot_values"
_OURS = (_FROZEN, _COLUMNS, _PIVOT)

Settings = tuple[tuple[str, str], ...]
"""(name, value)"""


@dataclass(frozen=True)
class KeptView:
    """What is not as it is at first; columns by their keys, ``pivot_values`` a word of the window."""

    frozen_column: str = ""
    """The last column that stays in sight."""
    columns: tuple[tuple[str, bool], ...] = ()
    """Columns that the user wants to see, or not."""
    pivot_values: str = ""


def kept_view(settings: Iterable[tuple[str, str]]) -> KeptView:
    """The view that a document keeps; what cannot be read stands at its default."""
    texts = {name: value for name, value in settings if name in _OURS}
    return KeptView(texts.get(_FROZEN, ""), _columns(texts.get(_COLUMNS, "")), texts.get(_PIVOT, ""))


def with_kept_view(settings: Iterable[tuple[str, str]], view: KeptView) -> Settings:
    """The settings with this view in them, behind what else the document keeps."""
    # In ASCII: half a character, as a damaged document may have it, could not be saved again.
    columns = json.dumps(dict(view.columns)) if view.columns else ""
    texts = {_FROZEN: view.frozen_column, _COLUMNS: columns, _PIVOT: view.pivot_values}
    ours = ((name, text) for name, text in texts.items() if text)
    return (*(pair for pair in settings if pair[0] not in _OURS), *ours)


def _columns(text: str) -> tuple[tuple[str, bool], ...]:
    try:
        found = json.loads(text or "{}")
    except (ValueError, RecursionError):
        return ()
    if not isinstance(found, dict):
        return ()
    return tuple((key, on) for key, on in found.items() if isinstance(on, bool))

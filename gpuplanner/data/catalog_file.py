"""A catalogue file: TOML tables, one per entry, of which only those that are asked for are parsed.

Parsing all entries takes as long as the rest of a start, and a start needs two of them.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping

# An entry begins with a quoted name in brackets of its own; its sub-tables have a dot after the quote.
_HEADER = re.compile(r'^\["([^"\n]+)"\]$', re.MULTILINE)


class CatalogFile:
    """Entries by name, in the order of the file."""

    def __init__(self, text: str) -> None:
        self._text = text
        headers = list(_HEADER.finditer(text))
        ends = [header.start() for header in headers[1:]] + [len(text)]
        self._spans = {header[1]: (header.start(), end) for header, end in zip(headers, ends, strict=True)}
        self.names: tuple[str, ...] = tuple(self._spans)

    def entry(self, name: str) -> Mapping[str, object]:
        """The entry's table.  Raises KeyError for an unknown name."""
        start, end = self._spans[name]
        table: Mapping[str, object] = tomllib.loads(self._text[start:end])[name]
        return table

    def lines(self, *keys: str) -> dict[str, dict[str, tuple[str, ...]]]:
        """Per entry and key the quoted texts on the key's line, read without parsing the entries."""
        found: dict[str, dict[str, tuple[str, ...]]] = {name: {} for name in self.names}
        pattern = re.compile(rf'^\["([^"\n]+)"\]$|^({"|".join(keys)}) = (.+)$', re.MULTILINE)
        current: dict[str, tuple[str, ...]] = {}
        for header, key, value in pattern.findall(self._text):
            if header:
                current = found[header]
            else:
                current[key] = tuple(re.findall(r'"([^"]*)"', value))
        return found

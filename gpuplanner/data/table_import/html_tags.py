"""The tags of an HTML page one after the other, in one pass: `html.parser` takes hours over a hostile page.

Text is given between the tags, its entities written out; comments, declarations, scripts and styles are left
out.  What is never closed ends the page, as in a browser.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from gpuplanner.core.errors import InputError
from gpuplanner.data.table_import.grid import unescaped

Token = tuple[str, str, dict[str, str]]
"""(text, "", {}), or ("", tag, attributes): "td" opens, "/td" closes."""

_MOST_TAGS = 4_000_000
_NAME = re.compile(r"/?[a-zA-Z][^\s/>]*")
_ATTRIBUTE = re.compile(r"([^\s/>=]+)(?:\s*=\s*(\"[^\"]*\"|'[^']*'|[^\s>\"'][^\s>]*)?)?")
_SPACE = re.compile(r"[\s/]*")
_RAW = {name: re.compile(rf"</{name}\b", re.IGNORECASE) for name in ("script", "style", "textarea", "title")}


def tags(page: str, where: str) -> Iterator[Token]:
    """Every text and tag.

    Raises:
        InputError: more tags than any table has.
    """
    at = n_tags = 0
    while at < len(page):
        start = page.find("<", at)
        if start < 0:
            yield unescaped(page[at:]), "", {}
            return
        if start > at:
            yield unescaped(page[at:start]), "", {}
        n_tags += 1
        if n_tags > _MOST_TAGS:
            raise InputError.of("more tags than a table has", where, "copy the table itself")
        if page.startswith("<!--", start):
            at = _after(page, "-->", start + 4)
        elif page.startswith(("<!", "<?"), start):
            at = _after(page, ">", start + 2)
        else:
            name = _NAME.match(page, start + 1)
            if name is None:  # a sign for "less than"
                yield "<", "", {}
                at = start + 1
                continue
            tag = name[0].lower()
            attributes, at = _attributes(page, name.end())
            if at > len(page):
                return
            yield "", tag, attributes
            if tag in _RAW:
                end = _RAW[tag].search(page, at)
                at = len(page) if end is None else end.start()


def _after(page: str, sign: str, at: int) -> int:
    end = page.find(sign, at)
    return len(page) if end < 0 else end + len(sign)


def _attributes(page: str, at: int) -> tuple[dict[str, str], int]:
    """(Attributes, the place behind the tag); a place behind the page for a tag that is never closed."""
    found: dict[str, str] = {}
    while True:
        space = _SPACE.match(page, at)
        assert space is not None, "the pattern also matches nothing"
        at = space.end()
        if at >= len(page):
            return found, len(page) + 1
        if page[at] == ">":
            return found, at + 1
        attribute = _ATTRIBUTE.match(page, at)
        if attribute is None:  # an equals sign without a name
            at += 1
            continue
        value = attribute[2] or ""
        if value[:1] in ("'", '"'):
            value = value[1:-1]
        found.setdefault(attribute[1].lower(), unescaped(value))
        at = attribute.end()

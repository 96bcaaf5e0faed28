"""Keeps the text of a PDF searchable where several characters share a glyph.

Inter's space is its tab as well, and Qt's writer takes the tab.  Noto Sans CJK draws a radical
(U+2E80…2FDF) and the ordinary character of the same look with one glyph, and again the first of both is
taken: 长 would be copied as U+2ED3.  The characters that the report really uses decide instead.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

import pikepdf
from PySide6.QtGui import QFont, QRawFont

from gpuplanner.render.paper_text import paper_font
from gpuplanner.render.tokens import REGULAR

_RADICALS = range(0x2E80, 0x2FE0)
_RANGE = re.compile(rb"(<[0-9A-Fa-f]{4}>\s*<[0-9A-Fa-f]{4}>\s*)(\[[^\]]*\]|<[0-9A-Fa-f]{4}>)")
"""First and last glyph, and the characters: only these are mended."""
_CODE = re.compile(rb"<(0009|2[EF][0-9A-Fa-f]{2})>")
_TAB, _SPACE = 0x09, 0x20
_CHINESE = "Noto Sans CJK SC"


def meant_characters(text: str) -> dict[int, int]:
    """What Qt takes a glyph for → the character of the text that is drawn with it."""
    font = QFont(paper_font(12, REGULAR))  # a copy: the fonts of the page are shared
    font.setFamilies([_CHINESE])
    raw = QRawFont.fromFont(font)
    used = [char for char in dict.fromkeys(text) if "一" <= char <= "鿿"]
    if not used or raw.familyName() != _CHINESE:
        return {_TAB: _SPACE}
    by_glyph = {glyph: ord(char) for char in used for glyph in raw.glyphIndexesForString(char)[:1]}
    found = {_TAB: _SPACE}
    for radical in _RADICALS:
        glyph = next(iter(raw.glyphIndexesForString(chr(radical))), 0)
        if glyph and glyph in by_glyph:
            found[radical] = by_glyph[glyph]
    return found


def mend_text(pdf: pikepdf.Pdf, meant: Mapping[int, int]) -> None:
    """Say in the tables of the fonts which character each glyph stands for."""

    def mended(match: re.Match[bytes]) -> bytes:
        code = int(match[1], 16)
        return b"<%04X>" % meant.get(code, code)

    for found in pdf.objects:
        table = found.get("/ToUnicode") if isinstance(found, pikepdf.Dictionary) else None
        if table is not None:
            table.write(_RANGE.sub(lambda m: m[1] + _CODE.sub(mended, m[2]), table.read_bytes()))

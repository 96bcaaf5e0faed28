"""Bytes of a text file as text: UTF-8, UTF-16 and the encodings of Chinese tables, said which."""

from __future__ import annotations

import codecs

from gpuplanner.core.errors import InputError

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_MOST_ZEROS = 0.2
"""Share of zero bytes from which a text without a mark is taken for UTF-16."""


def decode(content: bytes, where: str) -> tuple[str, str]:
    """(Text, encoding).

    A byte order mark decides; else UTF-8 if the bytes are valid; else UTF-16 if many of them are zero;
    else GB 18030, which GBK and GB 2312 are parts of.

    Raises:
        InputError: no text in any of them.
    """
    for mark, name in _MARKS:
        if content.startswith(mark):
            return _decoded(content, name, where), name.removesuffix("-sig")
    sample = content[:4096]
    if sample and sample.count(0) > _MOST_ZEROS * len(sample):
        even, odd = sample[::2].count(0), sample[1::2].count(0)
        name = "utf-16-be" if even > odd else "utf-16-le"
        return _decoded(content, name, where), name
    try:
        return content.decode("utf-8"), "utf-8"
    except UnicodeDecodeError as error:
        bad = error
    try:
        return content.decode("gb18030"), "gb18030"
    except UnicodeDecodeError:
        line = content.count(b"\n", 0, bad.start) + 1
        hint = "save it as UTF-8"
        raise InputError.of(
            "the text is in no encoding that can be read", f"{where}, line {line}", hint
        ) from bad


def _decoded(content: bytes, name: str, where: str) -> str:
    try:
        return content.decode(name)
    except UnicodeDecodeError as error:
        raise InputError.of(f"the text is not {name.upper()}", where, "save it as UTF-8") from error

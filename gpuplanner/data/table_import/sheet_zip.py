"""The XML files inside a spreadsheet, read in pieces; what is too large, damaged or hostile is refused."""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Callable
from types import TracebackType
from xml.parsers import expat

from gpuplanner.core.errors import InputError

MOST_BYTES = 150 * 10**6
"""Of all parts together; a table of 100,000 rows and 20 columns is half of it."""
_MOST_ELEMENTS = 5_000_000
"""Two for each cell, and some."""
_PIECE = 2**16

Attributes = dict[str, str]


class SheetZip:
    """An open spreadsheet; a ``with`` block turns damage into an `InputError`."""

    def __init__(self, content: bytes, where: str) -> None:
        self._content, self._where = content, where
        self._bytes = self._elements = 0

    def __enter__(self) -> SheetZip:
        """Open it."""
        try:
            self._archive = zipfile.ZipFile(io.BytesIO(self._content))
        except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError) as error:
            raise self._damaged() from error
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close it; damage becomes what is said about it."""
        self._archive.close()
        # RuntimeError: a part with a password.  The others are what damage looks like to the libraries.
        damage = (zipfile.BadZipFile, zlib.error, expat.ExpatError, EOFError, RuntimeError, OSError)
        if isinstance(error, (*damage, ValueError, LookupError, NotImplementedError)):
            raise self._damaged() from error

    def has(self, name: str) -> bool:
        """Whether there is such a part."""
        return name in self._archive.NameToInfo

    def parse(
        self,
        name: str,
        start: Callable[[str, Attributes], None],
        end: Callable[[str], None] = lambda _name: None,
        text: Callable[[str], None] | None = None,
    ) -> None:
        """Read a part; elements and attributes are named without their name spaces.

        Raises:
            InputError: larger than any table, or with a document type, whose entities could be a bomb.
        """
        parser = expat.ParserCreate()
        parser.buffer_text = True
        names = _Names()

        def started(name: str, attributes: Attributes) -> None:
            self._elements += 1
            if self._elements > _MOST_ELEMENTS:
                raise InputError.of("more cells than a table has", self._where, "save the table alone as CSV")
            start(names[name], {names[key]: value for key, value in attributes.items()})

        parser.StartElementHandler = started
        parser.EndElementHandler = lambda name: end(names[name])
        parser.StartDoctypeDeclHandler = self._refuse
        if text is not None:
            parser.CharacterDataHandler = text
        with self._archive.open(name) as part:
            while piece := part.read(_PIECE):
                self._bytes += len(piece)
                if self._bytes > MOST_BYTES:
                    what = f"unpacks to more than {MOST_BYTES / 1e6:,.0f} MB"
                    raise InputError.of(what, self._where, "save the table alone as CSV")
                parser.Parse(piece, False)
        parser.Parse(b"", True)

    def _refuse(self, *_declared: object) -> None:
        raise self._damaged()

    def _damaged(self) -> InputError:
        return InputError.of("the spreadsheet is damaged", self._where, "save it again, or as CSV")


class _Names(dict[str, str]):
    """Names without their prefixes."""

    def __missing__(self, name: str) -> str:
        found = self[name] = name[name.rfind(":") + 1 :]
        return found

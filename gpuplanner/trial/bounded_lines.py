"""Lines of a stream that may hold anything: never more than a limit of them in memory."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from typing import BinaryIO

_CHUNK_BYTES = 2**16


def bounded_lines(stream: BinaryIO, limit_bytes: int) -> Iterator[bytes | None]:
    """The lines without their ends; None in place of one that is too long.  A last line may lack its end."""
    held: list[bytes] = []
    n_held = 0
    while chunk := _read(stream):
        *whole, rest = chunk.split(b"\n")
        for part in whole:
            yield _joined(held, n_held, part, limit_bytes)
            held, n_held = [], 0
        n_held += len(rest)
        if n_held <= limit_bytes:
            held.append(rest)
        else:
            held.clear()
    if n_held:
        yield _joined(held, n_held, b"", limit_bytes)


class Tail:
    """The last lines of a stream that people may want to see."""

    def __init__(self, n_lines: int = 40, line_bytes: int = 2000) -> None:
        self._lines: deque[tuple[int, str]] = deque(maxlen=n_lines)
        self._count = 0
        self._line_bytes = line_bytes

    def read(self, stream: BinaryIO, also: Callable[[str], None] = lambda line: None) -> None:
        """Read until the stream ends; ``also`` hears every line."""
        # A progress bar writes one endless line: what is too long is dropped, as a terminal overwrites it.
        for line in bounded_lines(stream, 2**20):
            if line is not None:
                shown = line.rsplit(b"\r", 1)[-1] or line
                self._count += 1
                text = shown[: self._line_bytes].decode("utf-8", "replace").rstrip()
                self._lines.append((self._count, text))
                also(text)

    @property
    def lines(self) -> tuple[str, ...]:
        """Oldest first."""
        return tuple(text for _, text in self._lines.copy())

    def after(self, number: int) -> tuple[tuple[int, str], ...]:
        """The lines behind line ``number`` (counted from 1) that are still kept, each with its number."""
        return tuple(line for line in self._lines.copy() if line[0] > number)


def _read(stream: BinaryIO) -> bytes:
    try:
        return stream.read(_CHUNK_BYTES)
    except (OSError, ValueError):  # closed under us
        return b""


def _joined(held: list[bytes], n_held: int, part: bytes, limit_bytes: int) -> bytes | None:
    return None if n_held + len(part) > limit_bytes else b"".join((*held, part)).removesuffix(b"\r")

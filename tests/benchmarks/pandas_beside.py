"""pandas doing to the bare frame what the table does to its rows; seconds of its processor time."""

from __future__ import annotations

import io
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas


class Beside:
    """The frame of a CSV file; what changes it is done to it for good."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._frame = pandas.read_csv(path)

    def open(self) -> tuple[float, float]:
        """Of the CSV file, and of a pickle, the nearest that pandas has to a document of its own."""
        pickle = self._path.with_suffix(".pickle")
        self._frame.to_pickle(pickle)
        return _seconds(lambda: pandas.read_csv(self._path)), _seconds(lambda: pandas.read_pickle(pickle))

    def sort(self, column: str) -> float:
        """By a column, equal ones as in the file."""
        return _seconds(lambda: self._frame.sort_values(column, kind="stable"))

    def index_order(self) -> float:
        """Back to the order of the file."""
        mixed = self._frame.sort_values("seq_len")
        return _seconds(mixed.sort_index)

    def filter(self, *words: str) -> float:
        """Rows with every word anywhere."""

        def filtered() -> object:
            texts = self._frame.astype(str).agg(" ".join, axis=1).str.lower()
            wanted = [texts.str.contains(word, regex=False) for word in words]
            return self._frame[pandas.concat(wanted, axis=1).all(axis=1)]

        return _seconds(filtered)

    def choose(self, column: str, value: str) -> float:
        """Rows with a value in a column."""
        return _seconds(lambda: self._frame[self._frame[column] == value])

    def find(self, text: str) -> float:
        """Which cells hold a text."""
        return _seconds(
            lambda: self._frame.astype(str).apply(lambda cells: cells.str.contains(text, regex=False))
        )

    def paste(self, text: str, at: int, lines: int) -> tuple[float, float, float]:
        """A block from the clipboard's text into the frame, the old one back, the new one again."""
        part, frame = slice(at, at + lines), self._frame
        old = frame.iloc[part].copy()
        new: Any = old

        def paste() -> None:
            nonlocal new
            new = pandas.read_csv(io.StringIO(text), sep="\t", header=None, names=list(frame.columns))
            new.index = old.index
            frame.iloc[part] = new

        def write(block: Any) -> None:
            frame.iloc[part] = block

        return _seconds(paste), _seconds(lambda: write(old)), _seconds(lambda: write(new))

    def delete(self, first: int, last: int) -> tuple[float, float]:
        """Rows out of the frame, and the old ones back."""
        old, kept = self._frame.iloc[first:last].copy(), self._frame

        def delete() -> None:
            nonlocal kept
            kept = self._frame.drop(self._frame.index[first:last])

        return _seconds(delete), _seconds(lambda: pandas.concat([kept.iloc[:first], old, kept.iloc[first:]]))


def _seconds(call: Callable[[], object]) -> float:
    begin = time.process_time()
    call()
    return time.process_time() - begin

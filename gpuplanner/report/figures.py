"""Cells of a report from figures: how many decimals, which unit, and the exact value beside the text."""

from __future__ import annotations

from gpuplanner.core.estimate import Fits
from gpuplanner.core.units import NONE, gib, seconds, signed
from gpuplanner.report.blocks import MOST_SHOWN, TONE_OF, Cell, Tone
from gpuplanner.report.words import Words


def text_cell(text: str, tone: Tone = Tone.PLAIN, value: str | None = None, link: str = "") -> Cell:
    """A text; ``value`` where the CSV is to hold another one."""
    return Cell(text or NONE, text if value is None else value, tone, link=link)


def gib_cell(n_bytes: float | None, decimals: int = 1, tone: Tone = Tone.PLAIN) -> Cell:
    """Bytes, printed as GiB."""
    return EMPTY if n_bytes is None else Cell(gib(n_bytes, decimals), n_bytes, tone)


def gib_range_cell(low: float, high: float) -> Cell:
    """A range in GiB; its ends stand in the CSV in columns of their own."""
    return Cell(f"{gib(low)}–{gib(high)}")


def seconds_cell(value: float | None, tone: Tone = Tone.PLAIN) -> Cell:
    """Seconds with three significant digits."""
    return EMPTY if value is None else Cell(seconds(value), value, tone)


def count_cell(value: int | None) -> Cell:
    """A whole number with thousands separators."""
    return EMPTY if value is None else Cell(f"{value:,}", value)


def number_cell(value: float | None, decimals: int, tone: Tone = Tone.PLAIN, mark: str = "") -> Cell:
    """A number with fixed decimals."""
    return EMPTY if value is None else Cell(signed(value, decimals, plus=False), value, tone, mark)


def percent_cell(share: float | None, decimals: int = 0, *, plus: bool = False) -> Cell:
    """A share, printed in per cent; the CSV keeps the fraction."""
    return EMPTY if share is None else Cell(f"{signed(100 * share, decimals, plus=plus)} %", share)


def verdict_cell(fits: Fits, words: Words) -> Cell:
    """The verdict as a word in its colour; the CSV keeps yes, tight, no."""
    return Cell(words(f"fits_{fits.value}"), fits.value, TONE_OF[fits], fits=fits)


def cut_note(words: Words, n_rows: int) -> tuple[str, ...]:
    """What is said below a table that is too long for paper."""
    return (words("note_cut", n=f"{MOST_SHOWN:,}", rows=f"{n_rows:,}"),) if n_rows > MOST_SHOWN else ()


EMPTY = Cell(NONE)
"""Nothing is known: an en dash on paper, an empty cell in the CSV."""

"""What a report is made of, as plain data: PDF, preview, CSV, Markdown and HTML are made from the same.

A figure stands in its cell twice: as it is printed (``text``) and as it was computed (``value``, in bytes,
seconds or whatever the column's ``csv`` name says).  Paper shows the one, the CSV keeps the other.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from gpuplanner.core.benchmark import Origin
from gpuplanner.core.estimate import Fits
from gpuplanner.report.charts import MemoryChart
from gpuplanner.report.parts import PartFigure
from gpuplanner.report.trial_charts import StepChart

Scalar = str | int | float | None


class Tone(StrEnum):
    """How a text is meant; who draws it chooses the colour."""

    PLAIN = "plain"
    STRONG = "strong"
    PALE = "pale"
    PREDICTED = "predicted"
    MINE = "mine"
    YES = "yes"
    TIGHT = "tight"
    NO = "no"


class Mark(StrEnum):
    """Where a figure comes from, as the margin says it."""

    PUBLISHED = "published"
    TRIAL = "trial"
    DRY_RUN = "dry-run"
    ENTERED = "entered"
    ESTIMATED = "estimated"
    UNVERIFIED = "unverified"


MARK_SIGNS = {
    Mark.PUBLISHED: "●",
    Mark.TRIAL: "◆",
    Mark.DRY_RUN: "□",
    Mark.ENTERED: "▲",
    Mark.ESTIMATED: "≈",
    Mark.UNVERIFIED: "?",
}
MOST_SHOWN = 1_000
"""Rows of a table on paper; the CSV has all of them."""

TONE_OF = {Fits.YES: Tone.YES, Fits.TIGHT: Tone.TIGHT, Fits.NO: Tone.NO}


@dataclass(frozen=True)
class Heading:
    """A title within a section; ``level`` 1 is the report's own, 2 a section's, 3 below."""

    text: str
    level: int = 3


@dataclass(frozen=True)
class Paragraph:
    """Running text."""

    text: str
    tone: Tone = Tone.PLAIN


@dataclass(frozen=True)
class Bullets:
    """Short sentences under a head."""

    head: str
    items: tuple[str, ...]


@dataclass(frozen=True)
class VerdictBlock:
    """The verdict of one plan in words and figures."""

    fits: Fits
    word: str
    reason: str
    figure: str
    unit: str
    range: str


@dataclass(frozen=True)
class PartsBlock:
    """The peak by parts against the card."""

    parts: tuple[PartFigure, ...]
    names: tuple[str, ...]
    budget_bytes: float
    low_bytes: float
    high_bytes: float
    share: str
    card: str
    fits: Fits


@dataclass(frozen=True)
class ChartBlock:
    """Memory over length, with its key and the sentences beside it."""

    title: str
    unit: str
    unit_bytes: float
    sky: str
    chart: MemoryChart
    key: tuple[tuple[Origin | None, str], ...]
    """(origin or None for the prediction, its word)."""
    beside: Bullets


@dataclass(frozen=True)
class StepBlock:
    """One step of a trial: what it measured over the predicted phases; texts with a place ``{n}``."""

    title: str
    unit: str
    unit_bytes: float
    chart: StepChart
    names: tuple[tuple[str, str], ...]
    """Of parts."""
    predicted: str
    measured: str
    at_the_peak: str
    """With a place ``{phase}``."""


@dataclass(frozen=True)
class Column:
    """One column: ``csv`` is its head in the CSV with the unit in the name; ``width`` a share on paper.

    ``on_paper`` False: only in the CSV.  ``group``: on paper no column, but a line above its rows.
    """

    csv: str
    title: str
    unit: str = ""
    numeric: bool = False
    width: float = 1.0
    on_paper: bool = True
    group: bool = False


@dataclass(frozen=True)
class Cell:
    """A figure or a text; ``mark`` is what stands raised behind it and is explained below the table;
    ``fits`` draws the icon of a verdict before it."""

    text: str
    value: Scalar = None
    tone: Tone = Tone.PLAIN
    mark: str = ""
    link: str = ""
    fits: Fits | None = None


@dataclass(frozen=True)
class Table:
    """Rows under heads; ``notes`` stand below.  ``key`` names its CSV file.

    ``marks`` say for each row where its figures come from; a single one is that of the whole table.
    """

    key: str
    title: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    notes: tuple[str, ...] = ()
    on_paper: bool = True
    marks: tuple[Mark, ...] = ()

    @property
    def shown_rows(self) -> tuple[tuple[Cell, ...], ...]:
        """Those that are shown where people read; `figures.cut_note` says so of the others."""
        return self.rows[:MOST_SHOWN]


@dataclass(frozen=True)
class Signatures:
    """Lines to sign on."""

    labels: tuple[str, ...]


Block = (
    Heading | Paragraph | Bullets | VerdictBlock | PartsBlock | ChartBlock | StepBlock | Table | Signatures
)


@dataclass(frozen=True)
class Section:
    """A chosen part of the report; it begins a page of its own where ``new_page`` says so."""

    key: str
    title: str
    blocks: tuple[Block, ...]
    new_page: bool = True


@dataclass(frozen=True)
class Report:
    """A whole report."""

    title: str
    head: str
    """At the top of each page."""
    date: str
    foot: str
    """At the bottom: the document, its hash, versions."""
    margin_key: str
    """What the marks in the margin mean."""
    page_words: str
    """"{page} of {pages}"."""
    language: str
    paper: str
    sections: tuple[Section, ...]
    metadata: tuple[tuple[str, str], ...]

    @property
    def tables(self) -> tuple[Table, ...]:
        """Every table, in order."""
        return tuple(
            block for section in self.sections for block in section.blocks if isinstance(block, Table)
        )

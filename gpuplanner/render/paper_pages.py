"""Breaks a report into pages: the PDF writes them, the window shows them."""

from __future__ import annotations

from collections.abc import Generator, Iterable
from dataclasses import dataclass, field
from typing import TypeVar

from PySide6.QtGui import QPainter

from gpuplanner.render.painting import text_width
from gpuplanner.render.paper_chart import chart_pieces, step_pieces
from gpuplanner.render.paper_pieces import (
    INK,
    Piece,
    bullets,
    heading,
    one_line,
    paragraph,
    parts,
    rule,
    signatures,
    verdict,
)
from gpuplanner.render.paper_table import table_pieces
from gpuplanner.render.paper_text import Lines, paper_font
from gpuplanner.render.tokens import REGULAR, SEMIBOLD
from gpuplanner.report.blocks import (
    Block,
    Bullets,
    ChartBlock,
    Heading,
    Paragraph,
    PartsBlock,
    Report,
    StepBlock,
    Table,
    VerdictBlock,
)

Result = TypeVar("Result")

SIZES = {"a4": (794, 1123), "letter": (816, 1056)}
"""Width and height of a page in pixels of 96 dpi."""
MARGIN = 56
_HEAD_LINE, _TOP = 60, 78
_FOOT_LINE = 55
"""From the lower edge."""
_BOTTOM = 70
_SIGN, _SIGN_LEFT = 10, 16
"""Type of the marks in the margin, and how far left of the text they stand."""
_MOST_TIGHTENED = 0.6
"""How much of the air on a page is given up for the signatures."""
_JOINED_ROOM = 0.35
"""A section that may share a page begins on it only where this share of the page is still free."""


@dataclass(frozen=True)
class Link:
    """A place on a page that leads somewhere, in pixels from the upper left corner."""

    x: float
    y: float
    width: float
    height: float
    target: str


@dataclass
class Page:
    """Pieces with their places."""

    placed: list[tuple[float, Piece]] = field(default_factory=list)
    links: list[Link] = field(default_factory=list)


@dataclass(frozen=True)
class Pages:
    """A report, laid out; ``marks`` are (title, number of its page from 0)."""

    report: Report
    width: int
    height: int
    pages: tuple[Page, ...]
    marks: tuple[tuple[str, int], ...]

    def paint(self, painter: QPainter, number: int) -> None:
        """Draw a page with its head and foot; the painter's unit is a pixel of 96 dpi."""
        report, right = self.report, self.width - MARGIN
        date_width = text_width(report.date, paper_font(11))
        one_line(painter, report.head, MARGIN, _HEAD_LINE - 10, 11, SEMIBOLD, INK.text2)
        one_line(painter, report.date, right - date_width, _HEAD_LINE - 10, 11, REGULAR, INK.text2)
        key_left = MARGIN + text_width(report.head, paper_font(11, SEMIBOLD)) + 24
        key_room = right - date_width - 24 - key_left
        key = Lines(report.margin_key, paper_font(_SIGN), key_room, 1)
        key.paint(painter, key_left, _HEAD_LINE - 21, key_room, INK.text2, right=True)
        rule(painter, MARGIN, _HEAD_LINE, right - MARGIN, INK.line_strong)
        foot = self.height - _FOOT_LINE
        rule(painter, MARGIN, foot, right - MARGIN, INK.line_strong)
        page = report.page_words.format(page=number + 1, pages=len(self.pages))
        room = right - MARGIN - text_width(page, paper_font(10)) - 24
        line = Lines(report.foot, paper_font(10), room, 1)
        line.paint(painter, MARGIN, foot + 8, room, INK.text2, right=False)
        left = right - text_width(page, paper_font(10))
        Lines(page, paper_font(10), 200, 1).paint(painter, left, foot + 8, 200, INK.text2, right=False)
        for y, piece in self.pages[number].placed:
            painter.save()  # a brush that is left set would fill the next chart's lines
            piece.paint(painter, MARGIN, y)
            painter.restore()
            if piece.sign:
                left, baseline = MARGIN - _SIGN_LEFT, y + piece.sign_baseline
                one_line(painter, piece.sign, left, baseline, _SIGN, REGULAR, INK.text2)


def lay_out(report: Report) -> Pages:
    """Place every block; a QApplication has to be there, for the charts are those of the window."""
    return finished(laying_out(report))


def laying_out(report: Report) -> Generator[None, None, Pages]:
    """`lay_out` piece by piece, for a window that must not stand still meanwhile."""
    width, height = SIZES[report.paper]
    flow = _Flow(height)
    marks = []
    for section in report.sections:
        flow.begin_section(joined=not section.new_page)
        if section.key != "summary":
            flow.add(heading(Heading(section.title, 2), width - 2 * MARGIN))
        marks.append((section.title, len(flow.pages) - 1))
        for block in section.blocks:
            for piece in _pieces(block, width - 2 * MARGIN):
                flow.add([piece])
                yield
        flow.finish()
    return Pages(report, width, height, tuple(flow.pages or [Page()]), tuple(marks))


def finished(steps: Generator[None, None, Result]) -> Result:
    """What a generator returns, all its steps taken at once."""
    while True:
        try:
            next(steps)
        except StopIteration as end:
            result: Result = end.value
            return result


class _Flow:
    """Fills pages from top to bottom."""

    def __init__(self, height: int) -> None:
        self._bottom = height - _BOTTOM
        self._y = float(_TOP)
        self._waiting: list[Piece] = []
        self.pages: list[Page] = []

    def begin_section(self, *, joined: bool) -> None:
        """A new page, unless the section may share this one and there is room."""
        room = (self._bottom - self._y) / (self._bottom - _TOP)
        if not self.pages or not joined or room < _JOINED_ROOM:
            self._new_page()
        else:
            self._y += 24

    def add(self, pieces: list[Piece]) -> None:
        """Place pieces; those that keep with the next go to its page."""
        for piece in pieces:
            self._waiting.append(piece)
            if not piece.keep:
                self._place_waiting()

    def finish(self) -> None:
        """Place what waited for something to follow."""
        self._place_waiting()

    def _place_waiting(self) -> None:
        if not self._waiting:
            return
        needed = sum(piece.height + piece.space_before for piece in self._waiting)
        lacking = self._y + needed - self._bottom
        if lacking > 0 and self._y > _TOP and not (self._stays() and self._tighten(lacking)):
            taken = self._last_block() if self._stays() else []
            self._new_page()
            first = taken[0] if taken else self._waiting[0]
            if first.head is not None:
                self._place(first.head)
            for piece in taken:
                self._place(piece)
        for piece in self._waiting:
            self._place(piece)
        self._waiting = []

    def _stays(self) -> bool:
        return self._waiting[-1].stays

    def _tighten(self, lacking: float) -> bool:
        """Take what is lacking from the air between the pieces of the page, unless it would be too little."""
        placed = self.pages[-1].placed
        air = sum(piece.space_before for _y, piece in placed[1:])
        if air <= 0 or lacking / air > _MOST_TIGHTENED:
            return False
        self._place_again([piece for _y, piece in placed], 1 - lacking / air)
        return True

    def _last_block(self) -> list[Piece]:
        """Take the last block off the page, from its title on; nothing where it is the only one."""
        pieces = [piece for _y, piece in self.pages[-1].placed]
        titles = [i for i, piece in enumerate(pieces) if piece.keep and piece.space_before and i]
        starts = [i for i in titles if not (pieces[i - 1].keep and pieces[i - 1].space_before)]
        if not starts:
            return []
        self._place_again(pieces[: starts[-1]], 1.0)
        return pieces[starts[-1] :]

    def _place_again(self, pieces: list[Piece], air: float) -> None:
        page = self.pages[-1]
        self._y = float(_TOP)
        page.placed.clear()
        page.links.clear()
        for piece in pieces:
            self._place(piece, air)

    def _place(self, piece: Piece, air: float = 1.0) -> None:
        page = self.pages[-1]
        self._y += air * piece.space_before if page.placed else 0
        page.placed.append((self._y, piece))
        page.links += [Link(MARGIN + x, self._y + y, w, h, target) for x, y, w, h, target in piece.links]
        self._y += piece.height

    def _new_page(self) -> None:
        self.pages.append(Page())
        self._y = float(_TOP)


def _pieces(block: Block, width: int) -> Iterable[Piece]:
    if isinstance(block, Heading):
        return heading(block, width)
    if isinstance(block, Paragraph):
        return paragraph(block, width)
    if isinstance(block, Bullets):
        return bullets(block, width)
    if isinstance(block, VerdictBlock):
        return verdict(block, width)
    if isinstance(block, PartsBlock):
        return parts(block, width)
    if isinstance(block, ChartBlock):
        return chart_pieces(block, width)
    if isinstance(block, StepBlock):
        return step_pieces(block, width)
    if isinstance(block, Table):
        return table_pieces(block, width)
    return signatures(block, width)

"""A table on paper: columns as wide as they need, rows uncut, the head again on every page."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor, QPainter

from gpuplanner.render.icon_paint import paint_icon
from gpuplanner.render.painting import text_width
from gpuplanner.render.paper_pieces import INK, VERDICT_ICONS, Piece, rule, tone_color, written
from gpuplanner.render.paper_text import Lines, line_height, paper_font
from gpuplanner.render.tokens import REGULAR, SEMIBOLD
from gpuplanner.report.blocks import MARK_SIGNS, Cell, Column, Table, Tone

_GAP = 11.0
_SIZES = (11.0, 10.0, 9.0, 8.0, 7.0)
_ROW_AIR, _WIDEST, _MOST_LINES = 4.0, 260.0, 12
_LEAST_TEXT, _LEAST_LONG_TEXT = 130.0, 190.0


def table_pieces(table: Table, width: float) -> Iterator[Piece]:
    """Title, head, rows and notes, one after the other; nothing when the table is for the CSV alone."""
    if not table.on_paper:
        return
    title = Lines(table.title, paper_font(13, SEMIBOLD), width, 3)
    whole = MARK_SIGNS[table.marks[0]] if len(table.marks) == 1 != len(table.rows) else ""
    yield Piece(title.height, written(title, width, INK.ink), 13, keep=True, sign=whole, sign_baseline=14)
    if table.rows:
        signs = [MARK_SIGNS[mark] for mark in table.marks] if len(table.marks) == len(table.rows) else []
        shown = [i for i, column in enumerate(table.columns) if column.on_paper and not column.group]
        groups = [i for i, column in enumerate(table.columns) if column.on_paper and column.group]
        columns = [table.columns[i] for i in shown]
        rows = [[row[i] for i in shown] for row in table.shown_rows]
        px, widths = _widths(columns, rows, width)
        head = _head(columns, widths, px)
        yield head
        said = ""
        for number, (row, cells) in enumerate(zip(table.shown_rows, rows, strict=True)):
            group = " · ".join(row[i].text for i in groups)
            if group != said:
                yield _group(group, width, px, head)
                said = group
            made = _row(columns, cells, widths, px, head)
            yield replace(made, sign=signs[number], sign_baseline=_ROW_AIR + px) if signs else made
    for note in table.notes:
        lines = Lines(note, paper_font(10), width, 8)
        yield Piece(lines.height, written(lines, width, INK.text2), 4)


def _widths(columns: list[Column], rows: list[list[Cell]], width: float) -> tuple[float, list[float]]:
    """(type size, width of every column): the largest size at which figures need not be broken."""
    for px in _SIZES:
        natural = [_natural(column, [row[i] for row in rows], px) for i, column in enumerate(columns)]
        room = width - _GAP * (len(columns) - 1)
        fixed = sum(n for n, column in zip(natural, columns, strict=True) if column.numeric)
        texts = [i for i, column in enumerate(columns) if not column.numeric]
        wanted = sum(natural[i] for i in texts)
        least = sum(_least(natural[i]) for i in texts)
        if fixed + least > room and px != _SIZES[-1]:
            continue
        if fixed + wanted <= room:
            return px, _spread(columns, natural, room)
        return px, _squeezed(natural, texts, max(room - fixed, 10.0 * len(texts)))
    raise AssertionError("the last size is always taken")


def _least(natural: float) -> float:
    """The width that a text needs: a long one more, or it becomes a tower of lines."""
    return _LEAST_LONG_TEXT if natural > _WIDEST else min(natural, _LEAST_TEXT)


def _natural(column: Column, cells: list[Cell], px: float) -> float:
    font, strong = paper_font(px), paper_font(px, SEMIBOLD)
    head = max(text_width(column.title, strong), text_width(column.unit, font))
    texts = dict.fromkeys((c.text + c.mark, _is_strong(c), c.fits is not None) for c in cells)
    widths = (text_width(t, strong if bold else font) + (px + 6 if icon else 0) for t, bold, icon in texts)
    body = max(widths, default=0.0)
    return max(head, body if column.numeric else min(body, _WIDEST)) + 2


def _spread(columns: list[Column], natural: list[float], room: float) -> list[float]:
    spare = room - sum(natural)
    weight = sum(column.width for column in columns)
    return [n + spare * column.width / weight for n, column in zip(natural, columns, strict=True)]


def _squeezed(natural: list[float], texts: list[int], room: float) -> list[float]:
    """Texts share what figures leave: short ones keep their width, long ones are broken into lines."""
    widths = list(natural)
    open_ = sorted(texts, key=lambda i: natural[i])
    while open_:
        share = room / len(open_)
        narrow = open_.pop(0)
        widths[narrow] = min(natural[narrow], share)
        room -= widths[narrow]
    return widths


def _head(columns: list[Column], widths: list[float], px: float) -> Piece:
    strong, plain = paper_font(px, SEMIBOLD), paper_font(px)
    titles = [Lines(c.title, strong, w, 3) for c, w in zip(columns, widths, strict=True)]
    tall = max(lines.height for lines in titles)
    has_units = any(column.unit for column in columns)
    height = tall + (line_height(plain) if has_units else 0) + 6

    def paint(painter: QPainter, x: float, y: float) -> None:
        left = x
        for column, lines, width in zip(columns, titles, widths, strict=True):
            lines.paint(painter, left, y, width, INK.ink, right=column.numeric)
            if column.unit:
                unit = Lines(column.unit, plain, width, 1)
                unit.paint(painter, left, y + tall, width, INK.text2, right=column.numeric)
            left += width + _GAP
        rule(painter, x, y + height - 1, left - _GAP - x, INK.line_strong)

    return Piece(height, paint, 4, keep=True)


def _group(text: str, width: float, px: float, head: Piece) -> Piece:
    lines = Lines(text, paper_font(px, SEMIBOLD), width, 2)

    def paint(painter: QPainter, x: float, y: float) -> None:
        painter.fillRect(QRectF(x, y, width, lines.height + 2 * _ROW_AIR), QColor(INK.header))
        lines.paint(painter, x + 4, y + _ROW_AIR, width, INK.ink, right=False)

    return Piece(lines.height + 2 * _ROW_AIR, paint, keep=True, head=head)


def _row(columns: list[Column], cells: list[Cell], widths: list[float], px: float, head: Piece) -> Piece:
    broken = [
        Lines(
            cell.text + cell.mark,
            paper_font(px, SEMIBOLD if _is_strong(cell) else REGULAR),
            width,
            _MOST_LINES,
        )
        for cell, width in zip(cells, widths, strict=True)
    ]
    height = max(lines.height for lines in broken) + 2 * _ROW_AIR
    icon = px + 2
    lefts = [sum(widths[:i]) + _GAP * i for i in range(len(widths))]
    links = tuple((lefts[i], 0.0, widths[i], height, cell.link) for i, cell in enumerate(cells) if cell.link)

    def paint(painter: QPainter, x: float, y: float) -> None:
        for column, cell, lines, left, width in zip(columns, cells, broken, lefts, widths, strict=True):
            color = INK.accent if cell.link else tone_color(cell.tone)
            at = x + left
            if cell.fits is not None:
                where = QRectF(at, y + _ROW_AIR + (line_height(paper_font(px)) - icon) / 2, icon, icon)
                paint_icon(painter, VERDICT_ICONS[cell.fits], color, where)
                at += icon + 4
            lines.paint(painter, at, y + _ROW_AIR, width, color, right=column.numeric)
        rule(painter, x, y + height - 0.5, lefts[-1] + widths[-1], INK.line)

    return Piece(height, paint, head=head, links=links)


def _is_strong(cell: Cell) -> bool:
    return cell.tone in (Tone.STRONG, Tone.YES, Tone.TIGHT, Tone.NO, Tone.MINE)

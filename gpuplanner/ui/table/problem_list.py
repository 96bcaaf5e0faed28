"""The list of problems: a head over each kind, a line for each problem; what is not seen costs nothing."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from typing import Any

from PySide6.QtCore import (
    QAbstractListModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QPointF,
    QRectF,
    Qt,
    Signal,
)
from PySide6.QtGui import QColor, QFocusEvent, QGuiApplication, QKeyEvent, QKeySequence, QPainter
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QWidget,
)

from gpuplanner.render.icon_paint import paint_icon
from gpuplanner.render.painting import paint_text
from gpuplanner.report.row_checks.problem import Kind, Problem, Severity
from gpuplanner.ui.table.problem_words import (
    fix_words,
    kind_titles,
    place_words,
    problem_sentence,
    problem_words,
)
from gpuplanner.ui.theme import MEDIUM, SEMIBOLD, TABLE, Theme

LINE_HEIGHT = 24
_ICON, _LEFT, _PLACE_LEFT, _TEXT_LEFT, _GAP = 14, 14, 36, 190, 12
_ICONS = {
    Severity.FAULT: ("no", "no"),
    Severity.WARNING: ("tight", "tight"),
    Severity.HINT: ("note", "text2"),
}
AnyIndex = QModelIndex | QPersistentModelIndex
_INVALID = QModelIndex()

Line = Problem | tuple[Kind, int]
"""A problem, or the head of a kind with its count."""


class ProblemModel(QAbstractListModel):
    """Problems by kind, in the order of the rows within each."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._lines: list[Line] = []
        self._accepted: frozenset[int] = frozenset()

    def show_problems(self, open_: Iterable[Problem], accepted: Sequence[Problem]) -> None:
        """Show these; accepted ones are pale and stand behind the others of their kind."""
        by_kind: dict[Kind, list[Problem]] = {kind: [] for kind in Kind}
        for problem in (*open_, *accepted):
            by_kind[problem.kind].append(problem)
        self.beginResetModel()
        self._accepted = frozenset(map(id, accepted))
        self._lines = []
        for kind, problems in by_kind.items():
            if problems:
                self._lines.append((kind, len(problems)))
                self._lines += problems
        self.endResetModel()

    def problem(self, index: AnyIndex) -> Problem | None:
        """The problem of a line; None for a head."""
        line = self._lines[index.row()] if index.isValid() else None
        return line if isinstance(line, Problem) else None

    def problems_at(self, rows: Collection[int]) -> list[Problem]:
        """The problems among some lines, from the top."""
        lines = (self._lines[row] for row in sorted(rows))
        return [line for line in lines if isinstance(line, Problem)]

    def head(self, index: AnyIndex) -> tuple[Kind, int] | None:
        """(kind, count) of a head; None for a problem."""
        line = self._lines[index.row()]
        return None if isinstance(line, Problem) else line

    def is_accepted(self, problem: Problem) -> bool:
        """Whether a line shows an accepted problem."""
        return id(problem) in self._accepted

    def place_of(self, problem: Problem) -> QModelIndex:
        """Where an equal problem stands; an invalid index where there is none."""
        for row, line in enumerate(self._lines):
            if isinstance(line, Problem) and line.row == problem.row and line == problem:
                return self.index(row)
        return QModelIndex()

    def nearest(self, row: int) -> QModelIndex:
        """The line of a problem at a place, or the next one, or else the last."""
        after = range(max(row, 0), len(self._lines))
        before = range(min(row, len(self._lines)) - 1, -1, -1)
        for place in (*after, *before):
            if isinstance(self._lines[place], Problem):
                return self.index(place)
        return QModelIndex()

    def rowCount(self, parent: AnyIndex = _INVALID) -> int:
        """Heads and problems."""
        return 0 if parent.isValid() else len(self._lines)

    def flags(self, index: AnyIndex) -> Qt.ItemFlag:
        """The cursor passes over heads."""
        if self.problem(index) is None:
            return Qt.ItemFlag.NoItemFlags
        return Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable

    def data(self, index: AnyIndex, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Texts for screen readers and tips; the delegate paints from `problem` and `head`."""
        if role not in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole):
            return None
        problem = self.problem(index)
        if problem is not None:
            return problem_sentence(problem)
        head = self.head(index)
        return head_words(head) if head and role == Qt.ItemDataRole.DisplayRole else None


class ProblemList(QTableView):
    """Shows a `ProblemModel`; whoever moves the cursor is taken to the cell.

    A table of one column, for a QListView asks for each of 100,000 lines whenever it lays them out.
    """

    chosen = Signal(object)
    """Problem: its cell is to be shown."""
    entered_cell = Signal()
    """Enter: the keyboard is to go to the cell."""
    left = Signal()
    """Escape: back to the table."""
    selection_changed = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.lines = ProblemModel(self)
        self.setModel(self.lines)
        self.setItemDelegate(_LineDelegate(theme, self.lines, self))
        self._theme = theme
        self.setShowGrid(False)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.horizontalHeader().hide()
        self.horizontalHeader().setStretchLastSection(True)
        self.verticalHeader().hide()
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setTabKeyNavigation(False)
        self.setAccessibleName(self.tr("Problems of the table"))
        self.clicked.connect(self._tell)
        self.selectionModel().selectionChanged.connect(lambda *_: self.selection_changed.emit())
        theme.changed.connect(self._take_theme)
        self._take_theme()

    def show_problems(self, open_: Sequence[Problem], accepted: Sequence[Problem]) -> None:
        """Show other problems; the cursor stays at its problem, or at its place."""
        old = self.lines.problem(self.currentIndex())
        place = self.currentIndex().row()
        top = self.verticalScrollBar().value()
        self.lines.show_problems(open_, accepted)
        index = QModelIndex() if old is None else self.lines.place_of(old)
        self.setCurrentIndex(index if index.isValid() else self.lines.nearest(place))
        self.verticalScrollBar().setValue(top)

    def show_problem(self, problem: Problem) -> None:
        """Put the cursor on a problem that is shown elsewhere already."""
        if self.lines.problem(self.currentIndex()) != problem:
            index = self.lines.place_of(problem)
            if index.isValid():
                self.setCurrentIndex(index)
                self.scrollTo(index)

    def focus_first(self) -> None:
        """Give the list the keyboard, with the cursor on a problem."""
        if not self.currentIndex().isValid():
            self.setCurrentIndex(self.lines.nearest(0))
        self.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def selected(self) -> list[Problem]:
        """The selected problems, from the top."""
        # Ranges: a selection of everything would be asked about line by line.
        selection = self.selectionModel().selection()
        ranges = [selection.at(place) for place in range(selection.count())]
        return self.lines.problems_at({row for r in ranges for row in range(r.top(), r.bottom() + 1)})

    def focusInEvent(self, event: QFocusEvent) -> None:
        """The line under the cursor is selected, so that something can be done about it."""
        super().focusInEvent(event)
        if not self.selectionModel().hasSelection():
            self.setCurrentIndex(self.lines.nearest(max(self.currentIndex().row(), 0)))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter goes into the cell, Escape back; the cursor shows the cell of each line that it comes to."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._tell(self.currentIndex())
            self.entered_cell.emit()
            return
        if event.key() == Qt.Key.Key_Escape:
            self.left.emit()
            return
        if event.matches(QKeySequence.StandardKey.Copy):
            QGuiApplication.clipboard().setText("\n".join(map(problem_sentence, self.selected())))
            return
        before = self.currentIndex().row()
        super().keyPressEvent(event)
        if self.currentIndex().row() != before:
            self._tell(self.currentIndex())

    def _take_theme(self) -> None:
        height = self._theme.px(LINE_HEIGHT)
        self.verticalHeader().setMinimumSectionSize(height)
        self.verticalHeader().setDefaultSectionSize(height)
        self.viewport().update()

    def _tell(self, index: QModelIndex) -> None:
        problem = self.lines.problem(index)
        if problem is not None:
            self.chosen.emit(problem)


def head_words(head: tuple[Kind, int]) -> str:
    """ "Memory unit (3)"."""
    return f"{kind_titles()[head[0]]} ({head[1]:,})"


class _LineDelegate(QStyledItemDelegate):
    """Paints heads and problems from the theme's tokens."""

    def __init__(self, theme: Theme, lines: ProblemModel, parent: ProblemList) -> None:
        super().__init__(parent)
        self._theme, self._lines, self._list = theme, lines, parent

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: AnyIndex) -> None:
        """Icon, place, problem, and at the right what a fix would do."""
        theme, tokens, px = self._theme, self._theme.tokens, self._theme.px
        rect = QRectF(option.rect)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        problem, head = self._lines.problem(index), self._lines.head(index)
        if problem is not None:
            selected = self._list.selectionModel().isSelected(self._lines.index(index.row()))
            painter.fillRect(rect, QColor(tokens.accent_soft if selected else tokens.surface))
            self._paint_problem(painter, rect, problem)
        elif head is not None:
            painter.fillRect(rect, QColor(tokens.header))
            at = QPointF(rect.left() + px(_LEFT), rect.center().y())
            paint_text(painter, head_words(head), at, theme.font(TABLE, SEMIBOLD), tokens.text2)
        if self._list.hasFocus() and index.row() == self._list.currentIndex().row():
            width = tokens.focus_width
            painter.setPen(QColor(tokens.accent))
            painter.drawRect(rect.adjusted(width / 2, width / 2, -width / 2, -width / 2))
        painter.restore()

    def _paint_problem(self, painter: QPainter, rect: QRectF, problem: Problem) -> None:
        theme, tokens, px = self._theme, self._theme.tokens, self._theme.px
        accepted, middle = self._lines.is_accepted(problem), rect.center().y()
        name, tone = ("check", "text3") if accepted else _ICONS[problem.severity]
        icon = QRectF(rect.left() + px(_LEFT), middle - px(_ICON) / 2, px(_ICON), px(_ICON))
        paint_icon(painter, name, getattr(tokens, tone), icon)
        ink, plain = tokens.text2 if accepted else tokens.ink, theme.font(TABLE)
        left, right = rect.left() + px(_PLACE_LEFT), rect.right() - px(_GAP)
        place = place_words(problem)
        if place:
            at, room = QPointF(left, middle), px(_TEXT_LEFT - _PLACE_LEFT - 8)
            paint_text(painter, place, at, theme.font(TABLE, MEDIUM), ink, room=room)
            left = rect.left() + px(_TEXT_LEFT)
        fix = "" if accepted else fix_words(problem)
        if fix:
            at, side = QPointF(right, middle), Qt.AlignmentFlag.AlignRight
            right = paint_text(painter, fix, at, plain, tokens.accent, side, (right - left) / 2).left() - px(
                _GAP
            )
        paint_text(painter, problem_words(problem), QPointF(left, middle), plain, ink, room=right - left)

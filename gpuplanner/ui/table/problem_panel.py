"""The panel below the table that folds away: the list of problems, and what may be done about them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QStackedLayout, QVBoxLayout, QWidget

from gpuplanner.report.row_checks.problem import Kind, Problem
from gpuplanner.ui.table.problem_list import LINE_HEIGHT, ProblemList, head_words
from gpuplanner.ui.table.problem_words import fix_words, problem_sentence
from gpuplanner.ui.table.table_problems import TableProblems
from gpuplanner.ui.theme import SEMIBOLD, TABLE, TEXT, Theme
from gpuplanner.ui.widgets.buttons import button
from gpuplanner.ui.widgets.controls import CheckBox, ComboBox
from gpuplanner.ui.widgets.elided import ElidedLabel

_HEAD_HEIGHT, _DEEDS_HEIGHT, _LEAST_HEIGHT = 34, 46, 132
_FEWEST_LINES, _MOST_LINES = 3, 6


class ProblemPanel(QWidget):
    """Shows `TableProblems` and asks it for changes; hidden until somebody wants it."""

    chosen = Signal(object)
    """Problem: its cell is to be shown."""
    table_requested = Signal()
    """The keyboard is to go to the cell that is shown."""
    closed = Signal()

    def __init__(self, theme: Theme, problems: TableProblems, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme, self._problems = theme, problems
        self._kinds: tuple[tuple[Kind | None, str], ...] = ()
        self.title, self.count = QLabel(self.tr("Problems")), ElidedLabel(theme)
        self.kinds = ComboBox(theme)
        self.kinds.setAccessibleName(self.tr("Kind of problem"))
        self.show_accepted = CheckBox(theme, self.tr("Show accepted"))
        self.close_button = button(theme, "", icon="close", flat=True)
        self.close_button.setAccessibleName(self.tr("Close the list of problems"))
        self.close_button.setToolTip(self.tr("Close"))
        self.list = ProblemList(theme)
        self.empty, self.detail = QLabel(), QLabel()
        self.fix = button(theme, self.tr("Fix"))
        self.fix_kind = button(theme, "")
        self.accept = button(theme, self.tr("Accept"))
        self._lay_out()
        self._connect()
        theme.changed.connect(self._take_theme)
        self._take_theme()
        self._refresh()
        self.hide()

    @property
    def shown(self) -> tuple[Sequence[Problem], Sequence[Problem]]:
        """(open, accepted) problems of the chosen kind."""
        kind = self._kinds[self.kinds.currentIndex()][0] if self.kinds.currentIndex() > 0 else None
        accepted = self._problems.accepted if self.show_accepted.isChecked() else ()
        if kind is None:
            return self._problems.open, accepted
        return tuple(p for p in self._problems.open if p.kind is kind), tuple(
            p for p in accepted if p.kind is kind
        )

    def sizeHint(self) -> QSize:
        """Room for the lines that there are, within reason."""
        few = self._problems.open[:_MOST_LINES]  # more would not be seen at once, and there may be 200,000
        lines = len(few) + len({problem.kind for problem in few})
        shown = min(max(lines, _FEWEST_LINES), _MOST_LINES) if self._problems.is_known else _MOST_LINES
        height = _HEAD_HEIGHT + shown * LINE_HEIGHT + _DEEDS_HEIGHT
        return QSize(self._theme.px(400), self._theme.px(height))

    def show_problem(self, problem: Problem) -> None:
        """Follow F8: the cursor of the list goes to the problem that the table shows."""
        if self.isVisible():
            self.list.show_problem(problem)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Ground of the head, with lines."""
        painter, tokens = QPainter(self), self._theme.tokens
        painter.fillRect(self.rect(), QColor(tokens.surface))
        painter.fillRect(0, 0, self.width(), 1, QColor(tokens.line))
        painter.fillRect(0, self.list_top() - 1, self.width(), 1, QColor(tokens.line))

    def list_top(self) -> int:
        """Where the list begins."""
        return self._theme.px(_HEAD_HEIGHT)

    # --- the rest --------------------------------------------------------------------------------

    def _lay_out(self) -> None:
        self._head = QHBoxLayout()
        for widget in (self.title, self.count, self.kinds, self.show_accepted, self.close_button):
            self._head.addWidget(widget, 1 if widget is self.count else 0)
        self.kinds.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        self._ground = QWidget()
        self._stack = QStackedLayout(self._ground)
        self._stack.addWidget(self.list)
        self._stack.addWidget(self.empty)
        self.empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.empty.setWordWrap(True)
        for label in (self.detail, self.empty, self.title):
            label.setTextFormat(Qt.TextFormat.PlainText)
        self.detail.setWordWrap(True)
        self.detail.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.detail.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self._deeds = QWidget()
        self._line = QHBoxLayout(self._deeds)
        self._line.addWidget(self.detail, 1)
        for deed in (self.fix, self.fix_kind, self.accept):
            self._line.addWidget(deed)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(self._head)
        column.addWidget(self._ground, 1)
        column.addWidget(self._deeds)

    def _connect(self) -> None:
        self._problems.changed.connect(self._refresh)
        self.kinds.currentIndexChanged.connect(lambda _index: self._show())
        self.show_accepted.toggled.connect(lambda _on: self._refresh())
        self.close_button.clicked.connect(self.closed)
        self.list.left.connect(self.closed)
        self.list.chosen.connect(self.chosen)
        self.list.entered_cell.connect(self.table_requested)
        self.list.selection_changed.connect(self._show_deeds)
        self.fix.clicked.connect(lambda: self._problems.fix(self._of_selected(accepted=False)))
        self.fix_kind.clicked.connect(lambda: self._problems.fix(self._alike()))
        self.accept.clicked.connect(self._accept)

    def showEvent(self, event: QShowEvent) -> None:
        """What was not looked at while the panel was folded is shown now."""
        super().showEvent(event)
        self._refresh()

    def _refresh(self) -> None:
        problems = self._problems
        n_accepted = len(problems.accepted)
        text = self.tr("Show accepted")
        self.show_accepted.setText(f"{text} ({n_accepted:,})" if n_accepted else text)
        self.show_accepted.setEnabled(n_accepted > 0 or self.show_accepted.isChecked())
        self.show_accepted.updateGeometry()
        if self.isVisible():
            self._offer_kinds()
            self._show()

    def _offer_kinds(self) -> None:
        """The kinds that there are, with their counts; the chosen one stays while it is among them."""
        shown = (*self._problems.open, *(self._problems.accepted if self.show_accepted.isChecked() else ()))
        counts = Counter(problem.kind for problem in shown)
        everything = self.tr("All kinds") + f" ({len(shown):,})"
        kinds = (
            (None, everything),
            *((kind, head_words((kind, counts[kind]))) for kind in Kind if counts[kind]),
        )
        if kinds == self._kinds:
            return
        at = self.kinds.currentIndex()
        chosen = self._kinds[at][0] if 0 <= at < len(self._kinds) else None
        self._kinds = kinds
        self.kinds.blockSignals(True)
        self.kinds.clear()
        self.kinds.addItems([text for _, text in kinds])
        self.kinds.setCurrentIndex(next((n for n, (kind, _) in enumerate(kinds) if kind is chosen), 0))
        self.kinds.blockSignals(False)
        self.kinds.updateGeometry()

    def _show(self) -> None:
        problems = self._problems
        open_, accepted = self.shown
        n = problems.row_count
        rows = self.tr("1 row") if n == 1 else self.tr("{n} rows").format(n=f"{n:,}")
        self.count.set_text(self.tr("{n} in {rows}").format(n=f"{len(problems.open):,}", rows=rows))
        self.list.show_problems(open_, accepted)
        nothing = not open_ and not accepted
        self._stack.setCurrentWidget(self.empty if nothing else self.list)
        if not problems.is_known:
            self.count.set_text("")
            self.empty.setText(self.tr("Looking through the rows …"))
        elif problems.accepted:
            text = self.tr("No problems found in {rows} but those that you have accepted")
            self.empty.setText(text.format(rows=rows))
        else:
            self.empty.setText(self.tr("No problems found in {rows}").format(rows=rows))
        self._show_deeds()

    def _show_deeds(self) -> None:
        """What may be done about the selected problems."""
        selected = self.list.selected()
        self._deeds.setVisible(bool(selected))
        if not selected:
            return
        accepted = all(map(self.list.lines.is_accepted, selected))
        fixable = [p for p in self._of_selected(accepted=False) if p.can_be_fixed]
        alike = self._alike()
        self.fix.setVisible(bool(fixable))
        self.fix_kind.setVisible(len(alike) > 1)
        self.fix_kind.setText(self.tr("Fix all of this kind ({n})").format(n=f"{len(alike):,}"))
        self.accept.setText(self.tr("No longer accept") if accepted else self.tr("Accept"))
        if len(selected) > 1:
            self.detail.setText(self.tr("{n} problems selected").format(n=f"{len(selected):,}"))
            self.fix.setToolTip("")
            return
        text = problem_sentence(selected[0])
        change = "" if accepted else fix_words(selected[0])
        self.fix.setToolTip(change)
        if change:
            text += "\n" + self.tr("Fix: {change}").format(change=change)
        self.detail.setText(text)

    def _of_selected(self, *, accepted: bool) -> list[Problem]:
        return [p for p in self.list.selected() if self.list.lines.is_accepted(p) is accepted]

    def _alike(self) -> list[Problem]:
        """Everything that can be fixed of the kinds that are selected."""
        kinds = {problem.kind for problem in self._of_selected(accepted=False)}
        return (
            [p for p in self._problems.open if p.kind in kinds and p.can_be_fixed] if len(kinds) == 1 else []
        )

    def _accept(self) -> None:
        open_ = self._of_selected(accepted=False)
        if open_:
            self._problems.accept(open_)
        else:
            self._problems.withdraw(self._of_selected(accepted=True))

    def _take_theme(self) -> None:
        theme, px = self._theme, self._theme.px
        self.title.setFont(theme.font(TEXT, SEMIBOLD))
        for label in (self.detail, self.empty):
            label.setFont(theme.font(TABLE))
        self.empty.setStyleSheet(f"color: {theme.tokens.text2}")
        self._head.setContentsMargins(px(14), px(4), px(6), px(5))
        self._head.setSpacing(px(10))
        self._line.setContentsMargins(px(14), px(5), px(8), px(6))
        self._line.setSpacing(px(6))
        self.setMinimumHeight(px(_LEAST_HEIGHT))
        self.update()

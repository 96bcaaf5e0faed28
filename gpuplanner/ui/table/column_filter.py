"""The filter of one column, under its head: values with check marks, a range of numbers, and the way out."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QObject, QPoint, Qt, Signal
from PySide6.QtGui import QCloseEvent, QColor, QKeyEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QLineEdit, QVBoxLayout, QWidget

from gpuplanner.ui.table.column_rule import ColumnRule, Rule
from gpuplanner.ui.table.column_values import ColumnValue, RangeUnit
from gpuplanner.ui.table.columns import Column
from gpuplanner.ui.table.filter_words import FilterWords
from gpuplanner.ui.table.value_list import LINE, MOST_LINES, ValueList, ValueView
from gpuplanner.ui.theme import SEMIBOLD, TABLE, TEXT, Theme
from gpuplanner.ui.widgets.buttons import button

_WIDTH, _INSET, _FIELD = 280, 10, 64
_FEWEST_SHOWN, _MOST_SHOWN = 4, 11
_MOVES = (Qt.Key.Key_Down, Qt.Key.Key_PageDown)


class ColumnFilter(QFrame):
    """A panel that goes with Escape, a click elsewhere or a choice; ``chosen`` tells what the column is to
    be filtered by.

    Args:
        rules: what the column is filtered by now.
        unit: of its range; None where it holds words.
    """

    chosen = Signal(object)
    """`ColumnRule`; an empty one takes the column's filter away."""
    closed = Signal()

    def __init__(
        self, theme: Theme, column: Column, rules: Sequence[Rule], unit: RangeUnit | None, parent: QWidget
    ) -> None:
        super().__init__(parent, Qt.WindowType.Popup)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._theme, self._column, self._rules, self._unit = theme, column, tuple(rules), unit
        self._words = FilterWords(self)
        self._ends: dict[QLineEdit, tuple[str, float]] = {}
        """Of the range that holds now: the text that is shown of an end, and the end."""
        self.is_known = False
        """Whether the values have been looked through."""
        self.search = QLineEdit(self)
        self.values = ValueList(theme, self)
        self.view = ValueView(theme, self.values, self)
        self.note, self.fault = QLabel(self), QLabel(self)
        self.low, self.high = QLineEdit(self), QLineEdit(self)
        self.ticks = [
            (button(theme, self.tr("All"), flat=True), lambda _value: True),
            (button(theme, self.tr("None"), flat=True), lambda _value: False),
            (button(theme, self.tr("Only empty"), flat=True), lambda value: value.is_empty),
            (button(theme, self.tr("Not empty"), flat=True), lambda value: not value.is_empty),
        ]
        self.clear_button = button(theme, self.tr("Clear"))
        self.take_button = button(theme, self.tr("Filter"), primary=True)
        self.setAccessibleName(self.tr("Filter {column}").format(column=column.title))
        self._lay_out()
        self._connect()
        self._show_rules()
        self.note.setText(self.tr("Looking through the rows …"))
        self.view.setFixedSize(theme.px(_WIDTH), theme.px(LINE * _MOST_SHOWN))

    def show_values(self, values: tuple[ColumnValue, ...]) -> None:
        """The values are known."""
        self.is_known = True
        self.values.show(values, lambda value: all(any(map(rule.holds, value.keys)) for rule in self._rules))
        lines = min(max(len(values), _FEWEST_SHOWN), _MOST_SHOWN)
        self.view.setFixedHeight(self._theme.px(LINE * lines))
        has_empty = any(value.is_empty for value in values)
        for tick, _ in self.ticks[2:]:
            tick.setEnabled(has_empty)
        self.search.setPlaceholderText(self.tr("Find in {n} values").format(n=f"{len(values):,}"))
        self._show_note()

    def open_at(self, place: QPoint) -> None:
        """Show it with its corner there, but on the screen."""
        self.adjustSize()
        room = (self.screen() or self.window().screen()).availableGeometry()
        x = max(room.left(), min(place.x(), room.right() + 1 - self.width()))
        y = max(room.top(), min(place.y(), room.bottom() + 1 - self.height()))
        self.move(x, y)
        self.show()
        self.search.setFocus(Qt.FocusReason.PopupFocusReason)

    def take(self) -> None:
        """Filter by what is chosen, unless that can be nothing."""
        rule, fault = self._rule()
        self.fault.setText(fault)
        self.fault.setVisible(bool(fault))
        if rule is not None:
            self.chosen.emit(rule)
            self.close()

    def clear(self) -> None:
        """Take the column's filter away."""
        self.chosen.emit(ColumnRule(self._column.key))
        self.close()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Down goes from the search into the list."""
        key = event.key() if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress else None
        if watched is self.search and key in _MOVES and self.values.rowCount():
            self.view.setFocus(Qt.FocusReason.OtherFocusReason)
            if not self.view.currentIndex().isValid():
                self.view.selectRow(0)
            return True
        return super().eventFilter(watched, event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter filters, Escape leaves everything as it is."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.take()
        elif event.key() == Qt.Key.Key_Escape:
            self.close()
        else:
            super().keyPressEvent(event)

    def closeEvent(self, event: QCloseEvent) -> None:
        """It goes for good."""
        super().closeEvent(event)
        self.closed.emit()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Raised ground with an edge."""
        tokens, painter = self._theme.tokens, QPainter(self)
        painter.setPen(QPen(QColor(tokens.ink if tokens.frames else tokens.control), 1))
        painter.setBrush(QColor(tokens.raised))
        painter.drawRect(self.rect().adjusted(0, 0, -1, -1))

    # --- the rest --------------------------------------------------------------------------------

    def _rule(self) -> tuple[ColumnRule | None, str]:
        """What is chosen, or why it cannot be."""
        unit = self._unit or RangeUnit()
        try:
            low, high = self._end(self.low, unit), self._end(self.high, unit)
        except ValueError as error:
            return None, self._words.no_number(str(error))
        if low is not None and high is not None and low > high:
            return None, self.tr("The range ends before it begins.")
        if not self.is_known:
            return None, self.tr("Looking through the rows …")
        wanted = self.values.wanted
        if not wanted:
            return None, self.tr("Nothing is ticked: no row would be shown.")
        values = self.values.values
        n_out = len(values) - len(wanted)
        is_out = n_out < len(wanted)
        kept = {id(value) for value in wanted}
        named = [value for value in values if (id(value) in kept) != is_out]
        ends = self.low.text(), self.high.text()
        rule = ColumnRule(
            self._column.key,
            frozenset(key for value in named for key in value.keys),
            is_out,
            low,
            None if high is None else high + unit.slack,
            self._words.rule(self._column.title, named, is_out, ends, unit.text),
        )
        return rule, ""

    def _show_rules(self) -> None:
        """The range that holds now; check marks come with the values."""
        unit = self._unit
        for rule in self._rules:
            if unit is None or not isinstance(rule, ColumnRule):
                continue
            for field, end, slack in ((self.low, rule.low, 0.0), (self.high, rule.high, unit.slack)):
                if end is not None:
                    number = (end - slack) / unit.factor
                    field.setText(f"{number:.0f}" if number.is_integer() else f"{number:.6g}")
                    self._ends[field] = field.text(), end - slack
        self.clear_button.setEnabled(bool(self._rules))

    def _end(self, field: QLineEdit, unit: RangeUnit) -> float | None:
        """What an end of the range is; one that was left alone to the last digit what it was."""
        text, kept = self._ends.get(field, ("", None))
        return kept if kept is not None and field.text() == text else unit.key_of(field.text())

    def _show_note(self) -> None:
        values = self.values
        text = ""
        if self.is_known and not values.n_found:
            text = self.tr("No value has that in it.")
        elif values.n_found > MOST_LINES:
            text = self.tr("The first {n} of {total} values; search for others.").format(
                n=f"{MOST_LINES:,}", total=f"{values.n_found:,}"
            )
        self.note.setText(text)
        self.note.setVisible(bool(text))

    def _search(self, text: str) -> None:
        self.values.search(text)
        if self.is_known:
            self._show_note()

    def _connect(self) -> None:
        self.search.textChanged.connect(self._search)
        self.search.installEventFilter(self)
        self.values.ticks_changed.connect(self.fault.hide)
        for tick, is_ticked in self.ticks:
            tick.clicked.connect(lambda _on=False, is_ticked=is_ticked: self.values.tick_only(is_ticked))
        self.clear_button.clicked.connect(self.clear)
        self.take_button.clicked.connect(self.take)

    def _lay_out(self) -> None:
        px, theme = self._theme.px, self._theme
        title = QLabel(self._column.title, self)
        title.setTextFormat(Qt.TextFormat.PlainText)
        title.setFont(theme.font(TEXT, SEMIBOLD))
        self.search.setAccessibleName(self.tr("Find a value"))
        for label, color in ((self.note, theme.tokens.text2), (self.fault, theme.tokens.no)):
            label.setFont(theme.font(TABLE))
            label.setWordWrap(True)
            label.setTextFormat(Qt.TextFormat.PlainText)
            label.setStyleSheet(f"color: {color}")
        self.fault.hide()
        ticks = QHBoxLayout()
        ticks.setSpacing(0)
        for tick, _ in self.ticks:
            ticks.addWidget(tick)
        ticks.addStretch(1)
        buttons = QHBoxLayout()
        buttons.addWidget(self.clear_button)
        buttons.addStretch(1)
        buttons.addWidget(self.take_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(*4 * (px(_INSET),))
        column.setSpacing(px(6))
        column.setSizeConstraint(QVBoxLayout.SizeConstraint.SetFixedSize)  # no taller than its values
        column.addWidget(title)
        column.addWidget(self.search)
        column.addLayout(ticks)
        column.addWidget(self.view, 1)
        column.addWidget(self.note)
        if self._unit is None:
            self.low.hide()
            self.high.hide()
        else:
            column.addLayout(self._range(self._unit))
        column.addWidget(self.fault)
        column.addLayout(buttons)
        self.view.setFrameShape(QFrame.Shape.NoFrame)

    def _range(self, unit: RangeUnit) -> QHBoxLayout:
        line = QHBoxLayout()
        line.setSpacing(self._theme.px(6))
        for word, field, name in (
            (self.tr("From"), self.low, self.tr("Lowest number")),
            (self.tr("to"), self.high, self.tr("Highest number")),
        ):
            field.setAccessibleName(name)
            field.setFixedWidth(self._theme.px(_FIELD))
            field.setAlignment(Qt.AlignmentFlag.AlignRight)
            field.textChanged.connect(self.fault.hide)
            for widget in (QLabel(word, self), field):
                widget.setFont(self._theme.font(TABLE))
                line.addWidget(widget)
        of_range = QLabel(unit.text, self)
        of_range.setFont(self._theme.font(TABLE))
        line.addWidget(of_range, 1)
        return line

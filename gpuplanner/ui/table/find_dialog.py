"""Find and replace beside the table: what is looked for, where, and every cell before and after."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QCloseEvent, QHideEvent, QKeyEvent, QPalette
from PySide6.QtWidgets import QDialog, QGridLayout, QHBoxLayout, QLabel, QLineEdit, QVBoxLayout, QWidget

from gpuplanner.data.find_replace import LONGEST_PATTERN, Wanted
from gpuplanner.ui.table.columns import Column
from gpuplanner.ui.table.find_words import FindWords
from gpuplanner.ui.table.hit_list import HitList, HitView
from gpuplanner.ui.theme import TABLE, TEXT, Theme
from gpuplanner.ui.widgets.buttons import button
from gpuplanner.ui.widgets.controls import CheckBox, ComboBox

_SIZE = (700, 540)
_MARGIN = 12
ALL, SHOWN, SELECTED = "\0all", "\0shown", "\0selected"
"""Where to look, beside a single column's key, which has no such character."""


class FindDialog(QDialog):
    """Shows what it is given and emits what the user wants; it stays open beside the window."""

    changed = Signal()
    """Something else is looked for, or elsewhere."""
    replace_requested = Signal()
    hit_chosen = Signal(int, bool)
    """(line of the list, whether a filter that hides its row is to go)."""
    hidden = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._is_ready = self._was_shown = False
        self.words = FindWords(self)
        self.setWindowTitle(self.tr("Find and replace"))
        self.find_field = self._field(self.tr("Find"))
        self.replacement_field = self._field(self.tr("Replace with"))
        self.find_fault, self.replacement_fault = self._label("no"), self._label("no")
        self.where = ComboBox(theme)
        self.where.setAccessibleName(self.tr("Where to look"))
        self.rows = ComboBox(theme)
        self.rows.setAccessibleName(self.tr("Which rows"))
        self.match_case = CheckBox(theme, self.tr("Match case"))
        self.whole_cell = CheckBox(theme, self.tr("Whole cell"))
        self.expression = CheckBox(theme, self.tr("Regular expression"))
        self.summary = self._label("text2")
        self.list = HitList(theme, self)
        self.view = HitView(theme, self.list, self)
        self.all_button = button(theme, self.tr("Tick all"), flat=True)
        self.none_button = button(theme, self.tr("Untick all"), flat=True)
        self.close_button = button(theme, self.tr("Close"))
        self.replace_button = button(theme, self.words.replace(0), primary=True)
        # Enter in a field goes through the hits: a replacement is never a slip of the finger.
        self.replace_button.setDefault(False)
        self._lay_out()
        self._connect()
        self._take_theme()
        self.resize(theme.px(_SIZE[0]), theme.px(_SIZE[1]))

    # --- what is wanted --------------------------------------------------------------------------

    def wanted(self) -> Wanted:
        """What is looked for."""
        return Wanted(
            self.find_field.text(),
            self.replacement_field.text(),
            match_case=self.match_case.isChecked(),
            whole_cell=self.whole_cell.isChecked(),
            is_expression=self.expression.isChecked(),
        )

    @property
    def place(self) -> str:
        """`ALL`, `SHOWN`, `SELECTED`, or a column's key."""
        return str(self.where.currentData() or ALL)

    @property
    def only_shown_rows(self) -> bool:
        """Whether rows that the filter hides are left out."""
        return self.rows.isEnabled() and bool(self.rows.currentData())

    # --- what is shown ---------------------------------------------------------------------------

    def offer_places(self, columns: Sequence[Column], n_selected: int, *, selected: bool = False) -> None:
        """The choices of where to look; ``selected`` chooses the selected cells."""
        chosen = SELECTED if selected else self.place
        places = {ALL: self.tr("all columns"), SHOWN: self.tr("columns that are shown")}
        if n_selected:
            places[SELECTED] = self.words.selected_cells(n_selected)
        places |= {column.key: column.title for column in columns if column.is_editable}
        self.where.clear()
        for key, text in places.items():
            self.where.addItem(text, key)
        self.where.setCurrentIndex(max(self.where.findData(chosen), 0))

    def offer_rows(self, shown: int, total: int) -> None:
        """The choice between all rows and those that pass the filter, where there is one."""
        had_choice, chosen = self.rows.isEnabled() and self.rows.count() > 0, self.rows.currentIndex()
        self.rows.clear()
        self.rows.addItem(self.tr("all rows"), False)
        if shown < total:
            self.rows.addItem(self.words.shown_rows(shown, total), True)
        self.rows.setEnabled(shown < total)
        self.rows.setCurrentIndex(chosen if had_choice else self.rows.count() - 1)

    def show_faults(self, find: str, replacement: str = "") -> None:
        """Say below the fields what is wrong with them; an empty text: nothing is."""
        for field, label, text in (
            (self.find_field, self.find_fault, find),
            (self.replacement_field, self.replacement_fault, replacement),
        ):
            label.setText(text)
            label.setVisible(bool(text))
            field.setProperty("invalid", "true" if text else "false")
            field.setAccessibleDescription(text)
            field.style().unpolish(field)
            field.style().polish(field)

    def show_summary(self, text: str) -> None:
        """How much was found, and where."""
        self.summary.setText(text)

    def set_ready(self, *, ready: bool) -> None:
        """Whether the list shows what is in the table now: only then it may be replaced."""
        self._is_ready = ready
        self._count()

    def go_to_hit(self, step: int) -> None:
        """The next line of the list (−1: the one before), round and round."""
        n = len(self.list.hits)
        if n:
            now = self.view.currentIndex()
            line = (now.row() + step) % n if now.isValid() else 0
            self.view.setCurrentIndex(self.list.index(line, 0))
            self.hit_chosen.emit(line, False)

    def start(self) -> None:
        """Show the dialog with the keyboard in the first field; at first at the side where no table is."""
        window = self.parentWidget()
        if window is not None and not self._was_shown:
            corner = window.mapToGlobal(window.rect().topRight())
            margin = self._theme.px(_MARGIN)
            self.move(max(corner.x() - self.width() - margin, 0), corner.y() + window.height() // 8)
        self._was_shown = True
        self.show()
        self.raise_()
        self.activateWindow()
        self.find_field.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.find_field.selectAll()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter in a field: the next hit; with Shift the one before."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not self.replace_button.hasFocus():
            back = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
            self.go_to_hit(-1 if back else 1)
            return
        super().keyPressEvent(event)

    def closeEvent(self, event: QCloseEvent) -> None:
        """Closing hides it: what was looked for is there again the next time."""
        event.ignore()
        self.hide()

    def hideEvent(self, event: QHideEvent) -> None:
        """Nothing needs to be searched any more."""
        super().hideEvent(event)
        self.hidden.emit()

    # --- the rest --------------------------------------------------------------------------------

    def _count(self) -> None:
        n = len(self.list.ticked()) if self._is_ready else 0
        self.replace_button.setText(self.words.replace(n))
        self.replace_button.setEnabled(n > 0)
        for ticking in (self.all_button, self.none_button):
            ticking.setEnabled(bool(self.list.hits))

    def _connect(self) -> None:
        self.find_field.textChanged.connect(self._look_for_other)
        self.replacement_field.textChanged.connect(self.changed)
        for box in (self.match_case, self.whole_cell, self.expression):
            box.toggled.connect(self._look_for_other)
        self.where.activated.connect(self._look_for_other)
        self.rows.activated.connect(self._look_for_other)
        self.list.ticks_changed.connect(self._count)
        self.view.hit_chosen.connect(self.hit_chosen)
        self.all_button.clicked.connect(lambda: self.list.tick(range(len(self.list.hits)), on=True))
        self.none_button.clicked.connect(lambda: self.list.tick(range(len(self.list.hits)), on=False))
        self.close_button.clicked.connect(self.hide)
        self.replace_button.clicked.connect(self.replace_requested)
        self._theme.changed.connect(self._take_theme)

    def _look_for_other(self) -> None:
        self.list.tick_all_again()
        self.changed.emit()

    def _field(self, name: str) -> QLineEdit:
        field = QLineEdit()
        field.setMaxLength(LONGEST_PATTERN)
        field.setAccessibleName(name)
        return field

    def _label(self, tone: str) -> QLabel:
        label = QLabel()
        label.setTextFormat(Qt.TextFormat.PlainText)
        label.setWordWrap(True)
        label.setProperty("tone", tone)
        return label

    def _lay_out(self) -> None:
        px = self._theme.px
        grid = QGridLayout()
        grid.setHorizontalSpacing(px(12))
        grid.setVerticalSpacing(px(6))
        for line, name, field, fault in (
            (0, self.tr("&Find"), self.find_field, self.find_fault),
            (2, self.tr("Replace &with"), self.replacement_field, self.replacement_fault),
        ):
            label = QLabel(name)
            label.setFont(self._theme.font(TEXT))
            label.setBuddy(field)
            grid.addWidget(label, line, 0)
            grid.addWidget(field, line, 1, 1, 4)
            grid.addWidget(fault, line + 1, 1, 1, 4)
            fault.hide()
        label = QLabel(self.tr("&In"))
        label.setFont(self._theme.font(TEXT))
        label.setBuddy(self.where)
        grid.addWidget(label, 4, 0)
        grid.addWidget(self.where, 4, 1, 1, 2)
        grid.addWidget(self.rows, 4, 3, 1, 2)
        grid.setColumnStretch(2, 1)
        grid.setColumnStretch(4, 1)
        options = QHBoxLayout()
        options.setSpacing(px(20))
        for box in (self.match_case, self.whole_cell, self.expression):
            options.addWidget(box)
        options.addStretch(1)
        grid.addLayout(options, 5, 1, 1, 4)
        self.expression.setToolTip(
            self.tr("As in Python: \\1 in the replacement is the first group; ^$ finds empty cells")
        )
        foot = QHBoxLayout()
        foot.addWidget(self.all_button)
        foot.addWidget(self.none_button)
        foot.addStretch(1)
        foot.addWidget(self.close_button)
        foot.addWidget(self.replace_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(px(20), px(16), px(20), px(14))
        column.setSpacing(px(10))
        column.addLayout(grid)
        column.addWidget(self.summary)
        column.addWidget(self.view, 1)
        column.addLayout(foot)

    def _take_theme(self) -> None:
        for field in (self.find_field, self.replacement_field):
            field.setFont(self._theme.font(TEXT))
        for label in (self.find_fault, self.replacement_fault, self.summary):
            label.setFont(self._theme.font(TABLE))
            colours = label.palette()
            tone = getattr(self._theme.tokens, label.property("tone"))
            colours.setColor(QPalette.ColorRole.WindowText, tone)
            label.setPalette(colours)

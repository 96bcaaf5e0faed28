"""The row of tools above the table: find, filter, how many rows are shown, the unit, a new row."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QAction, QActionGroup, QColor, QKeyEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QLineEdit, QMenu, QPushButton, QSizePolicy, QWidget

from gpuplanner.core.benchmark import BenchmarkRow
from gpuplanner.core.plan import Method
from gpuplanner.core.units import shorten
from gpuplanner.ui.icons import IconBinding
from gpuplanner.ui.table.column_rule import Rule
from gpuplanner.ui.table.row_order import RowFilter
from gpuplanner.ui.theme import TABLE, TEXT, Theme
from gpuplanner.ui.widgets.buttons import button
from gpuplanner.ui.widgets.controls import ComboBox
from gpuplanner.ui.widgets.display_unit import DisplayUnit
from gpuplanner.ui.words import value_words

TOOL_HEIGHT = 40
LEAST_BOX, MOST_BOX = 64, 120
_FIND_WIDTH, _FIND_ICONS = 176, 48
_LONGEST_RULE = 24


class TableTools(QWidget):
    """Emits what the user wants; shows what the page tells it."""

    filter_changed = Signal(object)
    """RowFilter."""
    unit_changed = Signal(object)
    """DisplayUnit."""
    row_requested = Signal()
    import_requested = Signal()
    table_requested = Signal()
    """The keyboard wants to go from the find box into the table."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._filter = RowFilter()
        self._rows: Sequence[BenchmarkRow] = ()
        self.find_box = QLineEdit(self)
        self._filter_button = button(theme, self.tr("All models"), icon="filter", flat=True)
        self._count = QLabel(self)
        self._clear = button(theme, self.tr("Show all"), flat=True)
        self.unit = ComboBox(theme, self)
        self._add = button(theme, self.tr("Row"), icon="plus", flat=True)
        self._import = button(theme, self.tr("Import"), icon="import", flat=True)
        self._boxes = [self.unit]
        """Choices that are shortened where there is no room."""
        self._spared: dict[QPushButton, int] = {}
        """Buttons that have given up their words, and how many pixels each is narrower by that."""
        self._menu = QMenu(self)
        self._line = QHBoxLayout(self)
        self._build()
        theme.changed.connect(self._take_theme)
        self._take_theme()
        self.show_filter(self._filter)

    def set_rows(self, rows: Sequence[BenchmarkRow]) -> None:
        """The document's rows, for the choices of the filter."""
        self._rows = rows

    def show_filter(self, row_filter: RowFilter) -> None:
        """Show which filter holds; emits nothing."""
        self._filter = row_filter
        if self.find_box.text() != row_filter.text:
            self.find_box.blockSignals(True)
            self.find_box.setText(row_filter.text)
            self.find_box.blockSignals(False)
        self._find_clear.setVisible(bool(row_filter.text))
        rules = [rule.words for rule in row_filter.cells]
        first = [shorten(rule, _LONGEST_RULE) for rule in rules[:1]]  # else the count has no room
        chosen = [row_filter.model, _method_words(row_filter.method), *first]
        if len(rules) > 1:
            chosen.append(f"+{len(rules) - 1}")
        self._filter_button.setToolTip(", ".join(rules))
        self._filter_button.setText(", ".join(part for part in chosen if part) or self.tr("All models"))
        self._clear.setVisible(not row_filter.is_empty)

    def show_count(self, shown: int, total: int) -> None:
        """ "98 rows", or "12 of 98 rows"."""
        if not total:
            text = self.tr("no rows")
        elif shown == total:
            text = self.tr("1 row") if total == 1 else self.tr("{n} rows").format(n=f"{total:,}")
        else:
            text = self.tr("{shown} of {n} rows").format(shown=f"{shown:,}", n=f"{total:,}")
        self._count.setText(text)

    def show_unit(self, unit: DisplayUnit) -> None:
        """Show which unit is in use; emits nothing."""
        self.unit.setCurrentIndex(self.unit.findData(unit.value))

    def add_before_unit(self, *widgets: QWidget) -> None:
        """Put controls of the view into the bar, left of the unit."""
        for widget in widgets:
            self._line.insertWidget(self._line.indexOf(self.unit), widget)
        self._boxes += [widget for widget in widgets if isinstance(widget, ComboBox)]

    def offer_rows(self, on: bool) -> None:
        """Whether rows are added from here: a view by length adds them in its cells, and needs the room."""
        for widget in (self._import, self._add):
            widget.setVisible(on)

    def focus_find(self) -> None:
        """Start typing in the find box."""
        self.find_box.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.find_box.selectAll()

    def add_rule(self, rule: Rule) -> None:
        """Filter by what stands in a column too."""
        self._set_filter(self._filter.with_rule(rule))

    def clear_rules(self, key: str) -> None:
        """Filter by a column no longer."""
        self._set_filter(self._filter.without(key))

    def clear_filter(self) -> None:
        """Show all rows again."""
        self._set_filter(RowFilter())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Less room: fewer words."""
        super().resizeEvent(event)
        self._fit()

    def event(self, event: QEvent) -> bool:
        """A text may have become longer."""
        if event.type() == QEvent.Type.LayoutRequest:
            self._fit()
        return super().event(event)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """In the find box Escape clears, then leaves; Down and Enter go to the table."""
        if watched is self.find_box and event.type() == QEvent.Type.Resize:
            self._word_find()
        if watched is self.find_box and isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            if event.key() == Qt.Key.Key_Escape:
                if self.find_box.text():
                    self.find_box.clear()
                else:
                    self.table_requested.emit()
                return True
            if event.key() in (Qt.Key.Key_Down, Qt.Key.Key_Return, Qt.Key.Key_Enter):
                self.table_requested.emit()
                return True
        return super().eventFilter(watched, event)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Surface, and the line below."""
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor(self._theme.tokens.surface))
        painter.fillRect(0, self.height() - 1, self.width(), 1, QColor(self._theme.tokens.line))

    def _build(self) -> None:
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._build_find_box()
        self._build_unit()
        self._filter_button.setAccessibleName(self.tr("Filter by model and method"))
        self._filter_button.setMenu(self._menu)
        self._menu.aboutToShow.connect(self._fill_menu)
        self._clear.setToolTip(self.tr("Take the filter away"))
        self._clear.clicked.connect(self.clear_filter)
        self._add.setToolTip(self.tr("Add a row with the plan of the current one"))
        self._add.clicked.connect(self.row_requested)
        self._add.setAccessibleName(self.tr("Row"))
        self._import.setAccessibleName(self.tr("Import"))
        self._line.addWidget(self.find_box, 100)
        for widget in (self._filter_button, self._count, self._clear):
            self._line.addWidget(widget)
        self._line.addStretch(1)
        self._line.addWidget(self.unit)
        self._import.setToolTip(self.tr("Import somebody's table: HTML, Markdown, CSV, Excel"))
        self._import.clicked.connect(self.import_requested)
        self._line.addWidget(self._import)
        self._line.addWidget(self._add)

    def _build_find_box(self) -> None:
        self.find_box.setPlaceholderText(self.tr("Find or filter"))
        self.find_box.setAccessibleName(self.tr("Find or filter rows"))
        self.find_box.setToolTip(self.tr("Shows the rows that hold every word; the document keeps all"))
        self.find_box.installEventFilter(self)
        self.find_box.textChanged.connect(lambda text: self._set_filter(replace(self._filter, text=text)))
        glass = QAction(self)
        self.find_box.addAction(glass, QLineEdit.ActionPosition.LeadingPosition)
        IconBinding(glass, self._theme, "find")
        self._find_clear = QAction(self.tr("Clear"), self)
        self.find_box.addAction(self._find_clear, QLineEdit.ActionPosition.TrailingPosition)
        IconBinding(self._find_clear, self._theme, "close")
        self._find_clear.triggered.connect(self.find_box.clear)

    def _build_unit(self) -> None:
        for unit, text in (
            (DisplayUnit.GIB_PER_GPU, self.tr("GiB per GPU")),
            (DisplayUnit.GB_PER_GPU, self.tr("GB per GPU")),
            (DisplayUnit.GIB_TOTAL, self.tr("GiB, all GPUs")),
            (DisplayUnit.AS_WRITTEN, self.tr("as written")),
        ):
            self.unit.addItem(text, unit.value)
        self.unit.setAccessibleName(self.tr("Unit of memory"))
        self.unit.setToolTip(self.tr("Unit in which every page shows memory; files keep what was written"))
        self.unit.activated.connect(
            lambda _place: self.unit_changed.emit(DisplayUnit(self.unit.currentData()))
        )

    def _fit(self) -> None:
        """Where there is no room, first buttons with an icon give up their words, then the count goes.

        The choices between are shortened before the count is; the status row has it too.
        """
        words = {self._import: self.tr("Import"), self._add: self.tr("Row")}
        spared = sum(width for widget, width in self._spared.items() if not widget.isHidden())
        count = self._count.sizeHint().width() + self._line.spacing() if self._count.isHidden() else 0
        least = self._line.minimumSize().width()
        spare = sum(box.maximumWidth() - box.minimumWidth() for box in self._boxes if not box.isHidden())
        is_brief = least + spare + spared + count > self.width()
        self._count.setVisible(least + (0 if is_brief else spared) + count <= self.width())
        if is_brief == bool(self._spared):
            return
        self._spared = {}
        for widget, text in words.items():
            full = widget.sizeHint().width()
            widget.setText("" if is_brief else text)
            if is_brief:
                self._spared[widget] = full - widget.sizeHint().width()

    def _word_find(self) -> None:
        """What the empty find box says is never cut."""
        whole = self.tr("Find or filter")
        taken = self._theme.px(_FIND_ICONS)
        fits = self.find_box.fontMetrics().horizontalAdvance(whole) + taken <= self.find_box.width()
        self.find_box.setPlaceholderText(whole if fits else self.tr("Find"))

    def _fill_menu(self) -> None:
        self._menu.clear()
        models = dict.fromkeys(row.plan.model for row in self._rows if row.plan.model)
        methods = dict.fromkeys(row.plan.method.value for row in self._rows)
        self._add_choices(self.tr("All models"), {name: name for name in models}, self._filter.model, "model")
        self._menu.addSeparator()
        words = {name: _method_words(name) for name in methods}
        self._add_choices(self.tr("All methods"), words, self._filter.method, "method")

    def _add_choices(self, all_text: str, choices: dict[str, str], chosen: str, what: str) -> None:
        group = QActionGroup(self._menu)
        for value, text in {"": all_text, **choices}.items():
            # A single "&" would become a shortcut.
            action = self._menu.addAction(text.replace("&", "&&"))
            action.setCheckable(True)
            action.setChecked(value == chosen)
            action.triggered.connect(lambda _checked=False, value=value: self._choose(what, value))
            group.addAction(action)

    def _choose(self, what: str, value: str) -> None:
        now = self._filter
        if what == "model":
            self._set_filter(replace(now, model=value))
        else:
            self._set_filter(replace(now, method=value))

    def _set_filter(self, row_filter: RowFilter) -> None:
        if row_filter != self._filter:
            self.show_filter(row_filter)
            self.filter_changed.emit(row_filter)

    def _take_theme(self) -> None:
        theme = self._theme
        self._line.setContentsMargins(theme.px(12), 0, theme.px(8), 1)
        self._line.setSpacing(theme.px(8))
        self.setFixedHeight(theme.px(TOOL_HEIGHT))
        self.find_box.setFont(theme.font(TABLE))
        self.find_box.setMinimumWidth(theme.px(96))
        self.find_box.setMaximumWidth(theme.px(_FIND_WIDTH))
        self.unit.setMinimumWidth(theme.px(LEAST_BOX))
        self.unit.setMaximumWidth(theme.px(MOST_BOX))
        for label in (self._filter_button, self._clear, self._import, self._add):
            label.setFont(theme.font(TEXT))
        self._count.setFont(theme.font(TABLE))
        palette = self._count.palette()
        palette.setColor(self._count.foregroundRole(), QColor(theme.tokens.text2))
        self._count.setPalette(palette)
        self.update()


def _method_words(value: str) -> str:
    return value_words(Method(value)) if value else ""

"""The preview before an import: what was understood, what was guessed, what is odd – and can be corrected."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QAction, QPalette
from PySide6.QtWidgets import (
    QAbstractItemView,
    QDialog,
    QFrame,
    QHBoxLayout,
    QLabel,
    QListWidget,
    QListWidgetItem,
    QMenu,
    QScrollArea,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from gpuplanner.core.benchmark import ROW_FIELD
from gpuplanner.core.errors import InputError
from gpuplanner.data.table_import.reading import Reading
from gpuplanner.data.table_import.rows import CellNote, Imported
from gpuplanner.data.table_import.understood import Understood
from gpuplanner.ui.background import Background
from gpuplanner.ui.importing.import_preview import ImportPreview
from gpuplanner.ui.importing.import_recipe import ImportRecipe
from gpuplanner.ui.importing.import_settings import ImportSettings
from gpuplanner.ui.importing.import_words import ImportWords
from gpuplanner.ui.theme import SEMIBOLD, TABLE, TEXT, TITLE, Theme
from gpuplanner.ui.told import told_error
from gpuplanner.ui.widgets.buttons import button
from gpuplanner.ui.widgets.focus_ring import FocusRing
from gpuplanner.ui.widgets.plain_table import PlainHead, PlainRows

_SIZE, _SIDE, _ROW = (1080, 640), 300, 24
_LOOKED_AT, _WIDEST, _MOST_FITTED = 100, 320, 100
"""Lines by which a column's width is chosen, its limit, and columns beyond which all are alike."""
_MOST_AT_ONCE = 500
"""Rows that are read at once when something is corrected; more are read aside."""
_FIELDS = (
    "model",
    "method",
    "nodes",
    "gpus_per_node",
    "gpu",
    "seq_len",
    "micro_batch_size",
    "grad_accum_steps",
    "quantization",
    "precision",
    "sharding",
    "optimizer",
    "lora_rank",
    "peak_memory",
    "step_time_s",
    "samples_per_step",
    "status",
    "note",
)
"""Fields that a column is likely to mean; the others of a row are found under their own names."""


class ImportDialog(QDialog):
    """Shows one import.  After `accept`, ``imported`` holds its rows."""

    def __init__(
        self,
        theme: Theme,
        understood: Understood,
        imported: Imported,
        cards: Sequence[str],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._theme, self._understood, self.imported = theme, understood, imported
        reading = understood.reading
        self._work = Background(self)
        self._work.done.connect(lambda found: self._show(*found))
        self._work.failed.connect(self._failed)
        self.words = ImportWords(self)
        self.setWindowTitle(self.tr("Import a table"))
        self.summary = QLabel()
        self.summary.setWordWrap(True)
        self.summary.setTextFormat(Qt.TextFormat.PlainText)
        self.settings = ImportSettings(theme, reading, cards)
        self.recipe = ImportRecipe(theme)
        self.preview = ImportPreview(theme)
        self.view = QTableView()
        self.notes = QListWidget()
        self.guesses = QLabel()
        self.guesses.setWordWrap(True)
        self.guesses.setTextFormat(Qt.TextFormat.PlainText)
        self.accept_button = button(theme, self.tr("Import"), primary=True)
        self.cancel_button = button(theme, self.tr("Cancel"))
        self._notes: list[CellNote] = []
        self._lay_out()
        self._connect()
        self._show(self.imported, reading)
        self.resize(theme.px(_SIZE[0]), theme.px(_SIZE[1]))

    def _connect(self) -> None:
        self.settings.changed.connect(self._changed)
        self.recipe.changed.connect(self.settings.set_recipe)
        self.accept_button.clicked.connect(self.accept)
        self.cancel_button.clicked.connect(self.reject)
        self.notes.itemActivated.connect(self._go_to)
        self.notes.currentRowChanged.connect(self._select)
        self.view.setHorizontalHeader(PlainHead(self._theme, self.view))
        self.view.setVerticalHeader(PlainHead(self._theme, self.view, Qt.Orientation.Vertical))
        self.view.setItemDelegate(PlainRows(self._theme, self.view))
        self.view.setShowGrid(False)
        self.view.setCornerButtonEnabled(False)
        FocusRing(self._theme, self.view)
        header = self.view.horizontalHeader()
        header.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        header.customContextMenuRequested.connect(self._header_menu)
        header.sectionClicked.connect(lambda column: self._choose_role(column))
        header.setSectionsClickable(True)

    def _lay_out(self) -> None:
        theme, px = self._theme, self._theme.px
        self.summary.setFont(theme.font(TITLE, SEMIBOLD))
        for label in (self.guesses,):
            label.setFont(theme.font(TABLE))
            label.setStyleSheet(f"color: {theme.tokens.text2}")
        self.view.setModel(self.preview)
        self.view.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.view.setFont(theme.font(TABLE))
        self.view.verticalHeader().setDefaultSectionSize(px(_ROW))
        self.view.setAccessibleName(self.tr("Table to import"))
        self.view.horizontalHeader().setResizeContentsPrecision(_LOOKED_AT)
        self.view.horizontalHeader().setMaximumSectionSize(px(_WIDEST))
        self.view.horizontalHeader().setToolTip(self.tr("Click a head to say what the column means"))
        self.notes.setFont(theme.font(TABLE))
        self.notes.setAccessibleName(self.tr("Cells to look at"))
        self.notes.setMaximumHeight(px(132))
        left, right = QVBoxLayout(), QVBoxLayout()
        left.addWidget(self.view, 1)
        self._notes_head = self._head(self.tr("Cells to look at"))
        left.addWidget(self._notes_head)
        left.addWidget(self.notes)
        right.addWidget(self._head(self.tr("How it is read")))
        right.addWidget(self.settings)
        right.addSpacing(px(12))
        recipe_head = self._head(self.tr("Recipe of these rows"))
        recipe_head.setToolTip(self.tr("For rows that do not say it; noted in each of them"))
        right.addWidget(recipe_head)
        right.addWidget(self.recipe)
        right.addSpacing(px(12))
        right.addWidget(self._head(self.tr("Assumed")))
        right.addWidget(self.guesses)
        right.addStretch(1)
        side = QWidget()
        side.setLayout(right)
        right.setContentsMargins(0, 0, px(10), 0)
        scroll = QScrollArea()
        scroll.setBackgroundRole(QPalette.ColorRole.Base)
        scroll.setWidget(side)
        scroll.setAccessibleName(self.tr("How the table is read"))
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setFixedWidth(px(_SIDE))
        body = QHBoxLayout()
        body.setSpacing(px(16))
        body.addLayout(left, 1)
        body.addWidget(scroll)
        foot = QHBoxLayout()
        foot.addStretch(1)
        foot.addWidget(self.cancel_button)
        foot.addWidget(self.accept_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(px(20), px(16), px(20), px(16))
        column.setSpacing(px(10))
        column.addWidget(self.summary)
        column.addLayout(body, 1)
        column.addLayout(foot)

    def _head(self, text: str) -> QLabel:
        label = QLabel(text)
        label.setFont(self._theme.font(TEXT, SEMIBOLD))
        return label

    def _changed(self, reading: Reading) -> None:
        understood = self._understood
        if len(understood.table.rows) * max(len(reading.lengths), 1) > _MOST_AT_ONCE:
            self.accept_button.setEnabled(False)  # what it would import is not known yet
            self._work.run(lambda: (understood.rows(reading), reading))
            return
        try:
            self._show(understood.rows(reading), reading)
        except InputError as error:
            self._failed(error)

    def _failed(self, error: Exception) -> None:
        """There are no rows by this reading."""
        if not isinstance(error, InputError):
            raise error
        self.summary.setText(told_error(error))
        self.accept_button.setEnabled(False)

    def _show(self, read: Imported, reading: Reading) -> None:
        words, table = self.words, self._understood.table
        self.imported = read
        self.summary.setText(words.summary(self._understood.kind, read))
        noted = words.notes(table, read)
        self._notes = [note for note, _ in noted]
        odd = {(note.row, note.column): text for note, text in noted}
        self.preview.show(table, words.titles(reading), odd)
        if table.rows and len(table.heads) <= _MOST_FITTED:
            self.view.resizeColumnsToContents()
        self.notes.clear()
        for _, text in noted:
            self.notes.addItem(QListWidgetItem(text))
        if words.n_noted(read) > len(noted):
            more = f"{words.n_noted(read) - len(noted):,}"
            self.notes.addItem(QListWidgetItem(self.tr("and {n} more").format(n=more)))
        for widget in (self.notes, self._notes_head):
            widget.setVisible(bool(noted))
        self.guesses.setText("\n".join(f"• {line}" for line in words.guesses(table, reading)))
        n = len(read.table.rows)
        self.accept_button.setText(self.tr("Import {n} rows").format(n=f"{n:,}"))
        self.accept_button.setEnabled(n > 0)

    def _select(self, number: int) -> None:
        if 0 <= number < len(self._notes):
            note = self._notes[number]
            self.view.setCurrentIndex(self.preview.index(note.row, note.column))

    def _go_to(self, _item: QListWidgetItem) -> None:
        self.view.setFocus()

    def _header_menu(self, where: QPoint) -> None:
        self._choose_role(self.view.horizontalHeader().logicalIndexAt(where))

    def _choose_role(self, column: int) -> None:
        """A menu of what the column may mean."""
        if column < 0:
            return
        menu = self.role_menu(column)
        header = self.view.horizontalHeader()
        place = QPoint(header.sectionViewportPosition(column), header.height())
        menu.popup(header.mapToGlobal(place))

    def role_menu(self, column: int) -> QMenu:
        """Every meaning that a column may have, the present one checked."""
        roles = self.settings.reading.roles
        menu = QMenu(self)
        for role in ("", *_FIELDS):
            action = QAction(self.words.role(role) if role else self.tr("Keep as it is"), menu)
            action.setCheckable(True)
            action.setChecked(role == roles[column])
            action.setEnabled(role not in ROW_FIELD or role == roles[column] or role not in roles)
            action.triggered.connect(lambda _checked=False, role=role: self._set_role(column, role))
            menu.addAction(action)
        return menu

    def _set_role(self, column: int, role: str) -> None:
        roles = list(self.settings.reading.roles)
        roles[column] = role
        self.settings.set_roles(tuple(roles))

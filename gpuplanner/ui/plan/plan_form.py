"""The plan form: each field at its place, marked where it differs, with a message where it cannot be read."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial

from PySide6.QtCore import QEvent, QPoint, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QFileDialog,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QMenu,
    QPushButton,
    QScrollArea,
    QToolTip,
    QWidget,
)

from gpuplanner.core.errors import InputProblem
from gpuplanner.core.llm import Llm
from gpuplanner.core.plan import PLAN_FIELD
from gpuplanner.core.resolve import fill_in
from gpuplanner.core.uses import Ignored
from gpuplanner.ui.plan.data_set_view import DataSetView
from gpuplanner.ui.plan.data_set_words import DataSetWords
from gpuplanner.ui.plan.form_editors import ChoiceField, Editor, NameField, focus_field
from gpuplanner.ui.plan.form_fields import MORE, SECTIONS, Row, default_of, spec_of, usual_targets, value_of
from gpuplanner.ui.plan.form_label import FIRST_HEAD_HEIGHT, HEAD_HEIGHT, FieldLabel, FoldButton, SectionHead
from gpuplanner.ui.plan.form_words import FormWords
from gpuplanner.ui.plan.planner import UNREACHABLE, Outcome
from gpuplanner.ui.theme import CAPTION, TABLE, Theme
from gpuplanner.ui.told import as_sentence, told, told_advice
from gpuplanner.ui.widgets.buttons import button
from gpuplanner.ui.widgets.number_field import NumberField
from gpuplanner.ui.wording import Wording, in_sentence
from gpuplanner.ui.words import field_label

WIDTH, NARROW_WIDTH = 284, 254
_RIGHT_MARGIN, _MARGIN_AT_SCROLL_BAR, _GAP = 14, 4, 6
_ROOM_FOR_SAMPLES = 60
_LAST_GAP = 8
_SETTLED_MS = 50
"""After this a layout has taken in what has become visible."""


class PlanForm(QScrollArea):
    """Shows an `Outcome` and says what the user edits; it computes nothing.

    ``gpu_memory`` gives what a card reports, for the list of cards; it is asked when the list opens.
    """

    edited = Signal(str, object)
    """Field and new value."""
    unreadable = Signal(str, str, str)
    """Field, its text, and why it cannot be read."""

    def __init__(
        self,
        theme: Theme,
        wording: Wording,
        models: tuple[str, ...],
        gpus: tuple[str, ...],
        gpu_memory: Callable[[str], int],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._theme, self._wording = theme, wording
        self._words = FormWords(theme, wording, self)
        self._data_set_words = DataSetWords(self)
        self._models, self._gpus, self._gpu_memory = models, gpus, gpu_memory
        self._editors: dict[str, Editor] = {}
        self._labels: dict[str, FieldLabel] = {}
        self._messages: dict[str, QLabel] = {}
        self._places: dict[str, int] = {}
        self._targets_of: Llm | None = None
        self._outcome: Outcome | None = None
        self._deciding = ""
        self._line = 0
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._content = QWidget()
        self._grid = QGridLayout(self._content)
        self._grid.setSpacing(0)
        self._grid.setColumnStretch(1, 1)
        self._build()
        self.setWidget(self._content)
        # The panel paints the ground; `setWidget` makes the content paint its own.
        self._content.setAutoFillBackground(False)
        self.viewport().setAutoFillBackground(False)
        self.setAccessibleName(self.tr("Plan"))
        theme.changed.connect(self._take_theme)
        self.verticalScrollBar().rangeChanged.connect(self._take_margins)
        self._take_theme()

    @property
    def words(self) -> FormWords:
        """Labels and units of the fields."""
        return self._words

    def editor(self, name: str) -> Editor:
        """The editor of a field; opens "More" for a field that is folded away."""
        if name not in self._editors:
            self.set_more(True)
        return self._editors[name]

    def label(self, name: str) -> FieldLabel:
        """The label of a field's row."""
        self.editor(name)
        return self._labels[name]

    def message(self, name: str) -> str:
        """What is said under a field; empty when nothing is."""
        label = self._messages.get(name)
        return label.text() if label is not None and not label.isHidden() else ""

    def focus_field(self, name: str) -> None:
        """Put the cursor into a field and scroll to it."""
        editor = self.editor(name)
        self.ensureWidgetVisible(editor)
        focus_field(editor)

    def set_more(self, shown: bool) -> None:
        """Unfold or fold the less-used fields."""
        if shown and not self._more_built():
            for row in MORE:
                self._add_row(row)
            if self._outcome is not None:
                self.show_outcome(self._outcome, self._deciding)
        for row in MORE:
            for name in row.fields:
                for widget in (self._editors.get(name), self._labels.get(name)):
                    if widget is not None:
                        widget.setVisible(shown)
        self._more.setChecked(shown)

    def show_outcome(self, outcome: Outcome, deciding: str) -> None:
        """Show values, marks and messages; ``deciding`` is the field that decides a bad verdict."""
        self._outcome, self._deciding = outcome, deciding
        self._show_automatic(outcome)
        self._show_targets(outcome)
        problems = {problem.where: problem for problem in reversed(outcome.problems)}
        texts, ignored = outcome.texts or {}, outcome.ignored
        for name, editor in self._editors.items():
            value = value_of(outcome.setup, name)
            if name in texts:
                editor.set_text(texts[name])
            else:
                editor.set_value(value)
            if isinstance(editor, NumberField):
                editor.set_unit(self._words.unit(name, value))
            problem = problems.get(name)
            editor.set_border("no" if problem else "tight" if name == deciding else "")
            self._show_message(name, problem)
            reason = ignored.get(name)
            editor.setEnabled(reason is None)
            editor.setToolTip(self._words.tip(name, reason))
        for row in self._rows():
            self._show_label(row, outcome, ignored)
        self.data_set.show_data_set(self._data_set_words.text(outcome.setup))
        self._more.set_differs(any(self._differs(n, outcome) for row in MORE for n in row.fields))

    def event(self, event: QEvent) -> bool:
        """F1 belongs to the field that has the cursor, not to the menu."""
        if event.type() == QEvent.Type.ShortcutOverride and event.key() == Qt.Key.Key_F1:  # type: ignore[attr-defined]
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """F1 explains the field that has the cursor."""
        editor = self.focusWidget()
        if event.key() == Qt.Key.Key_F1 and editor is not None and editor.toolTip():
            QToolTip.showText(editor.mapToGlobal(QPoint(0, editor.height())), editor.toolTip(), editor)
            return
        super().keyPressEvent(event)

    # Building --------------------------------------------------------------------------------

    def _build(self) -> None:
        for key, rows in SECTIONS:
            head = self._add_head(self._words.section(key), first=key == SECTIONS[0][0])
            for row in rows:
                self._add_row(row)
        self._add_data_set(head)
        self._more = FoldButton(self._theme, self._words.section("more"))
        self._more.setToolTip(self.tr("Framework, types, network, generation, price"))
        self._more.clicked.connect(self._more_clicked)
        # What it brings lies below: the form scrolls to it, once it has got its room.
        self._unfolded = QTimer(self)
        self._unfolded.setSingleShot(True)
        self._unfolded.setInterval(_SETTLED_MS)
        self._unfolded.timeout.connect(self._show_more)
        self._grid.addWidget(self._more, self._line, 0, 1, 2)
        self._line += 1
        self._grid.setRowStretch(10_000, 1)

    def _more_clicked(self, shown: bool) -> None:
        self.set_more(shown)
        if shown:
            self._unfolded.start()

    def _show_more(self) -> None:
        """As much of "More" as there is room for, from its head on."""
        self.ensureWidgetVisible(self._editors[MORE[-1].fields[-1]], 0, self._theme.px(_LAST_GAP))
        self.ensureWidgetVisible(self._more, 0, 0)

    def _add_head(self, text: str, *, first: bool) -> SectionHead:
        head = SectionHead(self._theme, text, FIRST_HEAD_HEIGHT if first else HEAD_HEIGHT)
        self._grid.addWidget(head, self._line, 0, 1, 2)
        self._line += 1
        return head

    def _add_data_set(self, head: SectionHead) -> None:
        """A button in the head of the last section, and below its rows what is known of the data set."""
        self.data_set_button = button(self._theme, self.tr("Data set…"), icon="folder", flat=True)
        self.data_set_button.setFont(self._theme.font(TABLE))
        self.data_set_button.setToolTip(
            self.tr("Read the lengths of your samples from a JSONL file: what is cut, padded and packed")
        )
        place = QHBoxLayout(head)
        place.setContentsMargins(0, 0, 0, 0)
        place.addStretch(1)
        place.addWidget(self.data_set_button)
        self.data_set = DataSetView(self._theme)
        # It stands at the end: the form scrolls for it, once it has got its room.
        settled = QTimer(self)
        settled.setSingleShot(True)
        settled.setInterval(_SETTLED_MS)
        settled.timeout.connect(self._show_data_set)
        self.data_set.grew.connect(settled.start)
        self._grid.addWidget(self.data_set, self._line, 0, 1, 2)
        self._line += 1

    def _show_data_set(self) -> None:
        self.ensureWidgetVisible(self.data_set, 0, 0)

    def _add_row(self, row: Row) -> None:
        label = FieldLabel(self._theme, self._words.label(row.fields[0]))
        editors = [self._words.editor(name, self._models, self._gpus) for name in row.fields]
        label.clicked.connect(lambda: focus_field(editors[0]))
        label.customContextMenuRequested.connect(lambda at: self._reset_menu(row.fields, label, at))
        holder = QHBoxLayout()
        holder.setContentsMargins(0, 0, 0, 0)
        holder.setSpacing(self._theme.px(_GAP))
        for i, (name, editor) in enumerate(zip(row.fields, editors, strict=True)):
            if i and row.between:
                holder.addWidget(self._between(row.between))
            holder.addWidget(editor, row.shares[i])
            self._labels[name], self._editors[name], self._places[name] = label, editor, self._line
            self._connect(name, editor)
        if row.fields[0] == "samples":
            editors[0].setMinimumWidth(self._theme.px(_ROOM_FOR_SAMPLES))
        if row.fields == ("model",):
            holder.addWidget(self._browse_button())
        self._grid.addWidget(label, self._line, 0)
        self._grid.addLayout(holder, self._line, 1)
        self._line += 2  # the line between is for a message

    def _between(self, text: str) -> QLabel:
        label = QLabel(text)
        label.setFixedWidth(self._theme.px(10))
        label.setAlignment(Qt.AlignmentFlag.AlignCenter)
        label.setForegroundRole(label.foregroundRole())
        return label

    def _browse_button(self) -> QPushButton:
        browse = self._browser = QPushButton("…")
        browse.setStyleSheet("padding: 0")
        browse.setToolTip(self.tr("Choose the config.json of another model"))
        browse.setAccessibleName(self.tr("Browse for a model"))
        browse.clicked.connect(self._browse)
        return browse

    def _connect(self, name: str, editor: Editor) -> None:
        editor.edited.connect(lambda value: self.edited.emit(name, value))
        if isinstance(editor, NumberField | NameField):
            editor.unreadable.connect(lambda text, reason: self.unreadable.emit(name, text, reason))
        editor.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        editor.customContextMenuRequested.connect(lambda at: self._reset_menu((name,), editor, at))
        if isinstance(editor, ChoiceField) and name == "gpu":
            editor.describe_with(lambda gpu: self._wording.with_unit(self._gpu_memory(str(gpu)), 2))

    def _browse(self) -> None:
        path, _ = QFileDialog.getOpenFileName(
            self, self.tr("Choose a model"), "", self.tr("Model configuration (*.json)")
        )
        if path:
            self.edited.emit("model", path)

    def _reset_menu(self, names: tuple[str, ...], widget: QWidget, at: QPoint) -> None:
        menu = widget.createStandardContextMenu() if isinstance(widget, QLineEdit) else QMenu(self)
        if isinstance(widget, QLineEdit):
            menu.addSeparator()
        for name in names:
            default = default_of(name)
            text = self.tr("Reset {field} to {value}").format(
                field=in_sentence(self._words.label(name) if len(names) == 1 else field_label(spec_of(name))),
                value=self._wording.option(name, default) if default is not None else self.tr("automatic"),
            )
            action = menu.addAction(text)
            action.triggered.connect(partial(self.edited.emit, name, default))
            action.setEnabled(self._outcome is not None and self._differs(name, self._outcome))
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(widget.mapToGlobal(at))

    # Showing ---------------------------------------------------------------------------------

    def _rows(self) -> list[Row]:
        rows = [row for _, section in SECTIONS for row in section]
        return [*rows, *MORE] if self._more_built() else rows

    def _more_built(self) -> bool:
        return MORE[0].fields[0] in self._editors

    def _differs(self, name: str, outcome: Outcome) -> bool:
        """Whether a field says anything but its default, or what its default would come to here."""
        if name in (outcome.texts or {}):
            return True
        value, default = value_of(outcome.setup, name), default_of(name)
        if value == default or name not in PLAN_FIELD or outcome.resolved is None:
            return value != default
        reset = replace(outcome.setup.plan, **{name: default})  # type: ignore[arg-type]
        return bool(value != getattr(fill_in(reset, outcome.resolved.gpu)[0], name))

    def _show_label(self, row: Row, outcome: Outcome, ignored: dict[str, Ignored]) -> None:
        label = self._labels[row.fields[0]]
        label.set_state(
            differs=any(self._differs(name, outcome) for name in row.fields if name not in ignored),
            ignored=all(name in ignored for name in row.fields),
        )
        label.setToolTip(self._words.tip(row.fields[0], ignored.get(row.fields[0])))

    def _show_automatic(self, outcome: Outcome) -> None:
        for name, editor in self._editors.items():
            if isinstance(editor, ChoiceField) and name in PLAN_FIELD and PLAN_FIELD[name].default is None:
                resolved = getattr(outcome.resolved.plan, name) if outcome.resolved else None
                editor.set_words(None, self._words.automatic(name, resolved))
            elif (
                isinstance(editor, NumberField) and PLAN_FIELD.get(name) and PLAN_FIELD[name].default is None
            ):
                resolved = getattr(outcome.resolved.plan, name) if outcome.resolved else None
                editor.setPlaceholderText(self._words.automatic(name, resolved))
            elif name == "price" and isinstance(editor, NumberField):
                editor.setPlaceholderText(self._words.unit(name))

    def _show_targets(self, outcome: Outcome) -> None:
        llm = outcome.resolved.llm if outcome.resolved else None
        if llm is None or llm is self._targets_of:
            return
        self._targets_of = llm
        editor = self._editors["lora_targets"]
        assert isinstance(editor, NameField)
        editor.set_names(usual_targets(llm))

    def _show_message(self, name: str, problem: InputProblem | None) -> None:
        message = self._messages.get(name)
        if problem is None:
            if message is not None and not message.isHidden():
                message.hide()
                message.setText("")
            return
        if message is None:
            message = self._messages[name] = QLabel()
            message.setWordWrap(True)
            message.setTextFormat(Qt.TextFormat.PlainText)
            self._grid.addWidget(message, self._places[name] + 1, 0, 1, 2)
            self._take_theme()
        # Where there is no estimate at all, the verdict gives the hint.
        with_hint = problem.hint and name not in UNREACHABLE
        text = told_advice(problem.what, problem.hint) if with_hint else told(problem.what)
        text = as_sentence(text)
        message.setText(text)
        message.setToolTip(text)
        message.setAccessibleName(text)
        message.show()

    def _take_margins(self) -> None:
        px = self._theme.px
        scrolls = self.verticalScrollBar().maximum() > 0
        self._grid.setContentsMargins(0, 0, px(_MARGIN_AT_SCROLL_BAR if scrolls else _RIGHT_MARGIN), px(8))

    def _take_theme(self) -> None:
        tokens, px = self._theme.tokens, self._theme.px
        self._grid.setHorizontalSpacing(px(4))
        self._browser.setFixedWidth(px(24))
        self._take_margins()
        for message in self._messages.values():
            message.setFont(self._theme.font(CAPTION))
            message.setStyleSheet(f"color: {tokens.no}")
            message.setContentsMargins(px(16), 0, 0, px(4))

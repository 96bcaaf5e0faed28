"""The user's data set in the form: its name, a small histogram of lengths, one line of figures, packing."""

from __future__ import annotations

import math
from dataclasses import dataclass

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from gpuplanner.core.sample_lengths import SampleLengths
from gpuplanner.ui.plan.form_label import LABEL_MARGIN, ROW_HEIGHT
from gpuplanner.ui.theme import CAPTION, TABLE, Theme
from gpuplanner.ui.widgets.buttons import button
from gpuplanner.ui.widgets.controls import CheckBox
from gpuplanner.ui.widgets.elided import ElidedLabel

_HISTOGRAM_HEIGHT, _BAR, _GAP, _CLEAR = 24, 3, 1, 20
_MARGIN = 0.8
"""The axis begins and ends by this factor beyond what is shown."""


@dataclass(frozen=True)
class DataSetText:
    """What is shown of a data set."""

    name: str
    line: str
    tip: str
    lengths: SampleLengths
    seq_len: int
    packing: bool
    can_pack: bool


class Histogram(QWidget):
    """How many samples have which length, on a logarithmic axis; the sequence length is a line.

    What the sequence length cuts is tinted; packed samples are not cut.
    """

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._text: DataSetText | None = None
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        theme.changed.connect(self._take_theme)
        self._take_theme()

    def show_text(self, text: DataSetText) -> None:
        """Show other lengths or another line."""
        self._text = text
        self.setAccessibleName(text.line)
        self.update()

    def sizeHint(self) -> QSize:
        """Low, and as wide as there is room."""
        return QSize(self._theme.px(100), self._theme.px(_HISTOGRAM_HEIGHT))

    def edges(self) -> tuple[float, ...]:
        """Limits of the bars in tokens, rising by the same factor."""
        if self._text is None:
            return ()
        shortest, seq_len = self._text.lengths.counts[0][0], self._text.seq_len
        low = max(1.0, _MARGIN * min(shortest, seq_len))
        high = max(self._text.lengths.longest, seq_len, low) / _MARGIN
        n = max(1, self.width() // self._theme.px(_BAR + _GAP))
        return tuple(low * (high / low) ** (i / n) for i in range(n + 1))

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Bars, base line, the sequence length; the part beyond it in the colour of what does not fit."""
        if self._text is None:
            return
        tokens, px = self._theme.tokens, self._theme.px
        edges = self.edges()
        counts = self._text.lengths.histogram(edges)
        most, n = max(*counts, 1), len(counts)
        place = math.log(self._text.seq_len / edges[0]) / math.log(edges[-1] / edges[0])
        cut_from = self.width() if self._text.packing else round(place * self.width())
        painter = QPainter(self)
        base = self.height() - 1
        painter.fillRect(QRectF(cut_from, 0, self.width() - cut_from, base), QColor(tokens.no_tint))
        for left, right, color in ((0, cut_from, tokens.others), (cut_from, self.width(), tokens.no)):
            painter.setClipRect(QRectF(left, 0, right - left, self.height()))
            for i, count in enumerate(counts):
                if count:
                    height = max(1.0, (base - px(2)) * count / most)
                    x = i * self.width() / n
                    bar = QRectF(x, base - height, self.width() / n - px(_GAP), height)
                    painter.fillRect(bar, QColor(color))
        painter.setClipping(False)
        painter.fillRect(0, base, self.width(), 1, QColor(tokens.line_strong))
        painter.fillRect(QRectF(round(place * self.width()), 0, 1, base), QColor(tokens.ink))

    def _take_theme(self) -> None:
        self.setFixedHeight(self._theme.px(_HISTOGRAM_HEIGHT))
        self.update()


class DataSetView(QWidget):
    """Takes no room while there is no data set and nothing to say about one."""

    packing_edited = Signal(bool)
    grew = Signal()
    """It takes room now, perhaps where nobody looks."""
    cleared = Signal()
    """The user wants the data set, the reading or the message gone."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._notice = ""
        self._text: DataSetText | None = None
        self.name = ElidedLabel(theme)
        self.packing = CheckBox(theme, self.tr("Packing"))
        self.packing.setToolTip(
            self.tr("Samples are joined and cut at the sequence length: no padding, fewer sequences")
        )
        self.clear: QPushButton = button(theme, "", icon="close", flat=True)
        self.clear.setAccessibleName(self.tr("Remove the data set"))
        self.clear.setToolTip(self.tr("Remove the data set"))
        self.histogram = Histogram(theme)
        self.line = QLabel()
        self.line.setWordWrap(True)
        self.line.setTextFormat(Qt.TextFormat.PlainText)
        self._build()
        self.packing.clicked.connect(self.packing_edited)
        self.clear.clicked.connect(self.cleared)
        theme.changed.connect(self._take_theme)
        self._take_theme()
        self._refresh()

    @property
    def notice(self) -> str:
        """What is said instead of figures: a reading goes on, or failed."""
        return self._notice

    def show_data_set(self, text: DataSetText | None) -> None:
        """Show a data set; None: there is none."""
        if text != self._text:
            self._text = text
            self._refresh()

    def show_notice(self, notice: str, *, fault: bool = False) -> None:
        """Say how far the reading is, or why a file cannot be read (``fault``); empty: nothing."""
        self._notice = notice
        self.line.setProperty("fault", fault)
        self._take_theme()
        self._refresh()

    def _build(self) -> None:
        self._head = QHBoxLayout()
        self._head.addWidget(self.name, 1)
        self._head.addStretch(0)
        self._head.addWidget(self.packing)
        self._head.addWidget(self.clear)
        self._column = QVBoxLayout(self)
        self._column.setSpacing(0)
        self._column.addLayout(self._head)
        self._column.addWidget(self.histogram)
        self._column.addSpacing(self._theme.px(3))
        self._column.addWidget(self.line)

    def _refresh(self) -> None:
        text, was_hidden = self._text, self.isHidden()
        self.setVisible(text is not None or bool(self._notice))
        if text is not None:
            self.name.set_text(text.name, text.tip)
            self.packing.setChecked(text.packing)
            self.histogram.show_text(text)
        self.packing.setVisible(text is not None and text.can_pack)
        self.histogram.setVisible(text is not None)
        if text is None:
            self.name.set_text("")
        said = self._notice or (text.line if text is not None else "")
        tip = text.tip if text is not None and not self._notice else said
        # Lines break after a figure, not inside one.
        whole = said.replace(" ", "\u00a0").replace("·\u00a0", "· ")
        self.line.setText(said if self._notice else whole)
        self.line.setAccessibleName(said)
        for widget in (self.line, self.histogram):
            widget.setToolTip(tip)
        if was_hidden and not self.isHidden():
            self.grew.emit()

    def _take_theme(self) -> None:
        px, tokens = self._theme.px, self._theme.tokens
        self._column.setContentsMargins(px(LABEL_MARGIN), 0, 0, px(4))
        self._head.setSpacing(px(6))
        self.clear.setFixedSize(px(_CLEAR), px(_CLEAR))
        self.clear.setStyleSheet("padding: 0")
        self.packing.setFont(self._theme.font(TABLE))
        self.packing.setFixedHeight(px(ROW_HEIGHT))
        self.line.setFont(self._theme.font(CAPTION))
        color = tokens.no if self.line.property("fault") else tokens.text2
        self.line.setStyleSheet(f"color: {color}")

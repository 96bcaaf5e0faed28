"""The GPU strip of the Plan page: a tile for each local card, or one line that says why there is none."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import QEvent, QObject, QPoint, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QScrollArea, QVBoxLayout, QWidget

from gpuplanner.ui.strip.gpu_tile import HEIGHT, LEAST_LINE_WIDTH, LEAST_WIDTH, LINE_HEIGHT, Form, GpuTile
from gpuplanner.ui.strip.tile_data import Tile
from gpuplanner.ui.theme import TABLE, Theme
from gpuplanner.ui.widgets.buttons import button

STATE_HEIGHT = 44
LOW_BELOW = 760
"""Height of the window below which the strip is one line, in the design's pixels."""
_SCROLL_BAR = 10
_FOLD = 24


class MonitorStrip(QWidget):
    """Shows what it is given; decides its own height.  Hidden until there is something to show."""

    card_chosen = Signal(str)
    """UUID of the card that was clicked."""
    menu_requested = Signal(str, QPoint)
    """UUID, and where on the screen."""
    fold_requested = Signal()
    details_requested = Signal()
    look_requested = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._window: QWidget | None = None
        self._low = False
        self.tiles: list[GpuTile] = []
        """One for each card, in NVML's order."""
        self._scroll = _scroll_area()
        self._content = QWidget()
        self._row = QHBoxLayout(self._content)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(0)
        self._scroll.setWidget(self._content)
        self.state_row = _StateRow(theme)
        self.state_row.details.clicked.connect(self.details_requested)
        self.state_row.look.clicked.connect(self.look_requested)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._scroll)
        column.addWidget(self.state_row)
        self.fold = button(theme, "", icon="fold", flat=True)
        self.fold.setParent(self)
        self.fold.setAccessibleName(self.tr("Fold the GPU strip into the status bar"))
        self.fold.setToolTip(self.tr("Fold into the status bar"))
        self.fold.clicked.connect(self.fold_requested)
        self.setAccessibleName(self.tr("GPUs of this computer"))
        theme.changed.connect(self._arrange)
        self.hide()

    @property
    def has_content(self) -> bool:
        """Whether there are tiles or a line to show."""
        return bool(self.tiles) or bool(self.state_row.text)

    @property
    def is_low(self) -> bool:
        """Whether the strip is one line."""
        return self._low

    def show_tiles(self, tiles: Sequence[Tile], chosen: str) -> None:
        """Show the cards; ``chosen`` is the UUID of the one that the plan is compared with."""
        changed = len(tiles) != len(self.tiles) or bool(self.state_row.text)
        while len(self.tiles) > len(tiles):
            gone = self.tiles.pop()
            self._row.removeWidget(gone)
            gone.deleteLater()
        while len(self.tiles) < len(tiles):
            self.tiles.append(self._new_tile())
        if self.tiles:
            self.setFocusProxy(self.tiles[0])
        for widget, tile in zip(self.tiles, tiles, strict=True):
            widget.show_tile(tile, several=len(tiles) > 1)
            widget.setChecked(tile.text.uuid == chosen)
        if changed:
            self.state_row.set_text("")
            self._arrange()

    def show_state(self, line: str) -> None:
        """Say in one line why there are no cards."""
        if line == self.state_row.text and not self.tiles:
            return
        for tile in self.tiles:
            self._row.removeWidget(tile)
            tile.deleteLater()
        self.tiles = []
        self.state_row.set_text(line)
        self.setFocusProxy(self.state_row.look)
        self._arrange()

    def showEvent(self, event: QShowEvent) -> None:
        """The window's height decides the form."""
        super().showEvent(event)
        window = self.window()
        if window is not self._window:
            self._window = window
            window.installEventFilter(self)
        self._arrange()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """The window may have become low or high."""
        if event.type() == QEvent.Type.Resize and watched is self._window:
            low = self._is_low_window()
            if low != self._low:
                self._arrange()
        return False

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Tiles may have to scroll now."""
        super().resizeEvent(event)
        self._arrange()

    # The rest --------------------------------------------------------------------------------

    def _new_tile(self) -> GpuTile:
        tile = GpuTile(self._theme)
        tile.clicked.connect(partial(self._choose, tile))
        tile.customContextMenuRequested.connect(partial(self._ask_menu, tile))
        self._row.addWidget(tile)
        return tile

    def _choose(self, tile: GpuTile, _checked: bool = False) -> None:
        if tile.tile is not None:
            tile.setChecked(True)
            self.card_chosen.emit(tile.tile.text.uuid)

    def _ask_menu(self, tile: GpuTile, at: QPoint) -> None:
        if tile.tile is not None:
            self.menu_requested.emit(tile.tile.text.uuid, tile.mapToGlobal(at))

    def _is_low_window(self) -> bool:
        return self.window().height() < self._theme.px(LOW_BELOW)

    def _arrange(self) -> None:
        px = self._theme.px
        self._low = self._is_low_window()
        form = Form.LINE if self._low else Form.TILE
        height = px(LINE_HEIGHT if self._low else HEIGHT)
        self._scroll.setVisible(bool(self.tiles))
        self.state_row.setVisible(not self.tiles)
        if self.tiles:
            least = px(LEAST_LINE_WIDTH if self._low else LEAST_WIDTH)
            for tile in self.tiles:
                tile.set_form(form)
                tile.setMinimumWidth(least)
            scrolls = len(self.tiles) * least > self.width()
            height += px(_SCROLL_BAR) if scrolls else 0
        elif not self._low:
            height = px(STATE_HEIGHT)
        self._scroll.setFixedHeight(height)
        self.state_row.setFixedHeight(height)
        self.setFixedHeight(height)
        size = px(_FOLD)
        top = px(6) if self.tiles and not self._low else (height - size) // 2
        self.fold.setFixedSize(size, size)
        self.fold.move(self.width() - size - px(6), top)
        # Several tiles fill the whole width, and their menu folds them.
        self.fold.setVisible(len(self.tiles) <= 1)
        self.fold.raise_()


class _StateRow(QWidget):
    """One grey line with two buttons."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._label = QLabel()
        self._label.setTextFormat(Qt.TextFormat.PlainText)
        self._label.setMinimumWidth(1)
        self.details = button(theme, self.tr("Details"), flat=True)
        self.look = button(theme, self.tr("Look again"), flat=True)
        self._line = QHBoxLayout(self)
        self._line.addWidget(self._label, 1)
        self._line.addWidget(self.details)
        self._line.addWidget(self.look)
        theme.changed.connect(self._take_theme)
        self._take_theme()

    @property
    def text(self) -> str:
        """What is said."""
        return self._label.text()

    def set_text(self, text: str) -> None:
        """Say something else."""
        self._label.setText(text)
        self._label.setToolTip(text)
        self._label.setAccessibleName(text)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Surface below a line."""
        painter, tokens = QPainter(self), self._theme.tokens
        painter.fillRect(self.rect(), QColor(tokens.surface))
        painter.fillRect(0, 0, self.width(), 1, QColor(tokens.line))

    def _take_theme(self) -> None:
        px = self._theme.px
        self._line.setContentsMargins(px(16), px(1), px(36), 0)
        self._line.setSpacing(px(4))
        self._label.setFont(self._theme.font(TABLE))
        palette = self._label.palette()
        palette.setColor(self._label.foregroundRole(), self._theme.color("text2"))
        self._label.setPalette(palette)
        self.update()


def _scroll_area() -> QScrollArea:
    scroll = QScrollArea()
    scroll.setFrameShape(QFrame.Shape.NoFrame)
    scroll.setWidgetResizable(True)
    scroll.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    return scroll

"""The pages of a report on a grey ground, as they will be printed; only those in sight are drawn."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QRect, QRectF, QSize, Qt, QTimer
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen, QPixmap, QResizeEvent
from PySide6.QtWidgets import QScrollArea, QSizePolicy, QWidget

from gpuplanner.render.paper_pages import Pages
from gpuplanner.ui.theme import Theme
from gpuplanner.ui.widgets.focus_ring import FocusRing

_GAP, _MOST_SCALE, _TWO_FROM = 20, 1.6, 900


class ReportPreview(QScrollArea):
    """Scrolls over the sheets."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self.sheets = _Sheets(theme)
        self.setWidget(self.sheets)
        self.setWidgetResizable(False)
        self.setFrameShape(QScrollArea.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        self.setAccessibleName(self.tr("Pages of the report"))
        FocusRing(theme, self)
        theme.changed.connect(self._take_theme)
        self._take_theme()

    def show_pages(self, pages: Pages) -> None:
        """Show a report; the place on the page stays where it was."""
        self.sheets.show_pages(pages, self.viewport().width())

    def go_to(self, page: int) -> None:
        """Scroll to a page, counted from 0."""
        self.verticalScrollBar().setValue(self.sheets.place(page).top() - self._theme.px(_GAP) // 2)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Sheets as large as the width allows."""
        super().resizeEvent(event)
        self.sheets.fit(self.viewport().width())

    def _take_theme(self) -> None:
        self.viewport().setStyleSheet(f"background: {self._theme.tokens.track}")


class _Sheets(QWidget):
    """All sheets in one or two columns."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._pages: Pages | None = None
        self._drawn: dict[int, QPixmap] = {}
        self._scale = 1.0
        self._columns = 1
        self._room = 0
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        # A page with a chart takes a tenth of a second: one at a time, so that scrolling stays alive.
        self._next = QTimer(self)
        self._next.setSingleShot(True)
        self._next.setInterval(0)
        self._next.timeout.connect(self._draw_one)
        theme.changed.connect(self.update)

    def show_pages(self, pages: Pages, room: int) -> None:
        """Take a report."""
        self._pages = pages
        self._drawn.clear()
        self._room = 0
        self.fit(room)

    def fit(self, room: int) -> None:
        """Choose columns and scale for a width."""
        if self._pages is None or room == self._room:
            return
        self._room = room
        gap = self._theme.px(_GAP)
        self._columns = 2 if room >= self._theme.px(_TWO_FROM) and len(self._pages.pages) > 1 else 1
        each = (room - gap * (self._columns + 1)) / self._columns
        self._scale = max(min(each / self._pages.width, _MOST_SCALE * self._theme.scale), 0.2)
        self._drawn.clear()
        rows = -(-len(self._pages.pages) // self._columns)
        height = gap + rows * (self._sheet().height() + gap)
        self.setFixedSize(QSize(self._columns * (self._sheet().width() + gap) + gap, height))
        self.setAccessibleName(
            self.tr("{title}, {n} pages").format(title=self._pages.report.title, n=len(self._pages.pages))
        )
        self.update()

    def place(self, page: int) -> QRect:
        """Where a page lies."""
        gap, sheet = self._theme.px(_GAP), self._sheet()
        row, column = divmod(page, self._columns)
        corner = QPoint(gap + column * (sheet.width() + gap), gap + row * (sheet.height() + gap))
        return QRect(corner, sheet)

    def paintEvent(self, event: QPaintEvent) -> None:
        """The sheets in sight; white ones are drawn as soon as the event loop turns."""
        if self._pages is None:
            return
        painter = QPainter(self)
        for number in range(len(self._pages.pages)):
            where = self.place(number)
            if not where.intersects(event.rect()):
                continue
            painter.fillRect(where, QColor("#FFFFFF"))
            pixmap = self._drawn.get(number)
            if pixmap is not None:
                painter.drawPixmap(where.topLeft(), pixmap)
            elif not self._next.isActive():
                self._next.start()
            painter.setPen(QPen(QColor(self._theme.tokens.line_strong), 1))
            painter.drawRect(QRectF(where).adjusted(-0.5, -0.5, 0.5, 0.5))

    def _sheet(self) -> QSize:
        assert self._pages is not None, "nothing is shown yet"
        return QSize(round(self._pages.width * self._scale), round(self._pages.height * self._scale))

    def _draw_one(self) -> None:
        if self._pages is None:
            return
        seen = self.visibleRegion().boundingRect()
        waiting = [
            number
            for number in range(len(self._pages.pages))
            if number not in self._drawn and self.place(number).intersects(seen)
        ]
        if not waiting:
            return
        self._drawn[waiting[0]] = self._draw(waiting[0])
        self.update(self.place(waiting[0]))
        if len(waiting) > 1:
            self._next.start()

    def _draw(self, number: int) -> QPixmap:
        assert self._pages is not None, "nothing is shown yet"
        ratio = self.devicePixelRatioF()
        pixmap = QPixmap(self._sheet() * ratio)
        pixmap.setDevicePixelRatio(ratio)
        pixmap.fill(QColor("#FFFFFF"))
        painter = QPainter(pixmap)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.scale(self._scale, self._scale)
        self._pages.paint(painter, number)
        painter.end()
        return pixmap

"""The painted lists of the Trial page: stages with seconds, predicted and measured, checks, a thin bar."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QHelpEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from gpuplanner.render.icon_paint import paint_icon
from gpuplanner.render.painting import paint_text
from gpuplanner.ui.theme import CAPTION, MEDIUM, SEMIBOLD, TABLE, TEXT, Theme
from gpuplanner.ui.trial.trial_picture import CheckLine, FigureLine, StageLine

_ROW, _CHECK_ROW, _FIGURE_ROW, _HEAD = 26, 22, 27, 22
_ICON, _TEXT_LEFT = 16, 23
_RIGHT = Qt.AlignmentFlag.AlignRight


class PaintedLines(QWidget):
    """Some lines of equal height, as high as they are."""

    def __init__(self, theme: Theme, row: float, head: float = 0, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme, self._row, self._head = theme, row, head
        self._count = 0
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        theme.changed.connect(self._take_theme)
        self._take_theme()

    def sizeHint(self) -> QSize:
        """As high as its lines."""
        return QSize(self._theme.px(200), self.height())

    def _set_count(self, count: int) -> None:
        self._count = count
        self.setVisible(count > 0)
        self._take_theme()

    def _take_theme(self) -> None:
        px = self._theme.px
        self.setFixedHeight(max(1, px(self._head) + self._count * px(self._row)) if self._count else 1)
        self.update()

    def _tip(self, place: int) -> str:
        """The tip of a line."""
        raise NotImplementedError

    def event(self, event: QEvent) -> bool:
        """What is elided stands in the tip."""
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            place = int((event.pos().y() - self._theme.px(self._head)) // self._theme.px(self._row))
            text = self._tip(place) if 0 <= place < self._count else ""
            QToolTip.showText(event.globalPos(), text, self) if text else QToolTip.hideText()
            return True
        return super().event(event)


class StageList(PaintedLines):
    """✓ Import torch 1.7 s; the stage under way has a dot and stronger type."""

    def __init__(self, theme: Theme) -> None:
        self._lines: tuple[StageLine, ...] = ()
        super().__init__(theme, _ROW)

    @property
    def lines(self) -> tuple[StageLine, ...]:
        """What is shown."""
        return self._lines

    def show_lines(self, lines: Sequence[StageLine]) -> None:
        """Show other lines."""
        if tuple(lines) != self._lines:
            self._lines = tuple(lines)
            self.setAccessibleName("; ".join(f"{line.text} {line.aside}".strip() for line in lines))
            self._set_count(len(self._lines))

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Marks, names, seconds."""
        tokens, px = self._theme.tokens, self._theme.px
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for place, line in enumerate(self._lines):
            y = px(_ROW) * (place + 0.5)
            now = line.mark in ("now", "failed")
            color = tokens.ink if now else tokens.text3 if line.mark == "to come" else tokens.text2
            icon = QRectF(0, y - px(_ICON) / 2, px(_ICON), px(_ICON))
            if line.mark == "done":
                paint_icon(painter, "check", tokens.text2, icon)
            elif line.mark == "failed":
                paint_icon(painter, "no", tokens.no, icon)
            elif line.mark == "now":
                painter.setPen(Qt.PenStyle.NoPen)
                painter.setBrush(QColor(tokens.trial))
                painter.drawEllipse(icon.center(), 4 * self._theme.scale, 4 * self._theme.scale)
            font = self._theme.font(TEXT, SEMIBOLD if now else 400)
            aside = paint_text(
                painter, line.aside, QPointF(self.width(), y), self._theme.font(TABLE), color, _RIGHT
            )
            room = aside.left() - px(_TEXT_LEFT + 8)
            paint_text(painter, line.text, QPointF(px(_TEXT_LEFT), y), font, color, room=room)

    def _tip(self, place: int) -> str:
        return ""


class FigureTable(PaintedLines):
    """Label and unit, predicted in blue, measured in magenta (a dry run in ink), the error in ink."""

    def __init__(self, theme: Theme) -> None:
        self._lines: tuple[FigureLine, ...] = ()
        self._heads = ("", "", "")
        self._dry_run = False
        super().__init__(theme, _FIGURE_ROW, _HEAD)

    @property
    def lines(self) -> tuple[FigureLine, ...]:
        """What is shown."""
        return self._lines

    def show_lines(
        self, lines: Sequence[FigureLine], heads: tuple[str, str, str], *, dry_run: bool = False
    ) -> None:
        """Show other figures under these heads."""
        if (tuple(lines), heads, dry_run) == (self._lines, self._heads, self._dry_run):
            return
        self._lines, self._heads, self._dry_run = tuple(lines), heads, dry_run
        names = [
            f"{line.label}: {heads[0]} {line.predicted} {line.unit}, "
            f"{heads[1]} {line.measured}, {heads[2]} {line.error}"
            for line in lines
        ]
        self.setAccessibleName("; ".join(names))
        self._set_count(len(self._lines))

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Heads, then one line per figure."""
        if not self._lines:
            return
        tokens, px = self._theme.tokens, self._theme.px
        painter = QPainter(self)
        width = self.width()
        # Right edges of unit, predicted, measured, error.
        edges = (width - px(199), width - px(136), width - px(65), width)
        small, value = self._theme.font(CAPTION), self._theme.font(TABLE, MEDIUM)
        for text, edge in zip(self._heads, edges[1:], strict=True):
            paint_text(painter, text, QPointF(edge, px(_HEAD) / 2), small, tokens.text2, _RIGHT)
        painter.fillRect(QRectF(0, px(_HEAD) - 1, width, 1), QColor(tokens.line_strong))
        measured_color = tokens.ink if self._dry_run else tokens.trial
        for place, line in enumerate(self._lines):
            y = px(_HEAD) + px(_FIGURE_ROW) * (place + 0.5)
            unit = paint_text(painter, line.unit, QPointF(edges[0], y), small, tokens.text2, _RIGHT)
            label = self._theme.font(TABLE, SEMIBOLD if line.strong else MEDIUM)
            paint_text(painter, line.label, QPointF(0, y), label, tokens.ink, room=unit.left() - px(4))
            strong = self._theme.font(TABLE, SEMIBOLD)
            paint_text(painter, line.predicted, QPointF(edges[1], y), value, tokens.accent, _RIGHT)
            # A band, which has no error, takes the place of both.
            edge = edges[2] if line.error or not line.measured else edges[3]
            paint_text(painter, line.measured, QPointF(edge, y), strong, measured_color, _RIGHT)
            paint_text(painter, line.error, QPointF(edges[3], y), value, tokens.ink, _RIGHT)
            painter.fillRect(
                QRectF(0, px(_HEAD) + px(_FIGURE_ROW) * (place + 1) - 1, width, 1), QColor(tokens.line)
            )

    def _tip(self, place: int) -> str:
        return self._lines[place].tip or self._lines[place].label


class CheckList(PaintedLines):
    """What was looked at before the start: an icon, a name, and at the right what was found."""

    def __init__(self, theme: Theme) -> None:
        self._lines: tuple[CheckLine, ...] = ()
        super().__init__(theme, _CHECK_ROW)

    @property
    def lines(self) -> tuple[CheckLine, ...]:
        """What is shown."""
        return self._lines

    def show_lines(self, lines: Sequence[CheckLine]) -> None:
        """Show other checks."""
        if tuple(lines) != self._lines:
            self._lines = tuple(lines)
            self.setAccessibleName("; ".join(f"{line.name}: {line.text}" for line in lines))
            self._set_count(len(self._lines))

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Icons and texts; only a "no" has its colour."""
        tokens, px = self._theme.tokens, self._theme.px
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        font = self._theme.font(TABLE)
        metrics = QFontMetricsF(font)
        icons = {"ok": ("check", tokens.text2), "note": ("note", tokens.text2), "no": ("no", tokens.no)}
        for place, line in enumerate(self._lines):
            y = px(_CHECK_ROW) * (place + 0.5)
            name, color = icons[line.level]
            paint_icon(painter, name, color, QRectF(0, y - px(_ICON) / 2, px(_ICON), px(_ICON)))
            paint_text(painter, line.name, QPointF(px(_TEXT_LEFT), y), font, tokens.ink)
            room = self.width() - px(_TEXT_LEFT + 10) - metrics.horizontalAdvance(line.name)
            text = metrics.elidedText(line.text, Qt.TextElideMode.ElideRight, room)
            ink = tokens.no if line.level == "no" else tokens.text2
            paint_text(painter, text, QPointF(self.width(), y), font, ink, _RIGHT)

    def _tip(self, place: int) -> str:
        line = self._lines[place]
        return f"{line.name}: {line.tip or line.text}"


class ThinBar(QWidget):
    """How much is done, from 0 to 1."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._fraction: float | None = None
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        theme.changed.connect(self._take_theme)
        self._take_theme()

    @property
    def fraction(self) -> float | None:
        """What is shown."""
        return self._fraction

    def show_fraction(self, fraction: float | None) -> None:
        """Show another share; None hides the bar."""
        if fraction != self._fraction:
            self._fraction = fraction
            self.setAccessibleName("" if fraction is None else f"{round(100 * fraction)} %")
            self.update()
        self.setVisible(fraction is not None)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Track and share."""
        tokens = self._theme.tokens
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        radius = self.height() / 2
        for color, share in ((tokens.track, 1.0), (tokens.accent, self._fraction or 0.0)):
            painter.setBrush(QColor(color))
            if share > 0:
                painter.drawRoundedRect(
                    QRectF(0, 0, max(self.width() * share, self.height()), self.height()), radius, radius
                )

    def _take_theme(self) -> None:
        self.setFixedHeight(self._theme.px(6))
        self.update()

"""The look of every window: one `Theme` makes style, palette, font and sheet from the tokens."""

from __future__ import annotations

import sys
from enum import StrEnum

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QColor, QFont, QGuiApplication, QPalette
from PySide6.QtWidgets import QApplication

from gpuplanner.render.tokens import (
    BOLD,
    CAPTION,
    DARK,
    FIGURE,
    HIGH_CONTRAST,
    LIGHT,
    MEDIUM,
    REGULAR,
    SEMIBOLD,
    TABLE,
    TEXT,
    TITLE,
    VERDICT,
    Tokens,
)
from gpuplanner.ui.stylesheet import stylesheet

__all__ = [
    "BOLD",
    "CAPTION",
    "DARK",
    "FIGURE",
    "HIGH_CONTRAST",
    "LIGHT",
    "MEDIUM",
    "REGULAR",
    "SEMIBOLD",
    "TABLE",
    "TEXT",
    "TITLE",
    "VERDICT",
    "Mode",
    "Theme",
    "Tokens",
    "palette",
]

FAMILIES = ("Inter", "Noto Sans CJK SC", "Microsoft YaHei UI", "PingFang SC")
FIXED_FAMILIES = ("DejaVu Sans Mono", "Noto Sans Mono CJK SC", "Consolas", "Menlo")

# What a desktop's own font measures when nobody has enlarged it, in logical pixels: larger fonts
# enlarge everything by the same factor.  Linux desktops use 10 or 11 pt (14.7 px).
_USUAL_FONT_PX = {"win32": 12.0, "darwin": 13.0}
_USUAL_FONT_PX_ELSEWHERE = 15.0
_SCALES = (1.0, 3.0)


class Mode(StrEnum):
    """Which palette the user wants."""

    SYSTEM = "system"
    LIGHT = "light"
    DARK = "dark"
    HIGH_CONTRAST = "high-contrast"


class Theme(QObject):
    """The tokens in use, and the only place that changes them.

    Painted widgets read ``tokens`` when they paint and connect ``changed`` to their ``update``
    (widgets that cache sizes or fonts rebuild them there).
    """

    changed = Signal()

    def __init__(self, mode: Mode = Mode.SYSTEM, user_scale: float = 1.0) -> None:
        super().__init__()
        self._mode = mode
        self._user_scale = user_scale
        self._system_scale = 1.0
        self._app: QApplication | None = None
        self._tokens = LIGHT
        self._fonts: dict[tuple[float, int], QFont] = {}

    @property
    def tokens(self) -> Tokens:
        """The colours in use."""
        return self._tokens

    @property
    def mode(self) -> Mode:
        """What the user chose; ``tokens`` say what came of it."""
        return self._mode

    @property
    def user_scale(self) -> float:
        """The user's own factor on all sizes, beside the desktop's."""
        return self._user_scale

    @property
    def scale(self) -> float:
        """Factor on every size in logical pixels."""
        return min(max(self._user_scale * self._system_scale, _SCALES[0]), _SCALES[1])

    def apply(self, app: QApplication) -> None:
        """Dress the application: Fusion, palette, font, sheet, in that order.  Call once, before a window."""
        self._app = app
        self._system_scale = _system_scale(app.font())
        app.styleHints().colorSchemeChanged.connect(self._system_changed)
        app.setStyle("Fusion")
        for effect in Qt.UIEffect:
            app.setEffectEnabled(effect, False)  # nothing moves, whatever the desktop asks for
        self._dress()

    def set_mode(self, mode: Mode) -> None:
        """Choose a palette; `changed` follows."""
        if mode is not self._mode:
            self._mode = mode
            self._dress()

    def set_user_scale(self, factor: float) -> None:
        """Choose the size of everything; `changed` follows."""
        if factor != self._user_scale:
            self._user_scale = factor
            self._dress()

    def px(self, size: float) -> int:
        """A size of the design in this user's logical pixels."""
        return round(size * self.scale)

    def font(self, px: float = TEXT, weight: int = REGULAR) -> QFont:
        """Inter with tabular figures, ``px`` in the design's pixels.  Shared: copy before changing it."""
        key = (px, weight)
        font = self._fonts.get(key)
        if font is None:
            font = self._fonts[key] = _font(FAMILIES, self.px(px), weight)
        return font

    def fixed_font(self, px: float = TABLE) -> QFont:
        """The log's font."""
        return _font(FIXED_FAMILIES, self.px(px), REGULAR)

    def color(self, name: str) -> QColor:
        """A token as QColor: ``theme.color("text2")``."""
        return QColor(getattr(self._tokens, name))

    def _system_changed(self) -> None:
        if self._mode is Mode.SYSTEM:
            self._dress()

    def _dress(self) -> None:
        self._fonts.clear()
        self._tokens = self._tokens_of_mode()
        if self._app is not None:
            self._app.setPalette(palette(self._tokens))
            self._app.setFont(self.font(TEXT))
            self._app.setStyleSheet(stylesheet(self._tokens, self.scale))
        self.changed.emit()

    def _tokens_of_mode(self) -> Tokens:
        if self._mode is Mode.SYSTEM:
            return self._tokens_of_system()
        return {Mode.LIGHT: LIGHT, Mode.DARK: DARK, Mode.HIGH_CONTRAST: HIGH_CONTRAST}[self._mode]

    def _tokens_of_system(self) -> Tokens:
        if self._app is None:
            return LIGHT
        hints = self._app.styleHints()
        # Qt 6.10 and newer know whether the desktop asks for more contrast.
        accessibility = getattr(hints, "accessibility", None)
        if accessibility is not None:
            preference = accessibility().contrastPreference()
            if preference == Qt.ContrastPreference.HighContrast:
                return HIGH_CONTRAST
        return DARK if hints.colorScheme() == Qt.ColorScheme.Dark else LIGHT


def palette(tokens: Tokens) -> QPalette:
    """The Qt palette of the tokens, with Disabled text and an Inactive selection that stays quiet."""
    result = QPalette()
    role = QPalette.ColorRole
    roles = {
        role.Window: tokens.window,
        role.Base: tokens.surface,
        role.Button: tokens.surface,
        role.AlternateBase: tokens.raised,
        role.ToolTipBase: tokens.raised,
        role.ToolTipText: tokens.ink,
        role.Text: tokens.ink,
        role.WindowText: tokens.ink,
        role.ButtonText: tokens.ink,
        role.BrightText: tokens.no,
        role.PlaceholderText: tokens.text3,
        role.Highlight: tokens.accent,
        role.HighlightedText: tokens.on_accent,
        role.Accent: tokens.accent,
        role.Link: tokens.accent,
        role.LinkVisited: tokens.accent,
        role.Light: tokens.raised,
        role.Midlight: tokens.hover,
        role.Mid: tokens.line_strong,
        role.Dark: tokens.control,
        role.Shadow: tokens.line_strong,
    }
    for name, value in roles.items():
        result.setColor(name, QColor(value))
    disabled, inactive = QPalette.ColorGroup.Disabled, QPalette.ColorGroup.Inactive
    for name in (role.Text, role.WindowText, role.ButtonText, role.HighlightedText):
        result.setColor(disabled, name, QColor(tokens.text3))
    result.setColor(disabled, role.Highlight, QColor(tokens.hover))
    result.setColor(inactive, role.Highlight, QColor(tokens.accent_soft))
    result.setColor(inactive, role.HighlightedText, QColor(tokens.ink))
    return result


def _font(families: tuple[str, ...], px: int, weight: int) -> QFont:
    font = QFont()
    font.setFamilies(list(families))
    font.setPixelSize(px)
    font.setWeight(QFont.Weight(weight))
    font.setFeature(QFont.Tag("tnum"), 1)
    font.setHintingPreference(QFont.HintingPreference.PreferNoHinting)
    return font


def _system_scale(font: QFont) -> float:
    usual = _USUAL_FONT_PX.get(sys.platform, _USUAL_FONT_PX_ELSEWHERE)
    # Computed: QFontInfo would load the desktop's font, which nothing here is drawn with.
    screen = QGuiApplication.primaryScreen()
    dpi = screen.logicalDotsPerInchY() if screen is not None else 96.0
    px = font.pixelSize() if font.pixelSize() > 0 else font.pointSizeF() * dpi / 72
    return max(1.0, px / usual)

"""The style sheet: flat buttons, inputs, scroll bars, rows of controls.  Whatever shows data is painted."""

from __future__ import annotations

from gpuplanner.render.tokens import Tokens

SCROLL_BAR_WIDTH = 10

# Sizes are written as {n:px}, multiplied by the user's factor; colours are names of tokens.  Sheets
# cost start-up time for every rule, so what a palette or a painted control can do is not in here.
_SHEET = """
QMenuBar {{ background: {window}; padding: 0 {px8}px; border: none; }}
QMenuBar::item {{ background: transparent; padding: {px6}px {px8}px; border-radius: {px4}px; }}
QMenuBar::item:selected, QMenuBar::item:pressed {{ background: {hover_on_window}; }}
QToolTip {{ color: {ink}; background: {raised}; border: 1px solid {line_strong}; padding: {px4}px {px6}px; }}
QDialog {{ background: {surface}; }}
QStatusBar {{ background: {window}; border-top: 1px solid {line}; }}
QStatusBar::item {{ border: none; }}
QSplitter::handle {{ background: {line}; }}
QSplitter::handle:hover {{ background: {accent}; }}

QPushButton {{ background: {surface}; color: {ink}; border: 1px solid {line_strong}; border-radius: {px4}px;
    padding: 0 {px12}px; min-height: {px22}px; }}
QPushButton:hover {{ background: {hover}; }}
QPushButton:pressed {{ background: {track}; }}
QPushButton:focus {{ border: {focus}px solid {accent}; padding: 0 {in12}px; min-height: {in22}px; }}
QPushButton:disabled {{ color: {text3}; border-color: {line}; background: {surface}; }}
QPushButton:default, QPushButton[primary="true"] {{ background: {accent}; color: {on_accent};
    border: 1px solid {accent}; }}
QPushButton[primary="true"]:hover, QPushButton:default:hover {{ background: {accent_hover}; }}
QPushButton:default:focus, QPushButton[primary="true"]:focus {{ border: 3px double {on_accent};
    padding: 0 {ring12}px; min-height: {ring22}px; }}
QPushButton[primary="true"]:disabled {{ background: {track}; color: {text3}; border-color: {track}; }}
QPushButton[flat="true"] {{ background: transparent; border: 1px solid transparent; padding: 0 {px8}px; }}
QPushButton[flat="true"]:hover {{ background: {hover}; }}
QPushButton[flat="true"]:pressed {{ background: {track}; }}
QPushButton[flat="true"]:focus {{ border: {focus}px solid {accent}; padding: 0 {in8}px; }}
QPushButton[link="true"] {{ color: {accent}; text-align: left; padding: 0; }}
QTableCornerButton::section {{ background: {header}; border: none; border-bottom: 1px solid {line_strong}; }}
QPushButton::menu-indicator {{ image: none; width: 0; }}

QLineEdit, QAbstractSpinBox, QPlainTextEdit {{ background: {surface}; color: {ink};
    border: 1px solid {control}; border-radius: {px4}px; padding: 0 {px6}px; min-height: {px22}px;
    selection-background-color: {accent}; selection-color: {on_accent}; }}
QLineEdit:focus, QAbstractSpinBox:focus, QPlainTextEdit:focus {{ border: {focus}px solid {accent};
    padding: 0 {in6}px; min-height: {in22}px; }}
QLineEdit:disabled, QAbstractSpinBox:disabled {{ color: {text3}; border-color: {line_strong}; }}
QLineEdit[invalid="true"], QAbstractSpinBox[invalid="true"] {{ border-color: {no}; color: {no}; }}
QLineEdit[cell="true"] {{ border: 2px solid {accent}; border-radius: 0; padding: 0 {px5}px; min-height: 0; }}
QAbstractSpinBox QLineEdit, QComboBox QLineEdit {{ border: none; padding: 0; min-height: 0;
    background: transparent; }}
QAbstractSpinBox::up-button, QAbstractSpinBox::down-button {{ width: 0; height: 0; border: none; }}

QComboBox {{ combobox-popup: 0; }}
QComboBox QAbstractItemView, QListView[popup="true"] {{
    background: {surface}; border: 1px solid {line_strong}; padding: {px2}px; }}
QScrollBar {{ background: transparent; border: none; margin: 0; widget-animation-duration: 0; }}
QScrollBar:vertical {{ width: {px10}px; }}
QScrollBar:horizontal {{ height: {px10}px; }}
QScrollBar::handle {{ background: {line_strong}; border-radius: {px3}px; margin: {px2}px; }}
QScrollBar::handle:hover {{ background: {control}; }}
QScrollBar::handle:vertical {{ min-height: {px32}px; }}
QScrollBar::handle:horizontal {{ min-width: {px32}px; }}
QScrollBar::add-line, QScrollBar::sub-line {{ width: 0; height: 0; }}
QScrollBar::add-page, QScrollBar::sub-page {{ background: transparent; }}
"""


def stylesheet(tokens: Tokens, scale: float) -> str:
    """The application's style sheet for a palette and the user's factor."""
    sizes = {f"px{n}": str(round(n * scale)) for n in (2, 3, 4, 5, 6, 8, 10, 12, 22, 32)}
    # What the wider border of the focus takes, so that a text stays where it is.
    more = tokens.focus_width - 1
    sizes |= {f"in{n}": str(round(n * scale) - more) for n in (6, 8, 12)}
    sizes["in22"] = str(round(22 * scale) - 2 * more)
    sizes |= {"ring12": str(round(12 * scale) - 2), "ring22": str(round(22 * scale) - 4)}
    return _SHEET.format(
        window=tokens.window,
        surface=tokens.surface,
        raised=tokens.raised,
        hover=tokens.hover,
        header=tokens.header,
        hover_on_window=tokens.track,
        track=tokens.track,
        line=tokens.line,
        line_strong=tokens.line_strong,
        control=tokens.control,
        ink=tokens.ink,
        text3=tokens.text3,
        accent=tokens.accent,
        accent_hover=_accent_hover(tokens),
        on_accent=tokens.on_accent,
        no=tokens.no,
        focus=tokens.focus_width,
        **sizes,
    )


def _accent_hover(tokens: Tokens) -> str:
    """The accent a little darker (light) or lighter (dark), so that the text on it gains contrast."""
    target = 0 if not tokens.dark else 255
    channels = [int(tokens.accent[i : i + 2], 16) for i in (1, 3, 5)]
    return "#" + "".join(f"{round(channel + (target - channel) * 0.12):02X}" for channel in channels)

"""Where the keyboard is can be seen: every kind of control differs by a frame, in all palettes."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import numpy.typing as npt
import pytest
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QPlainTextEdit, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from gpuplanner.ui.help import MarkdownBrowser
from gpuplanner.ui.plan.form_editors import ChoiceField, NameField
from gpuplanner.ui.plan.header import PageTab
from gpuplanner.ui.report.report_preview import ReportPreview
from gpuplanner.ui.theme import Mode, Theme
from gpuplanner.ui.widgets.buttons import button
from gpuplanner.ui.widgets.controls import CheckBox, ComboBox
from gpuplanner.ui.widgets.segmented import Segmented

LEAST_CONTRAST = 3.0
"""WCAG 2.2, 2.4.13: between the states with and without the keyboard."""


def _segment(theme: Theme) -> QWidget:
    return Segmented(theme, {"list": "List", "pivot": "Pivot"}, "Form").button("pivot")


KINDS: dict[str, Callable[[Theme], QWidget]] = {
    "button": lambda theme: button(theme, "Import"),
    "flat button": lambda theme: button(theme, "Compare", flat=True),
    "primary button": lambda theme: button(theme, "Run trial", primary=True),
    "choice": ComboBox,
    "choice of the form": lambda theme: ChoiceField(theme, [(1, "one")]),
    "name of the form": lambda theme: NameField(theme, ["Qwen-14B"]),
    "switch": lambda theme: CheckBox(theme, "Fused loss"),
    "segment": _segment,
    "tab": lambda theme: PageTab(theme, "plan", "Plan"),
    "line": lambda _theme: QLineEdit("text"),
    "log": lambda _theme: QPlainTextEdit("text"),
    "text of Help": MarkdownBrowser,
    "pages of a report": ReportPreview,
}


def lightness(image: QImage) -> npt.NDArray[np.float64]:
    """Relative luminance of WCAG 2, for each pixel."""
    shown = image.convertToFormat(QImage.Format.Format_RGB32)
    size = (shown.height(), shown.width(), 4)
    pixels = np.frombuffer(bytes(shown.constBits()), np.uint8).reshape(size)[:, :, 2::-1] / 255
    linear = np.where(pixels <= 0.04045, pixels / 12.92, ((pixels + 0.055) / 1.055) ** 2.4)
    return linear @ np.array([0.2126, 0.7152, 0.0722])


@pytest.mark.parametrize("mode", [Mode.LIGHT, Mode.DARK, Mode.HIGH_CONTRAST])
def test_that_every_kind_of_control_shows_that_it_has_the_keyboard(
    theme: Theme, qtbot: QtBot, mode: Mode
) -> None:
    theme.set_mode(mode)
    window = QWidget()
    qtbot.addWidget(window)
    line = QHBoxLayout(window)
    elsewhere = QPushButton("elsewhere")
    line.addWidget(elsewhere)
    controls = {name: make(theme) for name, make in KINDS.items()}
    for control in controls.values():
        line.addWidget(control.parentWidget() or control)
    window.show()
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    for name, control in controls.items():
        elsewhere.setFocus()
        qtbot.waitUntil(elsewhere.hasFocus)
        before = lightness(control.grab().toImage())
        control.setFocus()
        qtbot.waitUntil(control.hasFocus)
        after = lightness(control.grab().toImage())
        assert before.shape == after.shape, f"{name} changes its size"
        contrast = (np.maximum(before, after) + 0.05) / (np.minimum(before, after) + 0.05)
        n_changed = int((contrast >= LEAST_CONTRAST).sum())
        assert n_changed >= 2 * min(before.shape), f"{name}: {n_changed} pixels"

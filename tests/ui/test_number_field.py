"""Numbers in the form: what can be typed, and where the keys lead."""

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from gpuplanner.core.plan import PLAN_FIELD
from gpuplanner.ui.theme import Theme
from gpuplanner.ui.widgets.number_field import NumberField, Steps, next_value, number_text


@pytest.fixture
def field(qtbot: QtBot, theme: Theme) -> NumberField:
    result = NumberField(theme, PLAN_FIELD["seq_len"], Steps.LENGTHS, "tokens")
    qtbot.addWidget(result)
    result.set_value(2048)
    result.show()
    result.setFocus()
    return result


@pytest.mark.parametrize("typed", ["4096", "4,096", "4k", " 4096 ", "4,096 tokens", "4.0k"])
def test_that_every_usual_way_to_write_a_length_is_read(qtbot: QtBot, field: NumberField, typed: str) -> None:
    values: list[object] = []
    field.edited.connect(values.append)
    field.selectAll()
    qtbot.keyClicks(field, typed)
    assert values[-1] == 4096
    qtbot.keyClick(field, Qt.Key.Key_Return)
    assert field.text() == "4,096"


@pytest.mark.parametrize(
    ("typed", "why"), [("0", "below"), ("12x", "not a number"), ("1.5", "whole"), ("1e12", "above")]
)
def test_that_what_cannot_be_meant_is_said_and_the_last_value_stays(
    qtbot: QtBot, field: NumberField, typed: str, why: str
) -> None:
    problems: list[str] = []
    field.unreadable.connect(lambda _text, reason: problems.append(reason))
    field.selectAll()
    qtbot.keyClicks(field, typed)
    assert why in problems[-1]
    qtbot.keyClick(field, Qt.Key.Key_Return)
    assert field.text() == typed


def test_that_a_value_shown_by_the_program_does_not_disturb_typing(qtbot: QtBot, field: NumberField) -> None:
    field.selectAll()
    qtbot.keyClicks(field, "4k")
    field.set_value(4096)
    assert field.text() == "4k"
    field.set_value(512)
    assert field.text() == "512"


def test_that_up_and_down_step_and_ctrl_doubles(qtbot: QtBot, field: NumberField) -> None:
    values: list[object] = []
    field.edited.connect(values.append)
    qtbot.keyClick(field, Qt.Key.Key_Up)
    qtbot.keyClick(field, Qt.Key.Key_Down)
    qtbot.keyClick(field, Qt.Key.Key_Up, Qt.KeyboardModifier.ControlModifier)
    assert values == [2304, 2048, 4096]


@pytest.mark.parametrize(
    ("steps", "start", "up", "down"),
    [
        (Steps.LENGTHS, 2048, 2304, 1792),
        (Steps.LENGTHS, 2050, 2304, 2048),
        (Steps.LENGTHS, 256, 512, 224),
        (Steps.DOUBLINGS, 64, 128, 32),
        (Steps.DOUBLINGS, 48, 64, 32),
        (Steps.ROUND, 10_000, 20_000, 5_000),
        (Steps.ROUND, 1, 2, 0.5),
        (Steps.TENTHS, 1.2, 1.3, 1.1),
        (Steps.ONES, 3, 4, 2),
    ],
)
def test_that_steps_lead_to_useful_values(steps: Steps, start: float, up: float, down: float) -> None:
    assert next_value(start, steps, up=True) == up
    assert next_value(start, steps, up=False) == down


def test_that_numbers_are_shown_without_needless_digits() -> None:
    assert number_text(10_000) == "10,000"
    assert number_text(3.0) == "3"
    assert number_text(0.05) == "0.05"
    assert number_text(None) == ""

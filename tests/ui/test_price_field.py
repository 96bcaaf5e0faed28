"""Prices in forms: the currency is kept, and what is half typed is left alone until the field is left."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from gpuplanner.core.estimate import WorkRequest
from gpuplanner.core.price import Per, Price
from gpuplanner.ui.plan.form_fields import PRICE, with_work
from gpuplanner.ui.theme import Theme
from gpuplanner.ui.widgets.price_field import PriceField


@pytest.fixture
def field(qtbot: QtBot, theme: Theme) -> PriceField:
    result = PriceField(theme, PRICE, Per.GPU_HOUR, "per GPU-hour")
    qtbot.addWidget(result)
    result.show()
    result.setFocus()
    return result


@pytest.mark.parametrize(
    ("typed", "value"),
    [
        ("2.5", "2.5"),
        ("2.50 EUR/h", "2.5 EUR"),
        ("usd 3", "3 USD"),
        ("2 per GPU-hour", "2"),
        ("1500 JPY", "1500 JPY"),
        ("", None),
    ],
)
def test_that_a_price_is_read_as_people_write_it(
    qtbot: QtBot, field: PriceField, typed: str, value: str | None
) -> None:
    field.set_value("9 CHF")
    values: list[object] = []
    field.edited.connect(values.append)
    field.selectAll()
    qtbot.keyClick(field, Qt.Key.Key_Delete)
    qtbot.keyClicks(field, typed)
    assert values[-1] == value
    qtbot.keyClick(field, Qt.Key.Key_Return)
    assert field.text() == (value or "")
    assert field.price == (None if value is None else with_price(value))


def with_price(value: str) -> Price:
    work = with_work(WorkRequest(1), "price", value)
    assert work.price_per_gpu_hour is not None
    return Price(work.price_per_gpu_hour, work.currency)


def test_that_a_currency_may_be_typed_letter_by_letter(qtbot: QtBot, field: PriceField) -> None:
    problems: list[str] = []
    field.unreadable.connect(lambda text, _reason: problems.append(text))
    qtbot.keyClicks(field, "2.5 EU")
    field.set_value("2.5")  # the plan was answered meanwhile
    assert field.text() == "2.5 EU"
    qtbot.keyClicks(field, "R")
    assert field.value == "2.5 EUR"
    assert problems == []
    qtbot.keyClicks(field, "O!")
    assert problems == []
    qtbot.keyClick(field, Qt.Key.Key_Return)
    assert problems == ["2.5 EURO!"]
    assert field.value == "2.5 EUR"


def test_that_steps_keep_the_currency_and_the_limits(qtbot: QtBot, field: PriceField) -> None:
    field.set_value("0.1 EUR")
    qtbot.keyClick(field, Qt.Key.Key_Up)
    assert field.value == "0.2 EUR"
    for _ in range(3):
        qtbot.keyClick(field, Qt.Key.Key_Down)
    assert (field.value, field.text()) == ("0 EUR", "0 EUR")


def test_that_an_undone_price_replaces_what_is_half_typed(qtbot: QtBot, field: PriceField) -> None:
    qtbot.keyClicks(field, "2.5 E")
    field.set_value("1.9 EUR")
    assert field.text() == "1.9 EUR"

"""Prices as people type them."""

from __future__ import annotations

import pytest

from gpuplanner.core.price import Per, Price, read_price, written_price


@pytest.mark.parametrize(
    ("text", "price"),
    [
        ("1.9", Price(1.9)),
        ("1.9 EUR", Price(1.9, "EUR")),
        ("eur 1.9", Price(1.9, "EUR")),
        ("€1.90", Price(1.9, "€")),
        ("1.9 €/h", Price(1.9, "€")),
        ("US$2 per GPU-hour", Price(2.0, "US$")),
        ("¥ 12.5", Price(12.5, "¥")),
        ("12 元", Price(12.0, "元")),
        ("12 元/小时", Price(12.0, "元")),
        ("0", Price(0.0)),
        ("¥1500", Price(1500.0, "¥")),
        ("1234567.891 KRW", Price(1234567.891, "KRW")),
        ("0.00001", Price(0.00001)),
    ],
)
def test_that_a_price_may_name_its_currency(text: str, price: Price) -> None:
    assert read_price(text) == price
    assert read_price(written_price(price)) == price, "what is written is read as the same price"


@pytest.mark.parametrize(
    ("text", "price"),
    [
        ("0.3", Price(0.3)),
        ("0.30 €/kWh", Price(0.3, "€")),
        ("eur 0.3 per kWh", Price(0.3, "EUR")),
        ("0.6 元/度", Price(0.6, "元")),
    ],
)
def test_that_a_price_of_electricity_may_say_what_it_is_for(text: str, price: Price) -> None:
    assert read_price(text, Per.KWH) == price


def test_that_a_price_for_something_else_is_refused() -> None:
    with pytest.raises(ValueError, match="is not a price of a kWh"):
        read_price("0.3 €/h", Per.KWH)
    with pytest.raises(ValueError, match="is not a price;"):
        read_price("0.3 €/kWh")


@pytest.mark.parametrize(
    "text", ["", "EUR", "-1", "1.9 GB", "1,9", "2,113", "€1.9 EUR", "1.9 a b", "1e999", "1.9k"]
)
def test_that_what_is_no_price_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"price|number|two ways"):
        read_price(text)

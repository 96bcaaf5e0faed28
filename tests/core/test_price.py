"""Prices as people type them."""

from __future__ import annotations

import pytest

from gpuplanner.core.price import Price, price_text, read_price


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
        ("0", Price(0.0)),
    ],
)
def test_that_a_price_may_name_its_currency(text: str, price: Price) -> None:
    assert read_price(text) == price
    written = price_text(price.amount, price.currency)
    assert read_price(written) == price, "what is written is read as the same price"


@pytest.mark.parametrize(
    "text", ["", "EUR", "-1", "1.9 GB", "1,9", "2,113", "€1.9 EUR", "1.9 a b", "1e999", "1.9k"]
)
def test_that_what_is_no_price_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"price|number|two ways"):
        read_price(text)

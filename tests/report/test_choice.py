"""What is chosen for a report, kept by a document and read again."""

from __future__ import annotations

from dataclasses import replace

import pytest

from gpuplanner.core.price import Price
from gpuplanner.report.choice import Choices, ReportChoice, price_of, to_settings, with_settings

CHOICES = Choices(("summary", "why", "time"), ("RTX 4090", "H20"), ("a4", "letter"), ("en", "zh_CN"))
FIRST = ReportChoice(sections=("summary", "why", "time"), cards=("H20",))
CHOSEN = ReportChoice(
    (), ("summary", "time"), (), "letter", "zh_CN", "=1+1 \n 报告", 1.9, "2026-10-02", "EUR", Price(0.3, "€")
)


def test_that_a_choice_is_read_as_it_was_kept() -> None:
    kept = to_settings(CHOSEN)
    assert all(isinstance(value, str) for pair in kept for value in pair)
    assert with_settings(FIRST, kept, CHOICES) == CHOSEN
    assert with_settings(FIRST, (), CHOICES) == FIRST


def test_that_a_document_without_a_price_of_electricity_takes_none_from_the_settings() -> None:
    mine = replace(FIRST, electricity=Price(0.3))
    assert with_settings(mine, (), CHOICES).electricity == Price(0.3), "it remembers nothing yet"
    assert with_settings(mine, to_settings(FIRST), CHOICES).electricity is None


def test_that_what_others_keep_stays() -> None:
    others = (("of a later version", "x"), ("report_paper", "a4"))
    kept = to_settings(CHOSEN, others)
    assert kept[0] == others[0]
    assert [name for name, _ in kept].count("report_paper") == 1
    assert to_settings(CHOSEN, kept) == kept


def test_that_what_is_no_choice_is_left_as_it_is() -> None:
    names = ("paper", "language", "sections", "cards", "price_per_gpu_hour", "priced_on")
    odd = with_settings(FIRST, [(f"report_{name}", "<b>x") for name in names], CHOICES)
    assert odd == ReportChoice(sections=(), cards=())


@pytest.mark.parametrize(
    ("text", "price"), [("1.9", 1.9), ("0", 0), ("", None), ("-1", None), ("2,113", None)]
)
def test_that_a_price_is_a_number_that_cannot_be_read_in_two_ways(text: str, price: float | None) -> None:
    found = price_of(text)
    assert (None if found is None else found.amount) == price

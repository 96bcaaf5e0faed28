"""Numbers that carry their own text: a sum that is shown cannot differ from the sum that was computed."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Amount:
    """A number with the text that stands for it."""

    text: str
    value: float


def count(value: float) -> Amount:
    """A whole number, or one with its decimals where it is small."""
    return Amount(f"{value:,.0f}" if value == round(value) or value >= 1000 else f"{value:,.4g}", value)


def times(*factors: Amount) -> Amount:
    """A product; sums in it are put in brackets, ones are left out."""
    kept = [factor for factor in factors if factor.text != "1"] or [factors[0]]
    value = 1.0
    for factor in factors:
        value *= factor.value
    bracketed = [f"({a.text})" if " + " in a.text and len(kept) > 1 else a.text for a in kept]
    return Amount(" × ".join(bracketed), value)


def plus(*parts: Amount) -> Amount:
    """A sum; what is zero is left out."""
    kept = [part for part in parts if part.value] or [parts[0]]
    return Amount(" + ".join(part.text for part in kept), sum(part.value for part in parts))


def over(amount: Amount, shards: float) -> Amount:
    """Cut over GPUs; by one is not written."""
    if shards == 1:
        return amount
    text = f"({amount.text})" if " + " in amount.text else amount.text
    return Amount(f"{text} / {shards:,.0f}", amount.value / shards)

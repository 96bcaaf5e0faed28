"""A price as people type it: an amount, with a currency before or behind it if they like."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from gpuplanner.core.units import read_number, shorten

_PER_HOUR = re.compile(r"\s*(/|per)\s*(gpu[- ]?)?h(ou)?r?\s*$", re.IGNORECASE)
_AMOUNT = re.compile(r"(?P<before>[^\d\s.,+\-−]{0,4})\s*(?P<amount>[\d.,]+)\s*(?P<behind>[^\d\s.,+\-−]{0,4})")
_WORDS = frozenset({"元", "圆", "円", "원", "kr", "kč", "zł", "ft", "fr", "лв"})
"""Signs of currencies that are letters; others are signs of their own, or codes of three letters."""


@dataclass(frozen=True)
class Price:
    """An amount in a currency; ``currency`` is empty where nobody named one."""

    amount: float
    currency: str = ""


def read_price(text: str) -> Price:
    """Read ``1.9``, ``1.9 EUR``, ``€1.90``, ``US$2`` or ``12 元/h``; codes are written in capitals.

    >>> read_price("eur 1.9"), read_price("$2 per GPU-hour")
    (Price(amount=1.9, currency='EUR'), Price(amount=2.0, currency='$'))

    Raises:
        ValueError: no amount from 0 on, or what stands beside it is no currency.
    """
    plain = _PER_HOUR.sub("", text.strip().replace("\N{NO-BREAK SPACE}", " "))
    match = _AMOUNT.fullmatch(plain)
    beside = [] if match is None else [sign for sign in (match["before"], match["behind"]) if sign]
    if match is None or len(beside) > 1 or not all(map(_is_currency, beside)):
        raise ValueError(f"{shorten(text)!r} is not a price; write it as 1.9, 1.9 EUR or €1.9")
    amount = read_number(match["amount"], count=False)
    code = beside[0] if beside else ""
    return Price(amount, code.upper() if code.isascii() and code.isalpha() and len(code) == 3 else code)


def price_text(amount: float, currency: str, decimals: int | None = None) -> str:
    """ "1.9 EUR", "€1.9", or the bare amount; ``decimals`` None: as many as it has."""
    figure = f"{amount:,.10g}" if decimals is None else f"{amount:,.{decimals}f}"
    if not currency:
        return figure
    is_sign = unicodedata.category(currency[-1]) == "Sc"
    return f"{currency}{figure}" if is_sign else f"{figure} {currency}"


def _is_currency(text: str) -> bool:
    if text.lower() in _WORDS:
        return True
    kinds = {unicodedata.category(char) for char in text}
    if kinds == {"Sc"}:
        return len(text) == 1
    if not text.isascii() and "Sc" not in kinds:
        return False
    return (text.isalpha() and len(text) == 3) or (text[-1:] == "$" and text[:-1].isalpha())

"""A price as people type it: an amount, with a currency before or behind it if they like."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from decimal import Decimal
from enum import Enum

from gpuplanner.core.units import read_number, shorten


class Per(Enum):
    """What a price is for; ``value`` is how people write that behind it."""

    GPU_HOUR = re.compile(r"\s*(/|per|每)\s*((gpu[- ]?)?h(ou)?r?|小时|卡时)\s*$", re.IGNORECASE)
    KWH = re.compile(r"\s*(/|per|每)\s*(kwh|kw[·-]?h|千瓦时|度)\s*$", re.IGNORECASE)


_AMOUNT = re.compile(r"(?P<before>[^\d\s.,+\-−]{0,4})\s*(?P<amount>[\d.,]+)\s*(?P<behind>[^\d\s.,+\-−]{0,4})")
_WORDS = frozenset({"元", "圆", "円", "원", "kr", "kč", "zł", "ft", "fr", "лв"})
"""Signs of currencies that are letters; others are signs of their own, or codes of three letters."""


@dataclass(frozen=True)
class Price:
    """An amount in a currency; ``currency`` is empty where nobody named one."""

    amount: float
    currency: str = ""


def read_price(text: str, per: Per = Per.GPU_HOUR) -> Price:
    """Read ``1.9``, ``1.9 EUR``, ``€1.90``, ``US$2`` or ``12 元/h``; codes are written in capitals.

    >>> read_price("eur 1.9"), read_price("$2 per GPU-hour"), read_price("0.30 €/kWh", Per.KWH)
    (Price(amount=1.9, currency='EUR'), Price(amount=2.0, currency='$'), Price(amount=0.3, currency='€'))

    Raises:
        ValueError: no amount from 0 on, or what stands beside it is no currency.
    """
    plain = per.value.sub("", text.strip().replace("\N{NO-BREAK SPACE}", " "))
    match = _AMOUNT.fullmatch(plain)
    beside = [] if match is None else [sign for sign in (match["before"], match["behind"]) if sign]
    if match is None or len(beside) > 1 or not all(map(_is_currency, beside)):
        if per is Per.KWH:
            raise ValueError(f"{shorten(text)!r} is not a price of a kWh; write it as 0.3, 0.3 EUR or €0.3")
        raise ValueError(f"{shorten(text)!r} is not a price; write it as 1.9, 1.9 EUR or €1.9")
    amount = read_number(match["amount"], count=False)
    code = beside[0] if beside else ""
    return Price(amount, code.upper() if code.isascii() and code.isalpha() and len(code) == 3 else code)


def price_text(amount: float, currency: str, decimals: int | None = None) -> str:
    """ "1.9 EUR", "€1.9", or the bare amount, for people; ``decimals`` None: as many as it has."""
    return with_currency(f"{amount:,.10g}" if decimals is None else f"{amount:,.{decimals}f}", currency)


def written_price(price: Price) -> str:
    """The price as fields and files hold it: `read_price` makes the same of it again.

    >>> written_price(Price(1500.0, "¥")), written_price(Price(0.00002, "EUR"))
    ('¥1500', '0.00002 EUR')
    """
    # No "1,500", which is 1.5 to half the world, and no exponent.
    return with_currency(f"{Decimal(repr(price.amount)):f}".removesuffix(".0"), price.currency)


def with_currency(figure: str, currency: str) -> str:
    """A figure with its currency, which may be empty."""
    return f"{currency}{figure}" if is_sign(currency) else f"{figure} {currency}".rstrip()


def is_sign(currency: str) -> bool:
    """Whether a currency stands before its amount."""
    return bool(currency) and unicodedata.category(currency[-1]) == "Sc"


def _is_currency(text: str) -> bool:
    if text.lower() in _WORDS:
        return True
    kinds = {unicodedata.category(char) for char in text}
    if kinds == {"Sc"}:
        return len(text) == 1
    if not text.isascii() and "Sc" not in kinds:
        return False
    return (text.isalpha() and len(text) == 3) or (text[-1:] == "$" and text[:-1].isalpha())

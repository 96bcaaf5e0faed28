"""Units: the only place that knows GiB, GB, TFLOP/s and how numbers are written and read.

Everywhere else there are bytes, seconds and FLOP/s.
"""

from __future__ import annotations

import math
import re

KIB = 2**10
MIB = 2**20
GIB = 2**30
GB = 10**9

# The units that a published table may use, in bytes.  "MiB/1000" is the usual slip when a figure
# of nvidia-smi (in MiB) is divided by 1,000 and called "G".
MEMORY_UNITS: dict[str, float] = {"GiB": GIB, "GB": GB, "MiB": MIB, "MiB/1000": 1000 * MIB, "B": 1}

MINUS = "\N{MINUS SIGN}"
NONE = "\N{EN DASH}"

_NUMBER = re.compile(
    r"([-+\N{MINUS SIGN}]?)((?:[1-9]\d{0,2}(?:,\d{3})+|\d+)(?:\.\d*)?|\.\d+)(?:[eE]([-+]?\d{1,3}))?([kKmM]?)"
)
_COMMA = re.compile(r"[-+\N{MINUS SIGN}]?\d+,\d+")


def gib(n_bytes: float, decimals: int = 1) -> str:
    """Bytes as a number of GiB without the unit: ``gib(23.8e9) == "22.2"``."""
    return signed(n_bytes / GIB, decimals, plus=False)


def signed(value: float, decimals: int, *, plus: bool = True) -> str:
    """A number with a true minus sign and thousands separators; never "−0.0"."""
    text = f"{abs(value):,.{decimals}f}"
    if float(text.replace(",", "")) == 0:
        return text
    if value < 0:
        return MINUS + text
    return "+" + text if plus else text


def seconds(value: float) -> str:
    """Seconds with three significant digits: ``0.954``, ``5.20``, ``161``, ``1,230``."""
    if not math.isfinite(value):
        return NONE
    if value == 0:
        return "0"
    decimals = max(0, 2 - math.floor(math.log10(abs(value))))
    if round(value, decimals) >= 10 ** (3 - decimals) and decimals:
        decimals -= 1
    return f"{value:,.{decimals}f}"


def per_cent(share: float) -> str:
    """A share in per cent; what is not nothing is not called 0 %.

    >>> per_cent(0.0004), per_cent(0.004), per_cent(0.07)
    ('< 0.1 %', '0.4 %', '7 %')
    """
    percent = 100 * share
    if 0 < percent < 1:
        return f"{percent:.1f} %" if percent >= 0.1 else "< 0.1 %"
    return f"{percent:.0f} %"


def read_number(text: str, *, count: bool = True) -> float:
    """Read ``4096``, ``4,096``, ``4k`` (4,096), ``1.5e9`` or ``−3``.

    "k" and "m" count in powers of two, as token lengths do.  A quantity that is no ``count`` (seconds,
    GiB) takes neither: ``5m`` as a time is not five million, and ``2,113`` is 2.113 to half the world.
    Nowhere is a decimal comma taken for a thousands separator: ``51,2`` and ``0,954`` are refused.

    Raises:
        ValueError: the text is not one finite number, or may be read in two ways.
    """
    plain = text.strip().replace("\N{NO-BREAK SPACE}", "")
    match = _NUMBER.fullmatch(plain)
    if match is None or (match[4] and not count):
        hint = "; write a point before the decimals" if _COMMA.fullmatch(plain) else ""
        raise ValueError(f"{shorten(text)!r} is not a number{hint}")
    if not count and "," in plain and _COMMA.fullmatch(plain):
        raise ValueError(f"{shorten(text)!r} can be read in two ways; write it without the comma")
    sign, digits, exponent, suffix = match.groups()
    value = float(digits.replace(",", "") + ("e" + exponent if exponent else ""))
    value *= {"": 1, "k": KIB, "m": MIB}[suffix.lower()]
    if not math.isfinite(value):
        raise ValueError(f"{shorten(text)!r} is too large")
    return -value if sign in ("-", MINUS) else value


def shorten(text: str, limit: int = 40) -> str:
    """The text on one line, at most ``limit`` characters, for use inside a message."""
    line = " ".join(text.split())
    return line if len(line) <= limit else line[: limit - 1] + "\N{HORIZONTAL ELLIPSIS}"

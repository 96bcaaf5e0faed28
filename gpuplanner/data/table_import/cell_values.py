"""What a cell of a published table says: memory, time, both, a length, or that nothing was measured."""

from __future__ import annotations

import re
from dataclasses import dataclass

from gpuplanner.core.benchmark import Status

_NUMBER = r"[-+]?(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?(?:[eE][-+]?\d{1,2})?"
_MEMORY_UNITS = {
    "g": "G",
    "gb": "GB",
    "gbytes": "GB",
    "gib": "GiB",
    "m": "M",
    "mb": "M",
    "mib": "MiB",
    "t": "T",
    "tb": "T",
}
_MEMORY = re.compile(rf"[~≈]?\s*({_NUMBER})\s*(GiB|GBytes|GB|G|MiB|MB|M|TB|T)?\.?", re.IGNORECASE)
_TIME = re.compile(
    rf"[~≈]?\s*({_NUMBER})\s*(s/it|sec/it|s/iter|s/step|sec/step|secs?|seconds?|s|ms/it|ms/step|ms|it/s|iter/s|"
    r"steps?/s|min|h)?\.?",
    re.IGNORECASE,
)
_LENGTH = re.compile(
    r"(?:len(?:gth)?|seq(?:uence)?|ctx|L|s)?\s*[=:]?\s*(\d{1,3}(?:,\d{3})+|\d+)\s*(k)?(?:\s*tokens?)?", re.I
)
_MOST_DIGITS = 11
_SPLIT = re.compile(r"\s*[/|;&]\s*(?=[-+~≈]?\s*\d)")
MISSING = frozenset(
    {"", "-", "–", "—", "--", "n/a", "na", "n.a.", "/", "?", "none", "null", "nan", "\\", "x", "✗", "×"}
)
"""Texts that say that nothing was measured; never zero."""
OOM = frozenset({"oom", "out of memory", "cuda oom", "o.o.m.", "oom!", "显存不足", "爆显存"})


@dataclass(frozen=True)
class Quantity:
    """A number with the unit as it was written; an empty unit was not written."""

    value: float
    unit: str = ""
    digits: str = ""
    """The number as it was written."""


def number_of(text: str) -> float:
    """``1,234.5`` → 1234.5."""
    return float(text.replace(",", ""))


def memory_of(text: str, head_unit: str = "") -> Quantity | None:
    """``20.1G``, ``20.1 GiB``, ``20,581MiB``, ``20.1`` – or None.

    ``head_unit`` is what the column's head says.  "20,581" is thousands of MiB; with other units half the
    world reads 20.581, and so it is no figure.
    """
    match = _MEMORY.fullmatch(text.strip())
    if match is None:
        return None
    unit = _MEMORY_UNITS.get((match[2] or "").lower(), "")
    if "," in match[1] and not _is_mib(match[1], unit or head_unit):
        return None
    return Quantity(number_of(match[1]), unit, match[1])


def _is_mib(digits: str, unit: str) -> bool:
    return unit.lower() in ("m", "mb", "mib") and not digits.lstrip("+-").startswith("0")


def seconds_of(text: str) -> Quantity | None:
    """``1.2s/it``, ``850 ms``, ``0.8it/s``, ``1.2`` – in seconds, or None, as for "0,954"."""
    match = _TIME.fullmatch(text.strip())
    if match is None or "," in match[1]:
        return None
    value, unit = number_of(match[1]), (match[2] or "").lower()
    if unit in ("it/s", "iter/s", "step/s", "steps/s"):
        return Quantity(1 / value, unit) if value > 0 else None
    factor = 1e-3 if unit.startswith("ms") else 60.0 if unit == "min" else 3600.0 if unit == "h" else 1.0
    digits = match[1] if factor == 1.0 else ""
    return Quantity(value * factor, unit, digits)


def memory_and_seconds(text: str) -> tuple[Quantity, Quantity] | None:
    """``20.1G / 1.2s/it`` – or None where the cell is not both."""
    parts = _SPLIT.split(text.strip(), maxsplit=1)
    if len(parts) != 2:
        return None
    memory, seconds = memory_of(parts[0]), seconds_of(parts[1])
    return (memory, seconds) if memory is not None and seconds is not None else None


def length_of(text: str) -> int | None:
    """``4096``, ``4,096``, ``4k``, ``seq 4096`` – or None where it is no usual length."""
    match = _LENGTH.fullmatch(text.strip())
    if match is None or len(match[1]) > _MOST_DIGITS:
        return None
    value = int(match[1].replace(",", "")) * (1024 if match[2] else 1)
    return value if 16 <= value <= 2**24 else None


def status_of(text: str) -> Status | None:
    """Out of memory, not measured, or None for a cell that says something else."""
    plain = text.strip().lower()
    if plain in OOM:
        return Status.OOM
    return Status.NOT_MEASURED if plain in MISSING else None


def class_of(text: str) -> str:
    """The kind of a cell, to compare lines by: ``both``, ``number``, ``missing``, ``text`` or ``empty``."""
    plain = text.strip()
    if not plain:
        return "empty"
    if status_of(plain) is not None:
        return "missing"
    if memory_and_seconds(plain) is not None:
        return "both"
    if re.fullmatch(_NUMBER, plain):
        return "number"
    return "unit" if memory_of(plain) or seconds_of(plain) else "text"

"""Numbers as people type and paste them: with the column's unit behind them, with a decimal comma."""

from __future__ import annotations

import re

from gpuplanner.core.fields import FieldSpec

_WITH_UNIT = re.compile(r"(.*?[\d.])\s*([^\d\s.,][^\d]*?)\s*")
_DECIMAL_COMMA = re.compile(r"([-+\N{MINUS SIGN}]?)(0|[1-9]\d*),(\d+)")
_FACTORS: dict[str, dict[str, float]] = {
    "s": {"sec": 1, "seconds": 1, "s/it": 1, "s/step": 1, "ms": 1e-3, "min": 60},
    "1/s": {"tokens/s": 1, "tok/s": 1, "t/s": 1},
}
"""Unit of a column → what people write instead, and the factor to it."""
_TOKENS = frozenset({"tokens", "token", "tok"})
_SUFFIXES = ("k", "m")
"""Of a count: "8k tokens" is 8,192."""


def plain_number(spec: FieldSpec, text: str) -> str:
    """The text that `core.fields.read_value` reads; one that says nothing more stays as it is.

    Seconds may be typed as ``500 ms``, tokens as ``8k tokens``, and every number with its column's own
    unit.  Of a quantity ``0,5`` and ``51,2`` are decimal commas; ``2,113`` may be read in two ways and
    stays, to be refused.

    >>> from gpuplanner.core.benchmark import ROW_FIELD
    >>> [plain_number(ROW_FIELD["step_time_s"], text) for text in ("0,5", "500 ms", "1.2s/it", "5m")]
    ['0.5', '0.5', '1.2', '5m']
    """
    if spec.kind not in (int, float):
        return text
    text = text.strip()
    number, factor = _without_unit(spec, text)
    if spec.kind is float:
        number = with_point(number)
    if factor == 1:
        return number
    try:
        return f"{float(number.replace(',', '')) * factor:.12g}"
    except ValueError:
        return text


def with_point(number: str) -> str:
    """A decimal comma as a point, where the comma cannot stand before thousands.

    >>> [with_point(number) for number in ("51,2", "0,954", "2,113", "1,024.5")]
    ['51.2', '0.954', '2,113', '1,024.5']
    """
    match = _DECIMAL_COMMA.fullmatch(number.strip())
    if match is None or (len(match[3]) == 3 and match[2] != "0" and len(match[2]) <= 3):
        return number
    return f"{match[1]}{match[2]}.{match[3]}"


def _without_unit(spec: FieldSpec, text: str) -> tuple[str, float]:
    """The number before a unit of this column, and what it is to be multiplied with."""
    match = _WITH_UNIT.fullmatch(text)
    if match is None:
        return text, 1
    number, unit = match[1], match[2].lower()
    factor = _FACTORS.get(spec.unit, {}).get(unit)
    if factor is not None:
        return number, factor
    if spec.unit and unit == spec.unit.lower():
        return number, 1
    if spec.unit == "tokens":
        suffix = unit[0] if unit[0] in _SUFFIXES else ""
        if unit[len(suffix) :].strip() in _TOKENS:
            return number + suffix, 1
    return text, 1

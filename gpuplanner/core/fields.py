"""How a field of a plan or a row is declared: once, with everything that forms, columns and options need."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from functools import lru_cache
from typing import Any, TypeVar

from gpuplanner.core.units import read_number, shorten

Value = str | int | float | bool | Enum | None
_DeclaredT = TypeVar("_DeclaredT")

_TRUE = frozenset({"true", "yes", "on", "1"})
_FALSE = frozenset({"false", "no", "off", "0"})


@dataclass(frozen=True)
class FieldSpec:
    """Declaration of one field.

    ``kind`` is the Python type of the value; an ``Enum`` lists the choices.  ``unset`` says in words
    what an empty value means where that is not simply the default.  ``low`` and ``high`` are
    inclusive.
    """

    name: str
    kind: type
    default: Value
    label: str
    help: str
    unit: str = ""
    low: float | None = None
    high: float | None = None
    unset: str = ""

    def __hash__(self) -> int:
        """By name alone: the generated one hashes nine values for each cell that is read."""
        return hash(self.name)

    @property
    def choices(self) -> tuple[str, ...]:
        """The words that are accepted, or nothing when any text or number is."""
        if issubclass(self.kind, Enum):
            return tuple(str(member.value) for member in self.kind)
        return ("true", "false") if self.kind is bool else ()

    @property
    def option(self) -> str:
        """The command-line option: ``--seq-len``."""
        return "--" + self.name.replace("_", "-")


def declare(
    default: Value,
    kind: type,
    label: str,
    help: str,
    *,
    unit: str = "",
    low: float | None = None,
    high: float | None = None,
    unset: str = "",
) -> Any:
    """A dataclass field that carries its declaration; see `specs_of`."""
    metadata = {
        "kind": kind,
        "label": label,
        "help": help,
        "unit": unit,
        "low": low,
        "high": high,
        "unset": unset,
    }
    return dataclasses.field(default=default, metadata=metadata)


def specs_of(cls: type) -> tuple[FieldSpec, ...]:
    """The declarations of a dataclass made with `declare`, in order."""
    return tuple(
        FieldSpec(name=f.name, default=f.default, **f.metadata) for f in dataclasses.fields(cls) if f.metadata
    )


def read_value(spec: FieldSpec, text: str) -> Value:
    """Read what a user typed or a cell holds; an empty text is the default.

    Raises:
        ValueError: with a message for the user, without the field's name.
    """
    text = text.strip()
    if not text:
        return spec.default
    return text if spec.kind is str else _read_word_or_number(spec, text)


@lru_cache(maxsize=65536)
def _read_word_or_number(spec: FieldSpec, text: str) -> Value:
    if issubclass(spec.kind, Enum):
        return _read_choice(spec, text)
    if spec.kind is bool:
        if text.lower() in _TRUE:
            return True
        if text.lower() in _FALSE:
            return False
        raise ValueError(f"{shorten(text)!r} is neither true nor false")
    number = read_number(text, count=spec.kind is int)
    if spec.kind is int:
        if number != math.floor(number):
            raise ValueError(f"{shorten(text)!r} is not a whole number")
        number = int(number)
    check_limits(spec, number)
    return number


def with_fields(part: _DeclaredT, values: Mapping[str, object]) -> _DeclaredT:
    """`dataclasses.replace` for a row or one of its parts, without its detour through every field.

    Every row of a table comes here.
    """
    changed = object.__new__(type(part))
    changed.__dict__.update(part.__dict__, **values)
    return changed


def check_limits(spec: FieldSpec, number: float) -> None:
    """Raises ValueError when a number is outside the declared limits."""
    if spec.low is not None and number < spec.low:
        raise ValueError(f"{number:,} is below the smallest possible value, {spec.low:,}")
    if spec.high is not None and number > spec.high:
        raise ValueError(f"{number:,} is above the largest possible value, {spec.high:,}")


def write_value(value: Value) -> str:
    """The text of a value as CSV, JSON keys and options write it; ``read_value`` reads it back."""
    if type(value) is str:
        return value
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Enum):
        return str(value.value)
    if isinstance(value, float):
        return repr(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
    return str(value)


def _read_choice(spec: FieldSpec, text: str) -> Enum:
    wanted = text.lower().replace("_", "-")
    for member in spec.kind:  # type: ignore[attr-defined]
        if str(member.value).lower() == wanted:
            assert isinstance(member, Enum)
            return member
    raise ValueError(f"{shorten(text)!r} is not one of {', '.join(spec.choices)}")

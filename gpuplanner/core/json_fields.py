"""Frozen dataclasses to JSON's types and back, by their annotations.

Known are str, int, float, bool, Any, enums, dataclasses, ``X | None``, ``tuple[X, ...]`` and
``Mapping[str, X]``.
A key that a class does not have is ignored, so that an older program reads what a newer one wrote.
"""

from __future__ import annotations

import dataclasses
import math
import types
import typing
from collections.abc import Mapping
from enum import Enum
from functools import lru_cache
from typing import Any, TypeVar

T = TypeVar("T")


def to_fields(value: object) -> dict[str, Any]:
    """The fields of a dataclass as JSON's types; floats that JSON does not have (NaN, ∞) become null."""
    assert dataclasses.is_dataclass(value)
    return {f.name: _plain(getattr(value, f.name)) for f in dataclasses.fields(value)}


def from_fields(cls: type[T], found: Mapping[str, Any]) -> T:
    """The dataclass whose fields ``found`` holds; fields that are missing take their default.

    Raises:
        ValueError: a field is missing that has no default, or holds another type; the message names it.
    """
    return typing.cast(T, _dataclass(cls, found, cls.__name__))


def _plain(value: object) -> Any:
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if dataclasses.is_dataclass(value):
        return to_fields(value)
    if isinstance(value, Mapping):
        return {str(key): _plain(entry) for key, entry in value.items()}
    if isinstance(value, (tuple, list)):
        return [_plain(entry) for entry in value]
    return value


@lru_cache(maxsize=64)
def _hints(cls: type) -> Mapping[str, Any]:
    return typing.get_type_hints(cls)


def _dataclass(cls: Any, found: object, where: str) -> Any:
    if not isinstance(found, Mapping):
        raise ValueError(f"{where} is no object")
    hints = _hints(cls)
    values = {
        f.name: _value(hints[f.name], found[f.name], f"{where}.{f.name}")
        for f in dataclasses.fields(cls)
        if f.name in found
    }
    try:
        return cls(**values)
    except TypeError:
        missing = [
            f.name
            for f in dataclasses.fields(cls)
            if f.name not in values
            and f.default is dataclasses.MISSING
            and f.default_factory is dataclasses.MISSING
        ]
        raise ValueError(f"{where} lacks {', '.join(missing)}") from None


def _value(kind: Any, found: Any, where: str) -> Any:
    origin, arguments = typing.get_origin(kind), typing.get_args(kind)
    if kind is Any:
        return found
    if origin in (typing.Union, types.UnionType):
        (inner,) = (argument for argument in arguments if argument is not type(None))
        return None if found is None else _value(inner, found, where)
    if origin is tuple:
        if not isinstance(found, list):
            raise ValueError(f"{where} is no list")
        return tuple(_value(arguments[0], entry, f"{where}[{i}]") for i, entry in enumerate(found))
    if origin is not None and issubclass(origin, Mapping):
        if not isinstance(found, dict):
            raise ValueError(f"{where} is no object")
        return {key: _value(arguments[1], entry, f"{where}.{key}") for key, entry in found.items()}
    if dataclasses.is_dataclass(kind):
        return _dataclass(kind, found, where)
    return _scalar(kind, found, where)


def _scalar(kind: Any, found: Any, where: str) -> Any:
    if issubclass(kind, Enum):
        try:
            return kind(found)
        except ValueError:
            choices = ", ".join(str(member.value) for member in kind)
            raise ValueError(f"{where} is not one of {choices}") from None
    if kind is float and isinstance(found, int) and not isinstance(found, bool):
        return float(found)
    if not isinstance(found, kind) or (kind is int and isinstance(found, bool)):
        raise ValueError(f"{where} is no {kind.__name__}")
    return found

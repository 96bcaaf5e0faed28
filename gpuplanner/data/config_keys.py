"""The keys of a ``config.json``, read with type and limits; a key that cannot be used is told by name."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from gpuplanner.core.errors import InputError
from gpuplanner.core.units import shorten

HIGHEST = 2**24
"""Largest size of anything but layers: ten times what any published model has."""
MOST_LAYERS = 10_000

_KINDS = {bool: "true or false", str: "a text", list: "a list", dict: "an object", float: "a fraction"}


class ConfigKeys:
    """One object of a ``config.json`` (or of the catalogue), with the words to say where it stands.

    A key whose value is ``null`` counts as missing, as in transformers.  Of several names for one
    thing the first that is present is taken.
    """

    def __init__(self, values: Mapping[str, object], where: str) -> None:
        self._values = values
        self.where = where

    def need(self, *names: str | tuple[str, ...]) -> None:
        """Check that essential keys are there; a tuple lists names of which one is enough.

        Raises:
            InputError: one problem that names every missing key.
        """
        missing = [name if isinstance(name, str) else name[0] for name in names if self._find(name) is None]
        if missing:
            raise InputError.of(
                f"lacks the key{'s' if len(missing) > 1 else ''} {', '.join(missing)}",
                self.where,
                "take the config.json of the model's own repository",
            )

    def has(self, name: str) -> bool:
        """Whether the key is there at all, also as ``null``."""
        return name in self._values

    def integer(
        self,
        name: str | tuple[str, ...],
        default: int | None = None,
        *,
        low: int = 1,
        high: int = HIGHEST,
    ) -> int:
        """A whole number between ``low`` and ``high``; without a default the key must be there."""
        found = self._find(name)
        if found is None:
            if default is None:
                self.need(name)
            return default or 0
        key, value = found
        if isinstance(value, bool) or not isinstance(value, int):
            raise self._wrong(key, value, "a whole number")
        if not low <= value <= high:
            side = "below the smallest" if value < low else "above the largest"
            limit = low if value < low else high
            shown = f"{value:,}" if abs(value) < 10**15 else "a number of many digits"
            raise InputError.of(
                f"{shown} is {side} possible value, {limit:,}", self.at(key), "correct the file"
            )
        return value

    def flag(self, name: str, default: bool) -> bool:
        """True or false."""
        found = self._find(name)
        if found is None:
            return default
        if not isinstance(found[1], bool):
            raise self._wrong(name, found[1], "true or false")
        return found[1]

    def text(self, name: str) -> str:
        """A text; the key must be there."""
        self.need(name)
        value = self._values[name]
        if not isinstance(value, str):
            raise self._wrong(name, value, "a text")
        return value

    def texts(self, name: str) -> tuple[str, ...]:
        """A list of texts; empty when the key is missing."""
        return tuple(item for item in self._list(name, str, "a list of texts") if isinstance(item, str))

    def integers(self, name: str) -> tuple[int, ...]:
        """A list of whole numbers; empty when the key is missing."""
        return tuple(
            item for item in self._list(name, int, "a list of whole numbers") if isinstance(item, int)
        )

    def child(self, name: str) -> ConfigKeys | None:
        """A nested object, or None when the key is missing."""
        found = self._find(name)
        if found is None:
            return None
        if not isinstance(found[1], Mapping):
            raise self._wrong(name, found[1], "an object")
        return ConfigKeys(found[1], self.at(name))

    def at(self, key: str) -> str:
        """Where a key stands: ``model/config.json, text_config, hidden_size``."""
        return f"{self.where}, {key}" if self.where else key

    def refuse(self, key: str, what: str, hint: str) -> InputError:
        """The error for a value that is readable but not covered."""
        return InputError.of(what, self.at(key), hint)

    def _find(self, name: str | tuple[str, ...]) -> tuple[str, object] | None:
        for key in (name,) if isinstance(name, str) else name:
            value = self._values.get(key)
            if value is not None:
                return key, value
        return None

    def _list(self, name: str, kind: type, expected: str) -> Sequence[object]:
        found = self._find(name)
        if found is None:
            return ()
        value = found[1]
        if not isinstance(value, list) or any(
            isinstance(item, bool) or not isinstance(item, kind) for item in value
        ):
            raise self._wrong(name, value, expected)
        return value

    def _wrong(self, key: str, value: object, expected: str) -> InputError:
        kind = _KINDS.get(type(value), "a number")
        shown = f" ({shorten(repr(value), 24)})" if isinstance(value, (str, float, bool, int)) else ""
        return InputError.of(
            f"is {kind}{shown} where {expected} is expected", self.at(key), "correct the file"
        )

"""The words of a report in one language: one TOML file each, so that another language is another file."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from pathlib import Path

from gpuplanner.core.errors import InputError
from gpuplanner.core.fields import FieldSpec, Value


@dataclass(frozen=True)
class Words:
    """Texts by key, with places for figures; fields and choices by their names."""

    language: str
    texts: Mapping[str, str]
    fields: Mapping[str, str]
    choices: Mapping[str, str]

    def __call__(self, key: str, **values: object) -> str:
        """The text of a key with its places filled.  KeyError: a key that no language has."""
        return self.texts[key].format(**values)

    def field(self, spec: FieldSpec) -> str:
        """A field's label."""
        return self.fields.get(spec.name, spec.label)

    def choice(self, value: Value) -> str:
        """A value as people say it."""
        if value is None:
            return "–"
        if isinstance(value, bool):
            return self.texts["yes"] if value else self.texts["no"]
        if isinstance(value, Enum):
            return self.choices.get(str(value.value), str(value.value))
        return f"{value:,}" if isinstance(value, int) else str(value)


def load_words(folder: Path, language: str) -> Words:
    """The words of ``folder/LANGUAGE.toml``.

    Raises:
        InputError: there is no such language.
    """
    path = folder / f"{language}.toml"
    if not path.is_file():
        known = ", ".join(languages(folder))
        raise InputError.of(f"{language!r} is not a language of reports", "language", f"choose {known}")
    content = tomllib.loads(path.read_text(encoding="utf-8"))
    return Words(language, content["texts"], content.get("fields", {}), content.get("choices", {}))


def languages(folder: Path) -> tuple[str, ...]:
    """The languages that there are."""
    return tuple(sorted(path.stem for path in folder.glob("*.toml")))

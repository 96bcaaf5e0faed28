"""What every format of a recipe shares: notes for the user, and a reader that forgets no key."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TypeVar

from gpuplanner.core.errors import InputError, InputProblem
from gpuplanner.core.fields import Value, read_value, write_value
from gpuplanner.core.plan import PLAN_FIELD, Plan
from gpuplanner.core.units import shorten
from gpuplanner.data.catalog import Catalog

MAX_BYTES = 2**18
"""A recipe is some hundred lines; what is larger is something else."""

_ValueT = TypeVar("_ValueT")
Beside = Callable[[str], str | None]
"""The text of a file that a recipe names, or None where it is not at hand."""


class RecipeKind(StrEnum):
    """The formats that a whole plan is written to."""

    LLAMA_FACTORY = "llama-factory"
    AXOLOTL = "axolotl"
    QWEN = "qwen"
    TRL = "trl"


class NoteKind(StrEnum):
    """What a note is about, the weightiest first: the order in which they are shown."""

    NOT_COUNTED = "not counted"
    """It changes memory or time, and the estimate leaves it out."""
    READ_AS = "read as"
    """Something near it was taken in its place."""
    CANNOT_SAY = "cannot say"
    """The format has no word for it."""
    ASSUMED = "assumed"
    """The file does not say it: the project's default was taken."""
    UNKNOWN = "unknown"
    """GPU Planner does not know the key."""
    YOURS = "yours"
    """A place that the user has to fill in."""
    NO_EFFECT = "no effect"
    """It changes neither the memory nor the time of a step."""


@dataclass(frozen=True)
class Note:
    """One line: which key, and why it is worth a word.  ``field`` is the plan's field that it concerns."""

    kind: NoteKind
    key: str
    why: str
    field: str = ""

    def line(self) -> str:
        """The note in one line."""
        return f"{self.kind.value}: {self.key}: {self.why}"


@dataclass(frozen=True)
class Recipe:
    """What a file says of a plan: only the fields that it decides, and a note for everything else."""

    title: str
    """The format's name, for people."""
    values: tuple[tuple[str, Value], ...]
    notes: tuple[Note, ...] = ()
    samples_file: str = ""
    """The data set that it names."""
    epochs: float | None = None
    packing: bool = False
    is_settings: bool = False
    """It only says how several GPUs share the work (a DeepSpeed or accelerate configuration)."""

    def plan(self, base: Plan | None = None) -> Plan:
        """``base`` with what the recipe says."""
        return replace(base or Plan(), **dict(self.values))  # type: ignore[arg-type]


@dataclass(frozen=True)
class RecipeFile:
    """A file to be written."""

    name: str
    text: str


@dataclass(frozen=True)
class WrittenRecipe:
    """A plan in the words of another project, and what these words leave out."""

    kind: RecipeKind
    files: tuple[RecipeFile, ...]
    notes: tuple[Note, ...]

    @property
    def text(self) -> str:
        """The main file, which the others lie beside."""
        return self.files[0].text


class Reading:
    """One pass over the keys of a file: what is not taken is noted at the end, so that nothing is dropped."""

    def __init__(
        self, title: str, keys: Mapping[str, object], where: str, catalog: Catalog, beside: Beside
    ) -> None:
        self.title, self.where = title, where
        self.catalog, self.beside = catalog, beside
        self._keys = dict(keys)
        self._taken: set[str] = set()
        self._values: dict[str, Value] = {}
        self._notes: list[Note] = []
        self._problems: list[InputProblem] = []
        self.samples_file = ""
        self.epochs: float | None = None
        self.packing = False

    # What the file says ------------------------------------------------------------------------

    def has(self, key: str) -> bool:
        """Whether the file says something under the key; null says nothing."""
        return self._keys.get(key) is not None

    def take(self, key: str) -> object:
        """The value of a key, which is settled by this; None where there is none."""
        self._taken.add(key)
        return self._keys.get(key)

    def peek(self, key: str) -> object:
        """The value of a key, which somebody else settles."""
        return self._keys.get(key)

    def say(self, key: str, value: object) -> None:
        """Add a key that the format leaves out."""
        self._keys[key] = value

    def text(self, key: str, default: str = "") -> str:
        """A text."""
        value = self.take(key)
        if value is None:
            return default
        if isinstance(value, str | int | float) and not isinstance(value, bool):
            return str(value)
        return self._wrong(key, "is no text", default)

    def flag(self, key: str, default: bool = False) -> bool:
        """True or false."""
        value = self.take(key)
        if value is None or value == "":
            return default
        if isinstance(value, bool):
            return value
        word = str(value).strip().lower() if isinstance(value, str | int) else ""
        if word in ("true", "yes", "on", "1"):
            return True
        if word in ("false", "no", "off", "0"):
            return False
        return self._wrong(key, "is neither true nor false", default)

    def number(self, key: str, default: float | None = None) -> float | None:
        """A number, also where it is written as a text (YAML reads ``1e-4`` as one)."""
        value = self.take(key)
        if value is None:
            return default
        if isinstance(value, str | int | float) and not isinstance(value, bool):
            try:
                return float(value)
            except (ValueError, OverflowError):
                pass
        return self._wrong(key, f"{shown(value)} is no number", default)

    def names(self, key: str) -> tuple[str, ...]:
        """A list of names, or one text with commas."""
        value = self.take(key)
        if value is None:
            return ()
        if isinstance(value, str):
            return tuple(name for part in value.split(",") if (name := part.strip()))
        if isinstance(value, list | tuple) and all(isinstance(item, str) for item in value):
            return tuple(value)
        return self._wrong(key, "is no list of names", ())

    def mapping(self, key: str) -> Mapping[str, object]:
        """A group of keys; nothing where there is none."""
        value = self.take(key)
        if value is None:
            return {}
        if isinstance(value, Mapping):
            return {str(name): item for name, item in value.items()}
        return self._wrong(key, "is no group of keys", {})

    # What comes of it --------------------------------------------------------------------------

    def put(self, field: str, value: Value, key: str = "") -> None:
        """The plan's field is this; a value outside the field's limits is a problem at its key."""
        try:
            text = write_value(value)
            self._values[field] = value if value is None else read_value(PLAN_FIELD[field], text)
        except ValueError as error:
            self.problem(key or field, str(error))

    def value(self, field: str) -> Value:
        """What was put into a field; None when nothing was."""
        return self._values.get(field)

    def put_number(self, field: str, key: str, default: int | None, default_of: str = "") -> None:
        """Take a whole number from a key; where it is not said, the project's default."""
        if not self.has(key):
            self.take(key)
            if default is not None:
                self.put(field, default, key)
                self.assumed(key, f"{default:,}, the default of {default_of or self.title}", field)
            return
        if self.peek(key) == "auto":
            self.take(key)
            self.assumed(key, "is auto: the plan's own is kept", field)
            return
        number = self.number(key)
        if number is not None:
            self.put(field, number, key)

    def note(self, kind: NoteKind, key: str, why: str, field: str = "") -> None:
        """Tell the user."""
        self._notes.append(Note(kind, key, why, field))

    def assumed(self, key: str, why: str, field: str = "") -> None:
        """The file leaves it open."""
        self.note(NoteKind.ASSUMED, key, why, field)

    def problem(self, key: str, what: str, hint: str = "") -> None:
        """It cannot be used."""
        self._problems.append(InputProblem(what, f"{self.where}, {key}", hint))

    def add(self, notes: Iterable[Note]) -> None:
        """Take over notes of another reading."""
        self._notes.extend(notes)

    def settle_rest(self, known: Mapping[str, tuple[NoteKind, str]]) -> None:
        """Note every key that nobody took: why it does not count, or that it is not known."""
        for key, value in self._keys.items():
            if key in self._taken:
                continue
            self._taken.add(key)
            if value is None or value == "" or value == []:
                self.note(NoteKind.NO_EFFECT, key, "is empty")
                continue
            kind, why = known.get(key, (NoteKind.UNKNOWN, "is not known here, and was left out"))
            if kind is NoteKind.NOT_COUNTED and (value is False or value in ("no", "none")):
                kind, why = NoteKind.NO_EFFECT, "is off"
            self.note(kind, key, why)

    def recipe(self, *, is_settings: bool = False) -> Recipe:
        """What was read.

        Raises:
            InputError: something that was said cannot be used.
        """
        if self._problems:
            raise InputError(self._problems)
        return Recipe(
            self.title,
            tuple(self._values.items()),
            tuple(self._notes),
            self.samples_file,
            self.epochs,
            self.packing,
            is_settings,
        )

    def _wrong(self, key: str, what: str, default: _ValueT) -> _ValueT:
        self.problem(key, what)
        return default


def shown(value: object) -> str:
    """A stranger's value for a message: short, and without going into it."""
    if isinstance(value, str):
        return repr(shorten(value))
    if isinstance(value, Mapping):
        return f"a group of {len(value)} keys"
    if isinstance(value, list | tuple):
        return f"a list of {len(value)}"
    return shorten(repr(value)) if isinstance(value, bool | int | float) else type(value).__name__

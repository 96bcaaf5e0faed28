"""The table's columns: ten that are always first, then every other field, then columns nobody knows."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import Enum, StrEnum

from PySide6.QtCore import QCoreApplication

from gpuplanner.core.benchmark import ROW_FIELD
from gpuplanner.data.benchmark_table import is_known
from gpuplanner.ui.words import field_label


class Kind(StrEnum):
    """How a column's cells are made and painted."""

    WORDS = "words"
    NUMBER = "number"
    GPUS = "gpus"
    PEAK = "peak"
    ESTIMATE = "estimate"
    ERROR = "error"


@dataclass(frozen=True)
class Column:
    """One column of the view.

    ``key`` is the row's field, or the name of a composed column (``gpus``, ``estimate``, ``error``).
    Widths are in the design's pixels.  ``rank`` orders which columns give way first when the view is
    narrow and appear first when it is wide; 0 stays always.
    """

    key: str
    kind: Kind
    title: str
    unit: str = ""
    width: int = 96
    rank: int = 0
    fields: tuple[str, ...] = ()
    """The row's fields that an edit of this cell writes; empty for a computed column."""
    tip: str = ""

    @property
    def is_editable(self) -> bool:
        """Whether the cell holds something that the user may write."""
        return bool(self.fields)

    @property
    def is_right_aligned(self) -> bool:
        """Numbers stand at the right."""
        return self.kind is not Kind.WORDS


# Which columns give way first (largest rank), and which appear first in a wide window.
_SAMPLES_RANK, _SHARDING_RANK, _UNKNOWN_RANK, _STEP_RANK = 4, 3, 2, 1
_APPEARING: tuple[tuple[str, int], ...] = (
    ("gpu", 128),
    ("optimizer", 104),
    ("precision", 76),
    ("quantization", 92),
    ("micro_batch_size", 84),
    ("grad_accum_steps", 92),
    ("framework", 104),
    ("lora_rank", 80),
    ("software", 220),
    ("source", 260),
    ("note", 260),
)
_FIRST_APPEARING_RANK = 5
NEVER_BY_ITSELF = 1_000
"""Rank of a column that is only shown when the user asks for it."""

_COMPOSED = frozenset({"model", "method", "nodes", "gpus_per_node", "sharding", "seq_len"}) | frozenset(
    {"peak_memory", "step_time_s", "samples_per_step"}
)


def all_columns(file_columns: Sequence[str]) -> tuple[Column, ...]:
    """Every column that the view can show for a file with these columns."""
    known = [_field_column(name) for name in _by_appearance() if name not in _COMPOSED]
    unknown = [
        Column(name, Kind.WORDS, name, width=110, rank=_UNKNOWN_RANK, fields=(name,))
        for name in file_columns
        if not is_known(name)
    ]
    inferred = [
        Column(name, Kind.WORDS, _inferred_title(name), width=130, rank=NEVER_BY_ITSELF, fields=(name,))
        for name in file_columns
        if is_known(name) and name not in ROW_FIELD
    ]
    return (*_first_columns(), *known, *inferred, *unknown)


def _first_columns() -> tuple[Column, ...]:
    translate = QCoreApplication.translate
    return (
        _field_column("model", width=82),
        _field_column("method", width=88),
        Column("gpus", Kind.GPUS, translate("columns", "GPUs"), "", 50, fields=("nodes", "gpus_per_node")),
        _field_column("sharding", width=64, rank=_SHARDING_RANK),
        _field_column("seq_len", translate("columns", "Length"), width=60),
        Column(
            "peak_memory",
            Kind.PEAK,
            translate("columns", "Peak memory"),
            width=96,
            fields=("peak_memory", "peak_memory_unit", "peak_memory_scope", "status"),
            tip=translate("columns", "Measured peak; the line below it is the share of the card"),
        ),
        _field_column("step_time_s", width=70, rank=_STEP_RANK),
        _field_column("samples_per_step", width=64, rank=_SAMPLES_RANK),
        Column(
            "estimate",
            Kind.ESTIMATE,
            translate("columns", "Estimate"),
            width=82,
            tip=translate(
                "columns",
                "Predicted for this row's own plan, of the kind that was measured; by physics alone, for a "
                "correction may have learned from this row",
            ),
        ),
        Column(
            "error",
            Kind.ERROR,
            translate("columns", "Error"),
            "%",
            width=84,
            tip=translate("columns", "Estimate against measurement; the bar ends at ±10 %"),
        ),
    )


def _field_column(name: str, title: str = "", *, width: int = 0, rank: int | None = None) -> Column:
    spec = ROW_FIELD[name]
    appearing = [known for known, _ in _APPEARING]
    if rank is None:
        rank = 0 if name in _COMPOSED else NEVER_BY_ITSELF
        if name in appearing:
            rank = _FIRST_APPEARING_RANK + appearing.index(name)
    is_number = spec.kind in (int, float) and not issubclass(spec.kind, Enum)
    kind = Kind.NUMBER if is_number else Kind.WORDS
    return Column(
        name,
        kind,
        title or field_label(spec),
        QCoreApplication.translate("fields", spec.unit) if spec.unit else "",
        width or dict(_APPEARING).get(name, 116),
        rank,
        (name,),
        QCoreApplication.translate("fields", spec.help),
    )


def _inferred_title(name: str) -> str:
    spec = ROW_FIELD[name.removesuffix("_inferred")]
    return QCoreApplication.translate("columns", "{field}, corrected").format(field=field_label(spec))


def _by_appearance() -> Iterable[str]:
    first = [name for name, _ in _APPEARING]
    return (*first, *(name for name in ROW_FIELD if name not in first))


def fit_columns(columns: Sequence[Column], available: float, forced: dict[str, bool]) -> set[str]:
    """Keys of the columns to show in ``available`` design pixels.

    What the user asked for or hid (``forced``) stands.  The rest come in the order of their rank as long
    as there is room; columns nobody knows are among the first, for they are the user's own.
    """
    shown = {column.key for column in columns if forced.get(column.key, column.rank == 0)}
    used = sum(column.width for column in columns if column.key in shown)
    candidates = [c for c in columns if c.key not in forced and 0 < c.rank < NEVER_BY_ITSELF]
    for column in sorted(candidates, key=lambda c: c.rank):
        if used + column.width > available:
            break
        shown.add(column.key)
        used += column.width
    return shown

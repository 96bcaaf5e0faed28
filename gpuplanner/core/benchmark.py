"""A row: what somebody measured, for which plan, and where the figures come from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import Enum

from gpuplanner.core.fields import FieldSpec, declare, read_value, specs_of
from gpuplanner.core.plan import PLAN_FIELD, Plan
from gpuplanner.core.units import MEMORY_UNITS


class MemoryUnit(str, Enum):
    """The unit that a published figure is written in."""

    GB = "GB"
    GIB = "GiB"
    MIB = "MiB"
    MIB_1000 = "MiB/1000"


class MemoryScope(str, Enum):
    """Whether a figure counts one GPU or all of them."""

    PER_GPU = "per-gpu"
    TOTAL = "total"


class MemoryKind(str, Enum):
    """What was read: live tensors, the allocator's pool, or NVML's figure for the process."""

    ALLOCATED = "allocated"
    RESERVED = "reserved"
    DEVICE = "device"
    UNKNOWN = "unknown"


class Status(str, Enum):
    """How the measurement ended."""

    MEASURED = "measured"
    OOM = "oom"
    NOT_MEASURED = "not-measured"


class Origin(str, Enum):
    """Who stands behind the figures."""

    PUBLISHED = "published"
    TRIAL = "trial"
    DRY_RUN = "dry-run"
    ENTERED = "entered"


@dataclass(frozen=True)
class Measurement:
    """The measured side of a row, as it was written (unit and scope beside the number)."""

    peak_memory: float | None = declare(
        None, float, "Peak memory", "Peak memory as measured", low=0, high=1e15
    )
    peak_memory_unit: MemoryUnit = declare(
        MemoryUnit.GIB, MemoryUnit, "Memory unit", "Unit of the peak memory as it was written"
    )
    peak_memory_scope: MemoryScope = declare(
        MemoryScope.PER_GPU, MemoryScope, "Memory scope", "Whether the figure counts one GPU or all"
    )
    peak_memory_kind: MemoryKind = declare(
        MemoryKind.UNKNOWN, MemoryKind, "Memory kind", "Allocated, reserved, or NVML's figure (device)"
    )
    step_time_s: float | None = declare(
        None, float, "Step time", "Time of one optimizer step", unit="s", low=0, high=1e9
    )
    samples_per_step: int | None = declare(
        None,
        int,
        "Samples",
        "Sequences that one optimizer step sees, over all GPUs",
        unit="per step",
        low=1,
        high=2**40,
        unset="micro batch × accumulation × GPUs",
    )
    tokens_per_s: float | None = declare(
        None, float, "Tokens/s", "Inference: generated tokens per second", unit="1/s", low=0, high=1e12
    )
    status: Status = declare(Status.MEASURED, Status, "Status", "How the measurement ended")


@dataclass(frozen=True)
class Provenance:
    """Where a row comes from."""

    origin: Origin = declare(Origin.ENTERED, Origin, "Origin", "Who stands behind the figures")
    software: str = declare("", str, "Software", "Versions that the figures were measured with")
    source: str = declare("", str, "Source", "Where the figures were published")
    date: str = declare("", str, "Date", "When they were measured or published")
    note: str = declare("", str, "Note", "Anything a reader should know")


@dataclass(frozen=True)
class Unreadable:
    """A cell whose text could not be read: kept as it is, with the reason."""

    column: str
    text: str
    reason: str


@dataclass(frozen=True)
class TypedText:
    """What the user typed into a cell that holds it in another form: "52 GB" beside 48.43 GiB on the screen.

    ``meant`` is what the cell held then; where it holds something else by now, the text is out of date.
    """

    column: str
    text: str
    meant: str


@dataclass(frozen=True)
class BenchmarkRow:
    """One line of the table.

    ``inferred`` holds (plan field, text) pairs that contradict the publisher, each a named
    correction that can be left out; ``extra`` holds columns that GPU Planner does not know, which
    are kept and shown; ``unreadable`` holds cells that could not be read (their field stands at its
    default, and the row is not estimated until they are mended).

    ``as_written`` holds (field, text) pairs of cells whose text is not what `write_value` makes of
    the value: "11.0", "4k", and the empty text of a default that was not stated.  It only serves to
    write the cell as its author did; where it no longer reads as the value, the value counts.
    ``fragment`` is the text that the row was taken from, such as a pasted table; rows of one paste
    share it.  ``typed`` holds the texts of the few cells that were typed in another form
    (`gpuplanner.data.typed_texts`).
    """

    plan: Plan
    measurement: Measurement = Measurement()
    provenance: Provenance = Provenance()
    inferred: tuple[tuple[str, str], ...] = ()
    extra: tuple[tuple[str, str], ...] = ()
    unreadable: tuple[Unreadable, ...] = ()
    as_written: tuple[tuple[str, str], ...] = ()
    fragment: str = ""
    typed: tuple[TypedText, ...] = ()

    def effective_plan(self) -> Plan:
        """The plan with the inferred corrections applied."""
        if not self.inferred:
            return self.plan
        changes = {name: read_value(PLAN_FIELD[name], text) for name, text in self.inferred}
        return replace(self.plan, **changes)  # type: ignore[arg-type]

    @property
    def peak_bytes_per_gpu(self) -> float | None:
        """The measured peak in bytes of one GPU, or None."""
        measured = self.measurement
        if measured.peak_memory is None:
            return None
        total = measured.peak_memory * _BYTES_OF[measured.peak_memory_unit]
        return total / self.plan.n_gpus if measured.peak_memory_scope is MemoryScope.TOTAL else total


_BYTES_OF = {unit: MEMORY_UNITS[unit.value] for unit in MemoryUnit}  # tables are sorted by what it gives

MEASUREMENT_FIELDS: tuple[FieldSpec, ...] = specs_of(Measurement)
PROVENANCE_FIELDS: tuple[FieldSpec, ...] = specs_of(Provenance)
ROW_FIELDS: tuple[FieldSpec, ...] = (*PLAN_FIELD.values(), *MEASUREMENT_FIELDS, *PROVENANCE_FIELDS)
ROW_FIELD: Mapping[str, FieldSpec] = {spec.name: spec for spec in ROW_FIELDS}

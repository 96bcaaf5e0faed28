"""How a table is to be read: proposed from its looks, each guess with its reason, and correctable."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from gpuplanner.core.benchmark import MemoryKind, MemoryScope, MemoryUnit, Origin
from gpuplanner.core.units import GB, GIB, MEMORY_UNITS, MIB
from gpuplanner.data.table_import.align import Aligned
from gpuplanner.data.table_import.cell_values import (
    Quantity,
    class_of,
    memory_and_seconds,
    memory_of,
    number_of,
)
from gpuplanner.data.table_import.heads import length_in, role_and_unit
from gpuplanner.data.table_import.recipe import Recipe

RAW = "raw"
"""Role of a column that repeats others in one text ("6.7G / 1.0s/it"): only checked against them."""
_SIZE = re.compile(r"\d+(?:\.\d+)?[BbMm]")
_UNITS = {
    "gb": MemoryUnit.GB,
    "gib": MemoryUnit.GIB,
    "m": MemoryUnit.MIB,
    "mb": MemoryUnit.MIB,
    "mib": MemoryUnit.MIB,
}


@dataclass(frozen=True)
class Guess:
    """Something that the table does not say: ``field`` of `Reading`, and the reason for people."""

    field: str
    text: str


@dataclass(frozen=True)
class Reading:
    """The meaning of a table.

    ``roles`` per column: a field of a row, ``length:N`` (cells are figures at that length), `RAW`, or an
    empty text (kept as a column that GPU Planner does not know).
    """

    roles: tuple[str, ...]
    units: tuple[str, ...]
    """Unit that the head names, per column."""
    memory_unit: MemoryUnit = MemoryUnit.GB
    """Of figures that only say "G", or nothing."""
    scope: MemoryScope = MemoryScope.PER_GPU
    kind: MemoryKind = MemoryKind.UNKNOWN
    model_prefix: str = ""
    """Before every model: "Qwen-" makes "Qwen-7B" of "7B"."""
    gpu: str = ""
    """Card of rows that name none."""
    samples_per_step: int | None = None
    samples_scope: MemoryScope = MemoryScope.TOTAL
    """Whether those are the samples of all GPUs, or of each."""
    origin: Origin = Origin.PUBLISHED
    source: str = ""
    date: str = ""
    software: str = ""
    recipe: Recipe = ()
    """How rows were trained that do not say it."""
    guesses: tuple[Guess, ...] = ()

    @property
    def lengths(self) -> tuple[tuple[int, int], ...]:
        """(Column, length) of the columns that stand for a length each."""
        found = ((i, length_in(role)) for i, role in enumerate(self.roles))
        return tuple((i, length) for i, length in found if length is not None)


def propose(table: Aligned, models: Collection[str], gpu: str, card_bytes: float) -> Reading:
    """The likeliest reading.

    ``models``: names of the catalogue; ``gpu``: the card to take where the table names none, with
    ``card_bytes`` of memory.
    """
    guesses: list[Guess] = []
    roles, units = _roles(table, guesses)
    unit = _memory_unit(table, roles, units, guesses)
    scope = _scope(table, roles, units, unit, card_bytes, guesses)
    prefix = _prefix(_column(table, roles, "model"), models, guesses)
    card = ""
    if "gpu" not in roles:
        card = gpu
        guesses.append(Guess("gpu", f"no column names the card: {gpu} is taken"))
    if not {"samples_per_step", "grad_accum_steps", "micro_batch_size"} & set(roles):
        guesses.append(Guess("samples_per_step", "samples per step are not stated: 1 × 1 per GPU is taken"))
    return Reading(roles, units, unit, scope, model_prefix=prefix, gpu=card, guesses=tuple(guesses))


def _roles(table: Aligned, guesses: list[Guess]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    roles: list[str] = []
    units: list[str] = []
    for place, head in enumerate(table.heads):
        role, unit = role_and_unit(head)
        if role and role in roles:
            guesses.append(Guess("roles", f"column {head!r} would be a second {role}: kept as it is"))
            role, unit = "", ""
        cells = [row[place] for row in table.rows]
        if not role and _share(cells, "both") > 0.5:
            role = RAW if "peak_memory" in roles else ""
        if role == "peak_memory" and _share(cells, "both") > 0.5:
            guesses.append(Guess("roles", f"column {head!r} holds memory and time: both are taken"))
        roles.append(role)
        units.append(unit)
    return tuple(roles), tuple(units)


def _share(cells: list[str], kind: str) -> float:
    said = [cell for cell in cells if cell]
    return sum(class_of(cell) == kind for cell in said) / len(said) if said else 0.0


def _column(table: Aligned, roles: tuple[str, ...], role: str) -> list[str]:
    return [row[roles.index(role)] for row in table.rows] if role in roles else []


def memory_cells(
    table: Aligned, roles: tuple[str, ...], units: tuple[str, ...]
) -> Iterable[tuple[int, Quantity]]:
    """(Row, memory) of every cell that states one."""
    for i, role in enumerate(roles):
        if role != "peak_memory" and length_in(role) is None:
            continue
        for number, row in enumerate(table.rows):
            both = memory_and_seconds(row[i])
            memory = both[0] if both else memory_of(row[i], units[i])
            if memory is not None:
                yield number, memory


def _memory_unit(
    table: Aligned, roles: tuple[str, ...], units: tuple[str, ...], guesses: list[Guess]
) -> MemoryUnit:
    written = next(
        (_UNITS.get(u.lower()) for r, u in zip(roles, units, strict=True) if r == "peak_memory" and u), None
    )
    if written is not None:
        return written
    said = {memory.unit for _, memory in memory_cells(table, roles, units)}
    if (said & {"G", ""} or not said) and "peak_memory_unit" not in roles:
        guesses.append(Guess("memory_unit", '"G" is taken as GB = 10⁹ bytes; GiB would be 7 % more'))
    return MemoryUnit.GB


def bytes_at_most(memory: Quantity, unit: MemoryUnit) -> float:
    """A figure in bytes; one that only says "G" may be GiB: so it is taken when it is held against a card."""
    said = {"GB": GB, "GiB": GIB, "MiB": MIB, "M": MIB, "G": GIB, "T": 1000 * GIB}
    if memory.unit:
        return memory.value * said[memory.unit]
    return memory.value * (GIB if unit is MemoryUnit.GB else MEMORY_UNITS[unit.value])


def gpus_in(table: Aligned, roles: tuple[str, ...], row: int) -> int:
    """GPUs of a row over all nodes; 1 where the table does not say."""
    n = 1
    for role in ("nodes", "gpus_per_node"):
        if role in roles:
            text = table.rows[row][roles.index(role)]
            n *= max(int(number_of(text)), 1) if class_of(text) == "number" and len(text) < 9 else 1
    return n


def _scope(
    table: Aligned,
    roles: tuple[str, ...],
    units: tuple[str, ...],
    unit: MemoryUnit,
    card_bytes: float,
    guesses: list[Guess],
) -> MemoryScope:
    if "peak_memory_scope" in roles:
        return MemoryScope.PER_GPU  # each row says its own
    above = [
        row
        for row, memory in memory_cells(table, roles, units)
        if bytes_at_most(memory, unit) > card_bytes and gpus_in(table, roles, row) > 1
    ]
    several = any(gpus_in(table, roles, row) > 1 for row in range(len(table.rows)))
    if above:
        text = f"{len(above)} figures are more than one GPU has: totals over all GPUs are taken"
        guesses.append(Guess("scope", text))
        return MemoryScope.TOTAL
    if several:
        guesses.append(Guess("scope", "figures of several GPUs are taken as per GPU"))
    return MemoryScope.PER_GPU


def _prefix(cells: list[str], models: Collection[str], guesses: list[Guess]) -> str:
    """The one family of the catalogue that has every size of the column."""
    sizes = {cell for cell in cells if cell}
    if not sizes or not all(_SIZE.fullmatch(size) for size in sizes):
        return ""
    known = {name.lower() for name in models}
    stems = {
        name[: -len(size)]
        for name in models
        for size in sizes
        if name.lower().endswith(size.lower()) and len(name) > len(size)
    }
    fitting = sorted(
        (stem for stem in stems if all((stem + size).lower() in known for size in sizes)), key=len
    )
    if not fitting:
        guesses.append(Guess("model_prefix", "the models are only named by size: say which family they are"))
        return ""
    text = f'the models are only named by size: "{fitting[0]}…" is the family that has all of them'
    guesses.append(Guess("model_prefix", text))
    return fitting[0]

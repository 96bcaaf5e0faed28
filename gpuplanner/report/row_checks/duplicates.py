"""Rows that are there twice: all the same, or the same settings of the same source with other figures."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator
from dataclasses import replace
from typing import Any

from gpuplanner.core.benchmark import BenchmarkRow, Origin, Status
from gpuplanner.core.units import gib, seconds
from gpuplanner.report.row_checks.problem import Kind, Problem

_AT_ONCE = 5000


class Numbers:
    """Gives equal values the same number; a value that is shared by many rows is compared once."""

    def __init__(self, key: Callable[[Any], object] = lambda value: value) -> None:
        self._key = key
        self._by_id: dict[int, int] = {}
        self._by_key: dict[object, int] = {}
        self._kept: list[object] = []  # an id is only good while its object lives

    def of(self, value: object) -> int:
        """The number of a value."""
        number = self._by_id.get(id(value))
        if number is None:
            number = self._by_key.setdefault(self._key(value), len(self._by_key))
            self._by_id[id(value)] = number
            self._kept.append(value)
        return number


class Duplicates:
    """Takes the rows one by one, in the order of the table."""

    def __init__(self) -> None:
        self._plans, self._measured, self._sources = Numbers(), Numbers(), Numbers()
        self._undated = Numbers(lambda provenance: replace(provenance, date=""))
        self._same: dict[tuple[object, ...], int] = {}
        self._settings: dict[tuple[object, ...], tuple[int, BenchmarkRow]] = {}

    def take(self, index: int, row: BenchmarkRow) -> Iterator[Problem]:
        """What the row repeats of one before it."""
        measured = row.measurement
        said = (measured.peak_memory, measured.step_time_s, measured.tokens_per_s) != (None, None, None)
        if not row.plan.model or not (said or measured.status is not Status.MEASURED) or row.unreadable:
            return
        plan = (self._plans.of(row.plan), row.inferred, row.extra)
        whole = (*plan, self._measured.of(measured), self._sources.of(row.provenance))
        first = self._same.setdefault(whole, index)
        if first != index:
            what, to_do = f"The same as row {first + 1:,}", "remove one of them"
            yield Problem(Kind.DUPLICATE, index, "model", what, to_do, (first,), removes=(index,))
            return
        if row.provenance.origin in (Origin.TRIAL, Origin.DRY_RUN):
            return  # run again to see whether it comes out the same
        kind = measured.peak_memory_kind.value
        settings = (*plan, kind, self._undated.of(row.provenance))
        before, other = self._settings.setdefault(settings, (index, row))
        if before != index:
            yield Problem(
                Kind.DUPLICATE,
                index,
                "model",
                f"Row {before + 1:,} has the same settings and the same source, but {_figures(other)}",
                "check the settings of both, or remove one",
                (before,),
            )

    def give_up(self) -> Generator[None, None, None]:
        """Forget the rows, with pauses: what 100,000 of them left here is not freed in a moment."""
        for known in (self._same, self._settings):
            while known:
                known.popitem()
                if len(known) % _AT_ONCE == 0:
                    yield
        yield


def _figures(row: BenchmarkRow) -> str:
    measured, peak = row.measurement, row.peak_bytes_per_gpu
    if measured.status is Status.OOM:
        return "ran out of memory"
    if peak is not None and measured.step_time_s is not None:
        return f"{gib(peak)} GiB per GPU and {seconds(measured.step_time_s)} s per step"
    if peak is not None:
        return f"{gib(peak)} GiB per GPU"
    return f"{seconds(measured.step_time_s)} s per step" if measured.step_time_s else "other figures"

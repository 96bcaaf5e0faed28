"""Problems that the user has accepted, as a document keeps them: by what the rows say, not by their place.

A mark lasts while the cells that it is about stay as they are; rows may move, and other rows may come and go.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from hashlib import blake2b

from gpuplanner.core.benchmark import MEASUREMENT_FIELDS, BenchmarkRow
from gpuplanner.core.fields import FieldSpec, write_value
from gpuplanner.core.plan import PLAN_FIELDS
from gpuplanner.report.row_checks.problem import Problem

Settings = tuple[tuple[str, str], ...]
"""(name, value) as a document keeps them."""

_NAME = "accepted_problems"
_MARK_BYTES = 8


def accepted_in(settings: Iterable[tuple[str, str]]) -> frozenset[str]:
    """The marks of the problems that a document keeps as accepted."""
    return frozenset(mark for name, value in settings if name == _NAME for mark in value.split())


def with_accepted(settings: Iterable[tuple[str, str]], marks: Collection[str]) -> Settings:
    """The settings with these marks and no others; what else the document keeps stays."""
    others = tuple(pair for pair in settings if pair[0] != _NAME)
    return (*others, (_NAME, " ".join(sorted(marks)))) if marks else others


def mark_of(problem: Problem, rows: Sequence[BenchmarkRow]) -> str:
    """What an accepted problem is known by: its kind, its column, and the cells of the rows concerned."""
    about = (problem.row, *problem.others)
    texts = [problem.kind.value, problem.column]
    if problem.row < 0:
        texts.append(problem.what)
    for index in about:
        if 0 <= index < len(rows):
            row = rows[index]
            texts += [
                _text(row.plan, PLAN_FIELDS),
                _text(row.measurement, MEASUREMENT_FIELDS),
                repr(row.inferred),
            ]
            texts += [f"{cell.column}={cell.text}" for cell in row.unreadable]
    return blake2b("\0".join(texts).encode("utf-8", "surrogatepass"), digest_size=_MARK_BYTES).hexdigest()


def _text(part: object, specs: Sequence[FieldSpec]) -> str:
    """Only what is not the default: a field that a later version adds changes no mark."""
    said = (
        (spec.name, getattr(part, spec.name)) for spec in specs if getattr(part, spec.name) != spec.default
    )
    return "\n".join(f"{name}={write_value(value)}" for name, value in said)

"""A plan as cells of a document's table, and back."""

from __future__ import annotations

from collections.abc import Mapping

from gpuplanner.core.errors import InputError
from gpuplanner.core.plan import PLAN_FIELD, Plan, plan_from_texts, plan_to_texts
from gpuplanner.core.units import shorten


def plan_to_cells(plan: Plan) -> tuple[str | None, ...]:
    """One cell per field, in the order of the declaration."""
    return tuple(text or None for text in plan_to_texts(plan).values())


def plan_from_cells(texts: Mapping[str, str], where: str) -> Plan:
    """The plan of a record's texts.

    Raises:
        InputError: a field that this version does not know, or a text that it cannot read.
    """
    unknown = sorted(name for name, text in texts.items() if text and name not in PLAN_FIELD)
    if unknown:
        what = f"this version does not know its {', '.join(map(repr, map(shorten, unknown)))}"
        raise InputError.of(what, where, "open it with a newer GPU Planner; nothing was changed")
    try:
        return plan_from_texts(texts)
    except InputError as error:
        problem = error.problems[0]
        what = f"{problem.where} cannot be read: {problem.what}"
        raise InputError.of(what, where, "open it with a newer GPU Planner, or mend it") from error

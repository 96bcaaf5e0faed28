"""Reads one plan from a file: JSON of plan fields, an estimate's document, a one-row CSV, a recipe."""

from __future__ import annotations

import difflib
import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from gpuplanner.core.benchmark import ROW_FIELD
from gpuplanner.core.errors import InputError, InputProblem
from gpuplanner.core.fields import write_value
from gpuplanner.core.plan import PLAN_FIELD, Plan, ResolvedPlan, plan_from_texts
from gpuplanner.core.units import shorten
from gpuplanner.data.catalog import Catalog
from gpuplanner.data.recipes.common import NoteKind
from gpuplanner.data.recipes.reading import is_recipe, read_recipe_files
from gpuplanner.data.rows_csv import rows_from_text
from gpuplanner.data.whole_file import read_whole

MAX_FILE_BYTES = 10**7
_ALSO_KNOWN = frozenset(ROW_FIELD) | {"est_problem"}


def read_plan(file: str, catalog: Catalog, tell: Callable[[str], None] = lambda line: None) -> ResolvedPlan:
    """The plan with nothing left open; a model's path is relative to the file's folder.

    ``tell`` hears, line by line, what a recipe of another project leaves open or does not count.

    Raises:
        InputError: the file cannot be read, holds no plan or more than one, or a plan that contradicts
            itself; each problem says in which file.
    """
    path = Path(file)
    try:
        text = read_whole(path, MAX_FILE_BYTES).decode("utf-8-sig")
    except UnicodeDecodeError:
        raise InputError.of("is not UTF-8", file, "save it as UTF-8") from None
    if is_recipe(path, text):
        return _from_recipe(path, catalog, tell)
    try:
        is_object = text.lstrip()[:1] == "{"
        plan = _from_json(text, file) if is_object else _from_csv(text, file)
        return catalog.resolve(plan, path.parent)
    except InputError as error:
        raise InputError(_in_file(problem, file) for problem in error.problems) from None


def _from_recipe(path: Path, catalog: Catalog, tell: Callable[[str], None]) -> ResolvedPlan:
    recipe = read_recipe_files([path], catalog)
    for note in recipe.notes:
        if note.kind not in (NoteKind.NO_EFFECT, NoteKind.YOURS):
            tell(f"{path}: {note.line()}")
    try:
        return catalog.resolve(recipe.plan(), path.parent)
    except InputError as error:
        raise InputError(_in_file(problem, str(path)) for problem in error.problems) from None


def _from_json(text: str, file: str) -> Plan:
    try:
        found: Any = json.loads(text)
    except json.JSONDecodeError as error:
        raise InputError.of(f"is no JSON ({error.msg})", f"{file}, line {error.lineno}") from None
    except RecursionError:
        raise InputError.of("is nested too deeply", file) from None
    if isinstance(found.get("plan"), dict):
        found = found["plan"]
    unknown = [name for name in found if name not in PLAN_FIELD and name not in _ALSO_KNOWN]
    if unknown:
        raise InputError(_unknown(name) for name in unknown)
    return plan_from_texts(_texts(found))


def _texts(found: Mapping[str, Any]) -> dict[str, str]:
    """Every plan field as its text; null leaves a field open."""
    texts: dict[str, str] = {}
    problems: list[InputProblem] = []
    for name, value in found.items():
        if name not in PLAN_FIELD:
            continue
        if value is not None and not isinstance(value, str | int | float | bool):
            problems.append(InputProblem("is neither a text nor a number", name))
        else:
            texts[name] = write_value(value)
    if problems:
        raise InputError(problems)
    return texts


def _unknown(name: str) -> InputProblem:
    near = difflib.get_close_matches(name.replace("-", "_"), PLAN_FIELD, 1)
    hint = f"the nearest is {near[0]}" if near else "see gpuplanner estimate --help for the fields"
    return InputProblem("is no field of a plan", shorten(name), hint)


def _from_csv(text: str, file: str) -> Plan:
    table = rows_from_text(text, file)
    if len(table.rows) != 1:
        raise InputError.of(
            f"holds {len(table.rows):,} rows", file, "a plan is one row: keep the head and the row you mean"
        )
    row = table.rows[0]
    if row.unreadable:
        raise InputError(InputProblem(cell.reason, cell.column) for cell in row.unreadable)
    return row.effective_plan()


def _in_file(problem: InputProblem, file: str) -> InputProblem:
    if problem.where.startswith(file):
        return problem
    where = f"{file}, {problem.where}" if problem.where else file
    return InputProblem(problem.what, where, problem.hint)

"""``gpuplanner recipe``: a plan from the files of another project, or written as such."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from gpuplanner.cli.options import Parser, add_plan_options, plan_from_options
from gpuplanner.cli.output import estimate_document, print_estimate
from gpuplanner.cli.work_options import (
    add_budget_options,
    add_work_options,
    budget_of,
    lengths_document,
    lengths_lines,
    work_of,
)
from gpuplanner.core.errors import InputError
from gpuplanner.core.estimate import Fits
from gpuplanner.core.exit_codes import DOES_NOT_FIT, DONE
from gpuplanner.core.fields import write_value
from gpuplanner.core.plan import PLAN_FIELDS, Plan, ResolvedPlan
from gpuplanner.data.catalog import Catalog, load_catalog
from gpuplanner.data.recipes.common import Note, NoteKind, Recipe, RecipeKind, WrittenRecipe
from gpuplanner.data.recipes.reading import FORMATS, read_recipe_files
from gpuplanner.data.recipes.writing import save_recipe, write_recipe
from gpuplanner.estimator.baseline import rule_of_thumb
from gpuplanner.estimator.estimate import estimate

_KEYS = f"""formats that are read: {FORMATS};
  several files are one recipe with its settings, such as train.py accelerate.yaml
keys of the JSON document:
  recipe    {{"format", "files", "said": {{field: value}}, "epochs", "packing", "samples_file"}}
  notes     [{{"kind", "key", "why", "field"}}]; kinds: not counted, read as, cannot say, assumed, unknown,
            yours, no effect
  estimate  the document of `estimate --json`
with --write: "kind", "files": [{{"name", "text"}}], "notes"
Plan options fill in what a recipe cannot say, such as --gpu, and count over what it says."""


def run(arguments: Sequence[str]) -> int:
    """Returns 0 (fits, tight, or written) or 3 (does not fit).

    Raises:
        InputError: something that was given cannot be used.
    """
    parser = Parser(
        prog="gpuplanner recipe",
        description="A plan from a training recipe with its verdict, or a plan written as one.",
        epilog=_KEYS,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("files", nargs="*", metavar="FILE", help="a recipe, and the settings beside it")
    parser.add_argument(
        "--write",
        metavar="FORMAT",
        choices=[kind.value for kind in RecipeKind],
        help="write the plan instead",
    )
    parser.add_argument(
        "--out", metavar="FILE_OR_FOLDER", help="with --write: where to; without, the files are printed"
    )
    add_plan_options(parser)
    add_budget_options(parser)
    add_work_options(parser)
    parser.add_argument("--json", action="store_true", help="print one JSON document and nothing else")
    options = parser.parse_args(list(arguments))
    if not options.files and options.write is None:
        raise InputError.of("names no recipe", "gpuplanner recipe", "give a FILE, or --write FORMAT")
    if options.out is not None and options.write is None:
        raise InputError.of("is only for --write", "--out", "leave it out")
    catalog = load_catalog()
    recipe = read_recipe_files([Path(file) for file in options.files], catalog) if options.files else None
    resolved = catalog.resolve(_plan(options, recipe))
    if options.write is not None:
        return _write(options, resolved, catalog)
    assert recipe is not None, "asked for above"
    return _answer(options, resolved, recipe, catalog)


def _plan(options: argparse.Namespace, recipe: Recipe | None) -> Plan:
    """The options' plan, under what the recipe says, under the options that were given."""
    given = plan_from_options(options)
    if recipe is None:
        return given
    said = recipe.plan(given)
    fields = {spec.name: getattr(given, spec.name) for spec in PLAN_FIELDS if getattr(options, spec.name)}
    return replace(said, **fields)


def _answer(options: argparse.Namespace, resolved: ResolvedPlan, recipe: Recipe, catalog: Catalog) -> int:
    has_data = options.lengths is not None or options.samples is not None
    if has_data and options.epochs is None and recipe.epochs is not None:
        options.epochs = repr(recipe.epochs)
    if options.lengths is not None and recipe.packing:
        options.packing = True
    budget, work = budget_of(options, resolved), work_of(options, resolved, catalog)
    answer = estimate(resolved, budget=budget, work=work.request)
    seq_len = resolved.plan.seq_len
    if options.json:
        document = estimate_document(answer)
        lengths = lengths_document(work, seq_len)
        if lengths is not None:
            document["work"]["lengths"] = lengths
        whole = {
            "recipe": _document(recipe, options.files),
            "notes": _notes(recipe.notes),
            "estimate": document,
        }
        print(json.dumps(whole, allow_nan=False))
    else:
        print(f"{recipe.title}: {', '.join(options.files)}")
        for name, value in recipe.values:
            print(f"  {name:20} {write_value(value) or '–'}")
        print_notes(recipe.notes)
        print()
        print_estimate(answer, rule_of_thumb(resolved), request=work.request)
        for line in lengths_lines(work, seq_len):
            print(line)
        if recipe.samples_file and not has_data:
            print(f"  data set {recipe.samples_file}: --lengths FILE.jsonl adds its lengths and hours")
    return DOES_NOT_FIT if answer.fits is Fits.NO else DONE


def _write(options: argparse.Namespace, resolved: ResolvedPlan, catalog: Catalog) -> int:
    written = write_recipe(resolved, RecipeKind(options.write), catalog)
    paths = save_recipe(written, Path(options.out)) if options.out is not None else ()
    if options.json:
        print(json.dumps(_written_document(written)))
        return DONE
    if not paths:
        for file in written.files:
            print(f"# --- {file.name}\n{file.text}")
    for path in paths:
        print(path)
    print_notes(written.notes, to_stderr=not paths)
    return DONE


def print_notes(notes: Sequence[Note], *, to_stderr: bool = False) -> None:
    """The notes in the order of their weight; those without effect in one line."""
    stream = sys.stderr if to_stderr else sys.stdout
    quiet = [note.key for note in notes if note.kind is NoteKind.NO_EFFECT]
    order = list(NoteKind)
    for note in sorted(notes, key=lambda note: order.index(note.kind)):
        if note.kind is not NoteKind.NO_EFFECT:
            print(f"  {note.line()}", file=stream)
    if quiet:
        print(f"  {NoteKind.NO_EFFECT.value}: {', '.join(quiet)}", file=stream)


def _document(recipe: Recipe, files: Sequence[str]) -> dict[str, Any]:
    return {
        "format": recipe.title,
        "files": list(files),
        "said": {name: getattr(value, "value", value) for name, value in recipe.values},
        "epochs": recipe.epochs,
        "packing": recipe.packing,
        "samples_file": recipe.samples_file or None,
    }


def _written_document(written: WrittenRecipe) -> dict[str, Any]:
    files = [{"name": file.name, "text": file.text} for file in written.files]
    return {"kind": written.kind.value, "files": files, "notes": _notes(written.notes)}


def _notes(notes: Sequence[Note]) -> list[dict[str, str]]:
    return [{"kind": n.kind.value, "key": n.key, "why": n.why, "field": n.field} for n in notes]

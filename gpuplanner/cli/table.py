"""``gpuplanner table import``: somebody's table as rows in a CSV file, with everything that was guessed."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from gpuplanner.cli.options import Parser, number_option
from gpuplanner.core.benchmark import MemoryKind, MemoryScope, MemoryUnit
from gpuplanner.core.errors import InputError
from gpuplanner.core.exit_codes import DONE
from gpuplanner.core.units import shorten
from gpuplanner.data.catalog import load_catalog
from gpuplanner.data.rows_csv import write_rows
from gpuplanner.data.table_import.align import Aligned
from gpuplanner.data.table_import.reading import Reading
from gpuplanner.data.table_import.rows import CellNote, Imported
from gpuplanner.data.table_import.understood import USUAL_CARD, understand_file

_MOST_NAMED = 20


def run(arguments: Sequence[str]) -> int:
    """Returns 0.

    Raises:
        InputError: the file cannot be read as a table, or an option means nothing; nothing was written.
    """
    options = _parser().parse_args(list(arguments))
    if options.what != "import":
        raise InputError.of(
            f"there is nothing called {options.what!r}", "gpuplanner table", "try: table import"
        )
    path, catalog = Path(options.file), load_catalog()
    understood = understand_file(path, catalog, options.gpu)
    kind, table = understood.kind, understood.table
    reading = _asked(understood.reading, options)
    read = understood.rows(reading)
    write_rows(Path(options.out), read.table)
    if options.json:
        print(json.dumps(_document(kind, table, reading, read), ensure_ascii=False, allow_nan=False))
    else:
        for line in _lines(kind, table, reading, read):
            print(line)
        print(f"written: {options.out}", file=sys.stderr)
    return DONE


def _parser() -> Parser:
    parser = Parser(prog="gpuplanner table", description="Tables as people publish them.")
    parser.add_argument("what", metavar="import")
    parser.add_argument("file", metavar="FILE", help="CSV, TSV, Markdown, HTML, Excel, ODS or JSON lines")
    parser.add_argument("--out", required=True, metavar="FILE.csv", help="where to write the rows")
    parser.add_argument("--gpu", default=USUAL_CARD, help="card of rows that name none")
    parser.add_argument("--unit", choices=[unit.value for unit in MemoryUnit], help='what "G" means')
    parser.add_argument(
        "--scope", choices=[scope.value for scope in MemoryScope], help="per GPU, or all GPUs"
    )
    parser.add_argument("--kind", choices=[kind.value for kind in MemoryKind], help="what was measured")
    parser.add_argument("--model-prefix", help='before every model: "Qwen-" makes Qwen-7B of 7B')
    samples = parser.add_mutually_exclusive_group()
    samples.add_argument("--samples-per-step", help="sequences of one optimizer step, over all GPUs")
    samples.add_argument("--samples-per-gpu", help="sequences of one optimizer step on each GPU")
    parser.add_argument("--source", default="", help="where the table was published")
    parser.add_argument("--date", default="", help="when")
    parser.add_argument("--json", action="store_true", help="print one JSON document and nothing else")
    return parser


def _asked(reading: Reading, options: Any) -> Reading:
    """The proposal with what the user says instead; what is said is no guess any more."""
    said: dict[str, Any] = {"source": options.source, "date": options.date}
    if options.unit is not None:
        said["memory_unit"] = MemoryUnit(options.unit)
    if options.scope is not None:
        said["scope"] = MemoryScope(options.scope)
    if options.kind is not None:
        said["kind"] = MemoryKind(options.kind)
    if options.model_prefix is not None:
        said["model_prefix"] = options.model_prefix
    if options.samples_per_step is not None:
        said["samples_per_step"] = int(number_option(options.samples_per_step, "--samples-per-step", 1))
    if options.samples_per_gpu is not None:
        said["samples_per_step"] = int(number_option(options.samples_per_gpu, "--samples-per-gpu", 1))
        said["samples_scope"] = MemoryScope.PER_GPU
    guesses = tuple(guess for guess in reading.guesses if guess.field not in said)
    return replace(reading, guesses=guesses, **said)


def _lines(kind: str, table: Aligned, reading: Reading, read: Imported) -> Iterator[str]:
    yield f"{kind}: {read.n_lines} lines, {len(read.table.rows)} rows"
    counts = [f"{read.n_measured} measured", f"{read.n_missing} not measured"]
    counts += [f"{read.n_oom} out of memory"] if read.n_oom else []
    yield "  " + ", ".join(counts)
    for note in table.notes:
        yield f"  {note}"
    if read.n_moved:
        yield f"  {read.n_moved} lines put back into their columns, or filled from a merged cell"
    for name, notes in (
        ("without a unit", read.without_unit),
        ("more than one GPU has", read.above_card),
        ("memory falls as the length grows", read.falling),
        ("cannot be read (kept in its row)", read.unreadable),
    ):
        if notes:
            yield f"  {len(notes)} × {name}"
            yield from (f"    {_place(table, note)}: {_what(note)}" for note in notes[:_MOST_NAMED])
    for guess in reading.guesses:
        yield f"  assumed: {guess.text}"


def _place(table: Aligned, note: CellNote) -> str:
    return f"line {table.source_rows[note.row] + 1}, column {table.heads[note.column]!r}"


def _what(note: CellNote) -> str:
    return f"{shorten(note.text, 60)!r} – {note.what}"


def _document(kind: str, table: Aligned, reading: Reading, read: Imported) -> dict[str, Any]:
    def notes(found: Sequence[CellNote]) -> list[dict[str, Any]]:
        return [
            {
                "line": table.source_rows[n.row] + 1,
                "column": table.heads[n.column],
                "text": n.text,
                "what": n.what,
            }
            for n in found
        ]

    return {
        "format": kind,
        "lines": read.n_lines,
        "rows": len(read.table.rows),
        "measured": read.n_measured,
        "not_measured": read.n_missing,
        "oom": read.n_oom,
        "realigned": read.n_moved,
        "without_unit": notes(read.without_unit),
        "above_one_gpu": notes(read.above_card),
        "falling": notes(read.falling),
        "unreadable": notes(read.unreadable),
        "columns": dict(zip(table.heads, reading.roles, strict=True)),
        "guesses": [{"field": guess.field, "text": guess.text} for guess in reading.guesses],
        "notes": list(table.notes),
    }

"""LibreOffice reads our exports: Excel, ODS and CSV are turned into CSV by it, and every cell is compared.

Numbers are compared as numbers and have to be equal, texts as texts (with the apostrophe that keeps a
formula from running).  Needs ``soffice``.  ``python tests/benchmarks/spreadsheet.py``.
"""

from __future__ import annotations

import csv
import io
import shutil
import subprocess
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path

from gpuplanner.core.benchmark import Provenance
from gpuplanner.core.errors import InputError
from gpuplanner.data.benchmark_table import BenchmarkTable
from gpuplanner.data.exports import export_table
from gpuplanner.data.own_export import restored
from gpuplanner.data.resources import resource
from gpuplanner.data.rows_csv import read_rows
from gpuplanner.data.whole_file import write_whole

SAMPLES = Path(__file__).resolve().parents[1] / "samples"
FORMULAS = ("=1+1", "'=1+1", "@SUM(A1)", "+1+1", "-1+1", '=HYPERLINK("http://x","y")', "plain, with a comma")
# Comma, quotation mark, UTF-8; from line 1; numbers as they are and not as they are shown.
CSV_OUT = "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,false,false"
CSV_IN = "CSV:44,34,76,1,,1033,false,false"


def main() -> int:
    """Print for each table and kind how many cells are equal."""
    soffice = shutil.which("soffice")
    if soffice is None:
        print("soffice is not installed: nothing compared")
        return 0
    different = 0
    tables = {path.stem: read_rows(path) for path in sorted(SAMPLES.glob("*_rows.csv"))}
    tables["qwen-profile"] = read_rows(resource("samples", "qwen-profile.csv"))
    rows = tables["qwen-profile"].rows[: len(FORMULAS)]
    hostile = tuple(
        replace(row, provenance=Provenance(note=t)) for row, t in zip(rows, FORMULAS, strict=True)
    )
    tables["formulas"] = BenchmarkTable(hostile, tables["qwen-profile"].columns)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for kind in ("xlsx", "ods", "csv"):
            begin = time.perf_counter()
            found = _converted(soffice, folder, kind, tables)
            seconds = time.perf_counter() - begin
            equal = unequal = numbers = 0
            for title, table in tables.items():
                ours = _texts(export_table(table, "csv").decode())
                same, others, counted = _compare(title, ours, found[title])
                equal, unequal, numbers = equal + same, unequal + len(others), numbers + counted
                for line in others[:5]:
                    print("  ", line)
            print(
                f"{kind}: {len(tables)} tables, {equal:,} cells equal ({numbers:,} of them numbers), "
                f"{unequal:,} not; {seconds:.1f} s",
                flush=True,
            )
            different += unequal
    return 1 if different else 0


def _converted(
    soffice: str, folder: Path, kind: str, tables: dict[str, BenchmarkTable]
) -> dict[str, list[list[str]]]:
    source, target = folder / kind, folder / f"from-{kind}"
    source.mkdir()
    for title, table in tables.items():
        write_whole(source / f"{title}.{kind}", export_table(table, kind, title))
    command = [soffice, "--headless", f"-env:UserInstallation=file://{folder}/profile"]
    command += [f"--infilter={CSV_IN}"] if kind == "csv" else []
    command += ["--convert-to", CSV_OUT, "--outdir", str(target), *map(str, sorted(source.iterdir()))]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=300)
    if done.returncode:
        raise InputError.of(f"soffice failed: {done.stderr[-200:]}", str(source))
    return {title: _texts((target / f"{title}.csv").read_text("utf-8-sig")) for title in tables}


def _texts(text: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(text, newline="")))


def _compare(title: str, ours: list[list[str]], theirs: list[list[str]]) -> tuple[int, list[str], int]:
    """(Equal cells, what differs, how many of the equal are numbers); heads are labels in spreadsheets."""
    others: list[str] = []
    equal = numbers = 0
    if len(ours) != len(theirs):
        others.append(f"{title}: {len(ours)} lines, and {len(theirs)} came back")
    for number, (line, back) in enumerate(zip(ours[1:], theirs[1:], strict=False), start=2):
        back += [""] * (len(line) - len(back))
        for place, (cell, found) in enumerate(zip(line, back, strict=False)):
            is_number = _same_number(cell, found)
            if cell == found or is_number:
                equal, numbers = equal + 1, numbers + is_number
            else:
                others.append(f"{title}, line {number}, {ours[0][place]}: {cell!r} came back as {found!r}")
    if title == "formulas":
        again = restored(theirs[0], theirs[1:])
        notes = (
            None
            if again is None
            else tuple(line[again[0].index(theirs[0][_note(theirs)])] for line in again[1])
        )
        if notes != FORMULAS:
            others.append(f"{title}: restored as {notes}")
    return equal, others, numbers


def _note(lines: list[list[str]]) -> int:
    return next(place for place, head in enumerate(lines[0]) if head.lower() == "note")


def _same_number(one: str, other: str) -> bool:
    try:
        return float(one) == float(other)
    except ValueError:
        return False


if __name__ == "__main__":
    sys.exit(main())

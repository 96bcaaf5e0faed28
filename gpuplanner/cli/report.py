"""``gpuplanner report``: a report of a document or a table, without a window."""

from __future__ import annotations

import hashlib
import os
import sys
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

from gpuplanner.cli.correction import add_correction_option, calibration_of
from gpuplanner.cli.options import Parser, number_option
from gpuplanner.cli.work_options import request_of, samples_in
from gpuplanner.core.benchmark import BenchmarkRow
from gpuplanner.core.errors import InputError
from gpuplanner.core.exit_codes import DONE
from gpuplanner.core.plan import Plan
from gpuplanner.core.trial_record import TrialRecord
from gpuplanner.data.catalog import load_catalog
from gpuplanner.data.plan_file import read_document
from gpuplanner.data.resources import resource
from gpuplanner.data.rows_csv import read_rows
from gpuplanner.data.whole_file import read_whole, write_whole
from gpuplanner.report.blocks import Report
from gpuplanner.report.build import PAPERS, SECTIONS, Setting, build_report
from gpuplanner.report.cases import DEFAULT_CARDS
from gpuplanner.report.material import Given, make_material
from gpuplanner.report.words import load_words
from gpuplanner.report.written import report_files

_KINDS = (".pdf", ".csv", ".md", ".html")
_MOST_BYTES = 2**30


def run(arguments: Sequence[str]) -> int:
    """Returns 0.

    Raises:
        InputError: the input cannot be read or estimated, or an option means nothing; nothing was written.
    """
    options = _parser().parse_args(list(arguments))
    out = Path(options.out)
    if out.suffix.lower() not in _KINDS:
        raise InputError.of("is no kind of report", f"--out {out}", f"end it in {', '.join(_KINDS)}")
    path = Path(options.file)
    catalog = load_catalog()
    rows, plans, trials = _contents(path)
    moment = _moment(os.environ)
    setting = Setting(
        sections=_sections(options.sections),
        paper=options.paper,
        title=options.title,
        question=options.question,
        price_per_gpu_hour=_number(options.price_per_gpu_hour, "--price-per-gpu-hour"),
    )
    given = Given(
        document=path.name,
        sha256=hashlib.sha256(read_whole(path, _MOST_BYTES)).hexdigest(),
        date=(moment.year, moment.month, moment.day),
        rows=rows,
        plans=plans,
        trials=trials,
        cards=[catalog.gpu(name).name for name in _names(options.gpus)] if options.gpus else DEFAULT_CARDS,
        calibration=calibration_of(options),
        work=request_of(options, None if options.samples is None else samples_in(options.samples)),
    )
    material = make_material(given, lambda plan: catalog.resolve(plan, path.parent))
    words = load_words(resource("i18n", "report"), options.language)
    report = build_report(words, setting, material)
    for name, content in _files(report, out, moment):
        write_whole(name, content)
        print(f"{name}: {len(content):,} bytes", file=sys.stderr)
    return DONE


def _parser() -> Parser:
    parser = Parser(prog="gpuplanner report", description="A report as PDF, CSV, Markdown or HTML.")
    parser.add_argument("file", metavar="FILE", help="a .gpuplan document or a CSV table")
    parser.add_argument("--out", required=True, metavar="FILE.{pdf,csv,md,html}", help="what to write")
    parser.add_argument("--language", default="en", help="en or zh_CN; default: en")
    parser.add_argument("--paper", choices=PAPERS, default="a4")
    parser.add_argument("--sections", help=f"some of {','.join(SECTIONS)}; default: all")
    parser.add_argument("--gpus", metavar="NAMES", help="cards to compare, joined by +")
    parser.add_argument("--title", default="", help="instead of the plan in words")
    parser.add_argument("--question", default="", help="the line below the title")
    parser.add_argument("--samples", help="samples of the data set: adds hours, GPU-hours, kWh")
    parser.add_argument("--epochs", help="passes over the data set; default: 1")
    parser.add_argument("--price-per-gpu-hour", help="your price, in your currency")
    add_correction_option(parser)
    return parser


def _contents(
    path: Path,
) -> tuple[Sequence[BenchmarkRow], Sequence[tuple[str, Plan]], Sequence[TrialRecord]]:
    """Rows, named plans and trials of the file."""
    if path.suffix.lower() == ".gpuplan":
        document = read_document(path)
        # The plan that a window showed last is one of them, but its name says nothing.
        named = [("" if item.name == "current" else item.name, item.plan) for item in document.plans]
        return document.table.rows, named, document.trials
    return read_rows(path).rows, (), ()


def _files(report: Report, out: Path, moment: datetime) -> list[tuple[Path, bytes]]:
    if out.suffix.lower() == ".pdf":
        return [(out, _pdf(report, moment))]
    return report_files(report, out)


def _pdf(report: Report, moment: datetime) -> bytes:
    # Qt is loaded for a PDF alone, and needs no screen for it.
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    os.environ["QT_HASH_SEED"] = "0"  # Qt's tables in the same order in every run: the same bytes
    try:
        from gpuplanner.render.paper_application import paper_application
        from gpuplanner.render.paper_pages import lay_out
        from gpuplanner.render.pdf import pdf_bytes
    except ImportError as error:
        hint = "start by packaging/go.py, which installs what is missing; .md and .html need no Qt"
        raise InputError.of(f"Qt cannot be loaded ({error})", "report", hint) from error
    with paper_application():
        return pdf_bytes(lay_out(report), moment)


def _moment(environment: Mapping[str, str]) -> datetime:
    """Now, or SOURCE_DATE_EPOCH, so that a report can be made again to the byte."""
    text = environment.get("SOURCE_DATE_EPOCH", "")
    if not text:
        return datetime.now(UTC)
    try:
        return datetime.fromtimestamp(int(text), UTC)
    except (ValueError, OverflowError, OSError) as error:
        what = f"{text!r} is not a number of seconds"
        raise InputError.of(what, "SOURCE_DATE_EPOCH", "unset it, or give seconds since 1970") from error


def _sections(text: str | None) -> tuple[str, ...]:
    if text is None:
        return SECTIONS
    names = tuple(name.strip() for name in text.split(",") if name.strip())
    for name in names:
        if name not in SECTIONS:
            raise InputError.of(
                f"there is no section {name!r}", "--sections", f"choose {', '.join(SECTIONS)}"
            )
    return names


def _names(text: str) -> list[str]:
    return [name.strip() for name in text.split("+") if name.strip()]


def _number(text: str | None, option: str) -> float | None:
    return None if text is None else number_option(text, option)

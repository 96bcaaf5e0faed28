"""``gpuplanner report``: a report of a document or a table, without a window."""

from __future__ import annotations

import argparse
import hashlib
import os
import sys
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from gpuplanner.cli.correction import add_correction_option, calibration_of
from gpuplanner.cli.options import Parser, number_option
from gpuplanner.cli.work_options import (
    add_price_options,
    electricity_of,
    price_option,
    request_of,
    samples_in,
)
from gpuplanner.core.errors import InputError
from gpuplanner.core.estimate import WorkRequest
from gpuplanner.core.exit_codes import DONE
from gpuplanner.core.plan import Plan
from gpuplanner.data.catalog import Catalog, load_catalog
from gpuplanner.data.plan_file import PlanDocument, read_document
from gpuplanner.data.resources import resource
from gpuplanner.data.rows_csv import read_rows
from gpuplanner.data.whole_file import read_whole, write_whole
from gpuplanner.data.work_settings import kept_work
from gpuplanner.report.blocks import Report
from gpuplanner.report.build import PAPERS, SECTIONS, Setting, build_report
from gpuplanner.report.cases import DEFAULT_CARDS
from gpuplanner.report.choice import Choices, ReportChoice, with_settings
from gpuplanner.report.material import Given, make_material
from gpuplanner.report.words import languages, load_words
from gpuplanner.report.written import report_files

_KINDS = (".pdf", ".csv", ".md", ".html")
_MOST_BYTES = 2**30
_NO_CHINESE = (
    "gpuplanner: no font on this computer has Chinese characters, so the PDF shows boxes in their place; "
    "install one, such as Noto Sans CJK SC (Debian: fonts-noto-cjk), and make it again"
)


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
    held = _contents(path)
    moment = _moment(os.environ)
    words_folder = resource("i18n", "report")
    choice = _choice(options, held, catalog, languages(words_folder))
    setting = Setting(
        sections=choice.sections,
        paper=choice.paper,
        title=choice.title,
        question=options.question,
        price_per_gpu_hour=choice.price_per_gpu_hour,
        priced_on=choice.priced_on,
        currency=choice.currency,
        electricity=choice.electricity,
    )
    work = _work(options, held)
    given = Given(
        document=path.name,
        sha256=hashlib.sha256(read_whole(path, _MOST_BYTES)).hexdigest(),
        date=(moment.year, moment.month, moment.day),
        rows=held.table.rows,
        plans=_plans_of(held),
        trials=held.trials,
        cards=choice.cards,
        calibration=calibration_of(options),
        work=work
        and replace(
            work,
            price_per_gpu_hour=choice.price_per_gpu_hour,
            currency=choice.currency,
            electricity=choice.electricity,
        ),
        driver=_driver(os.environ),
    )
    material = make_material(given, lambda plan: catalog.resolve(plan, path.parent))
    words = load_words(words_folder, choice.language)
    report = build_report(words, setting, material)
    for name, content in _files(report, out, moment):
        write_whole(name, content)
        print(f"{name}: {len(content):,} bytes", file=sys.stderr)
    return DONE


def _parser() -> Parser:
    parser = Parser(prog="gpuplanner report", description="A report as PDF, CSV, Markdown or HTML.")
    parser.add_argument("file", metavar="FILE", help="a .gpuplan document or a CSV table")
    parser.add_argument("--out", required=True, metavar="FILE.{pdf,csv,md,html}", help="what to write")
    parser.add_argument("--language", help="en or zh_CN; default: the document's, or en")
    parser.add_argument("--paper", choices=PAPERS, help="default: the document's, or a4")
    listed = ",".join(SECTIONS)
    parser.add_argument("--sections", help=f"some of {listed}; default: the document's, or all")
    parser.add_argument(
        "--gpus", metavar="NAMES", help="cards to compare, joined by +; default: the document's"
    )
    parser.add_argument("--title", help="instead of the plan in words")
    parser.add_argument("--question", default="", help="the line below the title")
    parser.add_argument(
        "--samples", help="samples of the data set: adds hours, GPU-hours, kWh; default: the document's"
    )
    parser.add_argument("--epochs", help="passes over the data set; default: the document's, or 1")
    add_price_options(parser)
    add_correction_option(parser)
    return parser


def _contents(path: Path) -> PlanDocument:
    """What the file holds."""
    return read_document(path) if path.suffix.lower() == ".gpuplan" else PlanDocument(read_rows(path))


def _plans_of(held: PlanDocument) -> list[tuple[str, Plan]]:
    """The plan that a window showed last comes first, as there; its name says nothing."""
    shown = [("", kept.plan) for kept in held.plans if kept.name == "current"]
    return shown + [(kept.name, kept.plan) for kept in held.plans if kept.name != "current"]


def _choice(
    options: argparse.Namespace, content: PlanDocument, catalog: Catalog, spoken: Sequence[str]
) -> ReportChoice:
    """What the options say, else what the document remembers, else everything."""
    first = ReportChoice(sections=SECTIONS, cards=DEFAULT_CARDS)
    choices = Choices(SECTIONS, catalog.gpu_names, PAPERS, spoken)
    kept = with_settings(first, content.settings, choices)
    given = options.price_per_gpu_hour
    price = None if given is None else price_option(given)
    return replace(
        kept,
        sections=kept.sections if options.sections is None else _sections(options.sections),
        cards=tuple(catalog.gpu(name).name for name in _names(options.gpus)) if options.gpus else kept.cards,
        paper=options.paper or kept.paper,
        language=options.language or kept.language,
        title=kept.title if options.title is None else options.title,
        price_per_gpu_hour=kept.price_per_gpu_hour if price is None else price.amount,
        currency=kept.currency if price is None else price.currency,
        priced_on=kept.priced_on if price is None else "",
        electricity=kept.electricity if options.electricity_price is None else electricity_of(options),
    )


def _files(report: Report, out: Path, moment: datetime) -> list[tuple[Path, bytes]]:
    if out.suffix.lower() == ".pdf":
        return [(out, _pdf(report, moment))]
    return report_files(report, out)


def _pdf(report: Report, moment: datetime) -> bytes:
    # Qt is loaded for a PDF alone, and needs no screen for it.
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    os.environ["QT_HASH_SEED"] = "0"  # Qt's tables in the same order in every run: the same bytes
    try:
        from gpuplanner.render.paper_application import has_chinese_font, paper_application
        from gpuplanner.render.paper_pages import lay_out
        from gpuplanner.render.pdf import pdf_bytes
    except ImportError as error:
        hint = "start by packaging/go.py, which installs what is missing; .md and .html need no Qt"
        raise InputError.of(f"Qt cannot be loaded ({error})", "report", hint) from error
    with paper_application():
        if report.language.startswith("zh") and not has_chinese_font():
            print(_NO_CHINESE, file=sys.stderr)
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


def _driver(environment: Mapping[str, str]) -> str | None:
    """Version of the driver; None for a report that is to be made again to the byte, whatever was updated."""
    if environment.get("SOURCE_DATE_EPOCH"):
        return None
    # Here, as the binding of NVML takes a moment to load.
    from gpuplanner.monitor.driver import driver_version
    from gpuplanner.monitor.free import look_once

    return driver_version(*look_once())


def _sections(text: str) -> tuple[str, ...]:
    names = tuple(name.strip() for name in text.split(",") if name.strip())
    for name in names:
        if name not in SECTIONS:
            raise InputError.of(
                f"there is no section {name!r}", "--sections", f"choose {', '.join(SECTIONS)}"
            )
    if not names:
        raise InputError.of("no section is named", "--sections", f"choose some of {', '.join(SECTIONS)}")
    return names


def _names(text: str) -> list[str]:
    return [name.strip() for name in text.split("+") if name.strip()]


def _work(options: argparse.Namespace, content: PlanDocument) -> WorkRequest | None:
    """What the options say of the work, else what the document remembers of it, else nothing."""
    kept = kept_work(content.settings)
    if options.samples is not None or kept is None:
        return request_of(options, None if options.samples is None else samples_in(options.samples))
    if options.epochs is None:
        return kept
    return replace(kept, epochs=number_option(options.epochs, "--epochs"))

"""``gpuplanner compare``: two plans, and which setting explains which GiB and which seconds."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from typing import Any

from gpuplanner.cli.change_text import plain
from gpuplanner.cli.correction import add_correction_option, calibration_of
from gpuplanner.cli.measured_rows import add_measured_option, measured_line, measured_of
from gpuplanner.cli.options import Parser
from gpuplanner.cli.output import estimate_document
from gpuplanner.cli.work_options import add_budget_options, budgets_of
from gpuplanner.core.estimate import Estimate, Fits
from gpuplanner.core.exit_codes import DONE
from gpuplanner.core.fields import Value, write_value
from gpuplanner.core.units import GIB, MINUS, gib, seconds, signed
from gpuplanner.data.catalog import load_catalog
from gpuplanner.data.one_plan import read_plan
from gpuplanner.estimator.compare import COMPARED_PARTS, Changed, Comparison, Share, compare, part_bytes

_WORDS = {Fits.YES: "fits", Fits.TIGHT: "tight", Fits.NO: "does not fit"}
_KEYS = """keys of the JSON document:
  a, b         the documents of `estimate --json`
  difference   B less A: device_bytes (per GPU, at the peak), seconds (of a step), seconds_per_sample
  settings     what explains it, largest first; each {"changed": {field: {"a", "b"}}, "bytes", "seconds",
               "seconds_per_sample", "parts": {part: bytes}}; they add up to the difference exactly
  follows      fields that nobody set and that changed with the settings
  parts        {part: {"a", "b", "difference"}}: bytes of each plan's own peak
Fields that contradict each other when one is changed alone share one entry in settings."""


def run(arguments: Sequence[str]) -> int:
    """Returns 0.

    Raises:
        InputError: a file cannot be read, or a plan cannot be estimated.
    """
    parser = Parser(
        prog="gpuplanner compare",
        description="Two plans: which setting explains which GiB and which seconds.",
        epilog=_KEYS,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    for name in ("a", "b"):
        parser.add_argument(
            f"--{name}",
            metavar="FILE",
            required=True,
            help="a plan: a JSON object of plan fields, a document of `estimate --json`, a one-row CSV, or a "
            "recipe (see `gpuplanner recipe --help`)",
        )
    add_budget_options(parser)
    add_correction_option(parser)
    add_measured_option(parser)
    parser.add_argument("--json", action="store_true", help="print one JSON document and nothing else")
    options = parser.parse_args(list(arguments))
    catalog = load_catalog()
    a, b = (read_plan(file, catalog, _tell) for file in (options.a, options.b))
    budgets = budgets_of(options)
    found = compare(
        a,
        b,
        budget_a=budgets(a),
        budget_b=budgets(b),
        calibration=calibration_of(options),
        measured=measured_of(options, catalog),
    )
    if options.json:
        print(json.dumps(comparison_document(found), allow_nan=False))
    else:
        for line in comparison_text(found, options.a, options.b):
            print(line)
    return DONE


def _tell(line: str) -> None:
    print(line, file=sys.stderr)


def comparison_document(found: Comparison) -> dict[str, Any]:
    """The document of ``compare --json``; its keys stand in ``--help``."""
    parts_a, parts_b = part_bytes(found.a), part_bytes(found.b)
    return {
        "a": estimate_document(found.a),
        "b": estimate_document(found.b),
        "difference": {
            "device_bytes": found.bytes,
            "seconds": found.seconds,
            "seconds_per_sample": found.seconds_per_sample,
        },
        "settings": [
            {
                "changed": _changed(share.changed),
                "bytes": share.bytes,
                "seconds": share.seconds,
                "seconds_per_sample": share.seconds_per_sample,
                "parts": dict(share.parts),
            }
            for share in found.shares
        ],
        "follows": _changed(found.follows),
        "parts": {
            name: {"a": parts_a[name], "b": parts_b[name], "difference": parts_b[name] - parts_a[name]}
            for name in COMPARED_PARTS
        },
    }


def _changed(fields: Sequence[Changed]) -> dict[str, dict[str, object]]:
    return {changed.field: {"a": plain(changed.a), "b": plain(changed.b)} for changed in fields}


def comparison_text(found: Comparison, name_a: str, name_b: str) -> list[str]:
    """The same for people: verdicts, settings with their shares, parts side by side."""
    width = max(len(name_a), len(name_b))
    lines = [f"A  {name_a:{width}}  {_verdict(found.a)}", f"B  {name_b:{width}}  {_verdict(found.b)}"]
    rests = {"A": measured_line(found.a), "B": measured_line(found.b)}
    lines += [f"{letter}: {line}" for letter, line in rests.items() if line]
    lines += ["", *_setting_lines(found)]
    peaks = f"A peaks in {found.a.memory.peak_phase}, B in {found.b.memory.peak_phase}"
    lines += ["", f"{'GiB per GPU':20}{'A':>9}{'B':>9}{'B − A':>9}   {peaks}"]
    parts_a, parts_b = part_bytes(found.a), part_bytes(found.b)
    for name in COMPARED_PARTS:
        if parts_a[name] or parts_b[name]:
            word = name.removesuffix("_bytes").replace("_", " ")
            lines.append(_part_line(word, parts_a[name], parts_b[name]))
    total_a, total_b = found.a.memory.peak_device_bytes, found.b.memory.peak_device_bytes
    return [*lines, _part_line("total", total_a, total_b)]


def _setting_lines(found: Comparison) -> list[str]:
    if not found.shares:
        return ["The plans do not differ in a setting that counts"]
    texts = [_share_text(share) for share in found.shares]
    per_sample = found.a.step.samples_per_step != found.b.step.samples_per_step
    heads = ["GiB", "s per step", *(["s per sample"] if per_sample else [])]
    width = max(len("What explains it"), *(len(text) for text in texts))
    lines = [f"{'What explains it':{width}}" + "".join(f"{head:>14}" for head in heads)]
    for text, share in zip(texts, found.shares, strict=True):
        figures = [_gib(share.bytes), _seconds(share.seconds)]
        figures += [_seconds(share.seconds_per_sample)] if per_sample else []
        lines.append(f"{text:{width}}" + "".join(f"{figure:>14}" for figure in figures))
    total = [_gib(found.bytes), _seconds(found.seconds)]
    total += [_seconds(found.seconds_per_sample)] if per_sample else []
    lines.append(f"{'B − A':{width}}" + "".join(f"{figure:>14}" for figure in total))
    if found.follows:
        lines.append("with it: " + ", ".join(_change_text(changed) for changed in found.follows))
    return lines


def _verdict(answer: Estimate) -> str:
    memory, step = answer.memory, answer.step
    row = "" if answer.measured is None else f" (row {answer.measured.row + 1})"
    return (
        f"{_WORDS[answer.fits]}{row}: {gib(memory.peak_device_bytes)} of {gib(answer.budget_bytes, 2)} GiB "
        f"per GPU on {answer.resolved.gpu.name}, {seconds(step.seconds)} s per step of "
        f"{step.samples_per_step}"
    )


def _share_text(share: Share) -> str:
    return ", ".join(_change_text(changed) for changed in share.changed)


def _change_text(changed: Changed) -> str:
    return f"{changed.field} {_text(changed.a)} → {_text(changed.b)}"


def _text(value: Value) -> str:
    return f"{value:,}" if isinstance(value, int) and not isinstance(value, bool) else write_value(value)


def _gib(n_bytes: int) -> str:
    return signed(n_bytes / GIB, 2) if n_bytes else "0"


def _seconds(value: float) -> str:
    return f"{MINUS if value < 0 else '+'}{seconds(abs(value))}" if value else "0"


def _part_line(word: str, a: int, b: int) -> str:
    return f"{word:20}{gib(a, 2):>9}{gib(b, 2):>9}{signed((b - a) / GIB, 2):>9}"

"""``gpuplanner explain-error``: what an out-of-memory message says, and why memory ran out."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from dataclasses import fields
from pathlib import Path
from typing import Any

from gpuplanner.cli.change_text import change_title, changed_fields, note_of
from gpuplanner.cli.correction import add_correction_option, calibration_of
from gpuplanner.cli.options import Parser, add_plan_options, plan_from_options
from gpuplanner.cli.output import estimate_document
from gpuplanner.core.errors import InputError
from gpuplanner.core.exit_codes import DONE
from gpuplanner.core.oom_message import MAX_CHARACTERS, OomMessage, read_oom
from gpuplanner.core.plan import PLAN_FIELDS, ResolvedPlan
from gpuplanner.core.units import GIB, NONE, gib, signed
from gpuplanner.data.catalog import load_catalog
from gpuplanner.report.oom import OomReport, explain_oom

_KEYS = """keys of the JSON document:
  message   what the text says: kind, attempted_bytes, total_bytes, free_bytes, allocated_bytes,
            reserved_bytes, process_bytes, others [[pid, bytes]], private_pool_bytes, allowed_bytes, device,
            moment, wording
  rows      [{"name", "message_bytes", "predicted_bytes", "remark"}]
  causes    [{"kind", "what", "advice"}], the likeliest first
  fixes     with a plan, for the memory that was there:
            [{"change", "saves_bytes", "time_factor", "fits", "note"}]
  estimate  with a plan: the document of `estimate --json`"""
_TAIL_BYTES = 4 * MAX_CHARACTERS


def run(arguments: Sequence[str]) -> int:
    """Returns 0.

    Raises:
        InputError: the text cannot be read, or holds no such message.
    """
    parser = Parser(
        prog="gpuplanner explain-error",
        description="Reads an out-of-memory message (torch, bitsandbytes, NCCL …) out of a log and, with the "
        "options of a plan, lays it over what was predicted.",
        epilog=_KEYS,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("file", metavar="FILE", help="a log or a message; - reads standard input")
    add_plan_options(parser)
    add_correction_option(parser)
    parser.add_argument("--json", action="store_true", help="print one JSON document and nothing else")
    options = parser.parse_args(list(arguments))
    message = read_oom(_text(options.file))
    if message is None:
        raise InputError.of("holds no out-of-memory message", options.file, "give the end of the run's log")
    resolved = None
    if any(getattr(options, spec.name) is not None for spec in PLAN_FIELDS):
        resolved = load_catalog().resolve(plan_from_options(options))
    report = explain_oom(message, resolved, calibration_of(options))
    if options.json:
        print(json.dumps(_document(report, resolved), allow_nan=False))
    else:
        for line in _lines(report, resolved):
            print(line)
    return DONE


def _text(file: str) -> str:
    """The end of a file or of standard input; bytes that are no text become signs for that."""
    if file == "-":
        return sys.stdin.read()[-MAX_CHARACTERS:]
    try:
        with Path(file).open("rb") as stream:
            size = stream.seek(0, 2)
            stream.seek(max(0, size - _TAIL_BYTES))
            return stream.read(_TAIL_BYTES).decode("utf-8", errors="replace")
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        raise InputError.of(f"cannot be read ({reason})", file, "choose the run's log") from None


def _lines(report: OomReport, resolved: ResolvedPlan | None) -> list[str]:
    message = report.message
    head = f"{message.kind.value}: {message.wording}" if message.wording else message.kind.value
    where = "" if message.device is None else f", GPU {message.device}"
    count = f" (the last of {message.n_messages})" if message.n_messages > 1 else ""
    lines = [f"Out of memory, {head}{where}{count}"]
    shown = [row for row in report.rows if row.message_bytes is not None]
    if shown:
        predicted = f"{'predicted':>12}" if resolved is not None else ""
        lines.append(f"{'GiB':26}{'message':>10}{predicted}")
    for row in shown:
        second = ""
        if resolved is not None:
            figure = NONE if row.predicted_bytes is None else gib(row.predicted_bytes, 2)
            second = f"{figure:>12}"
        first = gib(row.message_bytes or 0, 2)
        lines.append(f"  {row.name:24}{first:>10}{second}  {row.remark}".rstrip())
    lines.append("Likely causes:")
    for number, cause in enumerate(report.causes, start=1):
        lines.append(f"{number:3}. {cause.what}")
        lines += [f"     {cause.advice}"] if cause.advice else []
    if report.fixes and resolved is not None:
        lines.append("Changes that make room:")
        width = max(len(change_title(change)) for change in report.fixes)
        for change in report.fixes:
            saved = signed(-change.saves_bytes / GIB, 1)
            note = note_of(resolved, change, None, 0)
            title = f"{change_title(change):{width}}"
            lines.append(f"     {title} {saved:>7} GiB  time ×{change.time_factor:<5.2f} {note}")
    elif resolved is None:
        lines.append("With the options of the plan (--model …) the message is laid over the prediction")
    return lines


def _document(report: OomReport, resolved: ResolvedPlan | None) -> dict[str, Any]:
    document: dict[str, Any] = {
        "message": _message(report.message),
        "rows": [
            {
                "name": row.name,
                "message_bytes": row.message_bytes,
                "predicted_bytes": row.predicted_bytes,
                "remark": row.remark,
            }
            for row in report.rows
        ],
        "causes": [{"kind": c.kind.value, "what": c.what, "advice": c.advice} for c in report.causes],
    }
    if resolved is not None and report.answer is not None:
        document["fixes"] = [
            {
                "change": changed_fields(change),
                "saves_bytes": change.saves_bytes,
                "time_factor": change.time_factor,
                "fits": change.fits.value,
                "note": note_of(resolved, change, None, 0),
            }
            for change in report.fixes
        ]
        document["estimate"] = estimate_document(report.answer)
    return document


def _message(message: OomMessage) -> dict[str, Any]:
    values = {part.name: getattr(message, part.name) for part in fields(message)}
    return {**values, "kind": message.kind.value, "others": [list(item) for item in message.others]}

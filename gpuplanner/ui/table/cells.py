"""One cell of the table: how it looks, what an editor starts with, and what an edit makes of the row."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from PySide6.QtCore import QCoreApplication

from gpuplanner.core.benchmark import (
    MEASUREMENT_FIELDS,
    PROVENANCE_FIELDS,
    ROW_FIELD,
    BenchmarkRow,
    MemoryScope,
    MemoryUnit,
    Origin,
    Status,
)
from gpuplanner.core.estimate import Fits
from gpuplanner.core.fields import Value
from gpuplanner.core.plan import PLAN_FIELD
from gpuplanner.core.units import NONE, read_number, seconds, signed
from gpuplanner.core.uses import ignored_fields
from gpuplanner.data.benchmark_table import cell_text, with_text
from gpuplanner.data.typed_texts import with_typed_text
from gpuplanner.report.row_estimates import RowEstimate, memory_error
from gpuplanner.ui.table.columns import Column, Kind
from gpuplanner.ui.table.typed_numbers import plain_number, with_point
from gpuplanner.ui.told import told
from gpuplanner.ui.widgets.display_unit import DisplayUnit, memory_text, scale_of
from gpuplanner.ui.words import value_words

EMPHASIS_FROM = 0.05
"""Errors above this are set in medium weight."""

_PART_OF = {
    **{spec.name: "measurement" for spec in MEASUREMENT_FIELDS},
    **{spec.name: "provenance" for spec in PROVENANCE_FIELDS},
    **dict.fromkeys(PLAN_FIELD, "plan"),
}
_GPUS = re.compile(r"\s*(\d[\d,]*)\s*[x×*]\s*(\d[\d,]*)\s*")
_MEMORY = re.compile(r"(.*?[\d.])\s*(GiB|GB|MiB/1000|MiB|MB|G)\s*", re.IGNORECASE)
_UNIT_OF = {unit.value.lower(): unit for unit in MemoryUnit}
_OOM_WORDS = frozenset({"oom", "out of memory"})


@dataclass(frozen=True, slots=True)
class CellLook:
    """What the delegate paints; ``tone`` names a token."""

    text: str
    tone: str = "ink"
    medium: bool = False
    unreadable: bool = False
    icon: str = ""
    bar: float | None = None
    """Share of the card, 0…1 and beyond, as a line below the figure."""
    error: float | None = None
    """Signed fraction, as a bar about the middle."""


@dataclass(frozen=True)
class RowContext:
    """What a row's cells depend on beside the row."""

    unit: DisplayUnit
    estimate: RowEstimate | None = None
    card_bytes: float | None = None
    starts_series: bool = False
    starts_model: bool = False


def cell_look(row: BenchmarkRow, column: Column, context: RowContext) -> CellLook:
    """How one cell is painted."""
    wrong = _unreadable_text(row, column)
    if wrong is not None:
        return CellLook(wrong, "no", unreadable=True)
    if column.kind is Kind.PEAK:
        return _peak_look(row, context)
    if column.kind is Kind.ESTIMATE:
        return _estimate_look(row, context)
    if column.kind is Kind.ERROR:
        return _error_look(row, context)
    if column.key in ("model", "method", "gpus", "sharding"):
        return _series_look(row, column, context)
    return _field_look(row, column)


def cell_words(row: BenchmarkRow, column: Column, context: RowContext) -> str:
    """The text of a cell for copying and for assistive technology."""
    return cell_look(row, column, context).text


def edit_text(row: BenchmarkRow, column: Column, unit: DisplayUnit) -> str:
    """The text that an editor starts with."""
    wrong = _unreadable_text(row, column)
    if wrong is not None:
        return wrong
    if column.kind is Kind.GPUS:
        return _gpus_text(row)
    if column.kind is Kind.PEAK:
        if row.measurement.status is Status.OOM:
            return "OOM"
        if row.peak_bytes_per_gpu is None:
            return ""
        scale = scale_of(unit, row.measurement, row.plan.n_gpus)
        written = row.measurement.peak_memory_unit is scale.unit
        if written and row.measurement.peak_memory_scope is scale.scope:
            return cell_text(row, "peak_memory")
        return f"{scale.number(row.peak_bytes_per_gpu):.6g}"
    return cell_text(row, column.fields[0]) if column.fields else ""


def edited(row: BenchmarkRow, column: Column, text: str, unit: DisplayUnit) -> BenchmarkRow:
    """The row after a text was typed into a cell.  What cannot be read is kept, marked with its reason; what
    is kept in another form than it was typed is remembered as it was typed."""
    if not column.is_editable or text == edit_text(row, column, unit):
        return row
    if column.kind is Kind.GPUS:
        return _with_gpus(row, text)
    if column.kind is Kind.PEAK:
        return _with_peak(row, text, unit)
    name = column.fields[0]
    if name in PLAN_FIELD and any(field == name for field, _ in row.inferred):
        # Who types a value means it: the correction that stood in for the published one goes.
        row = with_text(row, f"{name}_inferred", "")
    plain = plain_number(ROW_FIELD[name], text) if name in ROW_FIELD else text
    return _remembering(with_text(row, name, plain), name, text, plain)


def sort_key(
    row: BenchmarkRow, column: Column, unit: DisplayUnit, estimate: RowEstimate | None
) -> float | str | None:
    """What a column sorts by; None goes last in either direction."""
    if column.kind is Kind.PEAK:
        per_gpu = row.peak_bytes_per_gpu
        if per_gpu is None:
            return float("inf") if row.measurement.status is Status.OOM else None
        return per_gpu * row.plan.n_gpus if unit.is_total else per_gpu
    if column.kind is Kind.ESTIMATE:
        predicted = _estimate_bytes(row, estimate)
        return predicted * row.plan.n_gpus if predicted is not None and unit.is_total else predicted
    if column.kind is Kind.ERROR:
        return None if estimate is None else memory_error(row, estimate)
    if column.kind is Kind.GPUS:
        return row.plan.n_gpus + row.plan.nodes / 1e6
    if column.key not in ROW_FIELD:
        return cell_text(row, column.key).lower() or None
    value = _value(row, column.key)
    if isinstance(value, int | float) and not isinstance(value, bool):
        return value
    return value_words(value).lower() if value not in (None, "") else None


def unreadable_reason(row: BenchmarkRow, column: Column) -> str:
    """Why a cell could not be read; empty when it could."""
    for cell in row.unreadable:
        if cell.column in column.fields:
            return told(cell.reason)
    return ""


def series_of(row: BenchmarkRow) -> tuple[object, ...]:
    """What makes neighbouring rows one series: model, method, GPUs, sharding."""
    plan = row.plan
    sharding = plan.sharding.value if plan.sharding else None
    return plan.model.lower(), plan.method.value, plan.nodes, plan.gpus_per_node, sharding


def _unreadable_text(row: BenchmarkRow, column: Column) -> str | None:
    for cell in row.unreadable:
        if cell.column in column.fields:
            return cell.text
    return None


def _value(row: BenchmarkRow, name: str) -> Value:
    value: Value = getattr(getattr(row, _PART_OF[name]), name)
    return value


def _series_look(row: BenchmarkRow, column: Column, context: RowContext) -> CellLook:
    text = _gpus_text(row) if column.kind is Kind.GPUS else value_words(_value(row, column.key))
    starts = context.starts_model if column.key == "model" else context.starts_series
    if not starts:
        return CellLook(text, "text3")
    return CellLook(text, "ink", medium=column.key in ("model", "method"))


def _peak_look(row: BenchmarkRow, context: RowContext) -> CellLook:
    if row.measurement.status is Status.OOM:
        return CellLook(QCoreApplication.translate("cells", "OOM"), "no", medium=True, icon="no")
    per_gpu = row.peak_bytes_per_gpu
    if per_gpu is None:
        return CellLook(NONE, "text3")
    scale = scale_of(context.unit, row.measurement, row.plan.n_gpus)
    text = memory_text(scale.number(per_gpu), scale.unit)
    if context.unit is DisplayUnit.AS_WRITTEN:
        text = f"{cell_text(row, 'peak_memory')} {scale.unit.value}"
    share = per_gpu / context.card_bytes if context.card_bytes else None
    return CellLook(text, _measured_tone(row), medium=True, bar=share)


def _estimate_bytes(row: BenchmarkRow, estimate: RowEstimate | None) -> float | None:
    if estimate is None or estimate.problem:
        return None
    return estimate.bytes_of(row.measurement.peak_memory_kind)


def _estimate_look(row: BenchmarkRow, context: RowContext) -> CellLook:
    if context.estimate is not None and context.estimate.problem:
        return CellLook(QCoreApplication.translate("cells", "none"), "text2", icon="note")
    predicted = _estimate_bytes(row, context.estimate)
    if predicted is None:
        return CellLook("", "text3")
    scale = scale_of(context.unit, row.measurement, row.plan.n_gpus)
    text = memory_text(scale.number(predicted), scale.unit)
    if context.unit is DisplayUnit.AS_WRITTEN:
        text = f"{text} {scale.unit.value}"
    return CellLook(text, "accent")


def _error_look(row: BenchmarkRow, context: RowContext) -> CellLook:
    estimate = context.estimate
    if estimate is None or estimate.problem:
        return CellLook("" if estimate is None else NONE, "text3")
    if row.measurement.status is Status.OOM:
        translate = QCoreApplication.translate
        if estimate.fits is Fits.NO:
            return CellLook(translate("cells", "agrees"), "text2")
        words = translate("cells", "says tight") if estimate.fits is Fits.TIGHT else ""
        return CellLook(words or translate("cells", "says it fits"), "ink", medium=True)
    error = memory_error(row, estimate)
    if error is None:
        return CellLook(NONE, "text3")
    return CellLook(signed(error * 100, 1), "ink", medium=abs(error) > EMPHASIS_FROM, error=error)


def _field_look(row: BenchmarkRow, column: Column) -> CellLook:
    name = column.key
    if name not in ROW_FIELD:
        return CellLook(cell_text(row, name), "text2")
    value = _value(row, name)
    if name == "samples_per_step":
        stated = value is not None
        number = value if stated else row.effective_plan().samples_per_step
        return CellLook(value_words(number), "text2" if stated else "text3")
    if name == "step_time_s":
        return CellLook(_step_text(value), _measured_tone(row) if value is not None else "text3")
    if name == "seq_len":
        return CellLook(value_words(value))
    if name in PLAN_FIELD:
        if name in ignored_fields(row.plan):
            return CellLook(NONE, "text3")
        written = dict(row.as_written).get(name)
        return CellLook(value_words(value), "text3" if written == "" else "text2")
    return CellLook(value_words(value), "text3" if value is None else "text2")


def _measured_tone(row: BenchmarkRow) -> str:
    return "trial" if row.provenance.origin is Origin.TRIAL else "ink"


def _step_text(value: Value) -> str:
    if not isinstance(value, int | float):
        return NONE
    # A figure of one decimal was published so; more digits than that are shown to three.
    if value >= 1 and round(value, 1) == value:
        return f"{value:,.1f}"
    return seconds(float(value))


def _gpus_text(row: BenchmarkRow) -> str:
    plan = row.plan
    return f"{plan.nodes:,} × {plan.gpus_per_node:,}" if plan.nodes > 1 else f"{plan.gpus_per_node:,}"


def _with_gpus(row: BenchmarkRow, text: str) -> BenchmarkRow:
    match = _GPUS.fullmatch(text)
    nodes, per_node = match.groups() if match else ("1" if text.strip() else "", text)
    return with_text(with_text(row, "nodes", nodes), "gpus_per_node", per_node)


def _with_peak(row: BenchmarkRow, text: str, unit: DisplayUnit) -> BenchmarkRow:
    text = text.strip()
    if text.lower() in _OOM_WORDS:
        return _without_figures(row, Status.OOM)
    if not text:
        ended = Status.MEASURED if row.measurement.step_time_s is not None else Status.NOT_MEASURED
        return with_text(with_text(row, "peak_memory", ""), "status", ended.value)
    scale = scale_of(unit, row.measurement, row.plan.n_gpus)
    number, written = text, scale.unit
    match = _MEMORY.fullmatch(text)
    if match:
        number, named = match[1], match[2].lower()
        # A bare "G" is the unit on screen, if that is one of G.
        meant_by_g = MemoryUnit.GIB if scale.unit is MemoryUnit.MIB else scale.unit
        written = _UNIT_OF.get(named, meant_by_g)
    number = with_point(number)
    if match and named == "mb":
        number, written = _thousandth(number), MemoryUnit.GB
    changed = with_text(row, "peak_memory", number)
    if any(cell.column == "peak_memory" for cell in changed.unreadable):
        return with_text(row, "peak_memory", text)
    changed = with_text(changed, "peak_memory_unit", written.value)
    scope = scale.scope if row.plan.n_gpus > 1 else changed.measurement.peak_memory_scope
    changed = with_text(changed, "peak_memory_scope", MemoryScope(scope).value)
    return _remembering(with_text(changed, "status", Status.MEASURED.value), "peak_memory", text, number)


def _remembering(row: BenchmarkRow, name: str, typed: str, kept: str) -> BenchmarkRow:
    """The row with the text that was typed into a field, where the field keeps another one."""
    typed = typed.strip()
    is_same = typed == kept.strip() or any(cell.column == name for cell in row.unreadable)
    return with_typed_text(row, name, "" if is_same else typed)


def _thousandth(number: str) -> str:
    """MB, in which no figure is kept, as GB; a text that is no number stays."""
    try:
        return f"{read_number(number, count=False) / 1000:.12g}"
    except ValueError:
        return number


def _without_figures(row: BenchmarkRow, status: Status) -> BenchmarkRow:
    for name in ("peak_memory", "step_time_s", "tokens_per_s"):
        row = with_text(row, name, "")
    return with_text(row, "status", status.value)


def new_row_like(row: BenchmarkRow) -> BenchmarkRow:
    """A row of the same plan with nothing measured, entered by hand."""
    blank = BenchmarkRow(plan=row.plan)
    measured = replace(
        blank.measurement, status=Status.NOT_MEASURED, peak_memory_kind=row.measurement.peak_memory_kind
    )
    return replace(blank, measurement=measured)

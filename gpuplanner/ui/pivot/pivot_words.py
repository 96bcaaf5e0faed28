"""What the pivot says about its cells: settings, figures, estimate and what may be done with an empty one."""

from __future__ import annotations

from PySide6.QtCore import QObject

from gpuplanner.core.benchmark import BenchmarkRow
from gpuplanner.core.plan import PLAN_FIELDS
from gpuplanner.core.units import seconds, shorten, signed
from gpuplanner.data.typed_texts import typed_text
from gpuplanner.report.row_estimates import RowEstimate, memory_error, time_error
from gpuplanner.ui.table.cells import RowContext
from gpuplanner.ui.told import told
from gpuplanner.ui.widgets.display_unit import DisplayUnit, memory_text, scale_of
from gpuplanner.ui.words import column_label, field_label, value_words

_FIGURES = ("peak_memory", "step_time_s")
_MOST_NAMED = 6
"""Rows of one cell that are named by their numbers."""


class PivotWords(QObject):
    """Sentences; each figure is in the unit that the table shows."""

    def short_unit(self, unit: DisplayUnit) -> str:
        """The unit of memory in a head, where there is room for a word."""
        return {
            DisplayUnit.GIB_PER_GPU: "GiB",
            DisplayUnit.GB_PER_GPU: "GB",
            DisplayUnit.GIB_TOTAL: self.tr("GiB, all GPUs"),
            DisplayUnit.AS_WRITTEN: self.tr("as written"),
        }[unit]

    def settings(self, row: BenchmarkRow) -> str:
        """Every setting of a line that is not the default, one in each line of text."""
        stated = [spec for spec in PLAN_FIELDS if spec.name != "seq_len"]
        return "\n".join(
            f"{field_label(spec)}: {value_words(getattr(row.plan, spec.name))}"
            for spec in stated
            if spec.name in ("model", "method") or getattr(row.plan, spec.name) != spec.default
        )

    def empty(self, line: str, length: int | None) -> str:
        """A cell in which nothing was measured."""
        if length is None:
            return ""
        where = self.tr("{line} at {n} tokens").format(line=line, n=f"{length:,}")
        what = self.tr("no row; type its figures, or plan it with Ctrl+Enter")
        return f"{where}: {what}"

    def cell(
        self,
        row: BenchmarkRow,
        sources: tuple[int, ...],
        context: RowContext,
        estimate: RowEstimate | None,
    ) -> str:
        """The rows of a cell, and how far the estimate of the first is off."""
        lines = [self._rows(sources)]
        lines += [self._typed(typed) for name in _FIGURES if (typed := typed_text(row, name))]
        lines += [f"{column_label(cell.column)}: {told(cell.reason)}" for cell in row.unreadable]
        per_gpu = row.peak_bytes_per_gpu
        if per_gpu is not None and context.card_bytes and per_gpu > context.card_bytes:
            share = f"{100 * per_gpu / context.card_bytes:.0f}"
            lines.append(self.tr("Above the card: {n} % of {gpu}").format(n=share, gpu=row.plan.gpu))
        if estimate is not None:
            lines += self._estimate(row, estimate, context.unit)
        return "\n".join(lines)

    def _typed(self, text: str) -> str:
        return self.tr("Typed as {text}").format(text=shorten(text))

    def _rows(self, sources: tuple[int, ...]) -> str:
        named = ", ".join(f"{source + 1:,}" for source in sources[:_MOST_NAMED])
        if len(sources) == 1:
            return self.tr("Row {row}").format(row=named)
        more = " …" if len(sources) > _MOST_NAMED else ""
        words = self.tr("Rows {rows} have the same settings and length; the first one is shown and edited")
        return words.format(rows=named + more)

    def _estimate(self, row: BenchmarkRow, estimate: RowEstimate, unit: DisplayUnit) -> list[str]:
        if estimate.problem:
            return [self.tr("No estimate: {reason}").format(reason=estimate.problem)]
        scale = scale_of(unit, row.measurement, row.plan.n_gpus)
        memory = memory_text(scale.number(estimate.bytes_of(row.measurement.peak_memory_kind)), scale.unit)
        figures = [
            (self.tr("Estimate: {value}"), f"{memory} {scale.unit.value}", memory_error(row, estimate)),
            (
                self.tr("Estimated step: {value}"),
                f"{seconds(estimate.step_time_s)} s",
                time_error(row, estimate),
            ),
        ]
        return [
            text.format(value=value if error is None else f"{value} ({signed(100 * error, 1)} %)")
            for text, value, error in figures
        ]

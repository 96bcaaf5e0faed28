"""Words of the accuracy page: what a choice means, the figures with their yardsticks, tips, names."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import groupby

from PySide6.QtCore import QObject

from gpuplanner.core.benchmark import MemoryKind
from gpuplanner.core.plan import Method
from gpuplanner.core.units import NONE, seconds, signed
from gpuplanner.estimator.calibration import Withhold
from gpuplanner.report.accuracy_charts import (
    AccuracyAnswer,
    AccuracyPoint,
    BarKind,
    PeerBar,
    Quantity,
)
from gpuplanner.ui.accuracy.accuracy_figures import BigFigure
from gpuplanner.ui.plan.chart_key import KeyEntry
from gpuplanner.ui.told import told
from gpuplanner.ui.wording import Wording
from gpuplanner.ui.words import value_words

NOISE_PERCENT = "2.5"
"""By how much two measurements of one cell of the profile differ on average (memory; the same team's second
README, see README.md)."""
_TWO_TO_LEARN = 2


class AccuracyWording(QObject):
    """Turns an `AccuracyAnswer` into words; memory in the unit of the page."""

    def __init__(self, wording: Wording, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._wording = wording

    # Choices ---------------------------------------------------------------------------------

    def withheld(self) -> dict[str, str]:
        """The four ways to judge."""
        return {
            Withhold.NONE.value: self.tr("Physics only"),
            Withhold.CELL.value: self.tr("One cell withheld"),
            Withhold.SERIES.value: self.tr("One series withheld"),
            Withhold.MODEL.value: self.tr("One model withheld"),
        }

    def quantities(self) -> dict[str, str]:
        """What is compared."""
        return {
            Quantity.MEMORY.value: self.tr("Memory"),
            Quantity.STEP_TIME.value: self.tr("Step time"),
        }

    def meanings(self) -> dict[str, str]:
        """What each way to judge means, in one short sentence."""
        return {
            Withhold.NONE.value: self.tr("Nothing is learned from this table."),
            Withhold.CELL.value: self.tr("Each cell is predicted without having been seen."),
            Withhold.SERIES.value: self.tr("Each series is predicted without having been seen."),
            Withhold.MODEL.value: self.tr("Each model is predicted without having been seen."),
        }

    def explanations(self) -> dict[str, str]:
        """What exactly is done, for tips."""
        return {
            Withhold.NONE.value: self.tr("Physics with its shipped constants."),
            Withhold.CELL.value: self.tr(
                "The estimator learns from all other cells: as near as a row of your own series."
            ),
            Withhold.SERIES.value: self.tr(
                "A series is all lengths of one model × method; the estimator learns from all others."
            ),
            Withhold.MODEL.value: self.tr(
                "All rows of one model size are withheld; the estimator learns from the other models."
            ),
        }

    def caveat(self) -> str:
        """What must be known about the constants, for the tip of the sentence."""
        return self.tr(
            "The shipped constants were fitted to the Qwen profile or chosen with sight of it, so on the "
            "profile physics only is a fit, not a forecast; withholding starts from the same constants."
        )

    def command(self, withhold: Withhold) -> str:
        """How to print the same figures."""
        return self.tr("The same figures: gpuplanner accuracy --calibration {name}").format(
            name=withhold.value
        )

    # Figures ---------------------------------------------------------------------------------

    def figures(
        self, answer: AccuracyAnswer, quantity: Quantity, *, is_profile: bool
    ) -> tuple[BigFigure, ...]:
        """The five figures."""
        return (
            self._average(answer, quantity, is_profile),
            self._worst(answer, quantity),
            self._coverage(answer, quantity),
            self._false_green(answer),
            self._false_red(answer),
        )

    def _average(self, answer: AccuracyAnswer, quantity: Quantity, is_profile: bool) -> BigFigure:
        figures = answer.figures(quantity)
        line = figures.interpolation_mape
        yardstick = ""
        noise_counts = is_profile and quantity is Quantity.MEMORY
        if math.isfinite(line) and not (noise_counts and answer.withhold is Withhold.NONE):
            yardstick = self.tr("straight line through two lengths: {n}").format(n=percent(line))
        elif noise_counts:
            yardstick = self.tr("two measurements of the same cell differ by {n} %").format(n=NOISE_PERCENT)
        published, worst = answer.as_published(quantity)
        tips = [
            self.tr("{signed} % signed, over {n} cells").format(
                signed=signed(100 * figures.bias, 1) if math.isfinite(figures.bias) else NONE,
                n=len(answer.points(quantity)),
            )
        ]
        if math.isfinite(published):
            tips.append(
                self.tr("Physics only, without the named corrections: {n}, worst {worst}").format(
                    n=percent(published), worst=percent(worst)
                )
            )
        return BigFigure(percent(figures.mape), self.tr("average error"), yardstick, tip="\n".join(tips))

    def _worst(self, answer: AccuracyAnswer, quantity: Quantity) -> BigFigure:
        chart = answer.predicted(quantity)
        if chart is None:
            return BigFigure(NONE, self.tr("worst cell"), "")
        point = chart.worst[0]
        return BigFigure(
            f"{signed(100 * point.error, 1)} %",
            self.tr("worst cell"),
            self.long_name(point),
            tip=self.tip(point, quantity),
        )

    def _coverage(self, answer: AccuracyAnswer, quantity: Quantity) -> BigFigure:
        figures = answer.figures(quantity)
        half = figures.median_half_width
        yardstick = self.tr("half-width {n} (median)").format(n=percent(half)) if math.isfinite(half) else ""
        number = percent(figures.coverage_90, 0)
        return BigFigure(number, self.tr("inside the 90 % range"), yardstick)

    def _false_green(self, answer: AccuracyAnswer) -> BigFigure:
        result, wrong = answer.result, answer.false_green
        name = self.tr("out-of-memory cases said “does not fit”")
        if not result.oom_rows:
            return BigFigure(NONE, name, self.tr("none in this table"))
        number = self.of(result.oom_rows - result.false_green, result.oom_rows)
        if not result.false_green:
            return BigFigure(number, name, self.tr("no false green"), "fits")
        said = self.tr("said to be possible: {rows}").format(rows=self.rows(wrong))
        return BigFigure(number, name, said, "tight")

    def _false_red(self, answer: AccuracyAnswer) -> BigFigure:
        result, wrong = answer.result, answer.false_red
        name = self.tr("measured cells said “does not fit”")
        if not result.rows_expressed:
            return BigFigure(NONE, name, self.tr("none in this table"))
        number = self.of(result.false_red, result.rows_expressed)
        if not result.false_red:
            return BigFigure(number, name, self.tr("no false red"), "fits")
        return BigFigure(number, name, self.rows(wrong), "tight")

    # Cells -----------------------------------------------------------------------------------

    def short_name(self, point: AccuracyPoint) -> str:
        """ "Qwen-7B Full 256"."""
        return f"{point.model} {value_words(point.method)} {point.length:,}"

    def long_name(self, point: AccuracyPoint) -> str:
        """ "Qwen-7B Full, 256 tokens, 2 GPUs"."""
        text = self.tr("{model} {method}, {length} tokens").format(
            model=point.model, method=value_words(point.method), length=f"{point.length:,}"
        )
        return text if point.n_gpus == 1 else self.tr("{cell}, {n} GPUs").format(cell=text, n=point.n_gpus)

    def method(self, method: Method) -> str:
        """The head of a panel."""
        return value_words(method)

    def average(self, mape: float) -> str:
        """The average error in a panel's corner."""
        return self.tr("average {n}").format(n=signed(100 * mape, 1, plus=False))

    def tip(self, point: AccuracyPoint, quantity: Quantity) -> str:
        """Row, cell, both figures and the error."""
        if quantity is Quantity.MEMORY:
            measured, predicted = (
                self._wording.amount(value, 2) for value in (point.measured, point.predicted)
            )
            unit = self._wording.per_gpu()
            if point.kind in (MemoryKind.ALLOCATED, MemoryKind.RESERVED):
                unit += ", " + value_words(point.kind)
        else:
            measured, predicted = seconds(point.measured), seconds(point.predicted)
            unit = self.tr("s per step")
        return self.tr(
            "Row {row}, {origin}: {cell}\nmeasured {measured}, predicted {predicted} {unit}\nerror {error} %"
        ).format(
            row=point.row + 1,
            origin=self._wording.origin(point.origin),
            cell=self.long_name(point),
            measured=measured,
            predicted=predicted,
            unit=unit,
            error=signed(100 * point.error, 1),
        )

    def unit(self, quantity: Quantity) -> str:
        """The unit of the axes of predicted against measured."""
        unit = self._wording.per_gpu() if quantity is Quantity.MEMORY else self.tr("s per step")
        return self.tr("{unit}, both axes logarithmic").format(unit=unit)

    def unit_size(self, quantity: Quantity) -> float:
        """Bytes or seconds of one unit of the axes."""
        return self._wording.unit_bytes if quantity is Quantity.MEMORY else 1.0

    def key(self, answer: AccuracyAnswer, quantity: Quantity) -> list[KeyEntry]:
        """Who measured how many cells."""
        chart = answer.predicted(quantity)
        if chart is None:
            return []
        entries = []
        for origin, count in chart.origins:
            text = self.tr("{origin}, 1 cell") if count == 1 else self.tr("{origin}, {n} cells")
            entries.append(KeyEntry(text.format(origin=self._wording.origin(origin), n=f"{count:,}"), origin))
        return entries

    # Bars ------------------------------------------------------------------------------------

    def bars_head(self, n_cells: int) -> str:
        """The title above the bars."""
        return self.tr("Average error on the same {n} cells").format(n=n_cells)

    def bar_name(self, bar: PeerBar, withhold: Withhold) -> str:
        """Whose error it is."""
        if bar.kind is BarKind.BASELINE:
            return self.tr("straight line through two lengths")
        if bar.peer is not None:
            return self.tr("rule of thumb") if not bar.peer.source else bar.peer.name
        names = {
            Withhold.NONE: self.tr("GPU Planner, physics only"),
            Withhold.CELL: self.tr("GPU Planner, cell withheld"),
            Withhold.SERIES: self.tr("GPU Planner, series withheld"),
            Withhold.MODEL: self.tr("GPU Planner, model withheld"),
        }
        return names[withhold]

    def bar_cells(self, bar: PeerBar) -> str:
        """How many cells it can express."""
        return self.of(bar.cells, bar.total)

    def bar_tip(self, bar: PeerBar) -> str:
        """What was run, and what it lacks."""
        if bar.kind is BarKind.BASELINE:
            return self.tr(
                "No physics: each cell from a straight line through the two nearest lengths of its own "
                "series, so it needs measurements of the same model and method."
            )
        peer = bar.peer
        if peer is None:
            return ""
        lines = [" ".join(part for part in (peer.name, peer.version) if part)]
        if peer.program != peer.name:
            lines.append(peer.program)
        if peer.note:
            lines.append(peer.note)
        if peer.seconds_per_estimate is not None:
            lines.append(self.tr("{s} s for one estimate").format(s=f"{peer.seconds_per_estimate:g}"))
        if peer.source:
            lines.append(
                self.tr("{source}; run with its own code on {date}, its figures read as GB").format(
                    source=peer.source, date=peer.measured_on
                )
            )
        return "\n".join(lines)

    # What is missing -------------------------------------------------------------------------

    def nothing_measured(self, quantity: Quantity) -> str:
        """Why there is no chart."""
        if quantity is Quantity.MEMORY:
            return self.tr("No peak memory was measured in this table.")
        return self.tr("No step time was measured in this table.")

    def left_out(self, answer: AccuracyAnswer) -> str:
        """How many rows cannot be expressed, and why the first one cannot."""
        left_out = answer.table.left_out
        if not left_out:
            return ""
        n, first = len(left_out), left_out[0]
        text = (
            self.tr("1 row cannot be expressed and is not judged: row {row}, {reason}")
            if n == 1
            else self.tr("{n} rows cannot be expressed and are not judged, the first is row {row}: {reason}")
        )
        return text.format(n=n, row=first.row + 1, reason=told(first.reason))

    def too_few(self, answer: AccuracyAnswer) -> str:
        """Said where there is nothing to learn from once something is withheld."""
        if answer.withhold is Withhold.NONE:
            return ""
        models = {point.model for quantity in Quantity for point in answer.points(quantity)}
        if answer.result.rows_expressed < _TWO_TO_LEARN:
            return self.tr("One measured row alone teaches nothing: this is physics only.")
        if answer.withhold is Withhold.MODEL and len(models) < _TWO_TO_LEARN:
            return self.tr("All rows are of one model: with it withheld this is physics only.")
        return ""

    def of(self, part: int, total: int) -> str:
        """ "12 of 15"."""
        return self.tr("{n} of {total}").format(n=f"{part:,}", total=f"{total:,}")

    def rows(self, rows: Sequence[int]) -> str:
        """ "rows 43–45, 47", counted from 1."""
        text = ", ".join(_runs([row + 1 for row in rows]))
        return (self.tr("row {rows}") if len(rows) == 1 else self.tr("rows {rows}")).format(rows=text)


def percent(fraction: float, decimals: int = 1) -> str:
    """ "2.6 %", or an en dash where there is none."""
    return f"{signed(100 * fraction, decimals, plus=False)} %" if math.isfinite(fraction) else NONE


def _runs(numbers: Sequence[int]) -> list[str]:
    runs = []
    for _, group in groupby(enumerate(sorted(numbers)), lambda item: item[1] - item[0]):
        run = [number for _, number in group]
        runs.append(f"{run[0]:,}" if len(run) == 1 else f"{run[0]:,}–{run[-1]:,}")
    return runs

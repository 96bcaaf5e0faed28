"""What the accuracy page and the PDF draw: the same figures as the command line prints."""

from __future__ import annotations

import csv
import io
import json
import math
from dataclasses import replace

import pytest

from gpuplanner.cli import main
from gpuplanner.core.benchmark import BenchmarkRow, Measurement, MemoryUnit, Status
from gpuplanner.core.plan import Method, Plan
from gpuplanner.core.units import GIB
from gpuplanner.data.catalog import load_catalog
from gpuplanner.data.peers import load_peers
from gpuplanner.data.resources import resource
from gpuplanner.data.rows_csv import read_rows
from gpuplanner.estimator.calibration import Withhold
from gpuplanner.report.accuracy_charts import (
    AccuracyAnswer,
    AccuracyPoint,
    BarKind,
    PredictedChart,
    Quantity,
    answer_accuracy,
)
from gpuplanner.report.accuracy_tables import accuracy_tables

CATALOG = load_catalog()


def profile() -> tuple[BenchmarkRow, ...]:
    return read_rows(resource("samples", "qwen-profile.csv")).rows


def judged(rows: tuple[BenchmarkRow, ...], withhold: Withhold = Withhold.NONE) -> AccuracyAnswer:
    return answer_accuracy(rows, CATALOG.resolve, withhold)


@pytest.fixture(scope="module")
def answer() -> AccuracyAnswer:
    return judged(profile())


@pytest.mark.parametrize("withhold", list(Withhold))
def test_that_figures_are_those_of_the_command(
    withhold: Withhold, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["accuracy", "--calibration", withhold.value, "--json"]) == 0
    printed = json.loads(capsys.readouterr().out)
    shown = judged(profile(), withhold)
    for quantity, key in ((Quantity.MEMORY, "memory"), (Quantity.STEP_TIME, "step_time")):
        figures = shown.figures(quantity)
        for name in ("mape", "worst", "bias", "coverage_90", "median_half_width", "interpolation_mape"):
            assert getattr(figures, name) == printed[key][name], (key, name)
        chart = shown.predicted(quantity)
        assert chart is not None
        assert abs(chart.worst[0].error) == pytest.approx(printed[key]["worst"])
        residuals = shown.residuals(quantity)
        assert residuals is not None
        by_method = {panel.method.value: panel.mape for panel in residuals.panels}
        assert by_method == pytest.approx(printed[key]["by_method"])
    assert len(shown.false_green) == printed["verdicts"]["false_green"]
    assert len(shown.false_red) == printed["verdicts"]["false_red"]


def test_that_every_measured_cell_is_a_point(answer: AccuracyAnswer) -> None:
    rows = profile()
    for quantity in Quantity:
        points = answer.points(quantity)
        assert len(points) == 81
        assert all(rows[point.row].plan.seq_len == point.length for point in points)
    memory = answer.points(Quantity.MEMORY)[0]
    assert memory.measured == rows[memory.row].peak_bytes_per_gpu


def test_that_groups_cover_all_cells(answer: AccuracyAnswer) -> None:
    groups = answer.groups(Quantity.MEMORY)
    assert sum(group.n_cells for group in groups) == 81
    together = sum(group.mape * group.n_cells for group in groups) / 81
    assert together == pytest.approx(answer.result.memory.mape)


def test_that_both_axes_hold_every_cell_and_have_round_ticks(answer: AccuracyAnswer) -> None:
    chart = answer.predicted(Quantity.MEMORY)
    assert chart is not None
    low, high = chart.ends
    assert all(low < value < high for point in chart.points for value in (point.measured, point.predicted))
    assert chart.ticks(GIB) == (5, 10, 20, 50)


@pytest.mark.parametrize("decades", [0.1, 1, 3, 6, 12])
def test_that_ticks_are_few_at_any_span(decades: float) -> None:
    points = tuple(
        AccuracyPoint(
            i, "m", Method.LORA, 1024, 1, profile()[0].provenance.origin, Measurement().peak_memory_kind, x, x
        )
        for i, x in enumerate((1.0, 10**decades))
    )
    assert len(PredictedChart(Quantity.MEMORY, points).ticks()) <= 13
    assert decades > 6 or len(PredictedChart(Quantity.MEMORY, points).ticks()) <= 7


def test_that_the_scale_of_errors_holds_the_worst_cell(answer: AccuracyAnswer) -> None:
    for quantity in Quantity:
        residuals = answer.residuals(quantity)
        assert residuals is not None
        errors = [abs(point.error) for panel in residuals.panels for point in panel.points]
        assert max(errors) < residuals.limit <= 0.5


def test_that_peers_without_the_quantity_have_no_bar(answer: AccuracyAnswer) -> None:
    bars = answer.bars(Quantity.STEP_TIME, load_peers())
    assert [bar.kind for bar in bars] == [BarKind.OURS, BarKind.BASELINE, BarKind.PEER, BarKind.PEER]
    assert bars[0].mape == answer.result.step_time.mape


def test_that_a_row_that_cannot_be_expressed_is_named_and_the_rest_judged() -> None:
    rows = list(profile())
    rows[3] = replace(rows[3], plan=replace(rows[3].plan, model="Nonesuch-7B"))
    shown = judged(tuple(rows))
    assert [left_out.row for left_out in shown.table.left_out] == [3]
    assert "Nonesuch-7B" in shown.table.left_out[0].reason
    assert (shown.result.rows_measured, shown.result.rows_expressed) == (81, 80)


def test_that_rows_without_a_measurement_are_not_judged() -> None:
    rows = (
        BenchmarkRow(Plan(model="Qwen-7B")),
        BenchmarkRow(Plan(model="Qwen-7B"), Measurement(status=Status.NOT_MEASURED)),
    )
    shown = judged(rows)
    assert shown.table.rows == ()
    assert shown.predicted(Quantity.MEMORY) is None
    assert shown.residuals(Quantity.STEP_TIME) is None
    assert math.isnan(shown.figures(Quantity.MEMORY).mape)


def test_that_a_table_with_memory_alone_has_no_time_chart() -> None:
    row = BenchmarkRow(Plan(model="Qwen-7B"), Measurement(peak_memory=30, peak_memory_unit=MemoryUnit.GIB))
    shown = judged((row,), Withhold.CELL)
    assert shown.predicted(Quantity.MEMORY) is not None
    assert shown.predicted(Quantity.STEP_TIME) is None


def test_that_the_tables_are_tidy_csv(answer: AccuracyAnswer) -> None:
    tables = {name: list(csv.DictReader(io.StringIO(text))) for name, text in accuracy_tables(answer).items()}
    assert set(tables) == {"cells", "figures", "constants", "switches"}
    assert len(tables["cells"]) == 81
    first, point = tables["cells"][0], answer.points(Quantity.MEMORY)[0]
    assert int(first["row"]) == point.row + 1
    assert int(first["measured_bytes_per_gpu"]) == round(point.measured)
    assert float(first["memory_error_percent"]) == pytest.approx(100 * point.error, rel=1e-3)
    assert len(tables["constants"]) == len(answer.result.constants)
    assert [row["cells"] for row in tables["figures"]] == ["81", "81"]


def test_that_a_model_named_like_a_formula_does_nothing_in_a_spreadsheet() -> None:
    row = profile()[0]
    shown = judged((row,))
    named = replace(shown.table.rows[0].resolved.llm, name="=cmd()")
    item = replace(shown.table.rows[0], resolved=replace(shown.table.rows[0].resolved, llm=named))
    shown = replace(shown, table=replace(shown.table, rows=(item,)))
    assert "'=cmd()" in accuracy_tables(shown)["cells"]

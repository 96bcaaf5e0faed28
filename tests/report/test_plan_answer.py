"""Everything that is said about one plan, with the real estimator and the profile's rows."""

from dataclasses import replace

import pytest

from gpuplanner.core.benchmark import BenchmarkRow, Measurement, MemoryKind, Status
from gpuplanner.core.estimate import Budget, Change, ChangeCost, Fits, WorkRequest
from gpuplanner.core.plan import Method, Plan, Quantization, ResolvedPlan, Sharding
from gpuplanner.core.units import GIB
from gpuplanner.data.catalog import Catalog, load_catalog
from gpuplanner.data.relatives import alternatives
from gpuplanner.data.resources import resource
from gpuplanner.data.rows_csv import read_rows
from gpuplanner.estimator.estimate import estimate
from gpuplanner.estimator.solve import fitting_lengths
from gpuplanner.report.charts import series_of
from gpuplanner.report.parts import part_figures, rounded_to_sum
from gpuplanner.report.plan_answer import EstimatedRow, answer_plan, changes_for, estimate_rows
from gpuplanner.report.row_estimates import RowEstimate, memory_error, time_error


@pytest.fixture(scope="module")
def catalog() -> Catalog:
    return load_catalog()


@pytest.fixture(scope="module")
def rows(catalog: Catalog) -> list[EstimatedRow]:
    table = read_rows(resource("samples", "qwen-profile.csv")).rows
    plans = [catalog.resolve(row.effective_plan()) for row in table]
    estimates = estimate_rows(plans)
    return [EstimatedRow(i, *item) for i, item in enumerate(zip(table, plans, estimates, strict=True))]


def series(rows: list[EstimatedRow], wanted: ResolvedPlan) -> list[EstimatedRow]:
    return [row for row in rows if series_of(row.resolved) == series_of(wanted)]


def test_that_the_chart_shows_the_six_lengths_of_the_profiles_series(
    catalog: Catalog, rows: list[EstimatedRow]
) -> None:
    row = next(
        item for item in rows if item.row.plan.model == "Qwen-14B" and item.row.plan.method is Method.QLORA
    )
    answer = answer_plan(row.resolved, Budget(), None, series(rows, row.resolved))
    assert [point.length for point in answer.chart.points] == [256, 512, 1024, 2048, 4096, 8192]
    assert all(point.differs == () for point in answer.chart.points)
    # 17.4 … 27.9 GB as published, here in bytes.
    assert answer.chart.points[0].bytes == pytest.approx(18.7e9)
    assert answer.nearest is not None
    assert answer.nearest.point.row == row.index
    assert answer.nearest.estimate_bytes == row.estimate.device_bytes


def test_that_the_curve_goes_through_the_plan(catalog: Catalog) -> None:
    resolved = catalog.resolve(Plan(model="Qwen-7B", seq_len=3000))
    answer = answer_plan(resolved, Budget(), None, [])
    predicted, low, high = answer.chart.curve.at(3000)
    assert predicted == pytest.approx(answer.estimate.memory.peak_device_bytes, abs=2)
    assert low == pytest.approx(answer.estimate.memory.low_device_bytes, abs=2)
    assert high == pytest.approx(answer.estimate.memory.high_device_bytes, abs=2)


@pytest.mark.parametrize("gib", [10, 16, 20, 24, 48, 80, 400])
@pytest.mark.parametrize("method", [Method.LORA, Method.QLORA, Method.INFERENCE])
def test_that_the_charts_limits_are_the_last_lengths_that_fit(
    catalog: Catalog, gib: int, method: Method
) -> None:
    """Judged by the estimate of the very length, and of the next multiple of 128 tokens."""
    resolved = catalog.resolve(Plan(model="Qwen-7B", method=method))
    budget = Budget(gib * GIB)
    chart = answer_plan(resolved, budget, None, []).chart
    assert (chart.fits_to or 0, chart.tight_to or 0) == fitting_lengths(resolved, budget)

    def verdict_at(length: int) -> Fits:
        return estimate(replace(resolved, plan=replace(resolved.plan, seq_len=length)), budget=budget).fits

    for limit, allowed in ((chart.fits_to, {Fits.YES}), (chart.tight_to, {Fits.YES, Fits.TIGHT})):
        assert limit is None or verdict_at(limit) in allowed
        assert verdict_at((limit or 0) + 128) not in allowed


def test_that_a_plan_that_does_not_fit_is_offered_something_that_does(catalog: Catalog) -> None:
    resolved = catalog.resolve(Plan(model="Qwen-7B", seq_len=8192))
    answer = answer_plan(resolved, Budget(24 * GIB), None, [])
    assert answer.estimate.fits is Fits.NO
    assert answer.deciding_field == "seq_len"
    for count in (1, 2, 4):
        changes = changes_for(answer.estimate, Budget(24 * GIB), count)
        assert len(changes) <= count
        assert any(change.fits is not Fits.NO for change in changes)


def test_that_a_plan_that_fits_is_offered_only_what_fits_too(catalog: Catalog) -> None:
    resolved = catalog.resolve(Plan(model="Qwen-1.8B", grad_accum_steps=8))
    answer = answer_plan(resolved, Budget(), WorkRequest(1000), [])
    changes = changes_for(answer.estimate, Budget(), 4)
    assert answer.deciding_field == ""
    assert changes
    assert all(change.fits is not Fits.NO for change in changes)


def test_that_where_no_length_fits_the_card_decides(catalog: Catalog) -> None:
    answer = answer_plan(catalog.resolve(Plan(model="Qwen-72B", gpu="RTX 4090")), Budget(), None, [])
    assert answer.chart.tight_to is None
    assert answer.deciding_field == "gpu"


@pytest.mark.parametrize("method", list(Method))
def test_that_the_parts_shown_add_up_to_the_total_shown(catalog: Catalog, method: Method) -> None:
    resolved = catalog.resolve(Plan(model="Qwen-7B", method=method))
    memory = answer_plan(resolved, Budget(), None, []).estimate.memory
    figures = part_figures(memory, GIB)
    assert sum(part.bytes for part in figures) == memory.peak_device_bytes
    assert sum(part.figure for part in figures) == pytest.approx(round(memory.peak_device_bytes / GIB, 2))
    assert len(figures) == 8
    overhead = figures[-1]
    assert overhead.bytes == sum(term.bytes for term in overhead.terms)


def test_that_rounding_gives_the_rest_to_the_largest() -> None:
    assert rounded_to_sum([0.333, 0.333, 0.334], 1.0, 2) == [0.33, 0.33, 0.34]
    assert rounded_to_sum([5.004, 5.004, 0.0], 10.008, 2) == [5.01, 5.0, 0.0]


def test_that_a_row_is_compared_with_the_estimate_of_its_own_kind() -> None:
    estimate = RowEstimate(8.0 * GIB, 9.0 * GIB, 10.0 * GIB, step_time_s=2.2)
    row = BenchmarkRow(Plan(), Measurement(8.0, peak_memory_kind=MemoryKind.ALLOCATED, step_time_s=2.0))
    device = replace(row, measurement=replace(row.measurement, peak_memory_kind=MemoryKind.UNKNOWN))
    oom = replace(row, measurement=replace(row.measurement, status=Status.OOM))
    assert memory_error(row, estimate) == pytest.approx(0.0)
    assert memory_error(device, estimate) == pytest.approx(0.25)
    assert time_error(row, estimate) == pytest.approx(0.1)
    assert memory_error(oom, estimate) is None
    assert memory_error(row, RowEstimate(problem="the model 'x' is not in the catalogue")) is None


def offered(
    catalog: Catalog, plan: Plan, budget: Budget | None = None, count: int = 4, taken_bytes: int = 0
) -> list[Change]:
    """What the window offers, in its order."""
    resolved, budget = catalog.resolve(plan), budget or Budget()
    found = changes_for(
        estimate(resolved, budget=budget),
        budget,
        count,
        others=alternatives(catalog, resolved.llm),
        taken_bytes=taken_bytes,
    )
    costs = [list(ChangeCost).index(change.cost) for change in found]
    assert costs == sorted(costs)
    return list(found)


JOURNEY_A = Plan(model="Qwen-14B", method=Method.QLORA, seq_len=4096, gpu="RTX 4090", grad_accum_steps=8)


def test_that_there_is_one_change_of_each_cost_before_a_second_of_any(catalog: Catalog) -> None:
    """Journey A: fuse the loss, page the optimizer, shorten, or the smaller model of the family."""
    found = offered(catalog, JOURNEY_A)
    assert [change.cost.value for change in found] == ["nothing", "time", "data", "quality"]
    assert dict(found[-1].changed) == {"model": "Qwen-7B"}
    assert all(change.fits is Fits.YES for change in found)


def test_that_memory_that_others_hold_comes_before_what_the_plan_gives_up(catalog: Catalog) -> None:
    free = Budget(round(23.09 * GIB), free_now=True)
    found = offered(catalog, JOURNEY_A, free, taken_bytes=round(0.9 * GIB))
    assert [name for change in found for name, _ in change.changed] == [
        "fused_loss",
        "budget",
        "optimizer",
        "seq_len",
    ]


def test_that_what_does_not_help_gives_way_to_a_card_that_does(catalog: Catalog) -> None:
    found = offered(catalog, replace(JOURNEY_A, model="Qwen-72B"))
    cards = [dict(change.changed)["gpu"] for change in found if "gpu" in dict(change.changed)]
    assert len(cards) == 1
    assert catalog.gpu(str(cards[0])).memory_bytes > 40 * GIB
    assert found[-1].fits is Fits.YES


def test_that_another_method_comes_before_a_smaller_model(catalog: Catalog) -> None:
    """Journey B: who wants to train 72B is told of QLoRA, and of ZeRO-3 before offloading."""
    found = offered(catalog, Plan(model="Qwen-72B", method=Method.LORA, gpus_per_node=4))
    fields = [dict(change.changed) for change in found]
    assert {"method": Method.QLORA, "quantization": Quantization.NF4_DQ} in fields
    assert {"sharding": Sharding.ZERO3} in fields
    assert not any("model" in changed for changed in fields)


def test_that_a_length_beyond_the_longest_sample_is_given_up_for_nothing(catalog: Catalog) -> None:
    resolved = catalog.resolve(JOURNEY_A)
    found = changes_for(estimate(resolved), Budget(), 4, longest_sample=1500)
    assert any(
        change.cost is ChangeCost.NOTHING and dict(change.changed) == {"seq_len": 1536} for change in found
    )

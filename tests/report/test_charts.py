"""The memory chart as plain data."""

import math
from dataclasses import replace
from itertools import pairwise

import pytest

from gpuplanner.core.benchmark import (
    BenchmarkRow,
    Measurement,
    MemoryScope,
    MemoryUnit,
    Origin,
    Provenance,
    Status,
)
from gpuplanner.core.estimate import Fits
from gpuplanner.core.plan import Plan, ResolvedPlan, Sharding
from gpuplanner.core.units import GIB
from gpuplanner.data.catalog import Catalog, load_catalog
from gpuplanner.estimator.lengths import limit_bracket
from gpuplanner.report.charts import (
    Curve,
    MeasuredPoint,
    MemoryChart,
    comparable_points,
    curve_lengths,
    length_range,
    nearest_point,
    series_of,
)


@pytest.fixture(scope="module")
def catalog() -> Catalog:
    return load_catalog()


def chart(
    top_gib: float, budget_gib: float, plan_gib: float = 10, points: tuple[MeasuredPoint, ...] = ()
) -> MemoryChart:
    lengths = (256, 1024, 8192)
    curve = Curve(
        lengths, (8 * GIB, 10 * GIB, top_gib * GIB), (7 * GIB,) * 3, (9 * GIB, 11 * GIB, top_gib * GIB)
    )
    return MemoryChart(curve, points, budget_gib * GIB, 1024, plan_gib * GIB, Fits.YES, 2048, 4096)


def point(length: int, n_bytes: float, **fields: object) -> MeasuredPoint:
    return MeasuredPoint(0, length, n_bytes, Origin.PUBLISHED, **fields)  # type: ignore[arg-type]


def test_that_the_axis_holds_the_usual_doublings_and_stretches_for_plan_and_rows() -> None:
    assert length_range(2048) == (256, 8192)
    assert length_range(100) == (64, 8192)
    assert length_range(20_000, [128]) == (128, 32768)


def test_that_the_curve_is_even_on_a_log_scale_and_holds_every_length_that_is_asked_for() -> None:
    lengths = curve_lengths(256, 8192, {1000, 4096, 99_999})
    assert lengths[0] == 256
    assert lengths[-1] == 8192
    assert {1000, 4096} <= set(lengths)
    assert 99_999 not in lengths
    assert max(math.log2(b / a) for a, b in pairwise(lengths)) < 0.2


def test_that_a_near_budget_is_drawn_and_a_far_one_is_only_named() -> None:
    near, far = chart(20, 24), chart(20, 80)
    assert not near.scaled_to_curve
    assert near.top_bytes() > 24 * GIB
    assert far.scaled_to_curve
    assert 20 * GIB < far.top_bytes() < 25 * GIB


def test_that_a_plan_far_beyond_the_budget_is_still_shown() -> None:
    assert chart(400, 24, plan_gib=300).top_bytes() > 300 * GIB


def test_that_ticks_are_round_and_few() -> None:
    assert chart(20, 24).memory_ticks(GIB) == (0, 10, 20)
    assert chart(20, 80).memory_ticks(GIB) == (0, 5, 10, 15, 20)
    assert chart(110, 80, plan_gib=91).top_bytes() == 100 * GIB
    assert chart(110, 80, plan_gib=91).memory_ticks(GIB) == (0, 25, 50, 75), "a label on the edge is cut"
    assert chart(20, 24).length_ticks() == (256, 512, 1024, 2048, 4096, 8192)
    assert len(replace(chart(20, 24), curve=Curve((16, 2**20), (1, 2), (1, 2), (1, 2))).length_ticks()) <= 6


def test_that_the_curve_is_read_between_its_lengths() -> None:
    curve = Curve((100, 200), (10.0, 20.0), (5.0, 10.0), (15.0, 30.0))
    assert curve.at(150) == (15.0, 7.5, 22.5)
    assert curve.at(100) == (10.0, 5.0, 15.0)
    assert curve.at(999) == (20.0, 10.0, 30.0)


@pytest.mark.parametrize(
    ("within", "expected"),
    [([True, True, False], (2, 3)), ([False, False, False], None), ([True, True, True], (3, 3))],
)
def test_that_a_limit_lies_between_two_lengths(within: list[bool], expected: tuple[int, int] | None) -> None:
    assert limit_bracket([1, 2, 3], within) == expected


def resolved(catalog: Catalog, **fields: object) -> ResolvedPlan:
    return catalog.resolve(replace(Plan(model="Qwen-7B", grad_accum_steps=8), **fields))  # type: ignore[arg-type]


def test_that_points_are_per_gpu_keep_their_row_and_say_how_they_differ(catalog: Catalog) -> None:
    wanted = resolved(catalog, lora_rank=32, gpus_per_node=4)
    total = Measurement(80.0, MemoryUnit.GB, MemoryScope.TOTAL)
    row = BenchmarkRow(Plan(model="Qwen-7B", gpus_per_node=4), total)
    unmeasured = replace(row, measurement=Measurement(status=Status.NOT_MEASURED))
    same = catalog.resolve(row.plan)
    points = comparable_points(wanted, [(3, row, same), (4, unmeasured, same)])
    assert [p.row for p in points] == [3]
    assert points[0].bytes == pytest.approx(20e9)
    assert points[0].differs == ("lora_rank",)


def test_that_an_out_of_memory_row_stands_at_the_memory_of_its_card(catalog: Catalog) -> None:
    row = BenchmarkRow(Plan(model="Qwen-7B"), Measurement(status=Status.OOM), Provenance(Origin.TRIAL))
    (only,) = comparable_points(resolved(catalog), [(0, row, catalog.resolve(row.plan))])
    assert only.oom
    assert only.bytes == catalog.gpu("A100 80GB SXM4").memory_bytes
    assert only.origin is Origin.TRIAL


def test_that_a_series_is_the_same_for_every_length_and_another_for_another_method(catalog: Catalog) -> None:
    assert series_of(resolved(catalog)) == series_of(resolved(catalog, seq_len=77, gpu="RTX 4090"))
    assert series_of(resolved(catalog)) != series_of(resolved(catalog, method=Plan().method.FULL))
    assert series_of(resolved(catalog)) != series_of(resolved(catalog, gpus_per_node=2))


def test_that_the_sharding_of_one_gpu_makes_no_series_of_its_own(catalog: Catalog) -> None:
    """The profile's Q-LoRA rows name ZeRO-2 on one GPU: they are measurements of a plan that names none."""
    alone = resolved(catalog, sharding=Sharding.ZERO2)
    assert series_of(alone) == series_of(resolved(catalog))
    row = BenchmarkRow(alone.plan, Measurement(20.0, MemoryUnit.GB, MemoryScope.TOTAL))
    (only,) = comparable_points(resolved(catalog), [(0, row, alone)])
    assert only.differs == ("sharding",)
    two = [
        resolved(catalog, gpus_per_node=2, sharding=sharding) for sharding in (Sharding.DDP, Sharding.ZERO2)
    ]
    assert series_of(two[0]) != series_of(two[1])


def test_that_the_nearest_point_is_near_in_length_with_the_same_settings_first() -> None:
    near, same = point(2048, 1.0, differs=("optimizer",)), point(8192, 2.0)
    assert nearest_point([near, same], 2048) is same
    assert nearest_point([point(1024, 1.0), point(8192, 2.0)], 2000) == point(1024, 1.0)
    assert nearest_point([point(2048, 1.0, oom=True)], 2048) is None

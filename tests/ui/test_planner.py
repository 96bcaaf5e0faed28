"""The controller: every change is answered, problems stay at their field, steps can be undone."""

from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest
from PySide6.QtGui import QUndoStack
from pytestqt.qtbot import QtBot

from gpuplanner.core.benchmark import BenchmarkRow
from gpuplanner.core.estimate import Budget, Fits, WorkRequest
from gpuplanner.core.plan import Framework, Method, Plan, Quantization, Sharding
from gpuplanner.core.sample_lengths import Counted, SampleLengths
from gpuplanner.core.units import GIB
from gpuplanner.data.benchmark_table import with_text
from gpuplanner.data.catalog import Catalog
from gpuplanner.data.lengths import DataSet
from gpuplanner.data.relatives import alternatives
from gpuplanner.ui.plan.plan_steps import DEFAULT_PLAN, FreeMemory, settled
from gpuplanner.ui.plan.planner import Outcome, Planner


@pytest.fixture
def stack(qtbot: QtBot) -> QUndoStack:
    return QUndoStack()


@pytest.fixture
def planner(qtbot: QtBot, catalog: Catalog, stack: QUndoStack) -> Iterator[Planner]:
    result = Planner(catalog, stack)
    result.start()
    yield result
    stack.clear()  # a step holds the planner that it came from


def settle(qtbot: QtBot, planner: Planner) -> Outcome:
    with qtbot.waitSignal(planner.updated):
        pass
    return planner.outcome


def test_that_nothing_is_estimated_before_start(qtbot: QtBot, catalog: Catalog) -> None:
    planner = Planner(catalog)
    planner.set_field("seq_len", 4096)
    assert planner.outcome.answer is None
    planner.start()
    assert planner.outcome.answer is not None
    assert planner.outcome.answer.estimate.resolved.plan.seq_len == 4096


def test_that_many_changes_of_one_turn_make_one_estimate(qtbot: QtBot, planner: Planner) -> None:
    outcomes: list[Outcome] = []
    planner.updated.connect(outcomes.append)
    for length in (512, 1024, 4096):
        planner.set_field("seq_len", length)
    settle(qtbot, planner)
    assert len(outcomes) == 1
    assert outcomes[0].answered == planner.setup


def test_that_a_change_makes_an_answer_void_that_is_being_worked_out(
    qtbot: QtBot, planner: Planner, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("gpuplanner.ui.stepwise._SLICE_S", 0.0)  # each step takes a turn of its own
    outcomes: list[Outcome] = []
    planner.updated.connect(outcomes.append)
    planner.set_field("seq_len", 4096)
    planner._answer()
    assert planner._steps.is_busy
    assert outcomes == []
    planner.set_field("seq_len", 8192)
    planner._steps.finish()
    assert outcomes == [], "nothing of it is left"
    outcome = settle(qtbot, planner)
    assert outcomes == [outcome]
    assert outcome.answer is not None
    assert outcome.answer.estimate.resolved.plan.seq_len == 8192


def test_that_budget_and_work_count(qtbot: QtBot, planner: Planner) -> None:
    planner.set_budget(Budget(12 * GIB))
    planner.set_work(WorkRequest(100, 1, 2.0))
    answer = settle(qtbot, planner).answer
    assert answer is not None
    assert answer.estimate.fits is Fits.NO
    assert answer.estimate.work is not None
    assert answer.estimate.work.cost == pytest.approx(2 * answer.estimate.work.gpu_hours)


def test_that_a_text_that_cannot_be_read_keeps_the_last_estimate_and_says_for_what(
    qtbot: QtBot, planner: Planner
) -> None:
    planner.text_unreadable("seq_len", "4o96", "'4o96' is not a number")
    outcome = settle(qtbot, planner)
    assert [problem.where for problem in outcome.problems] == ["seq_len"]
    assert outcome.answer is not None
    assert outcome.stale_fields == ("seq_len",)
    planner.set_field("seq_len", 4096)
    outcome = settle(qtbot, planner)
    assert outcome.problems == ()
    assert outcome.stale_fields == ()


def test_that_a_contradiction_keeps_the_last_estimate(qtbot: QtBot, planner: Planner) -> None:
    planner.set_field("method", Method.QLORA)
    settle(qtbot, planner)
    planner.set_field("quantization", Quantization.NONE)
    outcome = settle(qtbot, planner)
    assert [problem.where for problem in outcome.problems] == ["quantization"]
    assert outcome.answer is not None
    assert outcome.answer.estimate.resolved.plan.quantization is Quantization.NF4_DQ
    assert outcome.stale_fields == ("quantization",)


@pytest.mark.parametrize("model", ["", "Qwen-9000", "/nowhere/config.json"])
def test_that_an_unknown_model_takes_the_estimate_away(qtbot: QtBot, planner: Planner, model: str) -> None:
    planner.set_field("model", model)
    outcome = settle(qtbot, planner)
    assert outcome.answer is None
    assert outcome.changes == ()
    assert outcome.problems[0].where == "model"
    assert outcome.problems[0].hint


def test_that_a_hostile_config_is_a_message_and_no_crash(
    qtbot: QtBot, planner: Planner, tmp_path: Path
) -> None:
    config = tmp_path / "config.json"
    config.write_text('{"model_type": "llama", "hidden_size": NaN, "num_hidden_layers": -1}')
    planner.set_field("model", str(config))
    outcome = settle(qtbot, planner)
    assert outcome.answer is None
    assert outcome.problems


def test_that_companions_give_way_when_a_row_said_them(catalog: Catalog) -> None:
    gpu, names = catalog.gpu("A100 80GB SXM4"), frozenset({"c_attn"})
    row = Plan(
        model="Qwen-7B", quantization=Quantization.NONE, sharding=Sharding.NONE, framework=Framework.HF
    )
    assert settled(replace(row, method=Method.QLORA), "method", gpu, names).quantization is None
    assert settled(replace(row, gpus_per_node=4), "gpus_per_node", gpu, names).sharding is None
    zero3 = settled(replace(row, gpus_per_node=4, sharding=Sharding.ZERO3), "sharding", gpu, names)
    assert zero3.sharding is Sharding.ZERO3
    assert zero3.framework is Framework.AUTO


def test_that_a_contradiction_in_the_changed_field_stays_to_be_seen(catalog: Catalog) -> None:
    plan = Plan(model="Qwen-7B", method=Method.QLORA, quantization=Quantization.NONE)
    assert settled(plan, "quantization", catalog.gpu("A100 80GB SXM4"), frozenset()) == plan


def test_that_a_row_is_loaded_with_its_points(
    qtbot: QtBot, planner: Planner, profile: tuple[BenchmarkRow, ...]
) -> None:
    planner.set_rows(profile)
    settle(qtbot, planner)
    planner.select_row(70)
    outcome = settle(qtbot, planner)
    assert planner.plan == profile[70].effective_plan()
    assert outcome.row == 70
    assert outcome.answer is not None
    assert len(outcome.answer.chart.points) == 6
    planner.set_field("seq_len", 1000)
    assert settle(qtbot, planner).row is None


def test_that_a_broken_cell_of_a_row_takes_the_estimate_away_until_it_is_mended(
    qtbot: QtBot, planner: Planner, profile: tuple[BenchmarkRow, ...]
) -> None:
    planner.set_rows([with_text(profile[0], "seq_len", "2o48"), profile[1]])
    planner.select_row(0)
    outcome = settle(qtbot, planner)
    assert outcome.answer is None
    assert outcome.texts == {"seq_len": "2o48"}
    planner.set_field("seq_len", 2048)
    assert settle(qtbot, planner).answer is not None


def test_that_every_row_gets_its_estimate_and_a_bad_one_its_reason(
    qtbot: QtBot, planner: Planner, profile: tuple[BenchmarkRow, ...]
) -> None:
    unknown = replace(profile[0], plan=replace(profile[0].plan, model="Qwen-9000"))
    found: dict[int, object] = {}
    planner.rows_estimated.connect(found.update)
    planner.set_rows([*profile, unknown])
    qtbot.waitUntil(lambda: len(found) == len(profile) + 1)
    assert "Qwen-9000" in found[len(profile)].problem  # type: ignore[attr-defined]
    assert found[0].device_bytes > GIB  # type: ignore[attr-defined]


def test_that_only_changed_rows_are_estimated_again(
    qtbot: QtBot, planner: Planner, profile: tuple[BenchmarkRow, ...]
) -> None:
    planner.set_rows(profile)
    settle(qtbot, planner)
    found: dict[int, object] = {}
    planner.rows_estimated.connect(found.update)
    planner.set_rows([with_text(profile[0], "seq_len", "300"), *profile[1:]])
    qtbot.waitUntil(lambda: bool(found))
    assert list(found) == [0]


def test_that_applying_a_change_is_one_step_that_can_be_undone(
    qtbot: QtBot, planner: Planner, stack: QUndoStack
) -> None:
    planner.set_budget(Budget(20 * GIB))
    outcome = settle(qtbot, planner)
    before, change = planner.plan, outcome.changes[0]
    planner.apply_change(0, "Apply")
    outcome = settle(qtbot, planner)
    assert dict(change.changed).items() <= vars(planner.plan).items()
    assert outcome.answer is not None
    assert outcome.answer.estimate.memory.peak_device_bytes == pytest.approx(change.device_bytes, abs=2)
    stack.undo()
    assert planner.plan == before


def test_that_typing_in_one_field_is_one_step(qtbot: QtBot, planner: Planner, stack: QUndoStack) -> None:
    for length in (4, 40, 409, 4096):
        planner.set_field("seq_len", length)
    planner.set_field("lora_rank", 16)
    assert stack.count() == 2
    stack.undo()
    stack.undo()
    assert planner.plan == DEFAULT_PLAN


def test_that_nothing_is_applied_from_an_estimate_of_other_fields(qtbot: QtBot, planner: Planner) -> None:
    planner.text_unreadable("seq_len", "?", "'?' is not a number")
    settle(qtbot, planner)
    before = planner.plan
    planner.apply_change(0)
    planner.apply_change(99)
    assert planner.plan == before


def with_others(planner: Planner, catalog: Catalog) -> None:
    planner.others_for = partial(alternatives, catalog)


def number_of(outcome: Outcome, field: str) -> int:
    """Which of the offered changes changes a field."""
    return next(i for i, change in enumerate(outcome.changes) if field in dict(change.changed))


JOURNEY_A = Plan(model="Qwen-14B", method=Method.QLORA, seq_len=4096, gpu="RTX 4090", grad_accum_steps=8)


def test_that_memory_held_by_others_is_offered_and_taken(
    qtbot: QtBot, planner: Planner, catalog: Catalog, stack: QUndoStack
) -> None:
    free, held = round(23.09 * GIB), round(0.9 * GIB)
    planner.free_source = lambda _resolved: FreeMemory(free, held_bytes=held, only_display=True)
    planner.set_plan(JOURNEY_A)
    planner.set_budget(Budget(free_now=True, reserve_bytes=10))
    outcome = settle(qtbot, planner)
    planner.apply_change(number_of(outcome, "budget"), "Display on another GPU")
    settle(qtbot, planner)
    assert planner.setup.budget == Budget(free + held, 10)
    assert planner.plan == JOURNEY_A
    stack.undo()
    assert planner.setup.budget.free_now


def test_that_what_a_driver_holds_is_not_offered(qtbot: QtBot, planner: Planner) -> None:
    planner.free_source = lambda _resolved: FreeMemory(23 * GIB, held_bytes=20 * 2**20)
    planner.set_plan(JOURNEY_A)
    planner.set_budget(Budget(free_now=True))
    assert not any("budget" in dict(change.changed) for change in settle(qtbot, planner).changes)


def test_that_another_card_is_judged_by_all_of_its_memory(
    qtbot: QtBot, planner: Planner, catalog: Catalog, stack: QUndoStack
) -> None:
    with_others(planner, catalog)
    planner.set_plan(replace(JOURNEY_A, model="Qwen-72B"))
    planner.set_budget(Budget(20 * GIB))
    outcome = settle(qtbot, planner)
    change = outcome.changes[number_of(outcome, "gpu")]
    planner.apply_change(number_of(outcome, "gpu"))
    outcome = settle(qtbot, planner)
    assert outcome.setup.budget == Budget()
    assert outcome.answer is not None
    assert outcome.answer.estimate.fits is change.fits
    stack.undo()
    assert planner.setup.budget == Budget(20 * GIB)
    assert planner.plan.gpu == "RTX 4090"


def test_that_a_smaller_model_of_the_family_can_be_taken(
    qtbot: QtBot, planner: Planner, catalog: Catalog
) -> None:
    with_others(planner, catalog)
    planner.set_plan(JOURNEY_A)
    planner.apply_change(number_of(settle(qtbot, planner), "model"))
    outcome = settle(qtbot, planner)
    assert outcome.setup.plan == replace(JOURNEY_A, model="Qwen-7B")
    assert outcome.answer is not None
    assert outcome.answer.estimate.fits is Fits.YES


def hours(outcome: Outcome) -> float:
    assert outcome.answer is not None
    assert outcome.answer.estimate.work is not None
    return outcome.answer.estimate.work.hours


def data_set(counts: dict[int, int]) -> DataSet:
    return DataSet("data.jsonl", SampleLengths.of(counts, Counted.RECORDED), (), 0)


def test_that_a_data_set_gives_its_samples_and_packing_their_sequences(
    qtbot: QtBot, planner: Planner, stack: QUndoStack
) -> None:
    planner.set_field("seq_len", 2048)
    before = planner.setup.work
    planner.set_data_set(data_set({512: 8000}), "data set")
    plain = settle(qtbot, planner)
    assert plain.setup.work.samples == 8000
    planner.set_packing(True, "packing on")
    packed = settle(qtbot, planner)
    assert packed.setup.request.samples == 2000
    assert hours(packed) == pytest.approx(hours(plain) / 4, rel=0.01)
    planner.set_work(replace(packed.setup.work, samples=4000))
    assert planner.setup.request.samples == 1000, "half as many samples like these"
    planner.set_field("method", Method.INFERENCE)
    assert planner.setup.request == planner.setup.work, "generation packs nothing"
    while stack.canUndo():
        stack.undo()
    assert (planner.setup.data_set, planner.setup.packing, planner.setup.work) == (None, False, before)


def test_that_without_its_data_set_nothing_is_packed(qtbot: QtBot, planner: Planner) -> None:
    planner.set_data_set(data_set({512: 80}))
    planner.set_packing(True)
    planner.set_data_set(None)
    assert (planner.setup.packing, planner.setup.work.samples) == (False, 80)


def test_that_a_length_beyond_the_longest_sample_is_offered_to_be_given_up(
    qtbot: QtBot, planner: Planner
) -> None:
    planner.set_plan(replace(JOURNEY_A, seq_len=8192))
    planner.set_data_set(data_set({512: 80, 3000: 1}))
    outcome = settle(qtbot, planner)
    change = outcome.changes[number_of(outcome, "seq_len")]
    assert (change.plan.seq_len, change.cost.value) == (3072, "nothing")


def test_that_no_verdict_is_better_than_the_row_with_these_settings(
    qtbot: QtBot, planner: Planner, profile: tuple[BenchmarkRow, ...]
) -> None:
    planner.set_rows(profile)
    index = next(
        i
        for i, row in enumerate(profile)
        if (row.plan.model, row.plan.method, row.plan.seq_len) == ("Qwen-14B", Method.QLORA, 4096)
    )
    planner.select_row(index)
    planner.set_field("gpu", "RTX 4090")
    planner.set_budget(Budget(round(23.1 * GIB)))
    qtbot.waitUntil(lambda: bool(planner.outcome.answer and planner.outcome.answer.estimate.peaks))
    answer = planner.outcome.answer
    assert answer is not None
    estimate = answer.estimate
    assert estimate.memory.peak_device_bytes < 0.9 * estimate.budget_bytes, "the estimate alone would fit"
    assert estimate.fits is Fits.TIGHT
    assert estimate.measured is not None
    assert (estimate.measured.row, round(estimate.measured.bytes / GIB, 1)) == (index, 21.4)
    assert answer.chart.fits_to is not None
    assert answer.chart.fits_to < 4096 <= (answer.chart.tight_to or 0)
    planner.set_rows(())
    settle(qtbot, planner)
    assert planner.outcome.answer is not None
    assert planner.outcome.answer.estimate.fits is Fits.YES, "without the row nothing speaks against it"

"""What was heard of a trial, and how far it is."""

from __future__ import annotations

from dataclasses import replace

from gpuplanner.core.llm import Llm
from gpuplanner.core.plan import Plan
from gpuplanner.core.trial import Device, TrialKind, TrialResult, TrialSpec, TrialStatus
from gpuplanner.core.trial_events import EndEvent, LogEvent, PhaseEvent, StepEvent
from gpuplanner.trial.progress import MOST_REMARKS, HeardTrial

TINY = Llm("tiny", "llama", 64, 2, 4, 2, 16, 128, 256, tie_word_embeddings=False)
SPEC = TrialSpec(Plan(model="tiny", seq_len=16), TINY, device=Device.CPU, steps=3, warm_up_steps=1)


def heard(*events: tuple[object, float], spec: TrialSpec = SPEC, step_s: float | None = None) -> HeardTrial:
    result = HeardTrial(spec, step_s)
    for event, at in events:
        result.take(event, at)  # type: ignore[arg-type]
    return result


def test_that_stages_have_their_seconds_and_those_to_come_are_named() -> None:
    trial = heard((PhaseEvent("import torch", 0), 0.5), (PhaseEvent("import transformers", 2), 2.5))
    stages = trial.stages(4.0)
    assert [stage.name for stage in stages] == [
        "import torch",
        "import transformers",
        "build",
        "warm-up",
        "train",
    ]
    assert [(stage.seconds, stage.over) for stage in stages[:3]] == [(2.0, True), (1.5, False), (None, False)]


def test_that_a_dry_run_has_no_steps_and_a_trial_without_warm_up_no_such_stage() -> None:
    dry = heard(spec=replace(SPEC, kind=TrialKind.DRY_RUN))
    assert [stage.name for stage in dry.stages(0)] == ["import torch", "import transformers", "build"]
    assert dry.n_steps == 0
    plain = heard(spec=replace(SPEC, warm_up_steps=0))
    assert [stage.name for stage in plain.stages(0)][-2:] == ["build", "train"]


def test_that_time_left_is_not_known_on_the_cpu_before_a_step_and_then_counts_down() -> None:
    trial = heard((PhaseEvent("import torch", 0), 0.0))
    assert trial.left_s(1.0) is None
    for name, at in (("import transformers", 2.0), ("build", 5.0), ("warm-up", 9.0)):
        trial.take(PhaseEvent(name, at), at)
    trial.take(StepEvent(1, 2.0, warm_up=True), 11.0)
    trial.take(PhaseEvent("train", 11.0), 11.0)
    assert trial.left_s(11.0) == 6.0
    assert trial.left_s(12.0) == 5.0
    trial.take(StepEvent(2, 1.0), 13.0)
    assert trial.left_s(13.0) == 2.0


def test_that_an_expected_step_time_gives_the_time_left_from_the_first_second() -> None:
    trial = heard((PhaseEvent("import torch", 0), 0.0), step_s=5.0)
    left = trial.left_s(0.0)
    assert left is not None
    assert 20 < left < 40
    limited = heard(spec=replace(SPEC, time_limit_s=10.0), step_s=5.0)
    assert limited.left_s(4.0) == 6.0


def test_that_the_bar_moves_from_the_first_second_and_never_back() -> None:
    trial = heard((PhaseEvent("import torch", 0), 0.0))
    early = trial.fraction(1.0)
    assert early > 0
    trial.take(PhaseEvent("warm-up", 3.0), 3.0)
    trial.take(StepEvent(1, 60.0, warm_up=True), 63.0)  # far slower than anybody thought
    assert trial.fraction(63.0) >= early
    for number in range(2, 5):
        trial.take(StepEvent(number, 1.0), 63.0 + number)
    assert trial.fraction(70.0) < 1
    trial.take(EndEvent(TrialStatus.OK, TrialResult("cpu")), 70.0)
    assert trial.fraction(99.0) == 1.0
    assert trial.left_s(99.0) == 0.0


def test_that_a_failed_trial_leaves_its_last_stage_open_at_the_moment_of_its_end() -> None:
    trial = heard((PhaseEvent("import torch", 0), 0.0), (PhaseEvent("build", 5), 5.0))
    trial.take(EndEvent(TrialStatus.FAILED, message="broken"), 7.5)
    stages = trial.stages(1000.0)
    assert (stages[1].name, stages[1].seconds, stages[1].over) == ("build", 2.5, False)


def test_that_steps_so_far_are_a_result() -> None:
    trial = heard((StepEvent(1, 1.0, allocated_bytes=7, phases={"loss": 7}), 1.0))
    result = trial.result()
    assert result is not None
    assert (result.device, result.peak_allocated_bytes, result.step_time_s) == ("cpu", 7, 1.0)
    assert heard().result() is None


def test_that_a_flood_of_remarks_is_not_all_kept() -> None:
    trial = heard(*((LogEvent(str(number)), 0.0) for number in range(MOST_REMARKS + 50)))
    trial.take(StepEvent(1, 1.0), 1.0)
    assert len(trial.events) == MOST_REMARKS + 1
    assert isinstance(trial.events[-1], StepEvent)

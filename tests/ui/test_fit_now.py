"""Would it fit now, free memory as a budget, watched rows and alert words, without any GPU."""

from __future__ import annotations

import pytest
from pytestqt.qtbot import QtBot

from gpuplanner.core.benchmark import MemoryKind, Origin
from gpuplanner.core.estimate import Budget, Estimate, Fits
from gpuplanner.core.plan import Plan
from gpuplanner.core.units import GIB
from gpuplanner.data.catalog import Catalog
from gpuplanner.estimator.estimate import estimate
from gpuplanner.monitor.alerts import AlertRules
from gpuplanner.monitor.metrics import INDEX, METRICS
from gpuplanner.monitor.readings import BY_PROCESS_UNKNOWN, NOT_SUPPORTED, Missing, MissingKind, Reading
from gpuplanner.monitor.samples import CardFacts, CardSample, DriverFacts, ProcessReading, Sample
from gpuplanner.monitor.watch import CardSummary, WatchSummary
from gpuplanner.ui.alerts.alerts_words import NO_ALERTS, rules_of, words_of
from gpuplanner.ui.plan.form_fields import budget_of, budget_text, read_budget
from gpuplanner.ui.plan.plan_steps import FreeMemory
from gpuplanner.ui.plan.planner import Planner
from gpuplanner.ui.strip.fit_now import card_use, cards_for, fit_now, free_for, held_for, program
from gpuplanner.ui.strip.strip_words import StripWords
from gpuplanner.ui.watch.watch_row import row_of_watch
from gpuplanner.ui.wording import Wording

A100 = "NVIDIA A100-SXM4-80GB"
LOST = Missing(MissingKind.ERROR, "the GPU is lost", 15)


def card(
    n: int,
    used_gib: float,
    *,
    followed_gib: float = 0.0,
    problem: Missing | None = None,
    processes: object = (),
) -> CardSample:
    named: dict[str, Reading] = {
        "memory_used_bytes": int(used_gib * GIB),
        "memory_reserved_bytes": GIB,
        "memory_free_bytes": int((79 - used_gib) * GIB),
        "followed_bytes": int(followed_gib * GIB),
    }
    readings: list[Reading] = [problem or NOT_SUPPORTED] * len(METRICS)
    for name, reading in named.items() if problem is None else ():
        readings[INDEX[name]] = reading
    facts = CardFacts(f"GPU-{n}", n, A100)
    return CardSample(facts, tuple(readings), processes, problem=problem)  # type: ignore[arg-type]


def sample(*cards: CardSample) -> Sample:
    return Sample(1, 100.0, 1_700_000_000.0, 0.001, cards, DriverFacts("570.86.15", cuda_version="12.8"))


@pytest.fixture
def predicted(catalog: Catalog) -> Estimate:
    return estimate(catalog.resolve(Plan(model="Qwen-7B", method="lora", gpu="A100 80GB SXM4")))  # type: ignore[arg-type]


def test_that_the_cards_memory_adds_up() -> None:
    use = card_use(card(0, 30, followed_gib=20))
    assert use is not None
    assert use.reserved + use.others + use.trial + use.free == use.total == 80 * GIB
    assert use.there == 11 * GIB
    assert card_use(card(0, 0, problem=LOST)) is None


def test_that_the_verdict_is_about_what_is_free_now(predicted: Estimate) -> None:
    peak = predicted.memory.peak_device_bytes / GIB
    assert fit_now(predicted, sample(card(0, 1)), "GPU-0").fits is Fits.YES
    assert fit_now(predicted, sample(card(0, 79 - 1.02 * peak)), "GPU-0").fits is Fits.TIGHT
    now = fit_now(predicted, sample(card(0, 79 - peak + 4)), "GPU-0")
    assert now.fits is Fits.NO
    assert now.short == pytest.approx(4 * GIB, rel=0.01)


def test_that_the_followed_job_counts_as_free(predicted: Estimate) -> None:
    crowded = fit_now(predicted, sample(card(0, 78, followed_gib=70)), "GPU-0")
    assert crowded.free == 71 * GIB
    assert crowded.fits is Fits.YES
    assert crowded.followed == 70 * GIB


@pytest.mark.parametrize(
    ("used_gib", "n_cards", "taken"),
    [
        ((1, 1, 1, 1), 1, ["GPU-1"]),
        ((1, 1, 1, 1), 4, ["GPU-0", "GPU-1", "GPU-2", "GPU-3"]),
        ((1, 1, 1, 1), 2, ["GPU-0", "GPU-1"]),
        ((1, 60, 30, 1), 2, ["GPU-0", "GPU-3"]),
        ((1, 1), 4, ["GPU-1"]),
    ],
    ids=["one", "all", "the chosen one first", "those with room", "too few"],
)
def test_that_a_plan_lies_on_as_many_cards_as_it_takes(
    used_gib: tuple[int, ...], n_cards: int, taken: list[str]
) -> None:
    cards = [card(n, used) for n, used in enumerate(used_gib)]
    assert list(cards_for(sample(*cards), "GPU-1", n_cards)) == taken


def test_that_the_words_name_the_cards_of_a_plan_of_several(catalog: Catalog, qtbot: QtBot) -> None:
    plan = Plan(model="Qwen-7B", gpu="A100 80GB SXM4", gpus_per_node=2)
    now = fit_now(estimate(catalog.resolve(plan)), sample(card(0, 1), card(1, 30)), "GPU-0")
    text = StripWords(Wording()).fit(now, indices=(0, 1))
    assert text.lines[0].startswith("Would fit now on 2 GPUs:")
    assert "GPU 0, 1; the fullest decides" in text.tip
    assert now.free == 49 * GIB
    assert "GPU 1, 2" in StripWords(Wording()).takes_others((1, 2)).lines[0]


def test_that_who_holds_the_rest_is_named_the_largest_first(predicted: Estimate, qtbot: QtBot) -> None:
    processes = (
        ProcessReading(7, 2 * GIB, "compute", "root", "Xorg"),
        ProcessReading(8, 60 * GIB, "compute", "meng", "/usr/bin/python3 -u /home/meng/train.py --lr 1"),
        ProcessReading(9, 9 * GIB, "compute", "me", "python mine.py", followed=True),
    )
    now = fit_now(predicted, sample(card(0, 71, processes=processes)), "GPU-0")
    assert [holder.pid for holder in now.holders] == [8, 7]
    text = StripWords(Wording()).fit(now)
    assert "python3 train.py (meng) holds 60.0 GiB" in text.lines[0]
    assert "Xorg (root) holds 2.0 GiB" in text.tip


def test_that_a_driver_that_names_no_memory_still_names_the_programs(predicted: Estimate) -> None:
    process = ProcessReading(7, BY_PROCESS_UNKNOWN, "compute", command="game.exe")
    now = fit_now(predicted, sample(card(0, 75, processes=(process,))), "GPU-0")
    assert StripWords(Wording()).held(now.holders) == "game.exe runs there"


def test_that_a_lost_card_has_no_verdict(predicted: Estimate) -> None:
    now = fit_now(predicted, sample(card(0, 0, problem=LOST)), "GPU-0")
    assert now.fits is None
    assert now.reason == "the GPU is lost"
    assert fit_now(predicted, sample(card(0, 1)), "GPU-9").fits is None


def test_that_a_plan_for_several_gpus_takes_the_freest(catalog: Catalog) -> None:
    resolved = catalog.resolve(Plan(model="Qwen-7B", gpu="A100 80GB SXM4", gpus_per_node=2))
    cards = sample(card(0, 50), card(1, 10), card(2, 20))
    assert free_for(cards, "GPU-0", A100, 2) == 59 * GIB
    assert free_for(cards, "GPU-0", A100, 1) == 29 * GIB, "the chosen one"
    now = fit_now(estimate(resolved), sample(card(0, 50)), "GPU-0")
    assert now.fits is None
    assert now.reason.startswith("the plan needs 2 ×")


def test_that_a_state_without_cards_says_that_planning_goes_on(qtbot: QtBot) -> None:
    from gpuplanner.monitor.states import state_for

    words = StripWords(Wording())
    lines = {code: words.state_line(state_for(code)) for code in (12, 9, 18, 4, 17, 999, 28)}
    assert lines[12] == "No NVIDIA GPU on this computer. Planning works all the same."
    assert lines[18].startswith(
        "The NVIDIA driver was updated while running. Restart the computer to see the cards."
    )
    assert len(set(lines.values())) == len(lines)
    assert all(line.endswith("Planning works all the same.") for line in lines.values())
    assert "18" in words.state_details(state_for(18))


def test_that_an_old_sample_is_told_from_a_fresh_one(qtbot: QtBot) -> None:
    words = StripWords(Wording())
    now = sample(card(0, 10))
    assert words.tile(now.cards[0], now, 102.0).live == "live, 1 Hz"
    late = words.tile(now.cards[0], now, 112.0)
    assert (late.live, late.fresh) == ("12 s ago", False)


def test_that_the_peak_is_put_on_top_of_what_is_there(predicted: Estimate, qtbot: QtBot) -> None:
    use = card_use(card(0, 2, followed_gib=1))
    assert use is not None
    peak = StripWords(Wording()).peak(predicted, use)
    assert peak.bytes == 2 * GIB + predicted.memory.peak_device_bytes
    assert peak.low < peak.bytes < peak.high
    assert peak.label.endswith(" + 2.0 already there")


@pytest.mark.parametrize("text", ["free now", "Free Now", " free "])
def test_that_free_now_can_be_entered(text: str) -> None:
    assert read_budget(text) == "free now"
    assert budget_of(text, 5) == Budget(None, 5, free_now=True)


def test_that_a_free_budget_keeps_its_name_when_it_has_bytes() -> None:
    assert budget_text(Budget(20 * GIB, free_now=True)) == "free now"
    assert budget_text(Budget(20 * GIB)) == "20 GiB"
    with pytest.raises(ValueError, match="free now"):
        budget_of("plenty")


def test_that_the_planner_asks_for_free_memory_and_falls_back_to_the_capacity(
    qtbot: QtBot, catalog: Catalog
) -> None:
    planner = Planner(catalog)
    planner.start()
    planner.set_budget(budget_of("free now"))
    qtbot.waitUntil(lambda: bool(planner.outcome.problems))
    assert planner.outcome.problems[0].where == "budget"
    assert planner.outcome.answer is not None
    assert planner.outcome.answer.estimate.budget_bytes == 80 * GIB
    free = FreeMemory(30 * GIB)
    planner.free_source = lambda _resolved: free
    planner.look_at_free()
    qtbot.waitUntil(lambda: planner.outcome.answer.estimate.budget_bytes == 30 * GIB)  # type: ignore[union-attr]
    assert not planner.outcome.problems
    assert planner.setup.budget == Budget(30 * GIB, free_now=True)


def test_that_a_flutter_of_free_memory_is_not_answered(qtbot: QtBot, catalog: Catalog) -> None:
    planner = Planner(catalog)
    free = FreeMemory(30 * GIB)
    planner.free_source = lambda _resolved: free
    planner.set_budget(budget_of("free now"))
    planner.start()
    free = FreeMemory(30 * GIB - 4 * 2**20)
    planner.look_at_free()
    with qtbot.assertNotEmitted(planner.updated, wait=50):
        pass
    free = FreeMemory(29 * GIB)
    with qtbot.waitSignal(planner.updated):
        planner.look_at_free()
    free = FreeMemory(29 * GIB, age="12 s ago")
    with qtbot.waitSignal(planner.updated):
        planner.look_at_free()
    assert planner.outcome.free == free


def summary(*cards: CardSummary) -> WatchSummary:
    return WatchSummary(cards, 60.0, 601, 0)


def watched(n: int, gib: float, *, by_process: bool = True) -> CardSummary:
    return CardSummary(
        CardFacts(f"GPU-{n}", n, A100), int(gib * GIB), by_process, 70 * GIB, 251.5, 9e5, False
    )


def test_that_a_watched_job_becomes_a_row_measured_by_us() -> None:
    row = row_of_watch(
        Plan(model="Qwen-7B"), summary(watched(0, 22.5)), gpu="A100 80GB SXM4", date="2026-11-24"
    )
    assert row is not None
    assert row.peak_bytes_per_gpu == 22.5 * GIB
    assert row.measurement.peak_memory_kind is MemoryKind.DEVICE
    assert row.provenance.origin is Origin.TRIAL
    assert "largest of 601 samples" in row.provenance.note
    assert row.measurement.step_time_s is None, "nobody measured a step"


def test_that_a_job_on_two_cards_is_a_row_of_two_gpus() -> None:
    row = row_of_watch(Plan(model="Qwen-7B"), summary(watched(0, 20), watched(1, 21)), gpu="", date="")
    assert row is not None
    assert row.plan.n_gpus == 2
    assert row.peak_bytes_per_gpu == 21 * GIB


def test_that_a_job_that_was_on_no_card_is_no_row() -> None:
    assert row_of_watch(Plan(model="Qwen-7B"), summary(), gpu="", date="") is None


def test_that_a_rise_of_the_card_is_not_called_the_jobs_memory() -> None:
    row = row_of_watch(Plan(model="Qwen-7B"), summary(watched(0, 9, by_process=False)), gpu="", date="")
    assert row is not None
    assert row.measurement.peak_memory_kind is MemoryKind.UNKNOWN
    assert "rise" in row.provenance.note


@pytest.mark.parametrize(
    ("command", "name"),
    [
        ("/usr/bin/python3 -u /home/meng/train.py --lr 1e-4", "python3 train.py"),
        ("vllm serve Qwen-14B", "vllm"),
        ("torchrun --nproc_per_node=2 train.py", "torchrun train.py"),
        ("python", "python"),
        ("python -c 'import time'", "python -c"),
        ("/usr/bin/python3 -u -m torch.distributed.run train.py", "python3 -m torch.distributed.run"),
        (None, "PID 7"),
    ],
)
def test_that_a_program_has_a_short_name(command: str | None, name: str) -> None:
    assert program(command, 7) == name


def test_that_alert_rules_survive_the_settings() -> None:
    rules = AlertRules(0.9, 85.0, throttling=True, lost=False)
    assert rules_of(words_of(rules)) == rules
    assert rules_of(()) == NO_ALERTS
    assert rules_of(("memory nan", "memory", "temperature -3", "moon")) == NO_ALERTS


def test_that_what_others_hold_could_be_had_back(qtbot: QtBot) -> None:
    desktop = ProcessReading(7, 2 * GIB, "graphics", "root", "Xorg")
    training = ProcessReading(8, 3 * GIB, "compute", "meng", "train.py")
    mine = ProcessReading(9, 9 * GIB, "compute", "me", "mine.py", followed=True)
    drawn = sample(card(0, 11, followed_gib=9, processes=(desktop, mine)))
    assert held_for(drawn, "GPU-0", A100, 1) == (2 * GIB, True)
    assert held_for(sample(card(0, 5, processes=(desktop, training))), "GPU-0", A100, 1) == (5 * GIB, False)
    assert held_for(sample(card(0, 5)), "GPU-0", A100, 1) == (5 * GIB, False), "nobody says by whom"


def test_that_for_several_gpus_the_emptied_card_with_the_least_counts() -> None:
    cards = sample(card(0, 50), card(1, 10), card(2, 20), card(3, 0, problem=LOST))
    assert free_for(cards, "GPU-0", A100, 2) == 59 * GIB
    assert held_for(cards, "GPU-0", A100, 2) == (20 * GIB, False)
    assert held_for(cards, "GPU-0", A100, 4) == (0, False)
    assert held_for(cards, "GPU-0", "NVIDIA H100", 1) == (0, False)

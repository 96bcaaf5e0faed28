"""The verdict in words, as `design.md` §8 has them."""

from dataclasses import replace

import pytest
from pytestqt.qtbot import QtBot

from gpuplanner.core.benchmark import MemoryUnit
from gpuplanner.core.estimate import Budget, Estimate, Fits, MeasuredPeak
from gpuplanner.core.plan import Plan, Quantization, Sharding
from gpuplanner.core.units import GB, GIB
from gpuplanner.data.catalog import Catalog
from gpuplanner.estimator.estimate import estimate
from gpuplanner.ui.plan.verdict_words import VerdictText, VerdictWording
from gpuplanner.ui.wording import Wording


@pytest.fixture
def wording(qtbot: QtBot) -> Wording:
    return Wording()


@pytest.fixture(scope="module")
def qwen(catalog: Catalog) -> Estimate:
    return estimate(catalog.resolve(Plan(model="Qwen-7B")))


def having(
    qwen: Estimate, device: float, budget: float, fits: Fits, high: float = 0, gpus: int = 1
) -> Estimate:
    memory = replace(
        qwen.memory,
        peak_device_bytes=round(device * GIB),
        low_device_bytes=round(0.95 * device * GIB),
        high_device_bytes=round((high or 1.05 * device) * GIB),
        total_device_bytes=round(device * GIB) * gpus,
    )
    plan = replace(qwen.resolved.plan, gpus_per_node=gpus)
    return replace(
        qwen,
        memory=memory,
        budget_bytes=round(budget * GIB),
        fits=fits,
        resolved=replace(qwen.resolved, plan=plan),
    )


def verdict(wording: Wording, answer: Estimate, longest: int | None = 1664, **options: bool) -> VerdictText:
    settings = {"measured": True, "larger_batch_is_faster": False, **options}
    return VerdictWording(wording).verdict(answer, longest, Budget(), **settings)


def test_that_a_fitting_plan_says_what_stays_free(wording: Wording, qwen: Estimate) -> None:
    answer = having(qwen, 22.9, 80, Fits.YES)
    text = verdict(wording, answer, larger_batch_is_faster=True)
    assert (text.word, text.figure, text.unit) == ("Fits", "22.9", "GiB per GPU")
    assert text.reasons == ("57 GiB stay free: a larger batch would be faster.", "57 GiB stay free.")
    assert verdict(wording, answer).reasons == ("57 GiB stay free.",)


def test_that_a_wide_range_says_that_nothing_was_measured(wording: Wording, qwen: Estimate) -> None:
    answer = having(qwen, 22.9, 80, Fits.YES, high=30)
    text = verdict(wording, answer, measured=False)
    assert text.reasons[0] == "57 GiB stay free. The range is wide: nothing measured yet."


def test_that_tight_has_its_reason(wording: Wording, qwen: Estimate) -> None:
    full = verdict(wording, having(qwen, 21.9, 24, Fits.TIGHT))
    assert full.reasons[0] == "Above 90 % of the card; 2.1 GiB would stay free."
    wide = verdict(wording, having(qwen, 20, 24, Fits.TIGHT, high=25))
    assert wide.reasons[0] == "The range reaches past the card; 4.0 GiB would stay free."


def test_that_no_says_how_much_is_missing_and_what_works(wording: Wording, qwen: Estimate) -> None:
    answer = having(qwen, 82.4, 80, Fits.NO)
    assert verdict(wording, answer).reasons[0] == "2.4 GiB over the card; 1,664 tokens at the most."
    assert verdict(wording, answer, longest=None).reasons[0] == "2.4 GiB over the card, at any length."


def test_that_total_and_per_gpu_are_never_confused(wording: Wording, qwen: Estimate) -> None:
    assert verdict(wording, having(qwen, 20, 80, Fits.YES)).total == ""
    text = verdict(wording, having(qwen, 20, 80, Fits.YES, gpus=4))
    assert text.total == "total, 4 GPUs: 80.0 GiB"
    assert text.figure == "20.0"
    assert "total, 4 GPUs: 80.0 GiB" in text.sentence


def test_that_the_unit_is_one_for_all(wording: Wording, qwen: Estimate) -> None:
    wording.set_unit(MemoryUnit.GB)
    text = verdict(wording, having(qwen, 20, 80, Fits.YES))
    assert text.figure == f"{20 * GIB / GB:.1f}"
    assert text.unit == "GB per GPU"


@pytest.mark.parametrize(
    ("probability", "words"),
    [
        (1.0, "fits with > 99 % probability"),
        (0.0, "fits with < 1 % probability"),
        (0.5, "fits with 50 % probability"),
    ],
)
def test_that_a_probability_is_never_a_certainty(wording: Wording, probability: float, words: str) -> None:
    assert VerdictWording(wording).probability(probability) == words


def test_that_values_have_names_for_people(wording: Wording) -> None:
    assert wording.option("quantization", Quantization.NONE) == "none"
    assert wording.option("sharding", Sharding.ZERO3) == "ZeRO-3"
    assert wording.option("fused_loss", True) == "on"
    assert wording.option("seq_len", 4096) == "4,096"
    plan = Plan(model="Qwen-7B", seq_len=2048)
    assert wording.shown_for(plan, ("seq_len", "optimizer")) == "Shown for 2,048 tokens, optimizer AdamW."


@pytest.mark.parametrize(
    ("peak", "fits", "reasons"),
    [
        (
            MeasuredPeak(71, 2048, 21.4 * GIB, "A100 80GB SXM4"),
            Fits.TIGHT,
            (
                "Row 72 measured 21.4 GiB with these settings: above 90 % of the card.",
                "Row 72 measured 21.4 GiB: above 90 % of the card.",
                "21.4 GiB measured in row 72.",
            ),
        ),
        (
            MeasuredPeak(71, 1024, 25.4 * GIB, "A100 80GB SXM4"),
            Fits.NO,
            (
                "Row 72 measured 25.4 GiB at 1,024 tokens already: 2.3 GiB over the card.",
                "Row 72 measured 25.4 GiB: 2.3 GiB over the card.",
                "25.4 GiB measured in row 72.",
            ),
        ),
        (
            MeasuredPeak(3, 2048, 24 * GIB, "RTX 4090", oom=True),
            Fits.NO,
            ("Row 4 ran out of memory with these settings, on RTX 4090.", "Out of memory in row 4."),
        ),
    ],
    ids=["tight", "over", "oom"],
)
def test_that_a_verdict_that_rests_on_a_row_names_it(
    wording: Wording, qwen: Estimate, peak: MeasuredPeak, fits: Fits, reasons: tuple[str, ...]
) -> None:
    answer = having(qwen, 20.6, 23.1, fits)
    plan = replace(answer.resolved.plan, seq_len=2048)
    answer = replace(answer, measured=peak, resolved=replace(answer.resolved, plan=plan))
    text = verdict(wording, answer)
    assert text.reasons == reasons
    assert text.probability.startswith("the estimate alone: fits with ")

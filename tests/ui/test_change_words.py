"""Changes in words."""

from dataclasses import replace

import pytest
from pytestqt.qtbot import QtBot

from gpuplanner.core.estimate import Change, ChangeCost, Fits
from gpuplanner.core.fields import Value
from gpuplanner.core.plan import Framework, Method, Offload, Optimizer, Plan, Quantization, Sharding
from gpuplanner.core.sample_lengths import Counted, SampleLengths
from gpuplanner.core.units import GIB
from gpuplanner.data.catalog import Catalog
from gpuplanner.ui.plan.change_words import ChangeWording, Known
from gpuplanner.ui.wording import Wording

BEFORE = Plan(model="Qwen-7B", seq_len=4096, grad_accum_steps=8)


@pytest.fixture
def words(qtbot: QtBot) -> ChangeWording:
    return ChangeWording(Wording())


def change(
    fields: dict[str, Value], cost: ChangeCost = ChangeCost.NOTHING, saves: float = 4.4, factor: float = 0.98
) -> Change:
    plan = replace(BEFORE, **fields)  # type: ignore[arg-type]
    return Change(plan, tuple(fields.items()), cost, round(saves * GIB), factor, 0, Fits.YES)


@pytest.mark.parametrize(
    ("fields", "title"),
    [
        ({"fused_loss": True}, "Fuse the loss"),
        ({"seq_len": 3072}, "Sequence length 4,096 → 3,072"),
        ({"optimizer": Optimizer.PAGED_ADAMW_8BIT}, "Optimizer AdamW 8-bit, paged"),
        ({"grad_checkpointing": False}, "Checkpointing off"),
        ({"offload": Offload.OPTIMIZER}, "Offload the optimizer"),
        ({"micro_batch_size": 8, "grad_accum_steps": 1}, "Micro batch 1 → 8"),
        ({"micro_batch_size": 2}, "Micro batch 1 → 2"),
        ({"method": Method.QLORA, "quantization": Quantization.NF4_DQ}, "QLoRA"),
        ({"gpus_per_node": 2, "sharding": Sharding.ZERO3}, "GPUs per node 1 → 2, ZeRO-3"),
        ({"sharding": Sharding.ZERO3, "framework": Framework.AUTO}, "ZeRO-3"),
        ({"lora_rank": 16}, "Rank 64 → 16"),
    ],
)
def test_that_a_change_says_what_to_do(words: ChangeWording, fields: dict[str, Value], title: str) -> None:
    assert words.title(BEFORE, change(fields)) == title


def test_that_saving_is_minus_and_taking_is_plus(words: ChangeWording) -> None:
    assert words.saving(change({"fused_loss": True})) == "−4.4 GiB"
    assert words.saving(change({"grad_checkpointing": False}, saves=-17.8)) == "+17.8 GiB"


def test_that_a_change_says_what_it_costs(words: ChangeWording) -> None:
    assert words.cost(BEFORE, change({"fused_loss": True})) == "time ×0.98 · same gradients"
    assert (
        words.cost(BEFORE, change({"offload": Offload.OPTIMIZER}, ChangeCost.TIME, factor=2.1))
        == "time ×2.10"
    )
    shorter = change({"seq_len": 3072}, ChangeCost.DATA, factor=1.001)
    assert words.cost(BEFORE, shorter) == "same time · cuts samples"
    batch = change({"micro_batch_size": 8, "grad_accum_steps": 1})
    assert words.cost(BEFORE, batch).endswith("same result")


def test_that_a_screen_reader_hears_what_comes_of_it(words: ChangeWording) -> None:
    sentence = words.sentence(BEFORE, change({"fused_loss": True}), 1)
    assert sentence == "Change 1: Fuse the loss, −4.4 GiB, time ×0.98 · same gradients; then: Fits"


def test_that_memory_of_others_is_named_by_what_holds_it(words: ChangeWording) -> None:
    back = Change(BEFORE, (("budget", "capacity"),), ChangeCost.OTHERS, 0, 1.0, 0, Fits.TIGHT)
    desktop = Known(held_bytes=round(0.9 * GIB), only_display=True)
    assert words.title(BEFORE, back, desktop) == "Display on another GPU"
    assert words.saving(back, desktop) == "+0.9 free"
    assert words.cost(BEFORE, back, desktop) == "same time · desktop holds 0.9"
    assert words.undo_text(BEFORE, back, desktop) == "Apply “Display on another GPU”"
    program = Known(held_bytes=5 * GIB)
    assert words.title(BEFORE, back, program) == "Close other programs on the GPU"
    assert words.cost(BEFORE, back, program) == "same time · others hold 5.0"


def test_that_another_card_says_how_much_it_has(catalog: Catalog) -> None:
    words = ChangeWording(Wording(), card_bytes=lambda name: catalog.gpu(name).memory_bytes)
    card = change({"gpu": "RTX 5090"}, ChangeCost.HARDWARE, saves=0.0, factor=0.7)
    assert words.title(BEFORE, card) == "Another GPU: RTX 5090"
    assert words.saving(card).startswith("card of 31.8")
    assert words.cost(BEFORE, card) == "time ×0.70 · needs that card"
    more = change({"gpus_per_node": 2}, ChangeCost.HARDWARE, factor=0.5)
    assert words.cost(BEFORE, more) == "time ×0.50 · needs 2 GPUs"
    smaller = change({"model": "Qwen-1.8B"}, ChangeCost.QUALITY, factor=0.3)
    assert words.title(BEFORE, smaller) == "Smaller model: Qwen-1.8B"
    assert words.cost(BEFORE, smaller) == "time ×0.30 · a weaker model"


def test_that_known_lengths_say_how_many_samples_are_cut(words: ChangeWording) -> None:
    lengths = SampleLengths.of({1000: 93, 3500: 7}, Counted.RECORDED)
    shorter = change({"seq_len": 3072}, ChangeCost.DATA, factor=0.76)
    assert words.cost(BEFORE, shorter, Known(lengths)) == "time ×0.76 · cuts 7 %"
    spare = change({"seq_len": 3584}, ChangeCost.NOTHING, factor=0.9)
    assert words.cost(BEFORE, spare, Known(lengths)) == "time ×0.90 · no sample is longer"
    longer = change({"seq_len": 8192}, ChangeCost.DATA, factor=2.2)
    assert words.cost(BEFORE, longer, Known(lengths)) == "time ×2.20 · no sample is longer"


def test_that_packed_samples_make_more_of_shorter_sequences(words: ChangeWording) -> None:
    known = Known(SampleLengths.of({1000: 93, 3500: 7}, Counted.RECORDED), packing=True)
    half = change({"seq_len": 2048}, ChangeCost.DATA, factor=0.45)
    assert words.cost(BEFORE, half, known) == "time ×0.90 · more splits"
    twice = change({"seq_len": 8192}, ChangeCost.DATA, factor=2.2)
    assert words.cost(BEFORE, twice, known) == "time ×1.10 · fewer splits"

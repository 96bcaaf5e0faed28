"""Changes in words."""

from dataclasses import replace

import pytest
from pytestqt.qtbot import QtBot

from gpuplanner.core.estimate import Change, ChangeCost, Fits
from gpuplanner.core.fields import Value
from gpuplanner.core.plan import Method, Offload, Optimizer, Plan, Quantization, Sharding
from gpuplanner.core.units import GIB
from gpuplanner.ui.change_words import ChangeWording
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

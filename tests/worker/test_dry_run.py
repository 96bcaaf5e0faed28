"""The dry run equals the real step on the CPU, phase by phase and part by part, to the byte."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
import torch
from peft import prepare_model_for_kbit_training

from gpuplanner.core.llm import Llm
from gpuplanner.core.plan import (
    AdapterPrecision,
    Attention,
    Autocast,
    Framework,
    Method,
    Offload,
    Optimizer,
    Plan,
    Precision,
    Quantization,
    Sharding,
    plan_from_texts,
    plan_to_texts,
)
from gpuplanner.core.trial import TopTensor, TrialKind, TrialResult, TrialSpec
from gpuplanner.core.trial_events import LogEvent, PhaseEvent, TrialEvent, event_from_line
from gpuplanner.worker import adapters, dry_run
from gpuplanner.worker.channel import Channel, Stopped
from gpuplanner.worker.coverage import gaps
from gpuplanner.worker.dry_run import run_dry
from gpuplanner.worker.train import run_trial

pytestmark = [
    # peft asks transformers by a name that transformers wants to drop.
    pytest.mark.filterwarnings("ignore:.*is_gradient_checkpointing:FutureWarning"),
    # peft keeps patterns of experts for models that have none of that name.
    pytest.mark.filterwarnings("ignore:.*did not match any targeted module:RuntimeWarning"),
    # lora-emb copies modules, and torch's copy asks a fake tensor for its address.
    pytest.mark.filterwarnings("ignore:Accessing the data pointer of FakeTensor:UserWarning"),
]

SpecOf = Callable[..., TrialSpec]

LLAMA = Llm("llama", "llama", 64, 2, 4, 2, 16, 160, 384, tie_word_embeddings=False)
SHAPES = {
    "llama": LLAMA,
    "qwen": replace(LLAMA, model_type="qwen", num_key_value_heads=4, fused_qkv="c_attn", qkv_bias=True),
    "qwen2": replace(LLAMA, model_type="qwen2", qkv_bias=True, tie_word_embeddings=True),
    "gemma": replace(
        LLAMA,
        model_type="gemma",
        num_key_value_heads=1,
        head_dim=32,
        vocab_size=1000,
        tie_word_embeddings=True,
    ),
    "gpt2": replace(
        LLAMA, model_type="gpt2", num_key_value_heads=4, learned_positions=64, tie_word_embeddings=True
    ),
    "mixtral": replace(
        LLAMA, model_type="mixtral", num_experts=4, num_experts_per_tok=2, moe_intermediate_size=96
    ),
}
FEW = {"lora_targets": "q_proj+v_proj"}
"""Few operations a layer: each takes a tenth of a millisecond on fake tensors."""
SETTINGS: dict[str, tuple[str, dict[str, Any]]] = {
    "lora, batch, length": ("llama", {"lora_rank": 16, "micro_batch_size": 3, "seq_len": 100}),
    "lora-emb, accumulation": ("llama", {"method": Method.LORA_EMB, "grad_accum_steps": 2}),
    "full, tied, no checkpointing": ("qwen2", {"method": Method.FULL, "grad_checkpointing": False}),
    "full, fp32, eager": (
        "llama",
        {"method": Method.FULL, "precision": Precision.FP32, "attention": Attention.EAGER},
    ),
    "sdpa, fused loss": ("llama", {"attention": Attention.SDPA, "fused_loss": True, "seq_len": 64}),
    "qlora nf4-dq, dropout": ("llama", {"method": Method.QLORA, "lora_dropout": 0.1}),
    "qlora nf4, bf16 throughout": (
        "qwen2",
        {
            "method": Method.QLORA,
            "quantization": Quantization.NF4,
            "autocast": Autocast.FALSE,
            "adapter_precision": AdapterPrecision.BF16,
        },
    ),
    "qlora, tied, accumulation": ("gemma", {"method": Method.QLORA, "grad_accum_steps": 3}),
    "mixed precision": ("llama", {"method": Method.FULL, "precision": Precision.BF16_MIXED}),
    "Qwen-1's loss, some targets": ("qwen", {"lora_targets": "c_attn+w1"}),
    "gemma": ("gemma", {}),
    "gpt2, full, fused AdamW": ("gpt2", {"method": Method.FULL, "optimizer": Optimizer.ADAMW_FUSED}),
    "mixtral": ("mixtral", {"grad_checkpointing": False}),
    "mixtral, full, adafactor": ("mixtral", {"method": Method.FULL, "optimizer": Optimizer.ADAFACTOR}),
    "fp16, SGD": ("llama", {"precision": Precision.FP16, "optimizer": Optimizer.SGD, **FEW}),
}


def dry(spec: TrialSpec) -> tuple[TrialResult, list[TrialEvent]]:
    events: list[TrialEvent] = []
    channel = Channel(lambda line: events.append(event_from_line(line)))
    return run_dry(replace(spec, kind=TrialKind.DRY_RUN), channel), events


def real(spec: TrialSpec) -> TrialResult:
    """Two steps: the optimizer's states are there from the second on."""
    return run_trial(replace(spec, steps=1, warm_up_steps=1), Channel(lambda _line: None))


def nameless(tensor: TopTensor) -> TopTensor:
    """Without the operation that made a weight: it has its shape from another one on fake tensors."""
    return replace(tensor, operation="") if not tensor.phase else tensor


@pytest.mark.parametrize("setting", SETTINGS)
def test_that_a_dry_run_equals_the_real_step(tiny_spec: SpecOf, setting: str) -> None:
    shape, fields = SETTINGS[setting]
    spec = tiny_spec(llm=SHAPES[shape], **{"precision": Precision.BF16, **fields})
    measured, (found, _) = real(spec), dry(spec)
    assert found.phases == measured.phases
    assert found.peak_allocated_bytes == measured.peak_allocated_bytes
    assert found.peak_phase == measured.peak_phase
    assert [nameless(tensor) for tensor in found.top_tensors] == [
        nameless(tensor) for tensor in measured.top_tensors
    ]
    assert (found.n_params, found.n_trainable_params) == (measured.n_params, measured.n_trainable_params)
    assert found.samples_per_step == measured.samples_per_step


def test_that_a_dry_run_has_no_time_and_says_what_it_is(tiny_spec: SpecOf) -> None:
    found, events = dry(tiny_spec())
    assert (found.device, found.covered, found.steps) == ("fake", True, 0)
    assert found.step_time_s is found.mfu is found.peak_reserved_bytes is found.final_loss is None
    assert found.n_layers_run == 2
    assert any("Fake tensors" in note for note in found.notes)
    assert [event.name for event in events if isinstance(event, PhaseEvent)] == ["build"]


def test_that_the_band_of_reserved_bytes_begins_at_what_is_allocated(tiny_spec: SpecOf) -> None:
    found, _ = dry(tiny_spec())
    low, high = found.reserved_low_bytes, found.reserved_high_bytes
    assert low is not None
    assert high is not None
    assert low == found.peak_allocated_bytes
    assert low <= high
    assert high % (2 * 2**20) == 0  # whole segments


@pytest.mark.parametrize("most", [7, 1000])
def test_that_the_top_tensors_are_the_largest_at_the_peak(tiny_spec: SpecOf, most: int) -> None:
    found, _ = dry(tiny_spec(top_tensors=most))
    sizes = [tensor.bytes for tensor in found.top_tensors]
    assert sizes == sorted(sizes, reverse=True)
    assert len(sizes) <= most
    if most == 1000:
        assert sum(sizes) == found.peak_allocated_bytes
    else:
        assert len(sizes) == most


def test_that_the_top_tensors_name_module_operation_and_phase(tiny_spec: SpecOf) -> None:
    llm = replace(LLAMA, vocab_size=4096)
    found, _ = dry(tiny_spec(llm=llm, precision=Precision.BF16, seq_len=64))
    assert found.peak_phase in ("loss", "backward")
    logits = [tensor for tensor in found.top_tensors if tensor.shape[-1:] == (4096,) and tensor.phase]
    assert logits
    assert logits[0].dtype == "float32"
    assert logits[0].operation.startswith("aten.")
    head = next(
        tensor for tensor in found.top_tensors if tensor.module.endswith("lm_head") and not tensor.phase
    )
    assert (head.shape, head.dtype) == ((4096, 64), "bfloat16")


def test_that_a_stop_is_heard(tiny_spec: SpecOf) -> None:
    channel = Channel(lambda _line: None)
    channel.ask_stop("enough")
    with pytest.raises(Stopped):
        run_dry(tiny_spec(kind=TrialKind.DRY_RUN), channel)


def test_that_everything_is_as_it_was_after_a_dry_run(tiny_spec: SpecOf) -> None:
    from torch.utils._python_dispatch import _get_current_dispatch_mode

    dry(tiny_spec(method=Method.QLORA))
    assert type(torch.nn.Linear(2, 2).weight.data) is torch.Tensor
    assert torch.get_default_dtype() is torch.float32
    assert _get_current_dispatch_mode() is None
    assert torch.nn.Linear(2, 2).to(torch.float64).weight.dtype is torch.float64


# --- deep models --------------------------------------------------------------------------------------------

DEEP: dict[str, tuple[str, int, dict[str, Any]]] = {
    "full, no checkpointing": ("gpt2", 20, {"method": Method.FULL, "grad_checkpointing": False}),
    "lora-emb, accumulation": (
        "llama",
        7,
        {"method": Method.LORA_EMB, "grad_accum_steps": 2, "grad_checkpointing": False, **FEW},
    ),
    "qlora, tied": ("qwen2", 7, {"method": Method.QLORA, **FEW}),
}


@pytest.mark.parametrize("setting", DEEP)
def test_that_few_layers_extend_to_the_whole_model(
    tiny_spec: SpecOf, setting: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    shape, depth, fields = DEEP[setting]
    llm = replace(SHAPES[shape], num_hidden_layers=depth)
    spec = tiny_spec(llm=llm, **{"precision": Precision.BF16, **fields})
    monkeypatch.setattr(dry_run, "RUN_WHOLE", depth - 1)
    extended, events = dry(spec)
    assert extended.n_layers_run == dry_run.DEPTHS[-1]
    assert not [event for event in events if isinstance(event, LogEvent)]
    assert any(f"extended to {depth}" in note for note in extended.notes)
    monkeypatch.setattr(dry_run, "RUN_WHOLE", depth)
    whole, _ = dry(spec)
    assert whole.n_layers_run == depth
    assert extended.phases == whole.phases
    assert extended.peak_phase == whole.peak_phase
    assert (extended.n_params, extended.n_trainable_params) == (whole.n_params, whole.n_trainable_params)


def test_that_a_model_of_unlike_layers_is_run_whole(
    tiny_spec: SpecOf, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dry_run, "RUN_WHOLE", 1)
    llm = replace(LLAMA, model_type="gemma2", sliding_window=16, sliding_window_every=2)
    spec = tiny_spec(llm=llm)
    found, _ = dry(spec)
    assert found.n_layers_run == 2
    assert found.phases == real(spec).phases


def test_that_layers_that_do_not_extend_are_run_whole_and_it_is_said(
    tiny_spec: SpecOf, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dry_run, "RUN_WHOLE", 6)
    monkeypatch.setattr(dry_run, "extend", lambda first, second, steps: {})
    llm = replace(SHAPES["gpt2"], num_hidden_layers=7)
    found, events = dry(tiny_spec(llm=llm, method=Method.FULL, grad_checkpointing=False))
    assert found.n_layers_run == 7
    assert [event.text for event in events if isinstance(event, LogEvent)] == [
        "The layers are not alike, so all of them are run"
    ]


# --- coverage -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("fields", "reason", "nearest"),
    [
        (
            {"gpus_per_node": 2},
            "sharding ddp: one process is run",
            {"nodes": "1", "gpus_per_node": "1", "sharding": "none"},
        ),
        (
            {"sharding": Sharding.FSDP},
            "sharding fsdp",
            {"nodes": "1", "gpus_per_node": "1", "sharding": "none", "framework": "auto"},
        ),
        (
            {"sharding": Sharding.ZERO2, "offload": Offload.OPTIMIZER},
            "offload is the sharding library's",
            {
                "nodes": "1",
                "gpus_per_node": "1",
                "sharding": "none",
                "framework": "auto",
                "offload": "none",
            },
        ),
        (
            {"method": Method.QLORA, "quantization": Quantization.GPTQ_INT4},
            "gptq-int4 needs kernels that have no fake form",
            {"quantization": "nf4-dq"},
        ),
        (
            {"method": Method.QLORA, "quantization": Quantization.INT8},
            "int8 needs kernels",
            {"quantization": "nf4-dq"},
        ),
        (
            {"optimizer": Optimizer.PAGED_ADAMW_8BIT},
            "paged-adamw-8bit keeps its states in bitsandbytes' kernels",
            {"optimizer": "adamw"},
        ),
        ({"framework": Framework.FSDP}, "the loop of fsdp", {"framework": "auto"}),
        ({"method": Method.INFERENCE}, "only training steps are run", {"method": "lora"}),
    ],
)
def test_that_what_is_not_covered_has_its_reason_and_the_nearest_plan(
    tiny_spec: SpecOf, fields: dict[str, Any], reason: str, nearest: dict[str, str]
) -> None:
    spec = tiny_spec(**fields)
    found, events = dry(spec)
    assert (found.covered, found.phases, found.peak_allocated_bytes) == (False, (), None)
    assert reason in "; ".join(found.notes)
    assert found.nearest == nearest
    assert events == []
    changed = plan_from_texts({**plan_to_texts(spec.plan), **nearest})
    assert gaps(changed) == ()


def test_that_a_plan_that_is_not_filled_in_is_no_gap() -> None:
    assert gaps(Plan(model="x")) == ()


@pytest.mark.parametrize("autocast", [Autocast.TRUE, Autocast.FALSE])
@pytest.mark.parametrize("shape", ["llama", "gemma"])
def test_that_pefts_own_preparation_is_a_mixed_plan(
    tiny_spec: SpecOf, monkeypatch: pytest.MonkeyPatch, shape: str, autocast: Autocast
) -> None:
    """Users' scripts call ``prepare_model_for_kbit_training``: mixed precision is the plan for them."""
    fields = {"llm": SHAPES[shape], "method": Method.QLORA, "autocast": autocast, "grad_checkpointing": False}
    mixed, _ = dry(tiny_spec(precision=Precision.BF16_MIXED, **fields))
    assert any("as after peft's prepare_model_for_kbit_training" in note for note in mixed.notes)
    adapt = adapters.adapt

    def prepare(model: torch.nn.Module, *rest: Any) -> torch.nn.Module:
        return adapt(prepare_model_for_kbit_training(model, use_gradient_checkpointing=False), *rest)

    monkeypatch.setattr(adapters, "adapt", prepare)
    prepared, _ = dry(tiny_spec(precision=Precision.BF16, **fields))
    assert prepared.phases == mixed.phases

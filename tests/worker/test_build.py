"""What is built: types of weights and adapters, what is trained, packed weights, users' checkpoints."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
import torch
import transformers
from transformers import AutoModelForCausalLM

from gpuplanner.core.llm import Llm
from gpuplanner.core.plan import AdapterPrecision, Attention, Method, Precision, Quantization
from gpuplanner.core.trial import TrialSpec
from gpuplanner.estimator.parameters import inventory, lora_parameters
from gpuplanner.worker.attention import attention_of
from gpuplanner.worker.build import Built, build
from gpuplanner.worker.refusal import Refused

# peft asks transformers by a name that transformers wants to drop.
pytestmark = pytest.mark.filterwarnings("ignore:.*is_gradient_checkpointing:FutureWarning")

CPU = torch.device("cpu")
SpecOf = Callable[..., TrialSpec]


def types_of(built: Built) -> tuple[set[torch.dtype], set[torch.dtype]]:
    """Of what is trained, and of the frozen parameters."""
    frozen = (p for p in built.model.parameters() if not p.requires_grad)
    return {p.dtype for p in built.trained}, {p.dtype for p in frozen}


@pytest.mark.parametrize(
    ("precision", "stored"),
    [
        (Precision.BF16, torch.bfloat16),
        (Precision.FP16, torch.float16),
        (Precision.FP32, torch.float32),
        (Precision.BF16_MIXED, torch.float32),
        (Precision.FP16_MIXED, torch.float32),
    ],
)
def test_that_weights_are_stored_as_planned(
    tiny_spec: SpecOf, precision: Precision, stored: torch.dtype
) -> None:
    full = build(tiny_spec(method=Method.FULL, precision=precision), CPU)
    assert types_of(full) == ({stored}, set())
    lora = build(tiny_spec(precision=precision), CPU)
    assert types_of(lora) == ({torch.float32}, {stored})


@pytest.mark.parametrize("precision", list(AdapterPrecision))
def test_that_adapters_have_their_own_type(tiny_spec: SpecOf, precision: AdapterPrecision) -> None:
    built = build(tiny_spec(precision=Precision.BF16, adapter_precision=precision), CPU)
    expected = {"fp32": torch.float32, "bf16": torch.bfloat16, "fp16": torch.float16}[precision.value]
    assert types_of(built) == ({expected}, {torch.bfloat16})
    assert torch.get_default_dtype() is torch.float32  # and everything is as it was


@pytest.mark.parametrize("targets", ["all-linear", "q_proj+v_proj", "down_proj"])
def test_that_adapters_are_where_the_estimator_counts_them(tiny_spec: SpecOf, targets: str) -> None:
    spec = tiny_spec(lora_targets=targets)
    built = build(spec, CPU)
    assert built.n_trained == lora_parameters(spec.llm, spec.plan.lora_rank, targets)
    assert built.n_parameters - built.n_trained == inventory(spec.llm).n_parameters


def test_that_dropout_stands_before_each_adapter(tiny_spec: SpecOf) -> None:
    model = build(tiny_spec(lora_dropout=0.25), CPU).model
    rates = [m.p for m in model.modules() if isinstance(m, torch.nn.Dropout)]
    assert rates == [0.25] * 14
    assert model.training


def test_that_embeddings_and_head_are_second_copies_in_the_bases_type(tiny_spec: SpecOf) -> None:
    spec = tiny_spec(method=Method.LORA_EMB, precision=Precision.BF16)
    built = build(spec, CPU)
    copies = [p for p in built.trained if p.shape == (256, 64)]
    assert [p.dtype for p in copies] == [torch.bfloat16] * 2
    assert built.n_trained == lora_parameters(spec.llm, 4) + 2 * 256 * 64
    assert sum(p.shape == (256, 64) for p in built.model.parameters()) == 4


def test_that_qwens_names_find_its_linears_in_the_other_class(tiny_spec: SpecOf) -> None:
    llm = Llm("q", "qwen", 64, 1, 4, 4, 16, 128, 256, False, fused_qkv="c_attn", qkv_bias=True)
    built = build(tiny_spec(llm=llm, lora_targets="c_attn+c_proj+w1+w2"), CPU)
    everywhere = build(tiny_spec(llm=llm), CPU)
    assert built.n_trained == everywhere.n_trained == lora_parameters(llm, 4)
    only = build(tiny_spec(llm=llm, lora_targets="c_attn"), CPU)
    assert {name.split(".")[-4] for name, p in only.model.named_parameters() if p.requires_grad} == {"c_attn"}


def test_that_checkpointing_is_as_transformers_does_it(tiny_spec: SpecOf) -> None:
    off = build(tiny_spec(grad_checkpointing=False), CPU)
    on = build(tiny_spec(), CPU)
    assert (off.base.is_activation_checkpointing, on.base.is_activation_checkpointing) == (False, True)
    assert any("not re-entrant" in note for note in on.notes)


def test_that_few_layers_can_be_built_of_many(tiny_spec: SpecOf) -> None:
    llm = Llm("g", "gemma2", 64, 6, 4, 2, 16, 128, 256, True, sliding_window=16, sliding_window_every=2)
    built = build(tiny_spec(llm=llm), CPU, n_layers=3)
    assert len(built.layers) == 3


# --- attention ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", list(Attention))
def test_that_the_kernel_is_said(tiny_spec: SpecOf, kind: Attention) -> None:
    built = build(tiny_spec(attention=kind), CPU)
    used = built.base.config._attn_implementation
    assert used == ("gpuplanner_fused" if kind is Attention.FLASH else kind.value)
    assert any("torch's fused kernel" in note for note in built.notes) == (kind is Attention.FLASH)


# --- packed weights -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("quantization", [Quantization.NF4, Quantization.NF4_DQ, Quantization.INT8])
def test_that_linears_are_packed_and_the_head_is_not(tiny_spec: SpecOf, quantization: Quantization) -> None:
    spec = tiny_spec(method=Method.QLORA, quantization=quantization, precision=Precision.BF16)
    built = build(spec, CPU)
    head = built.base.get_output_embeddings()
    kinds = Counter(type(m).__name__ for m in built.base.modules())
    packed = "Linear8bitLt" if quantization is Quantization.INT8 else "Linear4bit"
    assert kinds[packed] == 2 * 7 * 2  # peft's own class of that name wraps each
    assert head.weight.dtype is torch.bfloat16
    weight = built.layers[0].mlp.up_proj.base_layer.weight
    assert weight.dtype is (torch.int8 if quantization is Quantization.INT8 else torch.uint8)
    assert weight.numel() == 64 * 128 // (1 if quantization is Quantization.INT8 else 2)
    assert built.n_parameters - built.n_trained == inventory(spec.llm).n_parameters
    if quantization is Quantization.NF4_DQ:
        assert weight.quant_state.nested
    # The scales are counted with what is frozen.
    frozen_bytes = sum(t.untyped_storage().nbytes() for t in built.frozen)
    assert frozen_bytes > sum(p.untyped_storage().nbytes() for p in built.model.parameters()) / 4


def test_that_packing_leaves_linear_as_it_was(tiny_spec: SpecOf) -> None:
    build(tiny_spec(method=Method.QLORA), CPU)
    assert torch.nn.Linear(2, 2).weight.device == CPU


@pytest.mark.parametrize("quantization", [Quantization.GPTQ_INT4, Quantization.GPTQ_INT8])
def test_that_gptq_without_a_checkpoint_is_refused_in_words(
    tiny_spec: SpecOf, quantization: Quantization
) -> None:
    with pytest.raises(ValueError, match="GPTQ weights come from a quantized checkpoint") as refusal:
        build(tiny_spec(method=Method.QLORA, quantization=quantization), CPU)
    assert "nf4-dq" in str(refusal.value)


# --- checkpoints --------------------------------------------------------------------------------------------


@pytest.fixture
def saved(tiny_spec: SpecOf, tmp_path: Path) -> tuple[Path, dict[str, object]]:
    """A folder of safetensors, and the words of its config.json."""
    transformers.logging.disable_progress_bar()  # a bar leaves a thread behind
    torch.manual_seed(1)
    model = build(tiny_spec(method=Method.FULL, attention=Attention.SDPA), CPU).base
    model.save_pretrained(tmp_path)
    return tmp_path, json.loads((tmp_path / "config.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("quantization", [Quantization.NONE, Quantization.NF4_DQ])
def test_that_a_folder_of_safetensors_is_loaded(
    tiny_spec: SpecOf, saved: tuple[Path, dict[str, object]], quantization: Quantization
) -> None:
    folder, words = saved
    method = Method.LORA if quantization is Quantization.NONE else Method.QLORA
    spec = tiny_spec(
        method=method,
        quantization=quantization,
        checkpoint=str(folder),
        model_config=words,
        precision=Precision.BF16,
    )
    built = build(spec, CPU)
    original = AutoModelForCausalLM.from_pretrained(folder, dtype=torch.bfloat16)
    ours = built.base.get_input_embeddings().weight
    assert torch.equal(ours, original.get_input_embeddings().weight)
    assert built.n_parameters - built.n_trained == inventory(spec.llm).n_parameters
    assert any(f"Weights are those of {folder.name}" in note for note in built.notes)
    if quantization is Quantization.NF4_DQ:
        assert type(built.layers[0].mlp.up_proj.base_layer).__name__ == "Linear4bit"


def test_that_pickled_weights_are_not_read(
    tiny_spec: SpecOf, saved: tuple[Path, dict[str, object]], tmp_path: Path
) -> None:
    folder, words = saved
    pickled = tmp_path / "pickled"
    pickled.mkdir()
    (pickled / "config.json").write_text((folder / "config.json").read_text())
    torch.save({}, pickled / "pytorch_model.bin")
    with pytest.raises(OSError, match="safetensors"):
        build(tiny_spec(checkpoint=str(pickled), model_config=words), CPU)


def test_that_code_in_the_folder_is_not_run(
    tiny_spec: SpecOf, saved: tuple[Path, dict[str, object]], tmp_path: Path
) -> None:
    folder, words = saved
    trap = folder / "trap"
    (folder / "modeling_own.py").write_text(f"open({str(trap)!r}, 'w').close()\nclass Own: pass\n")
    words = {**words, "auto_map": {"AutoModelForCausalLM": "modeling_own.Own"}}
    (folder / "config.json").write_text(json.dumps(words))
    built = build(tiny_spec(checkpoint=str(folder), model_config=words), CPU)
    assert type(built.base).__name__ == "LlamaForCausalLM"
    assert not trap.exists()


def test_that_a_checkpoint_of_another_shape_is_an_error(
    tiny_spec: SpecOf, saved: tuple[Path, dict[str, object]]
) -> None:
    folder, words = saved
    spec = tiny_spec(checkpoint=str(folder), model_config={**words, "hidden_size": 32})
    with pytest.raises((RuntimeError, ValueError)):
        build(spec, CPU)


def test_that_a_checkpoint_goes_with_its_own_shape_without_a_config(
    tiny_spec: SpecOf, saved: tuple[Path, dict[str, object]]
) -> None:
    spec = replace(tiny_spec(), checkpoint=str(saved[0]))
    assert build(spec, CPU).layers


def test_that_a_checkpoint_of_other_names_is_refused_in_words(
    tiny_spec: SpecOf, saved: tuple[Path, dict[str, object]]
) -> None:
    """A family's own checkpoint has its own names; in the class that stands in they would all be random."""
    folder, words = saved
    llm = Llm("q", "qwen", 64, 2, 4, 4, 16, 128, 256, False, fused_qkv="c_attn", qkv_bias=True)
    spec = tiny_spec(llm=llm, checkpoint=str(folder), model_config={**words, "model_type": "qwen"})
    with pytest.raises((ValueError, RuntimeError), match=r"lacks|mismatch"):
        build(spec, CPU)


OWN_CODE = """
from transformers import LlamaForCausalLM

class Own(LlamaForCausalLM):
    pass
"""


def test_that_code_of_a_folder_is_run_where_the_user_says_so(
    tiny_spec: SpecOf,
    saved: tuple[Path, dict[str, object]],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    folder, words = saved
    for module in (transformers.utils.hub, transformers.dynamic_module_utils):
        monkeypatch.setattr(module, "HF_MODULES_CACHE", str(tmp_path / "modules"), raising=False)
    (folder / "modeling_own.py").write_text(OWN_CODE)
    words = {**words, "auto_map": {"AutoModelForCausalLM": "modeling_own.Own"}}
    (folder / "config.json").write_text(json.dumps(words))
    built = build(tiny_spec(checkpoint=str(folder), model_config=words, trust_remote_code=True), CPU)
    assert type(built.base).__name__ == "Own"
    assert any("as you allowed" in note for note in built.notes)


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        ({}, "does not say that its weights are GPTQ with 4 bits"),
        ({"quantization_config": {"quant_method": "gptq", "bits": 8}}, "GPTQ with 4 bits"),
        ({"quantization_config": {"quant_method": "gptq", "bits": 4}}, "gptqmodel optimum"),
    ],
)
def test_that_gptq_says_what_is_missing(tiny_spec: SpecOf, words: dict[str, object], reason: str) -> None:
    """Where checkpoint and libraries are there it is loaded; neither is in these tests."""
    spec = tiny_spec(
        method=Method.QLORA, quantization=Quantization.GPTQ_INT4, checkpoint="somewhere", model_config=words
    )
    with pytest.raises(ValueError, match=reason):
        build(spec, CPU)


def test_that_a_plan_longer_than_the_models_learned_positions_is_refused(tiny_spec: SpecOf) -> None:
    spec = tiny_spec(seq_len=32)
    short = replace(spec, llm=replace(spec.llm, learned_positions=16))
    with pytest.raises(ValueError, match="16 positions, and the plan has 32 tokens; take 16 at the most"):
        build(short, CPU)


def test_that_fp32_on_a_card_takes_no_kernel_of_16_bits(tiny_spec: SpecOf) -> None:
    notes: list[str] = []
    plan = tiny_spec(precision=Precision.FP32).plan
    assert attention_of(plan, "llama", torch.device("cuda"), notes) == "sdpa"
    assert "16 bits only" in notes[0]


def test_that_another_torch_than_the_plans_is_noted(tiny_spec: SpecOf) -> None:
    assert any(
        "The plan says torch 2.0;" in note for note in build(tiny_spec(torch_version="2.0"), CPU).notes
    )
    assert not any("The plan says torch" in note for note in build(tiny_spec(), CPU).notes)


def test_that_phi_moes_router_is_left_as_it_is(tiny_spec: SpecOf) -> None:
    """It gives the chosen experts too, so neither peft nor bitsandbytes can stand in for it."""
    llm = Llm(
        "p", "phimoe", 64, 2, 4, 2, 16, 128, 256, False, norm_parameters=2, num_experts=4,
        num_experts_per_tok=2, moe_intermediate_size=32,
    )  # fmt: skip
    for spec in (tiny_spec(llm=llm), tiny_spec(llm=llm, method=Method.QLORA)):
        built = build(spec, CPU)
        routers = [m for name, m in built.model.named_modules() if name.endswith(".router")]
        assert {type(router).__name__ for router in routers} == {"PhimoeTopKRouter"}
        assert any("No adapter on router" in note for note in built.notes)
        assert built.base(torch.zeros(1, 8, dtype=torch.long)).logits.shape == (1, 8, 256)


def test_that_a_vision_tower_takes_its_weights_and_nothing_else(tiny_spec: SpecOf) -> None:
    llm = Llm("g", "gemma3", 64, 2, 4, 2, 16, 128, 256, True, vision_parameters=5000)
    for method in (Method.FULL, Method.LORA):
        built = build(tiny_spec(llm=llm, method=method), CPU)
        (tower,) = [p for name, p in built.model.named_parameters() if name.endswith("vision_tower")]
        assert tower.numel() == 5000
        assert not tower.requires_grad


def test_that_experts_with_dropout_are_refused(tiny_spec: SpecOf) -> None:
    llm = Llm(
        "m", "mixtral", 64, 2, 4, 2, 16, 128, 256, False, num_experts=4, num_experts_per_tok=2,
        moe_intermediate_size=32,
    )  # fmt: skip
    with pytest.raises(Refused, match="lora_dropout 0"):
        build(tiny_spec(llm=llm, lora_dropout=0.1), CPU)


def test_that_an_attention_that_a_class_does_not_take_is_refused(tiny_spec: SpecOf) -> None:
    llm = Llm("g", "gemma2", 64, 2, 4, 2, 16, 128, 256, True)
    with pytest.raises(Refused, match="choose flash or eager"):
        build(tiny_spec(llm=llm, attention=Attention.SDPA), CPU)


@pytest.mark.parametrize("kind", ["qwen", "internlm2", "chatglm"])
def test_that_stand_ins_fuse_what_their_family_fuses(tiny_spec: SpecOf, kind: str) -> None:
    name = {"qwen": "c_attn", "internlm2": "wqkv", "chatglm": "query_key_value"}[kind]
    llm = Llm("q", kind, 64, 2, 4, 2, 16, 128, 256, False, fused_qkv=name)
    if kind == "chatglm":
        llm = replace(llm, fused_gate_up="dense_h_to_4h")
    spec = tiny_spec(llm=llm)
    built = build(spec, CPU)
    fused = [m for where, m in built.model.named_modules() if where.endswith(f".{name}.base_layer")]
    assert [linear.out_features for linear in fused] == [64 + 2 * 32] * 2
    assert built.n_trained == lora_parameters(llm, 4)
    built.base(torch.zeros(1, 8, dtype=torch.long)).logits.sum().backward()
    assert all(parameter.grad is not None for parameter in built.trained)


def test_that_falcon_takes_the_fused_kernel(tiny_spec: SpecOf) -> None:
    llm = Llm("f", "falcon", 64, 2, 4, 1, 16, 128, 256, True, norms_per_layer=1, fused_qkv="query_key_value")
    llm = replace(llm, gated_mlp=False, norm_parameters=2)
    fused, plain = (
        build(tiny_spec(llm=llm, method=Method.FULL, attention=kind), CPU)
        for kind in (Attention.FLASH, Attention.EAGER)
    )
    assert "FalconFlashAttention2" in {type(m).__name__ for m in fused.base.modules()}
    plain.base.load_state_dict(fused.base.state_dict())
    tokens = torch.arange(12).reshape(1, 12)
    assert torch.allclose(fused.base(tokens).logits, plain.base(tokens).logits, atol=1e-4)

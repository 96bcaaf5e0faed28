"""The model of a plan: shape, weights, quantization, adapters, checkpointing, on real or on fake tensors."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import torch
from transformers import AutoModelForCausalLM, PretrainedConfig
from transformers.initialization import no_init_weights
from transformers.pytorch_utils import Conv1D

from gpuplanner.core.plan import Attention, Method, Plan, Precision, Quantization
from gpuplanner.core.trial import TrialSpec
from gpuplanner.worker.attention import attention_of, flash_where_lists_are_fixed
from gpuplanner.worker.quantize import (
    QuantizeLinear,
    compute_dtype,
    gives_more,
    is_gptq,
    real_linear,
    refuse_unknown,
)
from gpuplanner.worker.refusal import Refused
from gpuplanner.worker.shapes import STANDS_IN, config_of
from gpuplanner.worker.stand_ins import fuse_as_family

_MIXED = (Precision.BF16_MIXED, Precision.FP16_MIXED, Precision.FP32)
_STD = 0.02


@dataclass(frozen=True)
class Built:
    """A model that is ready to train."""

    model: torch.nn.Module
    """With its adapters, where it has any."""
    base: torch.nn.Module
    """The class of transformers inside."""
    vocab_size: int
    notes: list[str] = field(default_factory=list)

    @property
    def trained(self) -> list[torch.nn.Parameter]:
        """What the optimizer is given."""
        return [p for p in self.model.parameters() if p.requires_grad]

    @property
    def frozen(self) -> list[torch.Tensor]:
        """What is not trained: parameters, buffers, and what packed weights carry along."""
        parameters = [p for p in self.model.parameters() if not p.requires_grad]
        states = [t for p in parameters for t in _state_tensors(getattr(p, "quant_state", None))]
        return [*parameters, *states, *self.model.buffers()]

    @property
    def layers(self) -> list[torch.nn.Module]:
        """The layers of the model, in their order."""
        lists = (m for m in self.base.modules() if isinstance(m, torch.nn.ModuleList))
        count = self.base.config.num_hidden_layers
        return list(next((found for found in lists if len(found) == count), []))

    @property
    def n_parameters(self) -> int:
        """All of the model's own, adapters included; packed weights count as what they stand for."""
        return sum(_n_values(p) for p in self.model.parameters())

    @property
    def n_trained(self) -> int:
        """Parameters that are trained."""
        return sum(p.numel() for p in self.trained)


def build(
    spec: TrialSpec,
    device: torch.device,
    *,
    fake: bool = False,
    quantize_linear: QuantizeLinear = real_linear,
    n_layers: int | None = None,
    lazily: bool = False,
) -> Built:
    """Build what the plan describes, or the same model with ``n_layers`` layers only.

    ``lazily``: in the host's memory, whose pages are not taken before something is written there; for weights
    that are cut into shards before they go to a card that could not hold them all.

    Raises:
        Refused: it cannot be built here, in words for the user.
    """
    plan, notes = spec.plan, list[str]()
    place = torch.device("cpu") if lazily else device
    if not torch.__version__.startswith(f"{plan.torch_version}."):
        notes.append(f"The plan says torch {plan.torch_version}; what is run is {torch.__version__}")
    refuse_unknown(spec)
    _refuse_longer(spec)
    config = config_of(spec, notes)
    if n_layers is not None:
        _cut(config, n_layers)
    attention = attention_of(plan, config.model_type, device, notes)
    stored = torch.float32 if plan.precision in _MIXED else compute_dtype(plan)
    if spec.checkpoint and not fake:
        base = _from_checkpoint(spec, config, attention, stored, place, notes)
    else:
        notes.append("Weights are random: neither memory nor time depends on their values")
        base = _from_random(spec, config, attention, stored, place, fake, quantize_linear, lazily)
    if plan.quantization not in (None, Quantization.NONE) and not is_gptq(plan):
        notes.append(
            "Packed by bitsandbytes; norms, embeddings and head are fp32, as after peft's "
            "prepare_model_for_kbit_training"
            if stored is torch.float32
            else "Packed by bitsandbytes; norms, embeddings and head have 16 bits (peft's "
            "prepare_model_for_kbit_training makes them fp32: the plan is then a mixed one)"
        )
    if spec.llm.vision_parameters and not (spec.checkpoint and not fake):
        _add_idle(base, spec.llm.vision_parameters, stored, place)
    model = base
    if plan.method is not Method.FULL:
        # Here: peft takes two seconds to import, and full training does not need it.
        from gpuplanner.worker.adapters import adapt

        for parameter in base.parameters():
            parameter.requires_grad_(False)
        model = adapt(base, spec, place, notes)
    if plan.grad_checkpointing:
        _checkpoint_layers(base, plan, notes)
    if device.type == "cpu":
        _keep_masks_as_cards_do(model)
    model.train()
    return Built(model, base, config.vocab_size, notes)


def _refuse_longer(spec: TrialSpec) -> None:
    positions = spec.llm.learned_positions
    if positions and spec.plan.seq_len > positions:
        raise Refused(
            f"the model has learned {positions:,} positions, and the plan has {spec.plan.seq_len:,} tokens; "
            f"take {positions:,} at the most"
        )


def _add_idle(base: torch.nn.Module, n_parameters: int, stored: torch.dtype, device: torch.device) -> None:
    """A vision tower takes its weights; a text does not reach it, so it has neither gradients nor states."""
    weights = torch.empty(n_parameters, dtype=stored, device=device)
    base.register_parameter("vision_tower", torch.nn.Parameter(weights, requires_grad=False))


def _cut(config: PretrainedConfig, n_layers: int) -> None:
    config.num_hidden_layers = n_layers
    if getattr(config, "layer_types", None):
        config.layer_types = config.layer_types[:n_layers]


def _from_random(
    spec: TrialSpec,
    config: PretrainedConfig,
    attention: str,
    stored: torch.dtype,
    device: torch.device,
    fake: bool,
    quantize_linear: QuantizeLinear,
    lazily: bool = False,
) -> torch.nn.Module:
    plan = spec.plan
    packed = plan.quantization not in (None, Quantization.NONE)
    with _no_init(fake or lazily), _linears_without_values(packed), torch.device(device):
        model = _from_config(config, stored, attention)
        if spec.llm.model_type in STANDS_IN and spec.llm.fused_qkv:
            fuse_as_family(model, spec.llm, stored)
    if plan.attention is Attention.FLASH and device.type == "cpu" and not lazily:
        flash_where_lists_are_fixed(model)
    if fake:
        _finish_fake(model)
    elif lazily:
        model.tie_weights()
    if packed:
        _fill_linears(model, plan, stored, device, quantize_linear)
    return model


def _from_config(config: PretrainedConfig, stored: torch.dtype, attention: str) -> torch.nn.Module:
    try:
        return AutoModelForCausalLM.from_config(config, dtype=stored, attn_implementation=attention)
    except ValueError as error:
        if "does not support an attention implementation" not in str(error):
            raise
        what = f"transformers' {config.model_type} does not take {attention} as attention"
        raise Refused(f"{what}; choose flash or eager") from error


def _finish_fake(model: torch.nn.Module) -> None:
    """What is part of setting values, but matters without them."""
    model.tie_weights()
    for buffer in model.buffers():
        buffer.constant = None  # a fake tensor of a number keeps the real one, and could not be copied then


def _from_checkpoint(
    spec: TrialSpec,
    config: PretrainedConfig,
    attention: str,
    stored: torch.dtype,
    device: torch.device,
    notes: list[str],
) -> torch.nn.Module:
    plan = spec.plan
    options: dict[str, Any] = {
        "dtype": stored,
        "attn_implementation": attention,
        "device_map": {"": device},
        "local_files_only": True,
        "use_safetensors": True,  # nothing that unpickles
        "trust_remote_code": spec.trust_remote_code,
        "config": config,
    }
    if plan.quantization in (Quantization.NF4, Quantization.NF4_DQ):
        from transformers import BitsAndBytesConfig

        options["quantization_config"] = BitsAndBytesConfig(
            load_in_4bit=True,
            bnb_4bit_quant_type="nf4",
            bnb_4bit_use_double_quant=plan.quantization is Quantization.NF4_DQ,
            bnb_4bit_compute_dtype=compute_dtype(plan),
        )
    elif plan.quantization is Quantization.INT8:
        from transformers import BitsAndBytesConfig

        options["quantization_config"] = BitsAndBytesConfig(load_in_8bit=True)
    name = Path(spec.checkpoint).name
    model, loaded = AutoModelForCausalLM.from_pretrained(spec.checkpoint, output_loading_info=True, **options)
    if missing := sorted(loaded["missing_keys"]):
        what = f"{name} lacks {len(missing)} weights of {type(model).__name__}, such as {missing[0]}"
        raise Refused(f"{what}; give its config.json as the model, and weights are random")
    notes.append(f"Weights are those of {name} (safetensors)")
    return model


def _checkpoint_layers(base: torch.nn.Module, plan: Plan, notes: list[str]) -> None:
    """Keep one activation per layer, as transformers 5 does by default: without re-entering autograd."""
    enable = getattr(base, "activation_checkpointing_enable", None) or base.gradient_checkpointing_enable
    enable({"use_reentrant": False})
    notes.append("Checkpointing: every layer, not re-entrant (transformers' default)")
    if plan.method is not Method.FULL:
        base.enable_input_require_grads()  # as transformers' Trainer does for adapters


class _MaskedDropout(torch.nn.Dropout):
    """Dropout that keeps a mask of 1 B per value, as on a card; on the CPU torch keeps a float."""

    def forward(self, hidden: torch.Tensor) -> torch.Tensor:
        """Drop and scale."""
        return torch.native_dropout(hidden, self.p, self.training)[0]


def _keep_masks_as_cards_do(model: torch.nn.Module) -> None:
    for module in model.modules():
        if type(module) is torch.nn.Dropout and module.p > 0:
            module.__class__ = _MaskedDropout


# --- quantized linears ------------------------------------------------------------------------------


@contextmanager
def _linears_without_values(wanted: bool) -> Iterator[None]:
    """Linears that are built inside have a shape only: the 16-bit model need not fit the card."""
    if not wanted:
        yield
        return
    make = torch.nn.Linear.__init__

    def make_empty(self: torch.nn.Linear, *args: Any, **options: Any) -> None:
        make(self, *args, **{**options, "device": "meta"})

    torch.nn.Linear.__init__ = make_empty
    try:
        yield
    finally:
        torch.nn.Linear.__init__ = make


def _fill_linears(
    model: torch.nn.Module,
    plan: Plan,
    stored: torch.dtype,
    device: torch.device,
    quantize_linear: QuantizeLinear,
) -> None:
    head = model.get_output_embeddings()
    for parent in list(model.modules()):
        for name, linear in list(parent.named_children()):
            if isinstance(linear, Conv1D):  # GPT-2's linears, which transformers packs as well
                shape_only = torch.nn.Linear(*linear.weight.shape, device="meta")
                setattr(parent, name, quantize_linear(shape_only, plan, device))
                continue
            if not isinstance(linear, torch.nn.Linear) or linear.weight.device.type != "meta":
                continue
            if linear is head or gives_more(linear):
                _fill_as_stored(linear, stored, device)
            else:
                setattr(parent, name, quantize_linear(linear, plan, device))
    model.is_loaded_in_4bit = plan.quantization in (Quantization.NF4, Quantization.NF4_DQ)
    model.is_loaded_in_8bit = plan.quantization is Quantization.INT8


def _fill_as_stored(head: torch.nn.Linear, stored: torch.dtype, device: torch.device) -> None:
    """The head stays as it is stored, as with transformers' ``BitsAndBytesConfig``."""
    weight = torch.empty(head.out_features, head.in_features, dtype=stored, device=device)
    head.weight = torch.nn.Parameter(weight.normal_(0.0, _STD))
    if head.bias is not None:
        head.bias = torch.nn.Parameter(torch.zeros(head.out_features, dtype=stored, device=device))


@contextmanager
def _no_init(fake: bool) -> Iterator[None]:
    """Fake weights have no values to set."""
    if not fake:
        yield
        return
    with no_init_weights():
        yield


def _state_tensors(state: Any) -> Iterator[torch.Tensor]:
    """The scales of weights that bitsandbytes packed in 4 bits, and the scales of those scales."""
    if state is None:
        return
    for name in ("absmax", "code", "offset"):
        tensor = getattr(state, name, None)
        if isinstance(tensor, torch.Tensor):
            yield tensor
    yield from _state_tensors(getattr(state, "state2", None))


def _n_values(parameter: torch.nn.Parameter) -> int:
    state = getattr(parameter, "quant_state", None)
    return parameter.numel() if state is None else int(torch.Size(state.shape).numel())

"""A plan: what a user wants to run.  Every field is declared here once; forms, columns and options follow."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum

from gpuplanner.core.errors import InputError, InputProblem
from gpuplanner.core.fields import FieldSpec, Value, declare, read_value, specs_of, write_value
from gpuplanner.core.gpu import Gpu
from gpuplanner.core.llm import Llm

ALL_LINEAR = "all-linear"


class Method(str, Enum):
    """What is trained."""

    FULL = "full"
    LORA = "lora"
    LORA_EMB = "lora-emb"
    QLORA = "qlora"
    INFERENCE = "inference"


class Quantization(str, Enum):
    """How the frozen linears are stored."""

    NONE = "none"
    NF4 = "nf4"
    NF4_DQ = "nf4-dq"
    GPTQ_INT4 = "gptq-int4"
    GPTQ_INT8 = "gptq-int8"
    INT8 = "int8"


class Precision(str, Enum):
    """The type in which weights are stored and computed."""

    BF16 = "bf16"
    FP16 = "fp16"
    FP32 = "fp32"
    BF16_MIXED = "bf16-mixed"
    FP16_MIXED = "fp16-mixed"


class AdapterPrecision(str, Enum):
    """The type of LoRA's own matrices."""

    FP32 = "fp32"
    BF16 = "bf16"
    FP16 = "fp16"


class Autocast(str, Enum):
    """Mixed-precision autocast around 16-bit weights."""

    AUTO = "auto"
    TRUE = "true"
    FALSE = "false"


class Optimizer(str, Enum):
    """The optimizer and its implementation."""

    ADAMW = "adamw"
    ADAMW_FUSED = "adamw-fused"
    ADAMW_8BIT = "adamw-8bit"
    PAGED_ADAMW_8BIT = "paged-adamw-8bit"
    ADAFACTOR = "adafactor"
    LION = "lion"
    SGD = "sgd"


class Sharding(str, Enum):
    """How several GPUs share the work."""

    NONE = "none"
    DDP = "ddp"
    ZERO1 = "zero1"
    ZERO2 = "zero2"
    ZERO3 = "zero3"
    FSDP = "fsdp"
    LAYERS = "layers"


class Framework(str, Enum):
    """Whose code runs the step."""

    AUTO = "auto"
    HF = "hf"
    HF_DEEPSPEED = "hf-deepspeed"
    FSDP = "fsdp"


class Offload(str, Enum):
    """What is kept in the host's memory."""

    NONE = "none"
    OPTIMIZER = "optimizer"
    PARAMETERS = "parameters"


class Interconnect(str, Enum):
    """What joins the GPUs of one node."""

    NVLINK = "nvlink"
    PCIE = "pcie"


class Attention(str, Enum):
    """The attention kernel."""

    FLASH = "flash"
    SDPA = "sdpa"
    EAGER = "eager"


class KvPrecision(str, Enum):
    """The type of the KV cache."""

    BF16 = "bf16"
    FP16 = "fp16"
    INT8 = "int8"


@dataclass(frozen=True)
class Plan:
    """What is wanted.  ``None`` means "not said": `gpuplanner.core.resolve` fills it in and says so."""

    model: str = declare(
        "", str, "Model", "Name of a catalogue model, or the path of a config.json or a model folder"
    )
    method: Method = declare(
        Method.LORA, Method, "Method", "What is trained: everything, or adapters on a frozen base"
    )
    quantization: Quantization | None = declare(
        None,
        Quantization,
        "Quantization",
        "How the frozen linear layers are stored",
        unset="nf4-dq for qlora, else none",
    )
    precision: Precision = declare(
        Precision.BF16,
        Precision,
        "Precision",
        "Type in which weights are stored and computed; -mixed stores fp32 and computes in 16 bits, under "
        "qlora only what is not quantized (as peft's prepare_model_for_kbit_training does)",
    )
    autocast: Autocast = declare(
        Autocast.AUTO,
        Autocast,
        "Autocast",
        "Autocast around 16-bit weights: fp32 loss, upcast logits; auto: on for hf training",
    )
    adapter_precision: AdapterPrecision = declare(
        AdapterPrecision.FP32, AdapterPrecision, "Adapter precision", "Type of the LoRA matrices"
    )
    lora_dropout: float = declare(
        0.0, float, "LoRA dropout", "Dropout before each adapter; above 0 its mask is kept", low=0, high=1
    )
    lora_rank: int = declare(64, int, "LoRA rank", "Rank of the adapters", low=1, high=65536)
    lora_targets: str = declare(
        ALL_LINEAR, str, "LoRA targets", "all-linear, or module names joined by + such as q_proj+v_proj"
    )
    optimizer: Optimizer = declare(
        Optimizer.ADAMW, Optimizer, "Optimizer", "Optimizer and its implementation"
    )
    sharding: Sharding | None = declare(
        None,
        Sharding,
        "Sharding",
        "How several GPUs share the work",
        unset="none on one GPU, ddp on several",
    )
    framework: Framework = declare(
        Framework.AUTO,
        Framework,
        "Framework",
        "Whose code runs the step: which copies, upcasts and buffers it makes; auto: by sharding",
    )
    torch_version: str = declare("2.13", str, "PyTorch", "Decides the optimizer's temporaries and the like")
    offload: Offload = declare(Offload.NONE, Offload, "Offload", "What is kept in the host's memory")
    gpu: str = declare("A100 80GB SXM4", str, "GPU", "Name of a catalogue card")
    nodes: int = declare(1, int, "Nodes", "Machines", low=1, high=10_000)
    gpus_per_node: int = declare(1, int, "GPUs per node", "Cards in each machine", low=1, high=1024)
    interconnect: Interconnect | None = declare(
        None,
        Interconnect,
        "Interconnect",
        "What joins the GPUs of one node",
        unset="nvlink if the card has it, else pcie",
    )
    internode_gbps: float | None = declare(
        None,
        float,
        "Network",
        "Effective rate between nodes",
        unit="Gbit/s",
        low=0.001,
        high=100_000,
        unset="47",
    )
    seq_len: int = declare(
        2048, int, "Sequence length", "Tokens of one sequence", unit="tokens", low=1, high=2**24
    )
    micro_batch_size: int = declare(
        1, int, "Micro batch", "Sequences per GPU and forward pass", low=1, high=65536
    )
    grad_accum_steps: int = declare(
        1, int, "Accumulation", "Micro batches per optimizer step", low=1, high=1_000_000
    )
    grad_checkpointing: bool = declare(
        True, bool, "Checkpointing", "Keep one activation per layer and recompute the rest"
    )
    attention: Attention = declare(Attention.FLASH, Attention, "Attention", "Attention kernel")
    fused_loss: bool = declare(
        False, bool, "Fused loss", "Chunked or fused linear cross-entropy: never holds all logits"
    )
    new_tokens: int = declare(
        0,
        int,
        "New tokens",
        "Inference: tokens generated beyond the length",
        unit="tokens",
        low=0,
        high=2**24,
    )
    kv_cache_precision: KvPrecision | None = declare(
        None, KvPrecision, "KV cache", "Inference: type of the KV cache", unset="as precision"
    )

    @property
    def n_gpus(self) -> int:
        """GPUs of all nodes."""
        return self.nodes * self.gpus_per_node

    @property
    def samples_per_step(self) -> int:
        """Sequences that one optimizer step sees, over all GPUs (each GPU its own, but for layer splits)."""
        data_parallel = 1 if self.sharding is Sharding.LAYERS else self.n_gpus
        return self.micro_batch_size * self.grad_accum_steps * data_parallel


PLAN_FIELDS: tuple[FieldSpec, ...] = specs_of(Plan)
PLAN_FIELD: Mapping[str, FieldSpec] = {spec.name: spec for spec in PLAN_FIELDS}


@dataclass(frozen=True)
class ResolvedPlan:
    """A plan with nothing left open: every field set, the model's shape and the card at hand.

    ``assumptions`` says in words what was filled in and matters for the answer; ``asked`` is the plan as
    the user gave it, from which changes start, so that what was left open stays open.
    """

    plan: Plan
    llm: Llm
    gpu: Gpu
    assumptions: tuple[str, ...] = ()
    asked: Plan | None = None

    @property
    def origin(self) -> Plan:
        """The plan to change: as it was asked for, or the filled-in one."""
        return self.plan if self.asked is None else self.asked


def plan_from_texts(texts: Mapping[str, str]) -> Plan:
    """Read a plan from field texts (options, cells of a row); other keys are ignored.

    Raises:
        InputError: with one problem per field that cannot be read.
    """
    values: dict[str, Value] = {}
    problems: list[InputProblem] = []
    for spec in PLAN_FIELDS:
        text = texts.get(spec.name, "")
        try:
            values[spec.name] = read_value(spec, text)
        except ValueError as error:
            problems.append(InputProblem(str(error), spec.name))
    if problems:
        raise InputError(problems)
    return Plan(**values)  # type: ignore[arg-type]


def plan_to_texts(plan: Plan) -> dict[str, str]:
    """Every field of the plan as text; ``None`` becomes an empty text."""
    return {spec.name: write_value(getattr(plan, spec.name)) for spec in PLAN_FIELDS}

"""DeepSpeed's JSON configuration: how the states are sharded and what is offloaded.

Keys: DeepSpeed's documentation, ``docs/_pages/config-json.md``, and ``deepspeed/runtime/zero/config.py``
(``DeepSpeedZeroConfig``); "auto" is filled in by transformers (``integrations/deepspeed.py``, v5.23).
"""

from __future__ import annotations

import json
from collections.abc import Mapping

from gpuplanner.core.errors import InputError
from gpuplanner.core.plan import Offload, Optimizer, Plan, Precision, Sharding
from gpuplanner.core.units import shorten
from gpuplanner.data.catalog import Catalog
from gpuplanner.data.recipes.common import Beside, NoteKind, Reading, Recipe, shown

TITLE = "DeepSpeed JSON"
STAGES = {1: Sharding.ZERO1, 2: Sharding.ZERO2, 3: Sharding.ZERO3}
_BUCKET = (NoteKind.NOT_COUNTED, "the estimate counts buckets of the usual size (2e8 elements)")
_TUNING = (NoteKind.NO_EFFECT, "tunes communication; the usual buffers are counted")
_STABILITY = (NoteKind.NO_EFFECT, "changes what is learned, not the memory of a step")
_SILENT = (NoteKind.NO_EFFECT, "changes neither memory nor time")
_BATCH = (NoteKind.NO_EFFECT, "follows from micro batch, accumulation and GPUs")
KNOWN: Mapping[str, tuple[NoteKind, str]] = {
    "train_batch_size": _BATCH,
    "gradient_clipping": _STABILITY,
    "scheduler": _STABILITY,
    "steps_per_print": _SILENT,
    "wall_clock_breakdown": _SILENT,
    "zero_allow_untested_optimizer": _SILENT,
    "zero_force_ds_cpu_optimizer": (NoteKind.NO_EFFECT, "which optimizer runs on the host"),
    "activation_checkpointing": (NoteKind.NOT_COUNTED, "DeepSpeed's own checkpointing is not counted"),
    "communication_data_type": (NoteKind.NOT_COUNTED, "gradients are counted in 16 bits"),
    "compression_training": (NoteKind.NOT_COUNTED, "is not counted"),
    "flops_profiler": _SILENT,
    "wandb": _SILENT,
    "tensorboard": _SILENT,
    "comms_logger": _SILENT,
}
_ZERO_KNOWN: Mapping[str, tuple[NoteKind, str]] = {
    "allgather_partitions": _TUNING,
    "allgather_bucket_size": _BUCKET,
    "reduce_bucket_size": _BUCKET,
    "overlap_comm": _TUNING,
    "reduce_scatter": _TUNING,
    "contiguous_gradients": _TUNING,
    "round_robin_gradients": _TUNING,
    "sub_group_size": _TUNING,
    "stage3_prefetch_bucket_size": _TUNING,
    "stage3_param_persistence_threshold": _TUNING,
    "stage3_max_live_parameters": (NoteKind.NOT_COUNTED, "the gathered units of two layers are counted"),
    "stage3_max_reuse_distance": _TUNING,
    "stage3_gather_16bit_weights_on_model_save": (NoteKind.NOT_COUNTED, "saving is not counted"),
    "zero_hpz_partition_size": (NoteKind.NOT_COUNTED, "ZeRO++ is not counted"),
    "zero_quantized_weights": (NoteKind.NOT_COUNTED, "ZeRO++ is not counted"),
    "zero_quantized_gradients": (NoteKind.NOT_COUNTED, "ZeRO++ is not counted"),
    "mics_shard_size": (NoteKind.NOT_COUNTED, "MiCS is not counted"),
}
_USUAL_BUCKETS = ("auto", 2e8, 5e8)


def read_deepspeed_text(text: str, where: str, catalog: Catalog, beside: Beside) -> Recipe:
    """Read the JSON text.

    Raises:
        InputError: it is no JSON object, or says something that cannot be used.
    """
    return read_deepspeed(read_json(text, where), where, catalog, beside)


def read_json(text: str, where: str) -> Mapping[str, object]:
    """The keys of a JSON file.

    Raises:
        InputError: it is no JSON object.
    """
    try:
        found = json.loads(text)
    except json.JSONDecodeError as error:
        raise InputError.of(f"is no JSON ({error.msg})", f"{where}, line {error.lineno}") from None
    except (RecursionError, ValueError) as error:
        raise InputError.of(f"is no JSON ({shorten(str(error))})", where) from None
    if not isinstance(found, dict):
        raise InputError.of("holds no keys", where, "choose a JSON object")
    return found


def read_deepspeed(keys: Mapping[str, object], where: str, catalog: Catalog, beside: Beside) -> Recipe:
    """Read the keys, which may also stand inside another recipe.

    Raises:
        InputError: something that is said cannot be used.
    """
    reading = Reading(TITLE, keys, where, catalog, beside)
    _read_zero(reading)
    for key, precision in (("bf16", Precision.BF16), ("bfloat16", Precision.BF16), ("fp16", Precision.FP16)):
        if reading.has(key) and reading.mapping(key).get("enabled") is True:
            reading.put("precision", precision)
    optimizer = reading.mapping("optimizer")
    if optimizer:
        _read_optimizer(reading, str(optimizer.get("type", "")))
    for field, key in (
        ("micro_batch_size", "train_micro_batch_size_per_gpu"),
        ("grad_accum_steps", "gradient_accumulation_steps"),
    ):
        if reading.peek(key) == "auto":
            reading.take(key)
            reading.note(NoteKind.NO_EFFECT, key, "auto: the Trainer's own counts", field)
        else:
            reading.put_number(field, key, None)
    reading.settle_rest(KNOWN)
    return reading.recipe(is_settings=True)


def _read_zero(reading: Reading) -> None:
    zero = reading.mapping("zero_optimization")
    inner = Reading(TITLE, zero, f"{reading.where}, zero_optimization", reading.catalog, reading.beside)
    stage = inner.number("stage", 0)
    if stage not in (0, 1, 2, 3):
        reading.problem("zero_optimization.stage", f"{shown(zero.get('stage'))} is no stage", "0 to 3 are")
        return
    reading.put("sharding", STAGES.get(int(stage)))
    if stage == 0:
        why = "plain data parallel under DeepSpeed: counted as ddp"
        reading.note(NoteKind.READ_AS, "zero_optimization.stage 0", why, "sharding")
    parameters = inner.mapping("offload_param").get("device", "none")
    optimizer = inner.mapping("offload_optimizer").get("device", "none")
    offload = Offload.NONE
    if parameters not in ("none", None):
        offload = Offload.PARAMETERS
    elif optimizer not in ("none", None) or inner.flag("cpu_offload"):
        offload = Offload.OPTIMIZER
    inner.take("cpu_offload")
    reading.put("offload", offload)
    if "nvme" in (parameters, optimizer):
        reading.note(NoteKind.READ_AS, "offload device nvme", "counted as the host's memory", "offload")
    if parameters not in ("none", None) and optimizer in ("none", None):
        why = "the estimate offloads the optimizer with the parameters"
        reading.note(NoteKind.READ_AS, "offload_param", why, "offload")
    for key in ("allgather_bucket_size", "reduce_bucket_size"):
        if zero.get(key) in _USUAL_BUCKETS:
            inner.take(key)
    inner.settle_rest(_ZERO_KNOWN)
    reading.add(inner.recipe().notes)


def _read_optimizer(reading: Reading, name: str) -> None:
    """The configuration's optimizer takes the place of the Trainer's."""
    if name.lower() in ("adam", "adamw", "fusedadam"):
        reading.put("optimizer", Optimizer.ADAMW)
    elif name.lower() == "lion":
        reading.put("optimizer", Optimizer.LION)
    else:
        reading.put("optimizer", Optimizer.ADAMW)
        reading.note(NoteKind.READ_AS, f"optimizer {shorten(name)}", "counted as AdamW", "optimizer")


def deepspeed_keys(plan: Plan) -> dict[str, object] | None:
    """The configuration of a plan; None where DeepSpeed does not train it."""
    stage = next((number for number, sharding in STAGES.items() if sharding is plan.sharding), 0)
    if not stage:
        return None
    zero: dict[str, object] = {"stage": stage, "overlap_comm": True, "contiguous_gradients": True}
    if stage == 3:
        zero["stage3_gather_16bit_weights_on_model_save"] = True
    else:
        zero |= {"allgather_bucket_size": 200_000_000, "reduce_bucket_size": 200_000_000}
    if plan.offload is not Offload.NONE:
        zero["offload_optimizer"] = {"device": "cpu", "pin_memory": True}
    if plan.offload is Offload.PARAMETERS:
        zero["offload_param"] = {"device": "cpu", "pin_memory": True}
    return {
        "train_batch_size": "auto",
        "train_micro_batch_size_per_gpu": "auto",
        "gradient_accumulation_steps": "auto",
        "gradient_clipping": "auto",
        "zero_allow_untested_optimizer": True,
        "bf16": {"enabled": "auto"},
        "fp16": {"enabled": "auto"},
        "zero_optimization": zero,
    }


def deepspeed_text(plan: Plan) -> str | None:
    """The same as a file."""
    keys = deepspeed_keys(plan)
    return None if keys is None else json.dumps(keys, indent=2) + "\n"

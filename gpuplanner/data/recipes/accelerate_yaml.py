"""accelerate's YAML configuration: how many processes there are, and how they share the work.

Keys: accelerate 1.15, ``commands/config/config_args.py`` (``ClusterConfig``) and ``utils/dataclasses.py``
(``DeepSpeedPlugin``, ``FullyShardedDataParallelPlugin``), and TRL 1.16's ``accelerate_configs``.
"""

from __future__ import annotations

from collections.abc import Mapping

from gpuplanner.core.plan import Framework, Offload, Plan, Precision, Sharding
from gpuplanner.data.catalog import Catalog
from gpuplanner.data.recipes.common import Beside, NoteKind, Reading, Recipe, shown
from gpuplanner.data.recipes.deepspeed_json import STAGES, read_deepspeed_text
from gpuplanner.data.recipes.names import half
from gpuplanner.data.recipes.yaml_text import read_yaml, write_yaml

TITLE = "accelerate YAML"
_MACHINE = (NoteKind.NO_EFFECT, "how the processes find each other")
_SILENT = (NoteKind.NO_EFFECT, "changes neither memory nor time")
_KNOWN: Mapping[str, tuple[NoteKind, str]] = {
    **dict.fromkeys(
        (
            "compute_environment",
            "machine_rank",
            "main_process_ip",
            "main_process_port",
            "main_training_function",
            "rdzv_backend",
            "same_network",
            "gpu_ids",
            "tpu_env",
            "tpu_use_cluster",
            "tpu_use_sudo",
            "enable_cpu_affinity",
        ),
        _MACHINE,
    ),
    "debug": _SILENT,
    "use_cpu": (NoteKind.NOT_COUNTED, "training on the CPU is not estimated"),
    "downcast_bf16": _SILENT,
    "mixed_precision": (NoteKind.NO_EFFECT, "the Trainer's own bf16 and fp16 decide"),
    "dynamo_config": (NoteKind.NOT_COUNTED, "torch.compile is not counted"),
    "dynamo_backend": (NoteKind.NOT_COUNTED, "torch.compile is not counted"),
    "parallelism_config": (NoteKind.NOT_COUNTED, "is not counted"),
    "megatron_lm_config": (NoteKind.NOT_COUNTED, "Megatron is not counted"),
    "fp8_config": (NoteKind.NOT_COUNTED, "FP8 is not counted"),
}
_DEEPSPEED_KNOWN: Mapping[str, tuple[NoteKind, str]] = {
    "deepspeed_multinode_launcher": _MACHINE,
    "deepspeed_hostfile": _MACHINE,
    "gradient_clipping": (NoteKind.NO_EFFECT, "changes what is learned, not the memory of a step"),
    "zero3_init_flag": (NoteKind.NO_EFFECT, "changes how the model is loaded"),
    "zero3_save_16bit_model": (NoteKind.NOT_COUNTED, "saving is not counted"),
}
_FSDP_SILENT = (
    "fsdp_auto_wrap_policy",
    "fsdp_backward_prefetch",
    "fsdp_cpu_ram_efficient_loading",
    "fsdp_forward_prefetch",
    "fsdp_limit_all_gathers",
    "fsdp_min_num_params",
    "fsdp_state_dict_type",
    "fsdp_sync_module_states",
    "fsdp_transformer_layer_cls_to_wrap",
    "fsdp_use_orig_params",
    "fsdp_version",
)


def read_accelerate_text(text: str, where: str, catalog: Catalog, beside: Beside) -> Recipe:
    """Read the YAML text.

    Raises:
        InputError: it is no YAML, or says something that cannot be used.
    """
    return read_accelerate(read_yaml(text, where), where, catalog, beside)


def read_accelerate(keys: Mapping[str, object], where: str, catalog: Catalog, beside: Beside) -> Recipe:
    """Read the keys.

    Raises:
        InputError: something that is said cannot be used.
    """
    reading = Reading(TITLE, keys, where, catalog, beside)
    _read_machines(reading)
    kind = reading.text("distributed_type", "NO").upper()
    deepspeed, fsdp = reading.mapping("deepspeed_config"), reading.mapping("fsdp_config")
    reading.put("offload", Offload.NONE)
    reading.put("framework", Framework.AUTO)
    if kind == "DEEPSPEED":
        _read_deepspeed(reading, deepspeed)
    elif kind == "FSDP":
        read_fsdp(reading, fsdp, f"{where}, fsdp_config")
    else:
        reading.put("sharding", None)
        if kind not in ("NO", "MULTI_GPU"):
            reading.note(NoteKind.READ_AS, f"distributed_type {kind}", "counted as MULTI_GPU", "sharding")
    reading.settle_rest(_KNOWN)
    return reading.recipe(is_settings=True)


def _read_machines(reading: Reading) -> None:
    processes, machines = reading.number("num_processes", 0) or 0, reading.number("num_machines", 1) or 1
    if processes < 1:
        reading.assumed("num_processes", "is not said: the plan's GPUs are kept", "gpus_per_node")
        return
    reading.put("nodes", machines, "num_machines")
    if machines >= 1 and processes % machines == 0:
        reading.put("gpus_per_node", processes / machines, "num_processes")
    else:
        what = f"{shown(processes)} processes do not divide by {shown(machines)} machines"
        reading.problem("num_processes", what, "give every machine as many")


def _read_deepspeed(reading: Reading, keys: Mapping[str, object]) -> None:
    inner = Reading(TITLE, keys, f"{reading.where}, deepspeed_config", reading.catalog, reading.beside)
    file = inner.text("deepspeed_config_file")
    text = reading.beside(file) if file else None
    if text is not None:
        found = read_deepspeed_text(text, file, reading.catalog, reading.beside)
        for field, value in found.values:
            reading.put(field, value)
        reading.add(found.notes)
    else:
        stage = inner.number("zero_stage", 2)
        reading.put("sharding", STAGES.get(int(stage or 0)))
        if file:
            inner.assumed("deepspeed_config_file", f"{file} is not at hand: zero_stage decides", "sharding")
        elif not inner.has("zero_stage"):
            inner.assumed("zero_stage", "2, accelerate's default", "sharding")
        if inner.text("offload_param_device", "none") != "none":
            reading.put("offload", Offload.PARAMETERS)
        elif inner.peek("offload_optimizer_device") not in ("none", None):
            reading.put("offload", Offload.OPTIMIZER)
        inner.take("offload_optimizer_device")
        inner.take("offload_param_device")
    inner.take("zero_stage")
    inner.put_number("grad_accum_steps", "gradient_accumulation_steps", None)
    if inner.value("grad_accum_steps") is not None:
        reading.put("grad_accum_steps", inner.value("grad_accum_steps"))
    inner.settle_rest(_DEEPSPEED_KNOWN)
    reading.add(inner.recipe().notes)


def read_fsdp(reading: Reading, keys: Mapping[str, object], where: str) -> None:
    """Take an FSDP configuration, whose keys may begin with ``fsdp_`` or not, into the plan."""
    keys = {key if key.startswith("fsdp_") else f"fsdp_{key}": value for key, value in keys.items()}
    inner = Reading(TITLE, keys, where, reading.catalog, reading.beside)
    reading.put("sharding", Sharding.FSDP)
    # transformers' Trainer runs FSDP with its own autocast, unlike a script of torch's own.
    reading.put("framework", Framework.HF)
    strategy = inner.text("fsdp_sharding_strategy", "FULL_SHARD").upper()
    reshards = str(inner.take("fsdp_reshard_after_forward")).upper()
    if strategy not in ("FULL_SHARD", "1") or reshards in ("FALSE", "SHARD_GRAD_OP", "NO_SHARD"):
        inner.note(NoteKind.NOT_COUNTED, "fsdp_sharding_strategy", "full sharding is counted", "sharding")
    offloads = [inner.flag(key) for key in ("fsdp_offload_params", "fsdp_cpu_offload")]
    reading.put("offload", Offload.PARAMETERS if any(offloads) else Offload.NONE)
    if inner.flag("fsdp_activation_checkpointing"):
        reading.put("grad_checkpointing", True)
    inner.settle_rest(dict.fromkeys(_FSDP_SILENT, (NoteKind.NO_EFFECT, "how units are wrapped and saved")))
    reading.add(inner.recipe().notes)


def accelerate_text(plan: Plan) -> str:
    """The configuration of a plan."""
    keys: dict[str, object] = {"compute_environment": "LOCAL_MACHINE", "debug": False}
    mixed = {Precision.BF16: "bf16", Precision.FP16: "fp16"}.get(half(plan.precision), "no")
    stage = next((number for number, sharding in STAGES.items() if sharding is plan.sharding), 0)
    if stage:
        deepspeed: dict[str, object] = {
            "zero_stage": stage,
            "offload_optimizer_device": "none" if plan.offload is Offload.NONE else "cpu",
            "offload_param_device": "cpu" if plan.offload is Offload.PARAMETERS else "none",
        }
        if stage == 3:
            deepspeed |= {"zero3_init_flag": True, "zero3_save_16bit_model": True}
        keys |= {"distributed_type": "DEEPSPEED", "deepspeed_config": deepspeed}
    elif plan.sharding is Sharding.FSDP:
        fsdp = {
            "fsdp_auto_wrap_policy": "TRANSFORMER_BASED_WRAP",
            "fsdp_offload_params": plan.offload is Offload.PARAMETERS,
            "fsdp_reshard_after_forward": True,
            "fsdp_state_dict_type": "FULL_STATE_DICT",
            "fsdp_version": 2,
        }
        keys |= {"distributed_type": "FSDP", "fsdp_config": fsdp}
    else:
        keys["distributed_type"] = "MULTI_GPU" if plan.n_gpus > 1 else "NO"
    keys |= {
        "machine_rank": 0,
        "main_training_function": "main",
        "mixed_precision": mixed,
        "num_machines": plan.nodes,
        "num_processes": plan.n_gpus,
        "rdzv_backend": "static",
        "same_network": True,
        "use_cpu": False,
    }
    return write_yaml(keys)

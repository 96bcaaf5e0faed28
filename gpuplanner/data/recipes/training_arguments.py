"""transformers' ``TrainingArguments``, which LLaMA-Factory, Qwen's script and TRL all take.

Keys and defaults: transformers 5.23, ``training_args.py`` (``TrainingArguments``, ``OptimizerNames``,
``_process_fsdp_args``); under FSDP the Trainer keeps autocast on, under DeepSpeed off: accelerate 1.15,
``accelerator.py`` (``native_amp``).
"""

from __future__ import annotations

from collections.abc import Mapping

from gpuplanner.core.plan import Framework, Offload, Optimizer, Plan, Sharding
from gpuplanner.data.recipes.accelerate_yaml import read_fsdp
from gpuplanner.data.recipes.common import NoteKind, Reading, shown
from gpuplanner.data.recipes.deepspeed_json import STAGES, read_deepspeed, read_deepspeed_text

OPTIMIZERS: Mapping[str, Optimizer] = {
    "adamw_torch": Optimizer.ADAMW,
    "adamw_torch_fused": Optimizer.ADAMW_FUSED,
    "adamw_8bit": Optimizer.ADAMW_8BIT,
    "adamw_bnb_8bit": Optimizer.ADAMW_8BIT,
    "paged_adamw_8bit": Optimizer.PAGED_ADAMW_8BIT,
    "adafactor": Optimizer.ADAFACTOR,
    "lion_32bit": Optimizer.LION,
    "sgd": Optimizer.SGD,
}
_NEAR: Mapping[str, Optimizer] = {
    "adamw_hf": Optimizer.ADAMW,
    "paged_adamw_32bit": Optimizer.ADAMW,
    "paged_adamw": Optimizer.ADAMW,
    "adamw_torch_8bit": Optimizer.ADAMW_8BIT,
    "ao_adamw_8bit": Optimizer.ADAMW_8BIT,
    "lion_pytorch": Optimizer.LION,
    "lion_8bit": Optimizer.LION,
    "paged_lion_32bit": Optimizer.LION,
    "paged_lion_8bit": Optimizer.LION,
}
DEFAULT_OPTIMIZER = "adamw_torch_fused"

_LEARNING = (NoteKind.NO_EFFECT, "changes what is learned, not the memory or time of a step")
_LOGS = (NoteKind.NO_EFFECT, "is about logs and checkpoints")
_INPUT = (NoteKind.NO_EFFECT, "is about how samples are loaded")
_PARALLEL = (NoteKind.NO_EFFECT, "tunes how GPUs talk to each other")
_EVALUATION = (NoteKind.NOT_COUNTED, "evaluation between steps is not counted")
KNOWN: Mapping[str, tuple[NoteKind, str]] = {
    **dict.fromkeys(
        (
            *("learning_rate", "weight_decay", "adam_beta1", "adam_beta2", "adam_epsilon", "max_grad_norm"),
            *(
                "lr_scheduler_type",
                "lr_scheduler_kwargs",
                "warmup_ratio",
                "warmup_steps",
                "seed",
                "data_seed",
            ),
            *("label_smoothing_factor", "neftune_noise_alpha", "optim_args", "full_determinism", "tf32"),
            *("average_tokens_across_devices", "lr_scheduler", "use_cache", "gradient_checkpointing_kwargs"),
        ),
        _LEARNING,
    ),
    **dict.fromkeys(
        (
            *("output_dir", "overwrite_output_dir", "logging_dir", "logging_steps", "logging_strategy"),
            *("logging_first_step", "log_level", "report_to", "run_name", "save_steps", "save_strategy"),
            *("save_total_limit", "save_only_model", "save_safetensors", "push_to_hub", "hub_model_id"),
            *("resume_from_checkpoint", "load_best_model_at_end", "metric_for_best_model", "disable_tqdm"),
            *("hub_strategy", "hub_token", "hub_private_repo", "greater_is_better", "plot_loss", "project"),
            *("include_num_input_tokens_seen", "skip_memory_metrics", "save_on_each_node", "do_train"),
        ),
        _LOGS,
    ),
    **dict.fromkeys(
        (
            *("dataloader_num_workers", "dataloader_pin_memory", "dataloader_drop_last", "group_by_length"),
            *("dataloader_prefetch_factor", "dataloader_persistent_workers", "remove_unused_columns"),
            *(
                "train_sampling_strategy",
                "length_column_name",
                "preprocessing_num_workers",
                "label_names",
                "accelerator_config",
            ),
        ),
        _INPUT,
    ),
    **dict.fromkeys(
        (
            *("ddp_find_unused_parameters", "ddp_bucket_cap_mb", "ddp_broadcast_buffers", "ddp_backend"),
            *("ddp_timeout", "ddp_static_graph", "local_rank", "fsdp_transformer_layer_cls_to_wrap"),
        ),
        _PARALLEL,
    ),
    **dict.fromkeys(
        (
            *("eval_strategy", "evaluation_strategy", "eval_steps", "per_device_eval_batch_size", "do_eval"),
            *("eval_accumulation_steps", "val_size", "eval_on_start", "do_predict", "predict_with_generate"),
        ),
        _EVALUATION,
    ),
    "max_steps": (NoteKind.NO_EFFECT, "hours are counted from samples and epochs"),
    "torch_compile": (NoteKind.NOT_COUNTED, "torch.compile is not counted"),
    "torch_empty_cache_steps": (NoteKind.NOT_COUNTED, "the cache is counted as it grows by itself"),
    "auto_find_batch_size": (NoteKind.NOT_COUNTED, "the micro batch that is written is counted"),
    "optim_target_modules": (NoteKind.NOT_COUNTED, "is for GaLore and APOLLO, which are not counted"),
}


def read_batch(reading: Reading, default_batch: int, default_of: str) -> None:
    """Micro batch, accumulation, epochs."""
    reading.put_number("micro_batch_size", "per_device_train_batch_size", default_batch, default_of)
    reading.put_number("grad_accum_steps", "gradient_accumulation_steps", 1, default_of)
    reading.epochs = reading.number("num_train_epochs")


def read_optimizer(reading: Reading, key: str, default: str = DEFAULT_OPTIMIZER) -> None:
    """The optimizer by transformers' name; one that is not known is counted as AdamW."""
    if not reading.has(key):
        reading.take(key)
        reading.put("optimizer", OPTIMIZERS[default])
        reading.assumed(key, f"{default}, the default", "optimizer")
        return
    name = reading.text(key).strip().lower().removeprefix("optimizernames.")
    if name in OPTIMIZERS:
        reading.put("optimizer", OPTIMIZERS[name])
        return
    near = _NEAR.get(name, Optimizer.ADAMW)
    reading.put("optimizer", near)
    reading.note(NoteKind.READ_AS, key, f"{shown(name)} is counted as {near.value}", "optimizer")


def optimizer_name(optimizer: Optimizer) -> str:
    """transformers' name."""
    return next(name for name, known in OPTIMIZERS.items() if known is optimizer)


def read_sharding(reading: Reading) -> None:
    """``deepspeed`` and ``fsdp``: a path, or the configuration itself."""
    reading.put("sharding", None)
    reading.put("offload", Offload.NONE)
    reading.put("framework", Framework.AUTO)
    if reading.peek("deepspeed") not in (None, "", False):
        _read_deepspeed(reading)
    elif reading.peek("fsdp") not in (None, "", False, []):
        _read_fsdp(reading)
    else:
        reading.assumed("deepspeed, fsdp", "neither is named: every GPU holds the whole model", "sharding")
    for key in ("deepspeed", "fsdp", "fsdp_config"):
        reading.take(key)


def _read_deepspeed(reading: Reading) -> None:
    found = reading.peek("deepspeed")
    if isinstance(found, Mapping):
        recipe = read_deepspeed(found, f"{reading.where}, deepspeed", reading.catalog, reading.beside)
    else:
        name = reading.text("deepspeed")
        text = reading.beside(name)
        if text is None:
            _guess_stage(reading, name)
            return
        recipe = read_deepspeed_text(text, name, reading.catalog, reading.beside)
    for field, value in recipe.values:
        reading.put(field, value)
    reading.add(recipe.notes)


def _guess_stage(reading: Reading, name: str) -> None:
    """From a usual file name: ``ds_z3_config.json``, ``zero2.json``, ``ds_config_zero3.json``."""
    low = name.lower()
    stage = next((n for n in STAGES if f"zero{n}" in low or f"_z{n}" in low or f"stage{n}" in low), 2)
    reading.put("sharding", STAGES[stage])
    reading.put("offload", Offload.OPTIMIZER if "offload" in low else Offload.NONE)
    why = f"{shown(name)} is not at hand: stage {stage} taken by its name; open it together with the recipe"
    reading.assumed("deepspeed", why, "sharding")


def _read_fsdp(reading: Reading) -> None:
    words = reading.peek("fsdp")
    listed = words if isinstance(words, list | tuple) else str(words).replace(",", " ").split()
    options = [str(word).lower() for word in listed]
    keys = reading.peek("fsdp_config")
    if keys is not None and not isinstance(keys, Mapping):
        reading.assumed("fsdp_config", f"{shown(keys)} is not read: full sharding taken", "sharding")
    config = {str(key): value for key, value in keys.items()} if isinstance(keys, Mapping) else {}
    if "shard_grad_op" in options or "no_shard" in options:
        config["sharding_strategy"] = "SHARD_GRAD_OP"
    read_fsdp(reading, config, f"{reading.where}, fsdp_config")
    if "offload" in options:
        reading.put("offload", Offload.PARAMETERS)


def sharding_keys(plan: Plan, deepspeed_file: str) -> dict[str, object]:
    """The keys that name DeepSpeed's file or turn FSDP on."""
    if plan.sharding in STAGES.values():
        return {"deepspeed": deepspeed_file}
    if plan.sharding is not Sharding.FSDP:
        return {}
    return {
        "fsdp": "full_shard auto_wrap" + (" offload" if plan.offload is Offload.PARAMETERS else ""),
    }


def read_attention(reading: Reading, key: str, words: Mapping[str, str], default: str, why: str) -> None:
    """The attention kernel by the project's word; where it is not said, ``default`` with the reason."""
    if not reading.has(key):
        reading.take(key)
        reading.put("attention", default)
        reading.assumed(key, why, "attention")
        return
    word = reading.text(key).strip().lower()
    if word in words:
        reading.put("attention", words[word])
        return
    near = "flash" if "flash" in word or word.startswith("fa") else "sdpa"
    reading.put("attention", near)
    reading.note(NoteKind.READ_AS, key, f"{shown(word)} is counted as {near}", "attention")

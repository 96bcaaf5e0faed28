"""axolotl's YAML.

Keys and defaults: axolotl 0.19.0, ``utils/schemas/config.py``, ``peft.py``, ``training.py``, ``model.py``,
``fsdp.py`` and ``enums.py`` (attention); type of the weights: ``utils/config/__init__.py`` (``torch_dtype``);
bitsandbytes' settings: ``loaders/model.py``; fused losses: ``integrations/liger/args.py`` and
``integrations/cut_cross_entropy``.
"""

from __future__ import annotations

from collections.abc import Mapping

from gpuplanner.core.llm import Llm
from gpuplanner.core.plan import (
    ALL_LINEAR,
    AdapterPrecision,
    Autocast,
    Method,
    Offload,
    Plan,
    Precision,
    Quantization,
    Sharding,
)
from gpuplanner.data.catalog import Catalog
from gpuplanner.data.recipes.common import Beside, NoteKind, Reading, Recipe, RecipeFile, shown
from gpuplanner.data.recipes.deepspeed_json import STAGES, deepspeed_text
from gpuplanner.data.recipes.names import (
    EMBEDDING_NAMES,
    embedding_names,
    half,
    has_sharded_states,
    read_model,
)
from gpuplanner.data.recipes.training_arguments import (
    KNOWN,
    optimizer_name,
    read_attention,
    read_optimizer,
    read_sharding,
)
from gpuplanner.data.recipes.yaml_text import read_yaml, write_yaml

TITLE = "axolotl YAML"
_ATTENTION = {"flash_attention_2": "flash", "sdpa": "sdpa", "eager": "eager"}
_OLD_ATTENTION = {
    "flash_attention": "flash_attention_2",
    "sdp_attention": "sdpa",
    "eager_attention": "eager",
    "xformers_attention": "xformers",
    "flex_attention": "flex_attention",
    "sage_attention": "sage",
}
_FUSED_LOSS = ("liger_fused_linear_cross_entropy", "cut_cross_entropy", "chunked_cross_entropy")
_DATA = (NoteKind.NO_EFFECT, "is about the data")
_LOGS = (NoteKind.NO_EFFECT, "is about logs and checkpoints")
_NOT_COUNTED = (NoteKind.NOT_COUNTED, "is not counted")
_KNOWN: Mapping[str, tuple[NoteKind, str]] = {
    **KNOWN,
    **dict.fromkeys(
        (
            *("test_datasets", "chat_template", "special_tokens", "tokens", "dataset_prepared_path"),
            *("shuffle_merged_datasets", "dataset_processes", "train_on_inputs", "default_system_message"),
            *("model_type", "tokenizer_type", "tokenizer_config", "base_model_config", "trust_remote_code"),
            *("strict", "lora_alpha", "lora_fan_in_fan_out", "peft_use_rslora", "loraplus_lr_ratio"),
            *(
                "is_llama_derived_model",
                "is_mistral_derived_model",
                "is_qwen_derived_model",
                "low_cpu_mem_usage",
            ),
            *("pad_to_sequence_len", "excess_length_strategy", "eot_tokens", "cosine_min_lr_ratio"),
            *("lora_mlp_kernel", "lora_qkv_kernel", "lora_o_kernel", "plugins", "eval_batch_size"),
            *("liger_rope", "liger_rms_norm", "liger_glu_activation", "liger_swiglu", "liger_layer_norm"),
            *("lora_model_dir", "revision_of_model", "is_falcon_derived_model", "eval_sequence_len"),
        ),
        _DATA,
    ),
    **dict.fromkeys(
        (
            *("wandb_project", "wandb_entity", "wandb_watch", "wandb_name", "wandb_log_model", "mlflow_uri"),
            *("saves_per_epoch", "evals_per_epoch", "early_stopping_patience", "use_tensorboard", "debug"),
            *(
                "save_first_step",
                "loss_watchdog_threshold",
                "loss_watchdog_patience",
                "flash_attn_cross_entropy",
            ),
        ),
        _LOGS,
    ),
    **dict.fromkeys(
        (
            *(
                "rl",
                "reward_model",
                "relora",
                "peft_use_dora",
                "lora_rank_pattern",
                "peft_layers_to_transform",
            ),
            *("unfrozen_parameters", "fp8", "qat", "activation_offloading", "layer_offloading", "tiled_mlp"),
            *("context_parallel_size", "sequence_parallel_degree", "tensor_parallel_size", "dp_shard_size"),
            *("dp_replicate_size", "selective_checkpointing", "eval_sample_packing", "val_set_size"),
            *("torch_compile", "deepcompile", "s2_attention", "batch_flattening", "lora_target_parameters"),
            *("eval_table_size", "embeddings_skip_upcast", "quantize_moe_experts", "fp32_norms"),
        ),
        _NOT_COUNTED,
    ),
    "batch_size": (NoteKind.NO_EFFECT, "micro batch and accumulation are read"),
}


def read_axolotl_text(text: str, where: str, catalog: Catalog, beside: Beside) -> Recipe:
    """Read the YAML text.

    Raises:
        InputError: it is no YAML, or says something that cannot be used.
    """
    return read_axolotl(read_yaml(text, where), where, catalog, beside)


def read_axolotl(keys: Mapping[str, object], where: str, catalog: Catalog, beside: Beside) -> Recipe:
    """Read the keys.

    Raises:
        InputError: a value that cannot be used, or a way of training that is not estimated.
    """
    reading = Reading(TITLE, keys, where, catalog, beside)
    by_name = read_model(reading, "base_model", reading.text("base_model"))
    _read_method(reading, by_name)
    reading.put_number("seq_len", "sequence_len", 512)
    reading.put_number("micro_batch_size", "micro_batch_size", 1)
    reading.put_number("grad_accum_steps", "gradient_accumulation_steps", 1)
    reading.epochs = reading.number("num_epochs")
    read_optimizer(reading, "optimizer")
    _read_checkpointing(reading)
    for old, word in _OLD_ATTENTION.items():
        if reading.flag(old) and not reading.has("attn_implementation"):
            reading.put("attention", _ATTENTION.get(word, "sdpa"))
            if word not in _ATTENTION:
                reading.note(NoteKind.READ_AS, old, f"{word} is counted as sdpa", "attention")
    if reading.value("attention") is None:
        why = "none is named: sdpa, transformers' default"
        read_attention(reading, "attn_implementation", _ATTENTION, "sdpa", why)
    else:
        reading.take("attn_implementation")
    fused = [reading.flag(key) for key in _FUSED_LOSS]  # each is taken
    reading.put("fused_loss", any(fused))
    if reading.has("fsdp_config") and not reading.has("fsdp"):
        reading.say("fsdp", "full_shard")  # newer files have the configuration alone
    read_sharding(reading)
    reading.take("fsdp_version")
    _read_precision(reading)
    _read_data(reading)
    reading.settle_rest(_KNOWN)
    return reading.recipe()


def _read_method(reading: Reading, by_name: Quantization | None) -> None:
    adapter = reading.text("adapter").lower()
    bits4, bits8, gptq = (reading.flag(key) for key in ("load_in_4bit", "load_in_8bit", "gptq"))
    bnb = reading.mapping("bnb_config_kwargs")
    quantization = by_name or Quantization.NONE
    if gptq:
        quantization = by_name or Quantization.GPTQ_INT4
    elif bits8:
        quantization = Quantization.INT8
    elif bits4:
        double = bnb.get("bnb_4bit_use_double_quant", True)
        quantization = Quantization.NF4 if double is False else Quantization.NF4_DQ
        if bnb.get("bnb_4bit_quant_type", "nf4") != "nf4":
            reading.note(NoteKind.READ_AS, "bnb_4bit_quant_type", "is counted as nf4", "quantization")
    reading.put("quantization", quantization)
    reading.put("lora_rank", reading.number("lora_r", 8), "lora_r")
    reading.put("lora_dropout", reading.number("lora_dropout", 0.0), "lora_dropout")
    targets = tuple(name for name in reading.names("lora_target_modules"))
    linear = reading.flag("lora_target_linear")
    everything = linear or targets in ((), (ALL_LINEAR,))
    reading.put("lora_targets", ALL_LINEAR if everything else "+".join(targets), "lora_target_modules")
    if adapter and not linear and not targets:
        reading.assumed("lora_target_modules", "neither named: all linear layers", "lora_targets")
    saved = set(reading.names("lora_modules_to_save"))
    if not adapter:
        reading.put("method", Method.FULL)
        if quantization is not Quantization.NONE:
            reading.problem(
                "load_in_4bit", "a quantized model without an adapter cannot train", "add adapter"
            )
        return
    if adapter not in ("lora", "qlora"):
        reading.problem("adapter", f"{shown(adapter)} is not estimated", "lora and qlora are")
        return
    trains_embeddings = bool(saved & EMBEDDING_NAMES)
    if quantization is not Quantization.NONE:
        reading.put("method", Method.QLORA)
    else:
        reading.put("method", Method.LORA_EMB if trains_embeddings else Method.LORA)
    if saved and (quantization is not Quantization.NONE or not trains_embeddings):
        reading.note(NoteKind.NOT_COUNTED, "lora_modules_to_save", "what it trains is not counted", "method")


def _read_checkpointing(reading: Reading) -> None:
    word = reading.peek("gradient_checkpointing")
    if isinstance(word, str) and word.lower().startswith("offload"):
        reading.take("gradient_checkpointing")
        reading.put("grad_checkpointing", True)
        why = "the checkpoints' offload to the host is not counted"
        reading.note(NoteKind.NOT_COUNTED, "gradient_checkpointing", why, "grad_checkpointing")
        return
    if not reading.has("gradient_checkpointing"):
        reading.assumed("gradient_checkpointing", "off, the default", "grad_checkpointing")
    reading.put("grad_checkpointing", reading.flag("gradient_checkpointing"))


def _read_precision(reading: Reading) -> None:
    word = str(reading.take("bf16")).strip().lower()
    fp16, pure_fp16 = reading.flag("fp16"), reading.flag("float16")
    pure_bf16, fp32 = reading.flag("bfloat16"), reading.flag("float32")
    bf16 = word in ("true", "auto", "full", "yes", "on", "1")
    if word == "none" and not (fp16 or pure_fp16 or pure_bf16 or fp32):
        bf16 = True
        reading.assumed("bf16", "auto, the default: on for cards that have it", "precision")
    if bf16 or pure_bf16:
        precision = Precision.BF16
    else:
        precision = Precision.FP16 if fp16 or pure_fp16 else Precision.FP32
    autocast = Autocast.AUTO if bf16 or fp16 or precision is Precision.FP32 else Autocast.FALSE
    if has_sharded_states(reading.value("sharding")):
        autocast = Autocast.AUTO
    reading.put("precision", precision)
    reading.put("autocast", autocast)
    keeps_type = not reading.flag("peft_autocast_adapter_dtype", True)
    same = {Precision.BF16: AdapterPrecision.BF16, Precision.FP16: AdapterPrecision.FP16}
    adapter = same.get(precision, AdapterPrecision.FP32) if keeps_type else AdapterPrecision.FP32
    reading.put("adapter_precision", adapter)


def _read_data(reading: Reading) -> None:
    reading.packing = reading.flag("sample_packing")
    for key in ("datasets", "pretraining_dataset"):
        found = reading.take(key)
        first = found[0] if isinstance(found, list) and found else found
        if isinstance(first, Mapping) and isinstance(first.get("path"), str):
            reading.samples_file = str(first["path"])
        if isinstance(found, list) and len(found) > 1:
            reading.note(NoteKind.NO_EFFECT, key, f"{len(found)} data sets; count their samples together")


DEEPSPEED_FILE = "ds_config.json"


def axolotl_files(plan: Plan, llm: Llm, name: str) -> tuple[RecipeFile, ...]:
    """The YAML of a filled-in plan; ``name`` is the model's repository."""
    keys: dict[str, object] = {"base_model": name}
    if llm.model_type in ("qwen", "chatglm"):
        keys["trust_remote_code"] = True
    keys |= _adapter_keys(plan, llm)
    keys |= {
        "datasets": [{"path": "your_data.jsonl", "type": "chat_template"}],
        "output_dir": "output",
        "sequence_len": plan.seq_len,
        "sample_packing": False,
        "pad_to_sequence_len": True,
        "micro_batch_size": plan.micro_batch_size,
        "gradient_accumulation_steps": plan.grad_accum_steps,
        "num_epochs": 1,
        "learning_rate": 0.0001,
        "optimizer": optimizer_name(plan.optimizer),
        "gradient_checkpointing": plan.grad_checkpointing,
        "attn_implementation": next(w for w, kernel in _ATTENTION.items() if kernel == plan.attention.value),
    }
    keys |= _precision_keys(plan)
    if plan.fused_loss:
        keys["plugins"] = ["axolotl.integrations.liger.LigerPlugin"]
        keys["liger_fused_linear_cross_entropy"] = True
    if plan.sharding in STAGES.values():
        keys["deepspeed"] = DEEPSPEED_FILE
    elif plan.sharding is Sharding.FSDP:
        keys["fsdp_version"] = 2
        keys["fsdp_config"] = {
            "offload_params": plan.offload is Offload.PARAMETERS,
            "auto_wrap_policy": "TRANSFORMER_BASED_WRAP",
            "state_dict_type": "FULL_STATE_DICT",
            "reshard_after_forward": True,
        }
    deepspeed = deepspeed_text(plan)
    files = [RecipeFile("axolotl.yaml", write_yaml(keys))]
    return (*files, *([] if deepspeed is None else [RecipeFile(DEEPSPEED_FILE, deepspeed)]))


def _adapter_keys(plan: Plan, llm: Llm) -> dict[str, object]:
    if plan.method is Method.FULL:
        return {}
    quantization = plan.quantization
    keys: dict[str, object] = {"adapter": "lora"}
    if quantization in (Quantization.NF4, Quantization.NF4_DQ):
        keys = {"adapter": "qlora", "load_in_4bit": True}
        if quantization is Quantization.NF4:
            keys["bnb_config_kwargs"] = {"bnb_4bit_use_double_quant": False}
    elif quantization is Quantization.INT8:
        keys["load_in_8bit"] = True
    elif quantization is not Quantization.NONE:
        keys["gptq"] = True
    keys |= {"lora_r": plan.lora_rank, "lora_alpha": 2 * plan.lora_rank, "lora_dropout": plan.lora_dropout}
    if plan.lora_targets == ALL_LINEAR:
        keys["lora_target_linear"] = True
    else:
        keys["lora_target_modules"] = plan.lora_targets.split("+")
    if plan.method is Method.LORA_EMB:
        keys["lora_modules_to_save"] = list(embedding_names(llm))
    if plan.adapter_precision is not AdapterPrecision.FP32:
        keys["peft_autocast_adapter_dtype"] = False
    return keys


def _precision_keys(plan: Plan) -> dict[str, object]:
    """What comes nearest: `gpuplanner.data.recipes.writing` reads it back and says what is not the same."""
    precision = half(plan.precision)
    if precision is Precision.FP32:
        return {"bf16": False, "fp16": False}
    mixed = plan.autocast is not Autocast.FALSE or has_sharded_states(plan.sharding)
    if precision is Precision.BF16:
        return {"bf16": True} if mixed else {"bf16": False, "bfloat16": True}
    return {"bf16": False, "fp16": True} if mixed else {"bf16": False, "float16": True}

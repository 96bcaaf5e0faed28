"""LLaMA-Factory's YAML, as ``llamafactory-cli train`` reads it.

Keys and defaults: LLaMA-Factory 0.9.5, ``hparams/model_args.py``, ``finetuning_args.py``, ``data_args.py``,
``parser.py``; type of what is trained: ``model/adapter.py`` (``init_adapter``: fp32 unless ``pure_bf16``);
the type of computing without bf16 and fp16: ``extras/misc.py`` (``infer_optim_dtype``).
"""

from __future__ import annotations

from collections.abc import Mapping

from gpuplanner.core.llm import Llm
from gpuplanner.core.plan import (
    ALL_LINEAR,
    AdapterPrecision,
    Attention,
    Autocast,
    Method,
    Plan,
    Precision,
    Quantization,
)
from gpuplanner.data.catalog import Catalog
from gpuplanner.data.recipes.common import Beside, NoteKind, Reading, Recipe, RecipeFile, shown
from gpuplanner.data.recipes.deepspeed_json import deepspeed_text
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
    read_batch,
    read_optimizer,
    read_sharding,
    sharding_keys,
)
from gpuplanner.data.recipes.yaml_text import read_yaml, write_yaml

TITLE = "LLaMA-Factory YAML"
_ATTENTION = {"fa2": "flash", "sdpa": "sdpa", "disabled": "eager"}
_DATA = (NoteKind.NO_EFFECT, "is about the data")
_NOT_COUNTED = (NoteKind.NOT_COUNTED, "is not counted")
_KNOWN: Mapping[str, tuple[NoteKind, str]] = {
    **KNOWN,
    **dict.fromkeys(
        (
            *("template", "dataset_dir", "max_samples", "overwrite_cache", "preprocessing_num_workers"),
            *("preprocessing_batch_size", "mix_strategy", "train_on_prompt", "mask_history", "streaming"),
            *("eval_dataset", "default_system", "enable_thinking", "tool_format", "media_dir", "buffer_size"),
            *("trust_remote_code", "cache_dir", "hf_hub_token", "use_fast_tokenizer", "lora_alpha"),
            *("use_rslora", "loraplus_lr_ratio", "pissa_init", "adapter_name_or_path", "infer_backend"),
            *("rope_scaling", "image_max_pixels", "video_max_pixels", "freeze_vision_tower", "resize_vocab"),
        ),
        _DATA,
    ),
    **dict.fromkeys(
        (
            *("use_dora", "use_unsloth", "use_unsloth_gc", "use_galore", "use_apollo", "use_badam"),
            *("use_adam_mini", "use_muon", "use_kt", "shift_attn", "mixture_of_depths", "use_llama_pro"),
            *("upcast_layernorm", "upcast_lmhead_output", "neat_packing", "use_v1_kernels", "use_mca"),
            *("use_swanlab", "freeze_multi_modal_projector", "ref_model", "reward_model", "pref_beta"),
        ),
        _NOT_COUNTED,
    ),
}


def read_llamafactory(
    keys: Mapping[str, object], where: str, catalog: Catalog, beside: Beside = lambda name: None
) -> Recipe:
    """Read the keys.

    Raises:
        InputError: a value that cannot be used, or a way of training that is not estimated.
    """
    reading = Reading(TITLE, keys, where, catalog, beside)
    by_name = read_model(reading, "model_name_or_path", reading.text("model_name_or_path"))
    quantization = _read_quantization(reading, by_name)
    _read_method(reading, quantization)
    reading.put_number("seq_len", "cutoff_len", 2048)
    read_batch(reading, 8, "transformers")
    read_optimizer(reading, "optim")
    reading.take("gradient_checkpointing")  # LLaMA-Factory's own key decides
    reading.put("grad_checkpointing", not reading.flag("disable_gradient_checkpointing"))
    why = "auto, the default: sdpa where torch has it"
    if reading.peek("flash_attn") == "auto":
        reading.take("flash_attn")
        reading.put("attention", Attention.SDPA)
        reading.assumed("flash_attn", why, "attention")
    else:
        read_attention(reading, "flash_attn", _ATTENTION, "sdpa", why)
    reading.put("fused_loss", reading.flag("enable_liger_kernel"))
    read_sharding(reading)
    _read_precision(reading)
    reading.samples_file = ", ".join(reading.names("dataset"))
    reading.packing = reading.flag("packing") or reading.peek("neat_packing") is True
    reading.settle_rest(_KNOWN)
    return reading.recipe()


def read_llamafactory_text(text: str, where: str, catalog: Catalog, beside: Beside) -> Recipe:
    """Read the YAML text.

    Raises:
        InputError: it is no YAML, or says something that cannot be used.
    """
    return read_llamafactory(read_yaml(text, where), where, catalog, beside)


def _read_quantization(reading: Reading, by_name: Quantization | None) -> Quantization:
    bits = reading.number("quantization_bit")
    method = reading.text("quantization_method", "bnb").lower()
    kind = reading.text("quantization_type", "nf4").lower()
    double = reading.flag("double_quantization", True)
    if bits is None:
        return by_name or Quantization.NONE
    found = Quantization.NF4_DQ if double else Quantization.NF4
    if bits == 8:
        found = Quantization.INT8
    if method not in ("bnb", "bitsandbytes") or kind != "nf4" or bits not in (4, 8):
        said = f"{method} {kind} of {bits:g} bits"
        reading.note(
            NoteKind.READ_AS, "quantization_bit", f"{said} is counted as {found.value}", "quantization"
        )
    return found


def _read_method(reading: Reading, quantization: Quantization) -> None:
    stage = reading.text("stage", "sft").lower()
    if stage not in ("sft", "pt"):
        why = f"{shown(stage)} is counted as sft: no reference model, no pairs"
        reading.note(NoteKind.NOT_COUNTED, "stage", why, "method")
    kind = reading.text("finetuning_type", "lora").lower()
    rank, targets = reading.number("lora_rank", 8), reading.names("lora_target") or ("all",)
    reading.put("lora_rank", rank, "lora_rank")
    reading.put("lora_dropout", reading.number("lora_dropout", 0.0), "lora_dropout")
    reading.put("lora_targets", ALL_LINEAR if targets == ("all",) else "+".join(targets), "lora_target")
    saved = set(reading.names("additional_target"))
    reading.put("quantization", quantization)
    if kind == "full":
        reading.put("method", Method.FULL)
        return
    if kind != "lora":
        reading.problem("finetuning_type", f"{shown(kind)} is not estimated", "lora and full are")
        return
    trains_embeddings = bool(saved & EMBEDDING_NAMES)
    if quantization is not Quantization.NONE:
        reading.put("method", Method.QLORA)
    else:
        reading.put("method", Method.LORA_EMB if trains_embeddings else Method.LORA)
    if saved and (quantization is not Quantization.NONE or not trains_embeddings):
        reading.note(NoteKind.NOT_COUNTED, "additional_target", "what it trains is not counted", "method")
    elif saved:
        why = "LLaMA-Factory trains these copies in fp32; they are counted in the base's type"
        reading.note(NoteKind.NOT_COUNTED, "additional_target", why, "method")


def _read_precision(reading: Reading) -> None:
    bf16, fp16, pure = (reading.flag(key) for key in ("bf16", "fp16", "pure_bf16"))
    precision = Precision.FP16 if fp16 and not (bf16 or pure) else Precision.BF16
    mixed = bf16 or fp16
    if not (bf16 or fp16 or pure):
        why = "none of them: the checkpoint's type, taken as bf16, without autocast"
        reading.assumed("bf16, fp16, pure_bf16", why, "precision")
    autocast = Autocast.AUTO if mixed and not pure else Autocast.FALSE
    if has_sharded_states(reading.value("sharding")):
        autocast = Autocast.AUTO
    elif reading.value("method") is Method.FULL and not pure:
        # What is trained is cast to fp32, which here is the whole model.
        precision = Precision.FP16_MIXED if precision is Precision.FP16 else Precision.BF16_MIXED
        autocast = Autocast.AUTO
    reading.put("precision", precision)
    reading.put("autocast", autocast)
    reading.put("adapter_precision", AdapterPrecision.BF16 if pure else AdapterPrecision.FP32)


DEEPSPEED_FILE = "ds_config.json"


def llamafactory_files(plan: Plan, llm: Llm, name: str) -> tuple[RecipeFile, ...]:
    """The YAML of a filled-in plan; ``name`` is the model's repository."""
    keys: dict[str, object] = {"model_name_or_path": name}
    if llm.model_type in ("qwen", "chatglm"):
        keys["trust_remote_code"] = True
    keys |= _quantization_keys(plan.quantization)
    keys["flash_attn"] = next(word for word, kernel in _ATTENTION.items() if kernel == plan.attention.value)
    keys["disable_gradient_checkpointing"] = not plan.grad_checkpointing
    keys["enable_liger_kernel"] = plan.fused_loss
    keys |= {"stage": "sft", "do_train": True}
    if plan.method is Method.FULL:
        keys["finetuning_type"] = "full"
    else:
        targets = "all" if plan.lora_targets == ALL_LINEAR else plan.lora_targets.replace("+", ",")
        keys |= {
            "finetuning_type": "lora",
            "lora_rank": plan.lora_rank,
            "lora_alpha": 2 * plan.lora_rank,
            "lora_dropout": plan.lora_dropout,
            "lora_target": targets,
        }
    if plan.method is Method.LORA_EMB:
        keys["additional_target"] = ",".join(embedding_names(llm))
    keys |= sharding_keys(plan, DEEPSPEED_FILE)
    keys |= {"dataset": "your_dataset", "template": "default", "cutoff_len": plan.seq_len}
    keys |= {
        "output_dir": "output",
        "per_device_train_batch_size": plan.micro_batch_size,
        "gradient_accumulation_steps": plan.grad_accum_steps,
        "learning_rate": 0.0001,
        "num_train_epochs": 1.0,
        "optim": optimizer_name(plan.optimizer),
    }
    keys |= _precision_keys(plan)
    files = [RecipeFile("train.yaml", write_yaml(keys))]
    deepspeed = deepspeed_text(plan)
    return (*files, *([] if deepspeed is None else [RecipeFile(DEEPSPEED_FILE, deepspeed)]))


def _quantization_keys(quantization: Quantization | None) -> dict[str, object]:
    if quantization is Quantization.INT8:
        return {"quantization_bit": 8, "quantization_method": "bnb"}
    if quantization in (Quantization.NF4, Quantization.NF4_DQ):
        return {
            "quantization_bit": 4,
            "quantization_method": "bnb",
            "quantization_type": "nf4",
            "double_quantization": quantization is Quantization.NF4_DQ,
        }
    return {}


def _precision_keys(plan: Plan) -> dict[str, object]:
    """What comes nearest: `gpuplanner.data.recipes.writing` reads it back and says what is not the same."""
    stored = half(plan.precision)
    if stored is Precision.FP16:
        return {"fp16": True}
    if has_sharded_states(plan.sharding):
        return {"bf16": True}
    if plan.method is Method.FULL:
        return {"bf16": True} if plan.precision is not Precision.BF16 else {"pure_bf16": True}
    if plan.autocast is Autocast.FALSE:
        return {"pure_bf16": True} if plan.adapter_precision is AdapterPrecision.BF16 else {"bf16": False}
    return {"bf16": True}

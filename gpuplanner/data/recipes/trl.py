"""A Python file for TRL or transformers' Trainer with peft: the arguments of its calls, never run.

Keys and defaults: TRL 1.16, ``trainer/sft_config.py``, ``base_config.py`` and ``sft_trainer.py`` (a quantized
base has bf16 adapters; ``nll`` is computed in chunks); transformers 5.23, ``training_args.py``,
``utils/quantization_config.py`` (``BitsAndBytesConfig``, ``GPTQConfig``); peft 0.21.2,
``tuners/lora/config.py`` and ``mapping_func.py`` (``get_peft_model(…, autocast_adapter_dtype=True)``).
"""

from __future__ import annotations

from collections.abc import Mapping

from gpuplanner.core.errors import InputError
from gpuplanner.core.plan import (
    ALL_LINEAR,
    AdapterPrecision,
    Attention,
    Autocast,
    Method,
    Precision,
    Quantization,
    Sharding,
)
from gpuplanner.data.catalog import Catalog
from gpuplanner.data.recipes.common import Beside, NoteKind, Reading, Recipe, shown
from gpuplanner.data.recipes.names import EMBEDDING_NAMES, half, has_sharded_states, read_model
from gpuplanner.data.recipes.python_calls import Call, read_calls
from gpuplanner.data.recipes.training_arguments import (
    KNOWN,
    read_attention,
    read_batch,
    read_optimizer,
    read_sharding,
)

TITLE = "TRL and peft in Python"
_OF_TRANSFORMERS = ("TrainingArguments", "Seq2SeqTrainingArguments")
_ARGUMENTS = ("SFTConfig", *_OF_TRANSFORMERS)
_OTHERS_OF_TRL = ("DPOConfig", "ORPOConfig", "KTOConfig", "CPOConfig", "GRPOConfig", "RewardConfig")
_MODEL = "from_pretrained"
_LOADING = {"dtype", "torch_dtype", "quantization_config", "attn_implementation", "device_map"}
ATTENTION = {"flash_attention_2": "flash", "sdpa": "sdpa", "eager": "eager"}
_TYPES = {
    "bfloat16": Precision.BF16,
    "float16": Precision.FP16,
    "half": Precision.FP16,
    "float32": Precision.FP32,
    "float": Precision.FP32,
}
_DATA = (NoteKind.NO_EFFECT, "is about the data")
_PREFERENCES = (NoteKind.NOT_COUNTED, "of preference or RL training, which is counted as supervised")
_KNOWN: Mapping[str, tuple[NoteKind, str]] = {
    **KNOWN,
    **dict.fromkeys(
        (
            *("dataset_text_field", "dataset_kwargs", "dataset_num_proc", "eos_token", "pad_token"),
            *("chat_template_path", "completion_only_loss", "assistant_only_loss", "shuffle_dataset"),
            *("packing_strategy", "truncation_mode", "pad_to_multiple_of", "dataset_batch_size"),
            *("trust_remote_code", "cache_dir", "token", "revision", "low_cpu_mem_usage", "use_safetensors"),
            *("lora_alpha", "bias", "task_type", "inference_mode", "use_rslora", "fan_in_fan_out"),
            *("padding_side", "use_fast", "attn_implementation", "eval_packing"),
        ),
        _DATA,
    ),
    **dict.fromkeys(("beta", "max_prompt_length", "num_generations"), _PREFERENCES),
    "padding_free": (NoteKind.NOT_COUNTED, "every sample is counted at the full length"),
    "activation_offloading": (NoteKind.NOT_COUNTED, "is not counted"),
    "use_dora": (NoteKind.NOT_COUNTED, "DoRA's magnitudes are not counted"),
    "rank_pattern": (NoteKind.NOT_COUNTED, "ranks of single modules are not counted"),
    "layers_to_transform": (NoteKind.NOT_COUNTED, "adapters in all layers are counted"),
    "router_aux_loss_coef": (NoteKind.NOT_COUNTED, "is not counted"),
    "liger_kernel_config": (NoteKind.NOT_COUNTED, "the usual kernels are counted"),
}


_UPCAST = (Quantization.NF4, Quantization.NF4_DQ, Quantization.INT8)
"""peft utils/other.py: ``prepare_model_for_kbit_training`` leaves the 16-bit parts of GPTQ models alone."""


def read_trl_text(text: str, where: str, catalog: Catalog, beside: Beside) -> Recipe:
    """Read the Python text.

    Raises:
        InputError: it is no Python, or none that trains, or an argument cannot be used.
    """
    calls = read_calls(text, where)
    if _last(calls, (*_ARGUMENTS, *_OTHERS_OF_TRL, "LoraConfig")) is None:
        wanted = f"{_ARGUMENTS[0]}, {_ARGUMENTS[1]} and LoraConfig"
        raise InputError.of("makes no training arguments", where, f"read are the calls of {wanted}")
    return read_trl_calls(calls, where, catalog, beside)


def read_trl_calls(
    calls: list[Call], where: str, catalog: Catalog, beside: Beside, title: str = TITLE
) -> Recipe:
    """Read calls, whoever wrote them.

    Raises:
        InputError: an argument cannot be used.
    """
    arguments, lora = _last(calls, (*_ARGUMENTS, *_OTHERS_OF_TRL)), _last(calls, ("LoraConfig",))
    model = _model_call(calls)
    reading = Reading(title, {} if arguments is None else arguments.keywords, where, catalog, beside)
    for call in (arguments, lora, model):
        if call is not None:
            for name in call.unread:
                reading.note(NoteKind.UNKNOWN, f"{call.name}({name})", "is made when the program runs")
    # TRL's own arguments have its defaults; its trainer also takes transformers'.
    has_defaults = arguments is None or arguments.name not in _OF_TRANSFORMERS
    trainer = _last(calls, ("SFTTrainer",))
    is_sft = trainer is not None or has_defaults
    if arguments is not None and arguments.name in _OTHERS_OF_TRL:
        reading.note(NoteKind.NOT_COUNTED, arguments.name, "is counted as supervised training", "method")
    loading = _loading(reading, calls, model)
    quantization = _read_quantization(reading, calls, loading)
    _read_adapters(reading, lora, quantization)
    _read_length(reading, has_defaults, trainer)
    read_batch(reading, 8, "transformers")
    read_optimizer(reading, "optim")
    _read_checkpointing(reading, has_defaults, calls)
    _read_loss(reading, is_sft)
    read_sharding(reading)
    _read_device_map(reading, loading)
    prepared = _last(calls, ("prepare_model_for_kbit_training",)) is not None
    _read_precision(reading, loading, has_defaults, prepared and quantization in _UPCAST)
    _read_adapter_precision(reading, calls, is_sft)
    reading.packing = reading.flag("packing")
    reading.samples_file = _samples(calls)
    reading.settle_rest(_KNOWN)
    return reading.recipe()


def _last(calls: list[Call], names: tuple[str, ...]) -> Call | None:
    return next((call for call in reversed(calls) if call.name in names), None)


def _model_call(calls: list[Call]) -> Call | None:
    """The call that loads the model: a tokenizer's has the same name, but says nothing about types."""
    loads = [call for call in calls if call.name == _MODEL]
    return max(loads, key=lambda call: len(_LOADING & {*call.keywords, *call.unread}), default=None)


def _read_checkpointing(reading: Reading, is_on: bool, calls: list[Call]) -> None:
    newer = reading.take("activation_checkpointing")  # its name since transformers 5.20
    if newer is not None:
        reading.say("gradient_checkpointing", newer)
    prepared = _last(calls, ("prepare_model_for_kbit_training",))
    if prepared is not None and prepared.keywords.get("use_gradient_checkpointing", True) is not False:
        # peft switches it on in the model, whatever the arguments say.
        reading.take("gradient_checkpointing")
        reading.put("grad_checkpointing", True)
        return
    if not reading.has("gradient_checkpointing"):
        word = "on, TRL's default" if is_on else "off, transformers' default"
        reading.assumed("gradient_checkpointing", word, "grad_checkpointing")
    reading.put("grad_checkpointing", reading.flag("gradient_checkpointing", is_on))


def _loading(reading: Reading, calls: list[Call], model: Call | None) -> Reading:
    """How the model is loaded: ``from_pretrained``'s keywords, or ``model_init_kwargs``."""
    keys: dict[str, object] = {} if model is None else dict(model.keywords)
    first = keys.pop("pretrained_model_name_or_path", None)
    if model is not None and model.arguments:
        first = model.arguments[0]
    trainer = _last(calls, ("SFTTrainer", "Trainer", "DPOTrainer"))
    if not isinstance(first, str) and trainer is not None and isinstance(trainer.keywords.get("model"), str):
        first = trainer.keywords["model"]
    extra = reading.take("model_init_kwargs")
    if isinstance(extra, Mapping):
        keys |= {str(key): value for key, value in extra.items()}
    inner = Reading(TITLE, keys, f"{reading.where}, {_MODEL}", reading.catalog, reading.beside)
    inner.say("model", first if isinstance(first, str) else None)
    by_name = read_model(reading, _MODEL, inner.text("model"))
    inner.say("by_name", by_name)
    words = "none is named: sdpa, transformers' default"
    read_attention(inner, "attn_implementation", ATTENTION, Attention.SDPA.value, words)
    if inner.value("attention") is not None:
        reading.put("attention", inner.value("attention"))
    return inner


def _read_quantization(reading: Reading, calls: list[Call], loading: Reading) -> Quantization:
    by_name = loading.take("by_name")
    found = by_name if isinstance(by_name, Quantization) else Quantization.NONE
    bnb, gptq = _last(calls, ("BitsAndBytesConfig",)), _last(calls, ("GPTQConfig",))
    keys = {} if bnb is None else bnb.keywords
    if loading.flag("load_in_8bit") or keys.get("load_in_8bit") is True:
        found = Quantization.INT8
    elif loading.flag("load_in_4bit") or keys.get("load_in_4bit") is True:
        double = keys.get("bnb_4bit_use_double_quant", False) is True
        found = Quantization.NF4_DQ if double else Quantization.NF4
        if keys.get("bnb_4bit_quant_type", "fp4") != "nf4":
            reading.note(NoteKind.READ_AS, "bnb_4bit_quant_type", "fp4 is counted as nf4", "quantization")
    elif gptq is not None and found is Quantization.NONE:
        found = Quantization.GPTQ_INT8 if gptq.keywords.get("bits") == 8 else Quantization.GPTQ_INT4
    if bnb is not None:
        for name in bnb.unread:
            reading.note(NoteKind.UNKNOWN, f"{bnb.name}({name})", "is made when the program runs")
    reading.put("quantization", found)
    return found


def _read_adapters(reading: Reading, lora: Call | None, quantization: Quantization) -> None:
    if lora is None:
        reading.put("method", Method.FULL)
        if quantization is not Quantization.NONE:
            reading.problem("LoraConfig", "a quantized model without an adapter cannot train", "add one")
        return
    inner = Reading(TITLE, lora.keywords, f"{reading.where}, LoraConfig", reading.catalog, reading.beside)
    reading.put("lora_rank", inner.number("r", 8), "r")
    reading.put("lora_dropout", inner.number("lora_dropout", 0.0), "lora_dropout")
    targets = inner.names("target_modules")
    if not targets:
        reading.assumed(
            "target_modules", "not named: peft chooses by the model; all linear taken", "lora_targets"
        )
    reading.put("lora_targets", ALL_LINEAR if targets in ((), (ALL_LINEAR,)) else "+".join(targets))
    saved = set(inner.names("modules_to_save"))
    trains_embeddings = bool(saved & EMBEDDING_NAMES)
    if quantization is not Quantization.NONE:
        reading.put("method", Method.QLORA)
    else:
        reading.put("method", Method.LORA_EMB if trains_embeddings else Method.LORA)
    if saved and (quantization is not Quantization.NONE or not trains_embeddings):
        reading.note(NoteKind.NOT_COUNTED, "modules_to_save", "what it trains is not counted", "method")
    inner.settle_rest(_KNOWN)
    reading.add(inner.recipe().notes)


def _read_length(reading: Reading, has_defaults: bool, trainer: Call | None) -> None:
    keywords = {} if trainer is None else trainer.keywords
    for key in ("max_seq_length", "packing"):  # the trainer's own arguments until TRL 0.12
        if key in keywords and not reading.has(key):
            reading.say(key, keywords[key])
    if reading.has("max_seq_length"):  # its name until TRL 0.13
        reading.put_number("seq_len", "max_seq_length", None)
        reading.take("max_length")
    elif has_defaults or trainer is not None:
        reading.put_number("seq_len", "max_length", 1024)
    else:
        reading.assumed("seq_len", "TrainingArguments have no length: the plan's own is kept", "seq_len")


def _read_loss(reading: Reading, is_sft: bool) -> None:
    liger, kind = reading.flag("use_liger_kernel"), reading.text("loss_type", "nll")
    fused = liger or (is_sft and kind == "chunked_nll")
    reading.put("fused_loss", fused)
    if is_sft and not fused:
        why = "all logits at once, as older TRL does; 1.16 computes the loss in chunks: then set fused_loss"
        reading.assumed("loss_type", why, "fused_loss")


def _read_device_map(reading: Reading, loading: Reading) -> None:
    word = loading.take("device_map")
    if word == "auto" and reading.value("sharding") is None:
        reading.put("sharding", Sharding.LAYERS)
        reading.note(NoteKind.READ_AS, "device_map", "auto: layers over the GPUs of one process", "sharding")


def _read_precision(reading: Reading, loading: Reading, has_defaults: bool, is_upcast: bool) -> None:
    """``is_upcast``: what is not packed is cast to fp32 after it was loaded."""
    fp16 = reading.flag("fp16")
    if has_defaults and not reading.has("bf16") and not fp16:
        reading.assumed("bf16", "on, TRL's default", "precision")
    bf16 = reading.flag("bf16", has_defaults and not fp16)
    word = loading.take("dtype") or loading.take("torch_dtype")
    loading.take("torch_dtype")
    loading.take("quantization_config")
    stored = _TYPES.get(str(word).removeprefix("torch."))
    if stored is None:
        stored = Precision.FP16 if fp16 else Precision.BF16
        reading.assumed("dtype", f"{shown(word) if word else 'none'}: {stored.value} taken", "precision")
    mixed = bf16 or fp16
    precision, autocast = stored, Autocast.AUTO if mixed or stored is Precision.FP32 else Autocast.FALSE
    if is_upcast and stored is not Precision.FP32:
        precision = Precision.FP16_MIXED if stored is Precision.FP16 else Precision.BF16_MIXED
        what = f"norms, embeddings and head become fp32: {precision.value}"
        reading.note(NoteKind.READ_AS, "prepare_model_for_kbit_training", what, "precision")
    if stored is Precision.FP32 and mixed:
        precision = Precision.FP16_MIXED if fp16 else Precision.BF16_MIXED
    if has_sharded_states(reading.value("sharding")):
        precision, autocast = half(precision), Autocast.AUTO
    reading.put("precision", precision)
    reading.put("autocast", autocast)
    loading.settle_rest(_KNOWN)
    reading.add(loading.recipe().notes)


def _read_adapter_precision(reading: Reading, calls: list[Call], is_sft: bool) -> None:
    same = {Precision.BF16: AdapterPrecision.BF16, Precision.FP16: AdapterPrecision.FP16}
    adapter = AdapterPrecision.FP32
    precision = reading.value("precision")
    own = _last(calls, ("get_peft_model",))
    if own is not None and own.keywords.get("autocast_adapter_dtype") is False:
        kept = same.get(precision) if isinstance(precision, Precision) else None
        adapter = kept or adapter
    if is_sft and reading.value("method") is Method.QLORA:
        adapter = AdapterPrecision.BF16
    reading.put("adapter_precision", adapter)


def _samples(calls: list[Call]) -> str:
    """The file that ``load_dataset`` reads."""
    load = _last(calls, ("load_dataset",))
    if load is None:
        return ""
    files = load.keywords.get("data_files")
    if isinstance(files, Mapping):
        files = files.get("train")
    first = load.arguments[0] if load.arguments else None
    found = files if isinstance(files, str) else first
    return found if isinstance(found, str) else ""

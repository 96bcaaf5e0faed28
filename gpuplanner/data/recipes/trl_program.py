"""Writes a plan as a Python program for TRL and peft, with accelerate's configuration beside it.

The arguments are those that `gpuplanner.data.recipes.trl` names with their sources.
"""

from __future__ import annotations

from gpuplanner.core.llm import Llm
from gpuplanner.core.plan import (
    ALL_LINEAR,
    AdapterPrecision,
    Autocast,
    Method,
    Plan,
    Precision,
    Quantization,
    Sharding,
)
from gpuplanner.data.recipes.accelerate_yaml import accelerate_text
from gpuplanner.data.recipes.common import RecipeFile
from gpuplanner.data.recipes.names import embedding_names, half, has_sharded_states
from gpuplanner.data.recipes.training_arguments import optimizer_name
from gpuplanner.data.recipes.trl import ATTENTION

_TYPES = {Precision.BF16: "torch.bfloat16", Precision.FP16: "torch.float16", Precision.FP32: "torch.float32"}
_Pairs = list[tuple[str, str]]
"""Keyword and the Python text of its value."""


def trl_files(plan: Plan, llm: Llm, name: str) -> tuple[RecipeFile, ...]:
    """The program of a filled-in plan; ``name`` is the model's repository."""
    own_adapters = plan.method is not Method.FULL and plan.adapter_precision is not AdapterPrecision.FP32
    own_adapters = own_adapters and plan.method is not Method.QLORA
    lines = _head(plan, own_adapters)
    lines += ["", *_call("model = AutoModelForCausalLM.from_pretrained", _loading(plan, llm), repr(name))]
    trainer = [("model", "model"), ("args", "training_args"), ("train_dataset", "dataset")]
    if plan.method is not Method.FULL:
        lines += _call("peft_config = LoraConfig", _lora(plan, llm))
        if own_adapters:
            lines.append("model = get_peft_model(model, peft_config, autocast_adapter_dtype=False)")
        else:
            trainer.append(("peft_config", "peft_config"))
    lines += _call("training_args = SFTConfig", _arguments(plan))
    lines.append('dataset = load_dataset("json", data_files="your_data.jsonl", split="train")')
    lines += _call("trainer = SFTTrainer", trainer)
    program = "\n".join([*lines, "trainer.train()", ""])
    return RecipeFile("train.py", program), RecipeFile("accelerate.yaml", accelerate_text(plan))


def _head(plan: Plan, own_adapters: bool) -> list[str]:
    quantizer = {
        Quantization.NONE: "",
        Quantization.GPTQ_INT4: ", GPTQConfig",
        Quantization.GPTQ_INT8: ", GPTQConfig",
    }.get(plan.quantization or Quantization.NONE, ", BitsAndBytesConfig")
    peft = ["from peft import LoraConfig" + (", get_peft_model" if own_adapters else "")]
    return [
        '"""Written by GPU Planner; start it by: accelerate launch --config_file accelerate.yaml train.py"""',
        "",
        "import torch",
        "from datasets import load_dataset",
        *([] if plan.method is Method.FULL else peft),
        f"from transformers import AutoModelForCausalLM{quantizer}",
        "from trl import SFTConfig, SFTTrainer",
    ]


def _call(start: str, pairs: _Pairs, first: str = "") -> list[str]:
    inner = [f"    {first},"] if first else []
    return [f"{start}(", *inner, *(f"    {key}={value}," for key, value in pairs), ")"]


def _loading(plan: Plan, llm: Llm) -> _Pairs:
    stored = Precision.FP32 if plan.precision is not half(plan.precision) else plan.precision
    if has_sharded_states(plan.sharding):
        stored = half(plan.precision)
    kernel = next(word for word, known in ATTENTION.items() if known == plan.attention.value)
    pairs = [("dtype", _TYPES[stored]), ("attn_implementation", repr(kernel).replace("'", '"'))]
    if llm.model_type in ("qwen", "chatglm"):
        pairs.append(("trust_remote_code", "True"))
    if plan.sharding is Sharding.LAYERS:
        pairs.append(("device_map", '"auto"'))
    quantization = plan.quantization
    if quantization is Quantization.INT8:
        pairs.append(("quantization_config", "BitsAndBytesConfig(load_in_8bit=True)"))
    elif quantization in (Quantization.NF4, Quantization.NF4_DQ):
        double = quantization is Quantization.NF4_DQ
        arguments = [
            "load_in_4bit=True",
            'bnb_4bit_quant_type="nf4"',
            f"bnb_4bit_use_double_quant={double}",
            f"bnb_4bit_compute_dtype={_TYPES[half(plan.precision)]}",
        ]
        inner = "".join(f"\n        {argument}," for argument in arguments)
        pairs.append(("quantization_config", f"BitsAndBytesConfig({inner}\n    )"))
    elif quantization in (Quantization.GPTQ_INT4, Quantization.GPTQ_INT8):
        bits = 4 if quantization is Quantization.GPTQ_INT4 else 8
        pairs.append(("quantization_config", f"GPTQConfig(bits={bits})"))
    return pairs


def _lora(plan: Plan, llm: Llm) -> _Pairs:
    everything = plan.lora_targets == ALL_LINEAR
    targets = f'"{ALL_LINEAR}"' if everything else repr(plan.lora_targets.split("+")).replace("'", '"')
    pairs = [
        ("r", str(plan.lora_rank)),
        ("lora_alpha", str(2 * plan.lora_rank)),
        ("lora_dropout", repr(plan.lora_dropout)),
        ("target_modules", targets),
    ]
    if plan.method is Method.LORA_EMB:
        pairs.append(("modules_to_save", repr(list(embedding_names(llm))).replace("'", '"')))
    return [*pairs, ("task_type", '"CAUSAL_LM"')]


def _arguments(plan: Plan) -> _Pairs:
    mixed = plan.precision is not half(plan.precision)
    autocasts = mixed or plan.autocast is not Autocast.FALSE or has_sharded_states(plan.sharding)
    computed = half(plan.precision)
    pairs = [
        ("output_dir", '"output"'),
        ("max_length", str(plan.seq_len)),
        ("per_device_train_batch_size", str(plan.micro_batch_size)),
        ("gradient_accumulation_steps", str(plan.grad_accum_steps)),
        ("gradient_checkpointing", str(plan.grad_checkpointing)),
        ("bf16", str(autocasts and computed is Precision.BF16)),
        ("fp16", str(autocasts and computed is Precision.FP16)),
        ("optim", f'"{optimizer_name(plan.optimizer)}"'),
        ("learning_rate", "1e-4"),
        ("num_train_epochs", "1"),
    ]
    # TRL 1.16 computes the loss in chunks anyway; before, this was the way to do it.
    return [*pairs, *([("use_liger_kernel", "True")] if plan.fused_loss else [])]

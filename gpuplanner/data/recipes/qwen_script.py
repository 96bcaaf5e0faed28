"""The scripts of Qwen's first series: ``finetune/finetune_*.sh`` and the arguments of ``finetune.py``.

Keys and defaults: QwenLM/Qwen, ``finetune.py`` (``ModelArguments`` … ``LoraArguments``, ``train``),
``finetune/finetune_ds.sh``, ``finetune_lora_ds.sh`` (14e6e69), ``finetune_qlora_single_gpu.sh`` (05577de),
``ds_config_zero2.json`` (af22d5e).  LoRA trains the embeddings of a model whose name lacks "chat"; Q-LoRA
is a GPTQ model of 4 bits.
"""

from __future__ import annotations

import shlex
from collections.abc import Mapping

from gpuplanner.core.errors import InputError
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
from gpuplanner.data.recipes.common import Beside, NoteKind, Reading, Recipe, RecipeFile
from gpuplanner.data.recipes.deepspeed_json import deepspeed_text
from gpuplanner.data.recipes.names import half, has_sharded_states, read_model
from gpuplanner.data.recipes.shell_words import Command, find_command
from gpuplanner.data.recipes.training_arguments import (
    KNOWN,
    optimizer_name,
    read_batch,
    read_optimizer,
    read_sharding,
    sharding_keys,
)

TITLE = "Qwen finetune script"
PROGRAM = "finetune.py"
QWEN_LINEARS = ("c_attn", "c_proj", "w1", "w2")
_KNOWN: Mapping[str, tuple[NoteKind, str]] = {
    **KNOWN,
    "lazy_preprocess": (NoteKind.NO_EFFECT, "is about how samples are loaded"),
    "cache_dir": (NoteKind.NO_EFFECT, "is about where files lie"),
    "eval_data_path": (NoteKind.NOT_COUNTED, "evaluation between steps is not counted"),
    "lora_alpha": (NoteKind.NO_EFFECT, "changes what is learned, not the memory or time of a step"),
    "lora_bias": (NoteKind.NOT_COUNTED, "trained biases are not counted"),
    "lora_weight_path": (NoteKind.NO_EFFECT, "is not used by finetune.py"),
}


def read_qwen_text(text: str, where: str, catalog: Catalog, beside: Beside) -> Recipe:
    """Read the script.

    Raises:
        InputError: no command runs ``finetune.py``, or an argument cannot be used.
    """
    command = find_command(text, PROGRAM, where)
    if command is None:
        raise InputError.of(f"no command runs {PROGRAM}", where, "choose one of Qwen's finetune_*.sh")
    names = [word.rsplit("/", 1)[-1] for word in command.words]
    place = names.index(PROGRAM)
    reading = Reading(TITLE, _arguments(command.words[place + 1 :]), where, catalog, beside)
    _read_machines(reading, _arguments(command.words[:place]), command)
    _read_method(reading)
    reading.put_number("seq_len", "model_max_length", 8192, PROGRAM)
    read_batch(reading, 8, "transformers")
    read_optimizer(reading, "optim", "adamw_torch")
    reading.put("grad_checkpointing", reading.flag("gradient_checkpointing"))
    reading.put("attention", Attention.FLASH)
    reading.assumed("flash attention", "Qwen's code uses it where flash-attn is installed", "attention")
    reading.put("fused_loss", False)
    read_sharding(reading)
    _read_precision(reading)
    reading.samples_file = reading.text("data_path")
    reading.settle_rest(_KNOWN)
    return reading.recipe()


def _arguments(words: tuple[str, ...]) -> dict[str, object]:
    """``--key value``, ``--key=value`` and ``--switch``; several values become a list."""
    found: dict[str, object] = {}
    key = ""
    for word in words:
        if word.startswith("--"):
            key, equals, value = word[2:].partition("=")
            key = key.replace("-", "_")
            found[key] = value if equals else True
        elif key:
            before = found[key]
            if before is True:
                found[key] = word
            else:
                found[key] = [*(before if isinstance(before, list) else [before]), word]
    return found


def _read_machines(reading: Reading, launcher: Mapping[str, object], command: Command) -> None:
    for field, option, variable in (
        ("gpus_per_node", "nproc_per_node", "GPUS_PER_NODE"),
        ("nodes", "nnodes", "NNODES"),
    ):
        said = launcher.get(option)
        if said is None:
            reading.put(field, 1)  # python finetune.py: one process
            continue
        value = str(said)
        if value.isdigit():
            reading.put(field, int(value), option)
        else:
            why = f"{variable} is found out when the script runs: the plan's own is kept"
            reading.assumed(variable, why, field)


def _read_method(reading: Reading) -> None:
    name = reading.text("model_name_or_path", "Qwen/Qwen-7B")
    by_name = read_model(reading, "model_name_or_path", name)
    lora, q_lora = reading.flag("use_lora"), reading.flag("q_lora")
    targets = reading.names("lora_target_modules") or QWEN_LINEARS
    every = set(targets) == set(QWEN_LINEARS)
    reading.put("lora_targets", ALL_LINEAR if every else "+".join(targets), "lora_target_modules")
    reading.put("lora_rank", reading.number("lora_r", 64), "lora_r")
    reading.put("lora_dropout", reading.number("lora_dropout", 0.05), "lora_dropout")
    quantization = Quantization.NONE
    if lora and q_lora:
        quantization = Quantization.GPTQ_INT4
        method = Method.QLORA
        if by_name is None:
            why = "the script loads it as GPTQ of 4 bits: name an Int4 model"
            reading.note(NoteKind.READ_AS, "q_lora", why, "quantization")
    elif lora:
        is_base = "chat" not in name.lower()
        method = Method.LORA_EMB if is_base else Method.LORA
        if is_base:
            why = "no chat model: finetune.py also trains the embeddings and the output layer"
            reading.note(NoteKind.READ_AS, "use_lora", why, "method")
    else:
        method = Method.FULL
    reading.put("method", method)
    reading.put("quantization", quantization)


def _read_precision(reading: Reading) -> None:
    bf16, fp16 = reading.flag("bf16"), reading.flag("fp16")
    reading.put("precision", Precision.FP16 if fp16 and not bf16 else Precision.BF16)
    mixed = bf16 or fp16 or has_sharded_states(reading.value("sharding"))
    reading.put("autocast", Autocast.AUTO if mixed else Autocast.FALSE)
    if not (bf16 or fp16):
        reading.assumed("bf16, fp16", "neither: Qwen's code takes bf16 where the card has it", "precision")
    reading.put("adapter_precision", AdapterPrecision.FP32)


def qwen_files(plan: Plan, name: str) -> tuple[RecipeFile, ...]:
    """The script of a filled-in plan; ``name`` is the model's repository."""
    name = _fitting_name(plan, name)
    arguments = [
        "--model_name_or_path $MODEL",
        "--data_path $DATA",
        f"--{'fp16' if half(plan.precision) is Precision.FP16 else 'bf16'} {_says_mixed(plan)}",
        "--output_dir output_qwen",
        "--num_train_epochs 1",
        f"--per_device_train_batch_size {plan.micro_batch_size}",
        f"--gradient_accumulation_steps {plan.grad_accum_steps}",
        "--learning_rate 1e-4",
        f"--optim {optimizer_name(plan.optimizer)}",
        f"--model_max_length {plan.seq_len}",
        "--lazy_preprocess True",
        f"--gradient_checkpointing {plan.grad_checkpointing}",
        '--report_to "none"',
    ]
    if plan.method is not Method.FULL:
        targets = QWEN_LINEARS if plan.lora_targets == ALL_LINEAR else plan.lora_targets.split("+")
        arguments += [
            "--use_lora True",
            *(["--q_lora True"] if plan.method is Method.QLORA else []),
            f"--lora_r {plan.lora_rank}",
            f"--lora_dropout {plan.lora_dropout!r}",
            f"--lora_target_modules {' '.join(map(shlex.quote, targets))}",
        ]
    stage = "" if plan.sharding is None else plan.sharding.value
    deepspeed_file = f"ds_config_{stage}.json"
    arguments += [
        f'--{key} "{value}"' if " " in str(value) else f"--{key} {value}"
        for key, value in sharding_keys(plan, deepspeed_file).items()
    ]
    joined = " \\\n    ".join(arguments)
    script = _SCRIPT.format(
        gpus=plan.gpus_per_node, nodes=plan.nodes, model=shlex.quote(name), arguments=joined, program=PROGRAM
    )
    deepspeed = deepspeed_text(plan)
    files = [RecipeFile("finetune.sh", script)]
    return (*files, *([] if deepspeed is None else [RecipeFile(deepspeed_file, deepspeed)]))


def _says_mixed(plan: Plan) -> bool:
    return plan.autocast is not Autocast.FALSE or has_sharded_states(plan.sharding)


def _fitting_name(plan: Plan, name: str) -> str:
    """finetune.py decides by the name whether embeddings are trained, and what is quantized."""
    chat = name if "chat" in name.lower() else f"{name}-Chat"
    if plan.method is Method.QLORA:
        return f"{chat}-Int4"
    if plan.method is Method.LORA:
        return chat
    return name.removesuffix("-Chat") if plan.method is Method.LORA_EMB else name


_SCRIPT = """#!/bin/bash
# Written by GPU Planner; to be started in a checkout of QwenLM/Qwen.
export CUDA_DEVICE_MAX_CONNECTIONS=1

GPUS_PER_NODE={gpus}
NNODES={nodes}
NODE_RANK=0
MASTER_ADDR=localhost
MASTER_PORT=6001

MODEL={model}
DATA="your_data.json"

DISTRIBUTED_ARGS="
    --nproc_per_node $GPUS_PER_NODE \\
    --nnodes $NNODES \\
    --node_rank $NODE_RANK \\
    --master_addr $MASTER_ADDR \\
    --master_port $MASTER_PORT
"

torchrun $DISTRIBUTED_ARGS {program} \\
    {arguments}
"""

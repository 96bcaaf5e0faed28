"""Head lines: which there are, what their words mean, and which columns are lengths."""

from __future__ import annotations

import re
from collections.abc import Mapping

from gpuplanner.core.benchmark import ROW_FIELD
from gpuplanner.data.table_import.cell_values import length_of

LENGTH = "length:"
"""Prefix of the role of a column that holds one length: ``length:4096``."""

# Words of published tables → fields.  Every spelling is compared without case, signs and blanks.
_WORDS: Mapping[str, str] = {
    "model": "model size|model name|models|size|params|parameters|base model|模型|模型规模",
    "method": "fine-tuning method|finetuning method|finetune|training method|approach|方法|训练方法",
    "nodes": "num nodes|number of nodes|节点|节点数",
    "gpus_per_node": "gpus/node|gpu per node|num gpus|number of gpus|gpus|gpu count|n gpus|卡数",
    "gpu": "gpu type|gpu model|device|hardware|card|accelerator|显卡",
    "seq_len": "sequence length|seq length|seqlen|length|max length|max seq length|context|context length|"
    "cutoff len|tokens|序列长度|长度",
    "micro_batch_size": "batch size|bs|batch|per device train batch size|micro batch|批大小",
    "grad_accum_steps": "gradient accumulation|gradient accumulation steps|accumulation|ga",
    "peak_memory": "memory|vram|gpu memory|max memory|peak vram|memory usage|gpu mem|mem|memory total|"
    "reserved memory|allocated memory|显存|显存占用|峰值显存",
    "step_time_s": "time|step time|time per step|speed|s/it|sec/it|seconds per iteration|s/step|"
    "iteration time|每步时间|速度",
    "tokens_per_s": "tokens/s|tok/s|throughput|tokens per second",
    "lora_rank": "rank|r|lora r",
    "precision": "dtype|data type|compute dtype|精度",
    "quantization": "quant|bits|load in|量化",
    "optimizer": "optim|优化器",
    "sharding": "zero stage|zero|deepspeed|parallelism|strategy|分片",
    "grad_checkpointing": "gradient checkpointing|activation checkpointing|gc|checkpointing",
    "attention": "attn|flash attention|attention implementation",
    "note": "notes|comment|comments|remark|remarks|备注",
    "source": "reference|link|url|来源",
    "status": "result|结果",
}
_UNIT = re.compile(r"[\s_(\[（]+(GiB|GB|MiB|MB|G|M|s/it|s|ms|sec|seconds|tokens)[)\]）]?\s*$", re.IGNORECASE)
_MOST_CHARS = 100
"""A head that is longer names nothing that is known."""
_SIGNS = re.compile(r"[\s_\-#:.*/]+")


def _plain(text: str) -> str:
    return _SIGNS.sub("", text).lower()


_ROLES = {_plain(name): name for name in ROW_FIELD}
_ROLES |= {_plain(word): role for role, words in _WORDS.items() for word in words.split("|")}


def role_and_unit(head: str) -> tuple[str, str]:
    """(Field or an empty text, unit written in the head): "Peak memory (GiB)" → peak_memory, GiB."""
    if len(head) > _MOST_CHARS:
        return "", ""
    length = length_of(head)
    if length is not None:
        return f"{LENGTH}{length}", ""
    match = _UNIT.search(head)
    stem, unit = (head[: match.start()], match[1]) if match else (head, "")
    role = _ROLES.get(_plain(head)) or _ROLES.get(_plain(stem)) or ""
    return role, unit if role else ""


def length_in(role: str) -> int | None:
    """The length of a column's role, or None."""
    return int(role.removeprefix(LENGTH)) if role.startswith(LENGTH) else None


def count_heads(cells: tuple[str, ...]) -> int:
    """How many cells of a line name something that is known."""
    return sum(bool(role_and_unit(cell)[0]) for cell in cells if cell)

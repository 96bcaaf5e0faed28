"""Words of published tables as values of fields: "LoRA + Deepspeed Zero3" is a method and a sharding."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache

_METHODS = (
    (re.compile(r"q\s*-?\s*lora", re.I), "qlora"),
    (re.compile(r"lora.*(emb|embedding)", re.I), "lora-emb"),
    (re.compile(r"lora|dora|adapter", re.I), "lora"),
    (re.compile(r"full|sft|全参|全量", re.I), "full"),
    (re.compile(r"infer|generat|推理", re.I), "inference"),
)
_SHARDING = (
    (re.compile(r"zero\s*-?\s*3|zero-?stage-?3|\bz3\b", re.I), "zero3"),
    (re.compile(r"zero\s*-?\s*2|zero-?stage-?2|\bz2\b", re.I), "zero2"),
    (re.compile(r"zero\s*-?\s*1|\bz1\b", re.I), "zero1"),
    (re.compile(r"fsdp", re.I), "fsdp"),
    (re.compile(r"\bddp\b|data parallel", re.I), "ddp"),
    (re.compile(r"device_map|naive|layer split", re.I), "layers"),
)
_QUANTIZATION = (
    (re.compile(r"gptq.*8|int8.*gptq", re.I), "gptq-int8"),
    (re.compile(r"gptq|int4", re.I), "gptq-int4"),
    (re.compile(r"nf4.*(dq|double)|double", re.I), "nf4-dq"),
    (re.compile(r"nf4|4\s*-?\s*bit|^4$", re.I), "nf4"),
    (re.compile(r"int8|8\s*-?\s*bit|^8$", re.I), "int8"),
    (re.compile(r"none|no|16|32|-", re.I), "none"),
)
_PRECISION = (
    (re.compile(r"bf(loat)?16.*mix|mix.*bf(loat)?16|amp.*bf16", re.I), "bf16-mixed"),
    (re.compile(r"(fp|float|half)16.*mix|mix.*fp16|amp", re.I), "fp16-mixed"),
    (re.compile(r"bf(loat)?16", re.I), "bf16"),
    (re.compile(r"fp16|float16|half", re.I), "fp16"),
    (re.compile(r"fp32|float32|tf32|full", re.I), "fp32"),
)
_ATTENTION = (
    (re.compile(r"flash|fa2|^fa$|^true$|^yes$|✓", re.I), "flash"),
    (re.compile(r"sdpa|mem.*eff|xformers", re.I), "sdpa"),
    (re.compile(r"eager|none|no|false|✗", re.I), "eager"),
)
_OPTIMIZER = (
    (re.compile(r"paged.*8", re.I), "paged-adamw-8bit"),
    (re.compile(r"(adam|bnb).*8\s*-?bit|8\s*-?bit.*adam", re.I), "adamw-8bit"),
    (re.compile(r"fused", re.I), "adamw-fused"),
    (re.compile(r"adafactor", re.I), "adafactor"),
    (re.compile(r"lion", re.I), "lion"),
    (re.compile(r"sgd", re.I), "sgd"),
    (re.compile(r"adam", re.I), "adamw"),
)
_INTEGERS = re.compile(r"int\s*-?[48]|[48]\s*-?\s*bit", re.I)
_COUNT = re.compile(r"(\d{1,5})\s*[x×*]")
_YES = frozenset({"yes", "true", "on", "y", "1", "✓", "✔", "✅", "是", "enabled"})
_NO = frozenset({"no", "false", "off", "n", "0", "✗", "✘", "❌", "否", "disabled"})


@lru_cache(maxsize=4096)
def field_texts(role: str, text: str) -> Mapping[str, str]:
    """What a cell says, as field → text that `core.fields` reads; nothing for a cell that says nothing.

    A word that is not recognised is given back as it is: the row then says that it cannot be read.
    """
    plain = text.strip()
    if not plain:
        return {}
    if role == "method":
        return _method(plain)
    if role == "precision" and _INTEGERS.search(plain):
        return {"quantization": _first(_QUANTIZATION, plain) or plain}
    if role in ("gpus_per_node", "nodes"):
        count = _COUNT.match(plain)
        return {role: count[1] if count else plain}
    for name, table in (
        ("sharding", _SHARDING),
        ("quantization", _QUANTIZATION),
        ("precision", _PRECISION),
        ("attention", _ATTENTION),
        ("optimizer", _OPTIMIZER),
    ):
        if role == name:
            return {role: _first(table, plain) or _stage(role, plain) or plain}
    if role in ("grad_checkpointing", "fused_loss"):
        word = plain.lower().split("(")[0].strip()
        return {role: "true" if word in _YES else "false" if word in _NO else plain}
    return {role: plain}


def _method(text: str) -> dict[str, str]:
    method = _first(_METHODS, text)
    if method is None:
        return {"method": text}
    found = {"method": method}
    sharding = _first(_SHARDING, text)
    if sharding is not None:
        found["sharding"] = sharding
    if method == "qlora":
        quantization = _first(_QUANTIZATION[:4], text)
        if quantization is not None:
            found["quantization"] = quantization
    return found


def _first(table: tuple[tuple[re.Pattern[str], str], ...], text: str) -> str | None:
    short = text[:200]
    return next((value for pattern, value in table if pattern.search(short)), None)


def _stage(role: str, text: str) -> str | None:
    """ "ZeRO stage" columns hold a bare number."""
    return (
        f"zero{text}" if role == "sharding" and text in ("1", "2", "3") else "none" if text == "0" else None
    )

"""How projects name models, their embeddings and their types; what a name says of quantization."""

from __future__ import annotations

import re

from gpuplanner.core.errors import InputError
from gpuplanner.core.fields import Value
from gpuplanner.core.llm import Llm
from gpuplanner.core.plan import Precision, Quantization, Sharding
from gpuplanner.data.catalog import Catalog
from gpuplanner.data.recipes.common import NoteKind, Reading

_QUANTIZED_NAMES: tuple[tuple[re.Pattern[str], Quantization, str], ...] = (
    (re.compile(r"[-_](?:GPTQ[-_])?Int4$", re.I), Quantization.GPTQ_INT4, ""),
    (re.compile(r"[-_](?:GPTQ[-_])?Int8$", re.I), Quantization.GPTQ_INT8, ""),
    (re.compile(r"[-_](?:unsloth[-_])?bnb[-_]4bit$", re.I), Quantization.NF4_DQ, ""),
    (re.compile(r"[-_]GPTQ$", re.I), Quantization.GPTQ_INT4, "4 bits taken: the name does not say"),
    (re.compile(r"[-_]AWQ$", re.I), Quantization.GPTQ_INT4, "AWQ is counted as GPTQ of 4 bits"),
)
_EMBEDDINGS = {
    "qwen": ("wte", "lm_head"),
    "gpt2": ("wte", "lm_head"),
    "gpt_bigcode": ("wte", "lm_head"),
    "falcon": ("word_embeddings", "lm_head"),
    "chatglm": ("embedding", "output_layer"),
    "internlm2": ("tok_embeddings", "output"),
    "gpt_neox": ("embed_in", "embed_out"),
}
"""Names of the embeddings and the output layer in each family's code; else those of Llama."""
EMBEDDING_NAMES = frozenset(name for pair in _EMBEDDINGS.values() for name in pair) | {"embed_tokens"}


def embedding_names(llm: Llm) -> tuple[str, ...]:
    """The modules that ``modules_to_save`` names to train the embeddings and the output layer."""
    return _EMBEDDINGS.get(llm.model_type, ("embed_tokens", "lm_head"))


def find_model(catalog: Catalog, name: str) -> Llm | None:
    """The catalogue's model of that name, or the one of a path; None when it is not at hand."""
    try:
        return catalog.model(name)
    except InputError:
        return None


def read_model(reading: Reading, key: str, name: str) -> Quantization | None:
    """Put the model into the plan; what its name says of quantization is returned."""
    if not name:
        reading.note(NoteKind.CANNOT_SAY, key, "no model is named: the plan's own is kept", "model")
        return None
    if find_model(reading.catalog, name) is not None:
        reading.put("model", _short_name(reading.catalog, name))
        return None
    for pattern, quantization, why in _QUANTIZED_NAMES:
        if pattern.search(name):
            base = pattern.sub("", name)
            _put_near_name(reading, key, base)
            reading.note(NoteKind.READ_AS, key, why or f"{quantization.value}, by the name", "quantization")
            return quantization
    _put_near_name(reading, key, name)
    return None


def _put_near_name(reading: Reading, key: str, name: str) -> None:
    """A name that may have another organisation before it (``unsloth/…``)."""
    last = name.rstrip("/").rsplit("/", 1)[-1]
    for candidate in (name, last, f"{last}-Chat"):
        if find_model(reading.catalog, candidate) is not None:
            if candidate != name:
                reading.note(NoteKind.READ_AS, key, f"{candidate}, which has the same name", "model")
            reading.put("model", _short_name(reading.catalog, candidate))
            return
    reading.put("model", name)


def _short_name(catalog: Catalog, name: str) -> str:
    """Without the organisation, where the catalogue knows the model by its own name."""
    return name if catalog.model_path(name) is not None else catalog.model(name).name


def has_sharded_states(sharding: Value) -> bool:
    """Whether DeepSpeed trains."""
    return sharding in (Sharding.ZERO1, Sharding.ZERO2, Sharding.ZERO3)


def half(precision: Precision) -> Precision:
    """The 16-bit type of a mixed precision; others as they are."""
    pairs = {Precision.BF16_MIXED: Precision.BF16, Precision.FP16_MIXED: Precision.FP16}
    return pairs.get(precision, precision)

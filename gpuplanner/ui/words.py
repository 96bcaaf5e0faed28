"""How values are called on screen: ``adamw-fused`` reads "AdamW, fused" in cells, forms and menus alike."""

from __future__ import annotations

from enum import Enum
from functools import lru_cache

from PySide6.QtCore import QCoreApplication

from gpuplanner.core.benchmark import ROW_FIELD, MemoryKind, MemoryScope, Origin, Status
from gpuplanner.core.fields import FieldSpec
from gpuplanner.core.plan import Attention, Method, Offload, Optimizer, Quantization, Sharding
from gpuplanner.core.units import NONE
from gpuplanner.ui.told import language_name

# Names that are spelled the same in every language stay plain texts; words go through `translate`.
# Keyed by str(member), "Sharding.NONE": the members are texts, so Sharding.NONE == Quantization.NONE.
_SPELLINGS: dict[str, str] = {
    str(Method.LORA): "LoRA",
    str(Method.LORA_EMB): "LoRA (emb)",
    str(Method.QLORA): "QLoRA",
    str(Quantization.NF4): "NF4",
    str(Quantization.NF4_DQ): "NF4, double",
    str(Quantization.GPTQ_INT4): "GPTQ Int4",
    str(Quantization.GPTQ_INT8): "GPTQ Int8",
    str(Quantization.INT8): "int8",
    str(Optimizer.ADAMW): "AdamW",
    str(Optimizer.ADAMW_FUSED): "AdamW, fused",
    str(Optimizer.ADAMW_8BIT): "AdamW 8-bit",
    str(Optimizer.PAGED_ADAMW_8BIT): "AdamW 8-bit, paged",
    str(Optimizer.ADAFACTOR): "Adafactor",
    str(Optimizer.LION): "Lion",
    str(Optimizer.SGD): "SGD",
    str(Sharding.NONE): NONE,
    str(Sharding.DDP): "DDP",
    str(Sharding.ZERO1): "ZeRO-1",
    str(Sharding.ZERO2): "ZeRO-2",
    str(Sharding.ZERO3): "ZeRO-3",
    str(Sharding.FSDP): "FSDP",
    str(Attention.SDPA): "SDPA",
}


def value_words(value: object) -> str:
    """A field's value as people read it; an unset value is an en dash, a number keeps its digits."""
    if value is None:
        return NONE
    if isinstance(value, bool):
        translate = QCoreApplication.translate
        return translate("words", "yes") if value else translate("words", "no")
    if isinstance(value, Enum):
        return _SPELLINGS.get(str(value)) or _translated_choice(value, language_name()) or str(value.value)
    if isinstance(value, float):
        return f"{value:g}" if abs(value) < 1000 else f"{value:,.0f}"
    return f"{value:,}" if isinstance(value, int) else str(value)


def field_label(spec: FieldSpec) -> str:
    """The name of a field on screen."""
    # The labels are declared in core, so they are looked up by their English text.
    return QCoreApplication.translate("fields", spec.label)


def column_label(name: str) -> str:
    """The name of a column on screen; an unknown column keeps its head."""
    spec = ROW_FIELD.get(name)
    return field_label(spec) if spec else name


# Cells ask for the same few words.  ``typed``, for members of two enums may be equal texts.
@lru_cache(maxsize=256, typed=True)
def _translated_choice(value: Enum, _language: str) -> str:
    translate = QCoreApplication.translate
    words = {
        str(Method.FULL): translate("words", "Full"),
        str(Method.INFERENCE): translate("words", "Inference"),
        str(Sharding.LAYERS): translate("words", "By layers"),
        str(Offload.OPTIMIZER): translate("words", "optimizer"),
        str(Offload.PARAMETERS): translate("words", "parameters"),
        str(Status.MEASURED): translate("words", "measured"),
        str(Status.OOM): translate("words", "out of memory"),
        str(Status.NOT_MEASURED): translate("words", "not measured"),
        str(Origin.PUBLISHED): translate("words", "published"),
        str(Origin.TRIAL): translate("words", "trial"),
        str(Origin.DRY_RUN): translate("words", "dry run"),
        str(Origin.ENTERED): translate("words", "entered"),
        str(MemoryScope.PER_GPU): translate("words", "per GPU"),
        str(MemoryScope.TOTAL): translate("words", "total"),
        str(MemoryKind.ALLOCATED): translate("words", "allocated"),
        str(MemoryKind.RESERVED): translate("words", "reserved"),
        str(MemoryKind.UNKNOWN): translate("words", "unknown"),
        str(MemoryKind.DEVICE): translate("words", "device (NVML)"),
    }
    return words.get(str(value), "")

"""What a GPU is: its figures, each with where it comes from."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Gpu:
    """One card of the catalogue.

    Peaks are dense rates with fp32 accumulation.  ``None`` means that no usable figure is published
    (bf16 on a V100) and must never be read as zero.  ``status`` names, per figure, how well it is
    known: ``source``, ``derived``, ``conflict`` or ``unverified``; figures: ``memory``,
    ``bandwidth``, ``flops``, ``tdp``, ``nvlink``.
    """

    name: str
    nvml_name: str
    architecture: str
    compute_capability: str
    memory_bytes: int
    """What NVML reports as the total; less than the number in the card's name."""
    bandwidth_bytes_per_s: float | None
    bf16_flops: float | None
    fp16_flops: float | None
    tdp_watts: float | None
    nvlink_bytes_per_s: float
    """Both directions together; 0 without NVLink."""
    measured_matmul_flops: float | None
    """Best dense bf16 matmul that someone measured, where published."""
    flash_attention: str
    status: tuple[tuple[str, str], ...] = ()
    sources: str = ""
    note: str = ""
    vendor: str = ""
    marketing_gb: float | None = None
    """The number in the card's name; never what a plan may use."""
    ecc: str = ""
    """What is known of error correction, which takes some of the memory on some cards."""

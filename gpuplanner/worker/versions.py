"""What a trial ran with: libraries, and the card."""

from __future__ import annotations

import platform
from importlib.metadata import PackageNotFoundError, version

import torch

from gpuplanner.core.trial import Device, TrialGpu, TrialKind, TrialSpec
from gpuplanner.worker.nvml import OwnCard
from gpuplanner.worker.refusal import Refused

_LIBRARIES = ("torch", "transformers", "peft", "bitsandbytes", "accelerate", "safetensors", "flash_attn")


def library_versions() -> dict[str, str]:
    """Versions of Python, of what is installed of the training stack, and of CUDA if torch has it."""
    found = {"python": platform.python_version()}
    for name in _LIBRARIES:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            continue
    if torch.version.cuda:
        found["cuda"] = torch.version.cuda
    return found


def device_of(spec: TrialSpec) -> torch.device:
    """Where the trial runs.

    Raises:
        Refused: a card is asked for that torch does not see.
    """
    if spec.kind is TrialKind.DRY_RUN or spec.device is Device.CPU:
        return torch.device("cpu")
    if not torch.cuda.is_available():
        if spec.device is Device.AUTO and not spec.gpu_uuid:
            return torch.device("cpu")
        built = f"built for CUDA {torch.version.cuda}" if torch.version.cuda else "built without CUDA"
        raise Refused(f"torch {torch.__version__} ({built}) sees no card; run it on the CPU, or mend that")
    for index in range(torch.cuda.device_count()):
        if not spec.gpu_uuid or _uuid(index) == spec.gpu_uuid:
            return torch.device("cuda", index)
    raise Refused(f"torch does not see the card {spec.gpu_uuid} (CUDA_VISIBLE_DEVICES may hide it)")


def gpu_of(spec: TrialSpec) -> TrialGpu | None:
    """The card that `device_of` chooses, or None."""
    try:
        device = device_of(spec)
    except Refused:
        return None  # the trial itself will say so
    if device.type != "cuda":
        return None
    properties = torch.cuda.get_device_properties(device)
    uuid = _uuid(device.index)
    return TrialGpu(
        name=properties.name,
        uuid=uuid,
        driver=OwnCard(spec.nvml_module, uuid).driver,
        compute_capability=f"{properties.major}.{properties.minor}",
        capacity_bytes=properties.total_memory,
    )


def _uuid(index: int) -> str:
    """As NVML writes it; torch leaves the first four letters out."""
    uuid = str(getattr(torch.cuda.get_device_properties(index), "uuid", ""))  # not before torch 2.4
    if not uuid:
        return ""
    return uuid if uuid.startswith(("GPU-", "MIG-")) else f"GPU-{uuid}"

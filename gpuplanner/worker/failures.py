"""What a failure means: out of memory is a result with numbers, anything else a message for people."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from gpuplanner.core.trial import TrialResult, TrialStatus
from gpuplanner.worker.refusal import Refused

# The words of torch 2.4–2.13 and of CUDA's libraries.  Types are looked at first; torch raises plain
# RuntimeErrors for the CPU's allocator and for what cuBLAS, cuDNN and NCCL could not get.
_OUT_OF_MEMORY = (
    "cuda out of memory",
    "out of memory",
    "defaultcpuallocator",
    "cublas_status_alloc_failed",
    "cudnn_status_alloc_failed",
    "cudaerrormemoryallocation",
    "cusparse_status_alloc_failed",
)
_CUDA_ERROR_MEMORY_ALLOCATION = 2
"""cudaErrorMemoryAllocation of CUDA's runtime API."""
_WANTED = re.compile(r"tried to allocate ([0-9]+(?:[.][0-9]+)?) ?(bytes|[KMGT]i?B)", re.IGNORECASE)
_UNITS = {"b": 1, "k": 2**10, "m": 2**20, "g": 2**30, "t": 2**40}
_INSTALL = ("torch", "transformers", "peft", "bitsandbytes", "accelerate", "safetensors")


@dataclass(frozen=True)
class Failure:
    """How a trial that raised has ended."""

    status: TrialStatus
    message: str
    wanted_bytes: int | None = None
    exhausted: str = ""
    """Out of memory: ``card`` or ``host``."""


def failure_of(error: BaseException) -> Failure:
    """Out of memory, wherever in the chain of causes it hides, or failed."""
    if isinstance(error, Refused):
        return Failure(TrialStatus.FAILED, str(error))
    for cause in _chain(error):
        if _is_out_of_memory(cause):
            return _out_of_memory(cause)
    if isinstance(error, ModuleNotFoundError) and (error.name or "").partition(".")[0] in _INSTALL:
        package = (error.name or "").partition(".")[0]
        what = f"{package} is not installed in {sys.executable}"
        return Failure(TrialStatus.FAILED, f"{what}; install it there, or choose another Python")
    if isinstance(error, ImportError):
        library = _failed_import(error)
        what = f"{library} cannot be imported: {_first_line(error)}"
        return Failure(TrialStatus.FAILED, f"{what}; mend that installation, or choose another Python")
    if isinstance(error, SystemExit):
        return Failure(TrialStatus.FAILED, f"a library ended the process with sys.exit({error.code!r})")
    return Failure(TrialStatus.FAILED, _first_line(error))


def at_failure(result: TrialResult, failure: Failure, place: str, step: int | None) -> TrialResult:
    """The result so far with where it failed, and the allocator's own numbers where a card was used."""
    result = replace(
        result,
        failed_phase=place,
        failed_step=step,
        wanted_bytes=failure.wanted_bytes,
        exhausted=failure.exhausted,
    )
    torch = sys.modules.get("torch")
    if torch is None or result.device != "cuda":
        return result
    try:
        if not torch.cuda.is_initialized():
            return result
        stats, (free, capacity) = torch.cuda.memory_stats(), torch.cuda.mem_get_info()
    except Exception as error:  # after some errors of a card, every further call of CUDA fails
        return replace(result, notes=(*result.notes, f"The card says no more: {_first_line(error)}"))
    note = f"At the failure {free:,} of {capacity:,} bytes of the card were free"
    return replace(
        result,
        peak_allocated_bytes=_larger(result.peak_allocated_bytes, stats.get("allocated_bytes.all.peak")),
        peak_reserved_bytes=_larger(result.peak_reserved_bytes, stats.get("reserved_bytes.all.peak")),
        capacity_bytes=result.capacity_bytes or capacity,
        notes=(*result.notes, note),
    )


def _chain(error: BaseException) -> Iterator[BaseException]:
    seen: set[int] = set()
    cause: BaseException | None = error
    while cause is not None and id(cause) not in seen:
        seen.add(id(cause))
        yield cause
        cause = cause.__cause__ or cause.__context__


def _is_out_of_memory(error: BaseException) -> bool:
    if isinstance(error, MemoryError):
        return True
    torch: Any = sys.modules.get("torch")
    kind = getattr(torch, "OutOfMemoryError", None)
    if isinstance(kind, type) and isinstance(error, kind):
        return True
    if getattr(error, "error_code", None) == _CUDA_ERROR_MEMORY_ALLOCATION:
        return True
    text = str(error).lower()
    return isinstance(error, RuntimeError) and any(words in text for words in _OUT_OF_MEMORY)


def _out_of_memory(error: BaseException) -> Failure:
    found = _WANTED.search(str(error))
    wanted = None
    if found is not None:
        unit = _UNITS[found[2][0].lower()]
        wanted = int(found[1]) if unit == 1 else round(float(found[1]) * unit)
    exhausted = "host" if _of_the_host(error) else "card"
    asked = "" if wanted is None else f" when {wanted:,} bytes were asked for"
    return Failure(TrialStatus.OOM, f"the {exhausted} has run out of memory{asked}", wanted, exhausted)


def _of_the_host(error: BaseException) -> bool:
    return isinstance(error, MemoryError) or "defaultcpuallocator" in str(error).lower()


def _failed_import(error: ImportError) -> str:
    """The library of the training stack whose code was running last; else what the error names."""
    traceback, library = error.__traceback__, ""
    while traceback is not None:
        root = str(traceback.tb_frame.f_globals.get("__name__", "")).partition(".")[0]
        library = root if root in _INSTALL else library
        traceback = traceback.tb_next
    return library or error.name or "a library"


def _larger(first: int | None, second: int | None) -> int | None:
    known = [size for size in (first, second) if size is not None]
    return max(known, default=None)


def _first_line(error: BaseException) -> str:
    lines = str(error).strip().splitlines()
    kind = type(error).__name__
    return f"{kind}: {lines[0][:500]}" if lines else kind

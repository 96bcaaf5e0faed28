"""Lays an out-of-memory message over what was predicted for the plan: figures, likely causes, what to do."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from gpuplanner.core.estimate import Budget, Change, Estimate, Fits
from gpuplanner.core.oom_message import OomKind, OomMessage
from gpuplanner.core.plan import ResolvedPlan
from gpuplanner.core.units import GIB, MIB, gib, signed
from gpuplanner.estimator.estimate import PHYSICS, Calibration, estimate
from gpuplanner.estimator.solve import rank_fixes
from gpuplanner.report.oom_tensors import Recognised, recognise

MOST_FIXES = 4
_WORTH_NAMING_BYTES = GIB // 4
"""Of another process: a desktop takes less."""
_CARD_DIFFERS = 0.04
"""CUDA reports up to 2 % less than NVML; what differs more is another card."""
SEGMENTS = "PYTORCH_CUDA_ALLOC_CONF=expandable_segments:True"
"""Still read by torch 2.9 and newer, which name it PYTORCH_ALLOC_CONF."""


class CauseKind(StrEnum):
    """Why memory ran out, as far as the message and the plan tell."""

    OTHER_CARD = "other card"
    OTHER_PROCESS = "other process"
    LIMIT = "limit"
    FRAGMENTATION = "fragmentation"
    PRIVATE_POOLS = "private pools"
    TENSOR = "tensor"
    OPTIMIZER = "optimizer"
    LOADING = "loading"
    TOO_LARGE = "too large"
    MORE_THAN_PLANNED = "more than planned"
    LIBRARY = "library"
    HOST = "host"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Cause:
    """One likely cause: what is seen, and what helps."""

    kind: CauseKind
    what: str
    advice: str = ""


@dataclass(frozen=True)
class FigureRow:
    """One line of the table: the message beside the prediction; None where one of them is silent."""

    name: str
    message_bytes: int | None
    predicted_bytes: int | None = None
    remark: str = ""


@dataclass(frozen=True)
class OomReport:
    """Everything that is said about a message."""

    message: OomMessage
    rows: tuple[FigureRow, ...]
    causes: tuple[Cause, ...]
    """The likeliest first."""
    fixes: tuple[Change, ...] = ()
    """Changes of the plan for the memory that was there, the cheapest first."""
    budget: Budget | None = None
    """What this process could have had."""
    recognised: Recognised | None = None
    answer: Estimate | None = None


def explain_oom(
    message: OomMessage, resolved: ResolvedPlan | None = None, calibration: Calibration = PHYSICS
) -> OomReport:
    """Say what a message means, for a plan if one is given."""
    if resolved is None:
        return OomReport(message, tuple(_rows(message, None)), tuple(_causes(message, None, None)))
    budget = Budget(available_bytes(message))
    answer = estimate(resolved, budget=budget, calibration=calibration)
    found = recognise(message, resolved)
    fixes = rank_fixes(resolved, budget, calibration).helpful
    fitting = [change for change in fixes if change.fits is not Fits.NO]
    offered = (fitting or list(fixes))[:MOST_FIXES]
    return OomReport(
        message,
        tuple(_rows(message, answer)),
        tuple(_causes(message, answer, found)),
        tuple(offered),
        budget,
        found,
        answer,
    )


def available_bytes(message: OomMessage) -> int | None:
    """What this process could have had of the card: all but what others hold; None where nothing says it."""
    limits = []
    if message.total_bytes is not None:
        limits.append(message.total_bytes - sum(size for _, size in message.others))
    if message.allowed_bytes is not None:
        limits.append(message.allowed_bytes)
    return max(0, min(limits)) if limits else None


def held_bytes(message: OomMessage) -> int | None:
    """What this process held when it failed: what the driver says, else what torch had reserved."""
    return message.process_bytes if message.process_bytes is not None else message.reserved_bytes


def needed_bytes(message: OomMessage) -> int | None:
    """What it would have needed to go on at this place, and so the least that the whole step needs."""
    held = held_bytes(message)
    if held is None or message.attempted_bytes is None:
        return None
    # Of what torch holds unused, a request could have had some.
    return held + max(0, message.attempted_bytes - (message.unallocated_bytes or 0))


# The table -------------------------------------------------------------------------------------------


def _rows(message: OomMessage, answer: Estimate | None) -> Iterator[FigureRow]:
    memory = None if answer is None else answer.memory
    card = None if answer is None else answer.resolved.gpu.memory_bytes
    yield FigureRow("card", message.total_bytes, card, _card_remark(message, answer))
    others = sum(size for _, size in message.others)
    if message.others:
        names = "PID " + ", ".join(str(number) for number, _ in message.others[:3])
        yield FigureRow("other processes", others, 0 if answer else None, names)
    yield FigureRow("free", message.free_bytes)
    if message.process_bytes is not None:
        peak = None if memory is None else memory.peak_device_bytes
        yield FigureRow("this process", message.process_bytes, peak, "the plan's peak" if memory else "")
    reserved = None if memory is None else memory.peak_reserved_bytes
    yield FigureRow("reserved by torch", message.reserved_bytes, reserved)
    allocated = None if memory is None else memory.peak_allocated_bytes
    yield FigureRow("allocated", message.allocated_bytes, allocated)
    unused = None if memory is None else memory.fragmentation_bytes
    yield FigureRow("reserved, not allocated", message.unallocated_bytes, unused)
    if message.private_pool_bytes:
        yield FigureRow("private pools", message.private_pool_bytes)
    yield FigureRow("tried to allocate", message.attempted_bytes)
    needed = needed_bytes(message)
    if needed is not None:
        peak = None if memory is None else memory.peak_device_bytes
        yield FigureRow("needed to go on", needed, peak, _needed_remark(needed, answer))


def _card_remark(message: OomMessage, answer: Estimate | None) -> str:
    if answer is None or message.total_bytes is None:
        return ""
    name = answer.resolved.gpu.name
    return f"not the plan's {name}" if _is_other_card(message, answer) else name


def _is_other_card(message: OomMessage, answer: Estimate) -> bool:
    card = answer.resolved.gpu.memory_bytes
    return message.total_bytes is not None and abs(message.total_bytes - card) > _CARD_DIFFERS * card


def _needed_remark(needed: int, answer: Estimate | None) -> str:
    if answer is None:
        return ""
    memory = answer.memory
    if needed > memory.high_device_bytes:
        return f"{gib(needed - memory.peak_device_bytes)} GiB more than predicted"
    return "as predicted" if needed >= memory.low_device_bytes else "before the predicted peak"


# Causes ----------------------------------------------------------------------------------------------


def _causes(message: OomMessage, answer: Estimate | None, found: Recognised | None) -> list[Cause]:
    if message.kind is not OomKind.ALLOCATOR:
        return [_library(message, answer)]
    causes = [*_of_card(message, answer), *_of_allocator(message), *_of_tensor(message, found)]
    causes += _of_moment(message, answer)
    causes += _of_plan(message, answer)
    return causes or [Cause(CauseKind.UNKNOWN, "The message names no cause: the card was full", _ADVICE_PLAN)]


_ADVICE_PLAN = "Make the step smaller: shorter samples, a smaller micro batch, checkpointing, fused loss"


def _of_card(message: OomMessage, answer: Estimate | None) -> Iterator[Cause]:
    if answer is not None and message.total_bytes is not None and _is_other_card(message, answer):
        what = (
            f"The card has {gib(message.total_bytes, 2)} GiB; the plan is for {answer.resolved.gpu.name} "
            f"with {gib(answer.resolved.gpu.memory_bytes, 2)} GiB"
        )
        yield Cause(CauseKind.OTHER_CARD, what, "Choose the card of the message in the plan")
    others = sum(size for _, size in message.others)
    if others > _WORTH_NAMING_BYTES:
        needed, total = needed_bytes(message), message.total_bytes
        enough = needed is not None and total is not None and needed <= total
        end = "; without that there would have been enough at this place" if enough else ""
        names = ", ".join(f"{number} ({gib(size)} GiB)" for number, size in message.others[:3])
        what = f"Other processes hold {gib(others)} GiB of the card: {names}{end}"
        if len(message.others) == 1:
            what = f"Process {message.others[0][0]} holds {gib(others)} GiB of the card{end}"
        yield Cause(CauseKind.OTHER_PROCESS, what, "End it, or choose another card (CUDA_VISIBLE_DEVICES)")
    allowed, held = message.allowed_bytes, message.reserved_bytes
    if allowed is not None and message.total_bytes is not None and allowed < 0.98 * message.total_bytes:
        all_of_it = gib(message.total_bytes)
        what = f"The process may use {gib(allowed)} of {all_of_it} GiB and holds {gib(held or 0)}"
        yield Cause(CauseKind.LIMIT, what, "Raise or remove set_per_process_memory_fraction")


def _of_allocator(message: OomMessage) -> Iterator[Cause]:
    unused, attempted, held = message.unallocated_bytes, message.attempted_bytes or 0, message.reserved_bytes
    if message.private_pool_bytes and message.private_pool_bytes > _WORTH_NAMING_BYTES:
        what = f"CUDA graphs keep {gib(message.private_pool_bytes)} GiB in private pools"
        yield Cause(CauseKind.PRIVATE_POOLS, what, "Capture fewer graphs, or switch torch.compile's off")
    if unused is None or held is None:
        return
    if unused >= max(attempted, 64 * MIB):
        what = (
            f"torch holds {gib(unused, 2)} GiB that it does not use, more than the {gib(attempted, 2)} GiB "
            "that it tried to get, but in pieces that are too small: fragmentation"
        )
        yield Cause(CauseKind.FRAGMENTATION, what, f"Set {SEGMENTS} before the start")
    elif unused > 0.1 * held:
        what = f"{gib(unused, 2)} of {gib(held, 2)} GiB that torch holds are not in use: partly fragmentation"
        yield Cause(CauseKind.FRAGMENTATION, what, f"Set {SEGMENTS} before the start")


def _of_tensor(message: OomMessage, found: Recognised | None) -> Iterator[Cause]:
    if found is not None:
        yield Cause(CauseKind.TENSOR, found.what, found.advice)


def _of_moment(message: OomMessage, answer: Estimate | None) -> Iterator[Cause]:
    if message.moment == "optimizer":
        what = "It failed in the optimizer's step; the first one makes the optimizer's states"
        if answer is not None:
            size = max(phase.parts.optimizer_bytes for phase in answer.memory.phases)
            what += f", {gib(size)} GiB by the plan"
        yield Cause(
            CauseKind.OPTIMIZER, what, "An 8-bit optimizer, sharded states (ZeRO, FSDP) or LoRA need less"
        )
    elif message.moment == "load":
        what = "It failed while the model was loaded"
        if answer is not None:
            first = answer.memory.phases[0]
            what += f"; by the plan the weights take {gib(first.allocated_bytes)} GiB"
        yield Cause(
            CauseKind.LOADING, what, "Load in 16 bits or quantized, and each process onto its own card"
        )


def _of_plan(message: OomMessage, answer: Estimate | None) -> Iterator[Cause]:
    needed = needed_bytes(message)
    if answer is None or needed is None:
        return
    memory, limit = answer.memory, answer.budget_bytes
    if answer.fits is Fits.NO:
        what = (
            f"The plan needs {gib(memory.peak_device_bytes)} GiB and the process could have {gib(limit)}: it "
            "was predicted not to fit"
        )
        yield Cause(CauseKind.TOO_LARGE, what, "Apply one of the changes below")
    elif answer.fits is Fits.TIGHT and needed <= memory.high_device_bytes:
        what = (
            f"The plan was predicted to fit tightly: {gib(memory.peak_device_bytes)} GiB, up to "
            f"{gib(memory.high_device_bytes)}, of {gib(limit)}"
        )
        yield Cause(CauseKind.TOO_LARGE, what, "Apply one of the changes below")
    elif needed > memory.high_device_bytes:
        what = (
            f"The run needs at least {gib(needed)} GiB, the plan {gib(memory.peak_device_bytes)} (up to "
            f"{gib(memory.high_device_bytes)}): {signed((needed - memory.peak_device_bytes) / GIB, 1)} GiB"
        )
        advice = (
            "Check that model, length, micro batch, checkpointing, optimizer and loss are those of the run"
        )
        yield Cause(CauseKind.MORE_THAN_PLANNED, what, advice)


_LIBRARIES = {
    OomKind.CUBLAS: ("cuBLAS or cuDNN found no memory for its workspace", "Leave some of the card free"),
    OomKind.NCCL: ("NCCL found no memory for its buffers, which torch does not count", "Leave 1 GiB free"),
    OomKind.BITSANDBYTES: ("bitsandbytes found no memory on the card", "Leave some of the card free"),
    OomKind.DRIVER: ("The driver had no memory left; it says no figures", "Look who holds it (nvidia-smi)"),
}


def _library(message: OomMessage, answer: Estimate | None) -> Cause:
    if message.kind in (OomKind.HOST, OomKind.KILLED):
        what = "The machine's own memory ran out, not the card's"
        if message.kind is OomKind.KILLED:
            what = "The system ended the process (SIGKILL), as it does when the machine's own memory runs out"
        if answer is not None:
            what += (
                f"; by the plan loading takes up to {gib(answer.memory.host_bytes, 0)} GiB of it per machine"
            )
        return Cause(CauseKind.HOST, what, "Load with low_cpu_mem_usage, fewer workers, less offload")
    what, advice = _LIBRARIES[message.kind]
    if answer is not None:
        limit, peak = answer.budget_bytes, answer.memory.peak_device_bytes
        what += f"; the plan needs {gib(peak)} of {gib(limit)} GiB"
    return Cause(CauseKind.LIBRARY, what, advice)

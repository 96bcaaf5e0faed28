"""Measured beside predicted, in lines for people."""

from __future__ import annotations

from collections.abc import Sequence

from gpuplanner.core.estimate import PARTS, Estimate
from gpuplanner.core.trial import TrialResult
from gpuplanner.core.units import GIB, MIB, NONE, gib, seconds, signed

_TOP = 10


def comparison_lines(answer: Estimate | None, result: TrialResult) -> list[str]:
    """Predicted (where the model can be estimated), measured and the error, for what this device measures."""
    on_card = result.device == "cuda"
    lines = [f"{'':12}{'predicted':>12}{'measured':>12}{'error':>10}"]
    measured = {
        "allocated": result.peak_allocated_bytes,
        "reserved": result.peak_reserved_bytes,
        "device": result.peak_device_bytes,
    }
    for name, size in measured.items():
        if name == "allocated" or on_card:
            predicted = None if answer is None else getattr(answer.memory, f"peak_{name}_bytes")
            lines.append(f"{name:12}{_size(predicted):>12}{_size(size):>12}{error(predicted, size):>10}")
    if on_card and result.step_time_s is not None:
        predicted_s, measured_s = None if answer is None else answer.step.seconds, result.step_time_s
        guess = NONE if predicted_s is None else f"{seconds(predicted_s)} s"
        lines.append(
            f"{'step':12}{guess:>12}{seconds(measured_s) + ' s':>12}{error(predicted_s, measured_s):>10}"
        )
    if result.device == "cpu" and result.step_time_s is not None:
        lines.append(f"A step took {seconds(result.step_time_s)} s on the CPU: no card is compared with that")
    return lines


def rank_lines(answer: Estimate | None, result: TrialResult) -> list[str]:
    """Each rank of several beside what is predicted for every one of them."""
    if not result.ranks:
        return []
    predicted = None if answer is None else answer.memory.peak_allocated_bytes
    lines = [f"{'rank':12}{'predicted':>12}{'measured':>12}{'error':>10}  allocated; its phase, where"]
    for rank in result.ranks:
        size = rank.peak_allocated_bytes
        where = ", ".join(part for part in (rank.peak_phase, rank.host, rank.gpu_name) if part)
        lines.append(
            f"{rank.rank:<12}{_size(predicted):>12}{_size(size):>12}{error(predicted, size):>10}  {where}"
        )
    return lines


def phase_lines(answer: Estimate | None, result: TrialResult) -> list[str]:
    """The phases with their parts, and what the estimator says of each phase."""
    parts = [
        part for part in PARTS if any(phase.parts and getattr(phase.parts, part) for phase in result.phases)
    ]
    heads = [part.removesuffix("_bytes").replace("_", " ") for part in parts]
    lines = [
        f"{'GiB':10}{'allocated':>11}{'estimate':>10}{'error':>9}" + "".join(f"{head:>13}" for head in heads)
    ]
    phases = () if answer is None else answer.memory.phases
    predicted = {phase.name: phase.allocated_bytes for phase in phases}
    for phase in result.phases:
        guess = predicted.get(phase.name)
        cells = ["" if phase.parts is None else gib(getattr(phase.parts, part), 3) for part in parts]
        shown = NONE if guess is None else gib(guess, 3)
        lines.append(
            f"{phase.name:10}{gib(phase.allocated_bytes, 3):>11}{shown:>10}"
            f"{error(guess, phase.allocated_bytes):>9}" + "".join(f"{cell:>13}" for cell in cells)
        )
    return lines


def tensor_lines(result: TrialResult) -> list[str]:
    """The largest tensors at the peak."""
    if not result.top_tensors:
        return []
    lines = ["Largest tensors at the peak:"]
    for tensor in result.top_tensors[:_TOP]:
        shape = "×".join(map(str, tensor.shape))
        where = " ".join(part for part in (tensor.operation, tensor.module and f"in {tensor.module}") if part)
        lines.append(f"  {gib(tensor.bytes, 3):>9} GiB  {shape} {tensor.dtype}  {where}")
    return lines


def note_lines(notes: Sequence[str]) -> list[str]:
    """What the worker chose and why."""
    return [f"  {note}" for note in notes]


def _size(n_bytes: int | None) -> str:
    """GiB, or MiB where that would be noughts; a dash where it is not known."""
    if n_bytes is None:
        return NONE
    small = n_bytes < 0.1 * GIB
    return f"{signed(n_bytes / MIB, 3, plus=False)} MiB" if small else f"{gib(n_bytes, 3)} GiB"


def error(predicted: float | None, measured: float | None) -> str:
    """Predicted against measured in per cent."""
    if predicted is None or not measured:
        return NONE
    return f"{signed(100 * (predicted / measured - 1), 1)} %"

"""What one, two and four trials do to estimates of lengths that were not tried.

First on a scripted GPU whose memory and time follow a known law that physics does not know: other
constants, parts that take more than their formula, an offset, and noise.  Then on the Qwen profile, where
the lengths of each series take the part of trials.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from pathlib import Path

import numpy as np

from gpuplanner.core.benchmark import BenchmarkRow, Measurement, MemoryKind, Origin, Provenance, Status
from gpuplanner.core.estimate import PARTS
from gpuplanner.core.plan import Plan, ResolvedPlan, plan_from_texts
from gpuplanner.core.units import GIB
from gpuplanner.data.catalog import load_catalog
from gpuplanner.data.resources import resource
from gpuplanner.data.rows_csv import read_rows
from gpuplanner.estimator.columns import columns_of
from gpuplanner.estimator.constants import MemoryConstants
from gpuplanner.estimator.correction import MeasuredRow, learn
from gpuplanner.estimator.estimate import PHYSICS, Calibration, corrected_by, estimate_many, length_curve
from gpuplanner.estimator.memory import memory

LENGTHS = (256, 512, 1024, 2048, 3072, 4096, 6144, 8192)
TRIED = {1: (1024,), 2: (512, 4096), 4: (256, 1024, 2048, 8192)}
PLANS = (
    {"model": "Qwen-7B", "method": "lora", "gpu": "A100 80GB SXM4"},
    {"model": "Llama-3.1-8B", "method": "lora", "gpu": "A100 80GB SXM4"},
    {"model": "Llama-3.1-8B", "method": "qlora", "gpu": "RTX 4090"},
    {"model": "Mistral-7B-v0.1", "method": "lora", "gpu": "H100 SXM5"},
    {"model": "Qwen2.5-1.5B", "method": "full", "gpu": "A100 80GB SXM4"},
)


@dataclass(frozen=True)
class Law:
    """What the scripted card does differently; shares are multiples of what physics says."""

    offset_bytes: float
    activations: float
    logits: float
    fragmentation: float
    time: float
    noise: float = 0.005

    def measure(self, plan: ResolvedPlan, rng: random.Random) -> tuple[float, float]:
        """(device bytes, seconds) of a run on the card."""
        m = memory(columns_of([plan]), MemoryConstants())
        parts = m.parts.copy()
        parts[:, PARTS.index("activations_bytes")] *= self.activations
        parts[:, PARTS.index("logits_bytes")] *= self.logits
        allocated = np.where(np.isfinite(m.allocated), parts.sum(axis=1), -np.inf)
        cache = MemoryConstants().cache_bytes
        pool = allocated + cache + self.fragmentation * np.maximum(m.fragmentation - cache, 0)
        seconds = float(estimate_many([plan]).step_time_s[0]) * self.time
        size = float(pool.max() + m.context[0]) + self.offset_bytes
        return size * rng.gauss(1, self.noise), seconds * rng.gauss(1, self.noise)


def random_law(rng: random.Random) -> Law:
    """A card within what physics holds for possible."""
    return Law(
        offset_bytes=rng.gauss(0, 0.5e9),
        activations=max(rng.gauss(1, 0.2), 0.5),
        logits=max(rng.gauss(1, 0.15), 0.5),
        fragmentation=max(rng.gauss(1, 0.6), 0.0),
        time=max(rng.gauss(1, 0.12), 0.6),
    )


def trial_row(plan: ResolvedPlan, size: float, seconds: float) -> MeasuredRow:
    """The row that a trial would add."""
    measured = Measurement(peak_memory=size / GIB, peak_memory_kind=MemoryKind.DEVICE, step_time_s=seconds)
    return MeasuredRow(BenchmarkRow(plan.origin, measured, Provenance(origin=Origin.TRIAL)), plan)


@dataclass
class Tally:
    """Errors and intervals of predictions, gathered."""

    errors: list[float]
    inside: list[bool]
    widths: list[float]

    def add(self, predicted: Sequence[float], high: Sequence[float], true: Sequence[float]) -> None:
        """Predictions beside what is true."""
        for central, upper, truth in zip(predicted, high, true, strict=True):
            self.errors.append(abs(central / truth - 1))
            self.inside.append(abs(np.log(truth / central)) <= np.log(upper / central))
            self.widths.append(upper / central - 1)

    def line(self) -> str:
        """For people."""
        return (
            f"error {100 * np.mean(self.errors):4.1f} %, worst {100 * max(self.errors):5.1f} %, "
            f"90 % range holds {100 * np.mean(self.inside):3.0f} %, "
            f"half-width {100 * np.median(self.widths):4.1f} %"
        )


def tally() -> Tally:
    """Nothing gathered yet."""
    return Tally([], [], [])


def scripted(n_laws: int = 60) -> None:
    """The scripted card: error before and after on lengths not tried."""
    rng = random.Random(7)
    catalog = load_catalog()
    laws = [(random_law(rng), plan) for _ in range(n_laws) for plan in PLANS]
    for count, tried in TRIED.items():
        sides = {name: (tally(), tally()) for name in ("memory", "time")}
        rest = [length for length in LENGTHS if length not in tried]
        for law, texts in laws:
            plan = catalog.resolve(plan_from_texts(texts))
            at = {length: _with_length(plan, length) for length in LENGTHS}
            rows = [trial_row(at[length], *law.measure(at[length], rng)) for length in tried]
            learned = corrected_by([learn(rows, name="trial", date="")])
            silent = replace(law, noise=0.0)
            truth = [silent.measure(at[length], rng) for length in rest]
            for side, calibration in enumerate((PHYSICS, learned)):
                columns = length_curve(plan, rest, calibration)
                sides["memory"][side].add(
                    columns.device_bytes.tolist(), columns.high_bytes.tolist(), [size for size, _ in truth]
                )
                sides["time"][side].add(
                    columns.step_time_s.tolist(), columns.high_s.tolist(), [seconds for _, seconds in truth]
                )
        print(
            f"scripted card, {count} trial{'s' * (count > 1)}: {len(laws)} cards and plans, "
            f"{len(rest)} lengths not tried"
        )
        for name, (before, after) in sides.items():
            print(f"  {name:6} before: {before.line()}\n  {'':6} after:  {after.line()}")


def _with_length(plan: ResolvedPlan, length: int) -> ResolvedPlan:
    def at(some: Plan) -> Plan:
        return replace(some, seq_len=length)

    return replace(plan, plan=at(plan.plan), asked=None if plan.asked is None else at(plan.asked))


def measured_rows(path: Path) -> list[MeasuredRow]:
    """The measured rows of a table."""
    catalog = load_catalog()
    return [
        MeasuredRow(row, catalog.resolve(row.effective_plan(), path.parent))
        for row in read_rows(path).rows
        if row.measurement.status is Status.MEASURED and row.peak_bytes_per_gpu
    ]


def _judge(sides: tuple[Tally, Tally], rows: list[MeasuredRow], calibration: Calibration, side: int) -> None:
    columns = estimate_many([item.resolved for item in rows], calibration)
    true = [float(item.row.peak_bytes_per_gpu or 0) for item in rows]
    kinds = [item.row.measurement.peak_memory_kind.value for item in rows]
    predicted = [float(columns.kind(kind)[i]) for i, kind in enumerate(kinds)]
    widths = (columns.high_bytes / columns.device_bytes).tolist()
    high = [central * width for central, width in zip(predicted, widths, strict=True)]
    sides[side].add(predicted, high, true)


def profile() -> None:
    """The profile: some lengths of a series as trials, the others judged; then whole series left out."""
    rows = measured_rows(resource("samples", "qwen-profile.csv"))
    series: dict[tuple[str, ...], list[MeasuredRow]] = {}
    for item in rows:
        plan = item.resolved.plan
        key = (plan.model, plan.method.value, str(plan.sharding), str(plan.n_gpus))
        series.setdefault(key, []).append(item)
    for count in TRIED:
        chosen = [
            (list(tried), [item for item in items if item not in tried])
            for items in series.values()
            if len(items) > count
            for tried in combinations(items, count)
        ]
        _report(f"profile, {count} of a series' lengths known", chosen)
    groups: dict[str, Callable[[MeasuredRow], object]] = {
        "cell": lambda item: id(item),
        "series": lambda item: next(key for key, items in series.items() if item in items),
        "model": lambda item: item.resolved.llm.name,
    }
    for name, key_of in groups.items():
        held = {key_of(item) for item in rows}
        chosen = [
            ([item for item in rows if key_of(item) != out], [item for item in rows if key_of(item) == out])
            for out in held
        ]
        _report(f"profile, each {name} left out", chosen)


def second_table() -> None:
    """Another framework's table, which nothing was fitted to: each row from all others."""
    rows = measured_rows(Path(__file__).parent.parent / "samples" / "fsdp_rows.csv")
    chosen = [([item for item in rows if item is not out], [out]) for out in rows]
    _report("fsdp_rows, each row left out", chosen)


def _report(title: str, chosen: Iterable[tuple[list[MeasuredRow], list[MeasuredRow]]]) -> None:
    sides = (tally(), tally())
    for known, judged in chosen:
        _judge(sides, judged, PHYSICS, 0)
        _judge(sides, judged, corrected_by([learn(known, name="known", date="")]), 1)
    print(f"{title}\n  memory before: {sides[0].line()}\n  {'':6} after:  {sides[1].line()}")


if __name__ == "__main__":
    scripted()
    profile()
    second_table()

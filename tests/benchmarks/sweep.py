"""Plans per second in a mixed sweep and from CSV to CSV, one warm estimate, and the command as a whole
process beside numpy.

What runs in this process is timed in seconds of one core, whole processes by the clock.
"""

from __future__ import annotations

import csv
import os
import random
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

from gpuplanner.core.errors import InputError
from gpuplanner.core.fields import write_value
from gpuplanner.core.plan import Method, Plan, Quantization, ResolvedPlan, Sharding
from gpuplanner.data.catalog import load_catalog
from gpuplanner.estimator.columns import columns_of
from gpuplanner.estimator.estimate import estimate, estimate_many

N_PLANS = 20_000
N_ROWS = 100_000
CHUNK = 2_000


def mixed_plans(n: int) -> list[ResolvedPlan]:
    """Random plans over models, methods, shardings and lengths."""
    catalog, rng = load_catalog(), random.Random(1)
    models = catalog.model_names[:60]
    plans: list[ResolvedPlan] = []
    while len(plans) < n:
        gpus = rng.choice([1, 1, 2, 4, 8])
        method = rng.choice([Method.LORA, Method.LORA_EMB, Method.QLORA, Method.FULL])
        plan = Plan(
            model=rng.choice(models),
            method=method,
            quantization=Quantization.NF4_DQ if method is Method.QLORA else Quantization.NONE,
            sharding=Sharding.NONE
            if gpus == 1
            else rng.choice([Sharding.DDP, Sharding.ZERO3, Sharding.FSDP]),
            gpus_per_node=gpus,
            seq_len=rng.choice([256, 512, 1024, 2048, 4096, 8192]),
            lora_rank=rng.choice([8, 16, 64]),
            micro_batch_size=rng.choice([1, 2, 4]),
        )
        try:
            plans.append(catalog.resolve(plan))
        except InputError:
            continue
    return plans


def sweep_rate(plans: list[ResolvedPlan], runs: int = 3) -> float:
    """Plans per second, all parts of memory and all classes of time."""
    rates = []
    for _ in range(runs):
        start = time.process_time()
        for first in range(0, len(plans), CHUNK):
            estimate_many(plans[first : first + CHUNK])
        rates.append(len(plans) / (time.process_time() - start))
    return statistics.median(rates)


def bare_rate(plans: list[ResolvedPlan], runs: int = 200) -> float:
    """Plans per second of one bare numpy term, weights = bytes · parameters / GPUs, over ready columns."""
    c = columns_of(plans[:CHUNK])
    start = time.process_time()
    for _ in range(runs):
        np.divide(c.weight_bytes * c.model.parameters, c.gpus)
    return runs * CHUNK / (time.process_time() - start)


def csv_rates(plans: list[ResolvedPlan]) -> tuple[float, float]:
    """Rows per second of ``estimate --plans`` as a whole process, from CSV file to CSV file: by the clock,
    and by the seconds of a core that it took."""
    names = ("model", "method", "quantization", "sharding", "gpus_per_node", "seq_len", "lora_rank")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "plans.csv"
        with path.open("w", newline="", encoding="utf-8") as file:
            writer = csv.writer(file)
            writer.writerow((*names, "micro_batch_size"))
            for i in range(N_ROWS):
                plan = plans[i % len(plans)].plan
                texts = [write_value(getattr(plan, name)) for name in names]
                writer.writerow((*texts, plan.micro_batch_size + i // len(plans)))
        command = [sys.executable, "-m", "gpuplanner", "estimate", "--plans", str(path)]
        before, runs = os.times(), 3
        seconds = median_seconds([*command, "--out", str(path.with_name("answers.csv"))], runs)
        after = os.times()
    core = after.children_user + after.children_system - before.children_user - before.children_system
    return N_ROWS / seconds, N_ROWS * runs / core


def median_seconds(command: list[str], runs: int = 7) -> float:
    """Median wall time of a whole process."""
    times = []
    for _ in range(runs):
        start = time.perf_counter()
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        times.append(time.perf_counter() - start)
    return statistics.median(times)


def main() -> None:
    """Print the figures."""
    plans = mixed_plans(N_PLANS)
    rate, bare = sweep_rate(plans), bare_rate(plans)
    print(f"mixed sweep: {rate:,.0f} plans/s; one bare numpy term is {bare / rate:,.0f} times as fast")
    by_clock, by_core = csv_rates(plans)
    print(
        f"CSV to CSV, whole process: {by_clock:,.0f} rows/s by the clock, {by_core:,.0f} per second of a core"
    )
    estimate(plans[0])
    times = []
    for _ in range(200):
        start = time.process_time()
        estimate(plans[0])
        times.append(time.process_time() - start)
    print(f"one warm estimate: {statistics.median(times) * 1e3:.2f} ms")
    command = median_seconds([sys.executable, "-m", "gpuplanner", "estimate", "--model", "Qwen-7B", "--json"])
    numpy_alone = median_seconds([sys.executable, "-c", "import numpy"])
    print(f"gpuplanner estimate: {command:.3f} s, import numpy alone {numpy_alone:.3f} s")


if __name__ == "__main__":
    main()

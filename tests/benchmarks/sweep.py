"""Plans per second in a mixed sweep, one warm estimate, and the command as a whole process beside numpy."""

from __future__ import annotations

import random
import statistics
import subprocess
import sys
import time

from gpuplanner.core.errors import InputError
from gpuplanner.core.plan import Method, Plan, Quantization, ResolvedPlan, Sharding
from gpuplanner.data.catalog import load_catalog
from gpuplanner.estimator.estimate import estimate, estimate_many

N_PLANS = 20_000


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


def median_seconds(command: list[str], runs: int = 7) -> float:
    """Median wall time of a whole process."""
    times = []
    for _ in range(runs):
        start = time.perf_counter()
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
        times.append(time.perf_counter() - start)
    return statistics.median(times)


def main() -> None:
    """Print the figures."""
    plans = mixed_plans(N_PLANS)
    rates = []
    for _ in range(3):
        start = time.perf_counter()
        for first in range(0, N_PLANS, 2000):
            estimate_many(plans[first : first + 2000])
        rates.append(N_PLANS / (time.perf_counter() - start))
    print(f"mixed sweep: {statistics.median(rates):,.0f} plans/s")
    estimate(plans[0])
    times = []
    for _ in range(200):
        start = time.perf_counter()
        estimate(plans[0])
        times.append(time.perf_counter() - start)
    print(f"one warm estimate: {statistics.median(times) * 1e3:.2f} ms")
    command = median_seconds([sys.executable, "-m", "gpuplanner", "estimate", "--model", "Qwen-7B", "--json"])
    numpy_alone = median_seconds([sys.executable, "-c", "import numpy"])
    print(f"gpuplanner estimate: {command:.3f} s, import numpy alone {numpy_alone:.3f} s")


if __name__ == "__main__":
    main()

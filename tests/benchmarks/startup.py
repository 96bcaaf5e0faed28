"""Process start → window shown, table filled, chart drawn; beside `baseline_window.py`, run in turn.

The yardstick has its rows in its first frame, so "shown" and "filled" are the same there.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

RUNS = int(os.environ.get("BENCHMARK_RUNS", "20"))


def one_run(script: str, home: str) -> dict[str, float]:
    """Times that a script stamps, by name; the first start opens the profile, as at every run here."""
    environment = {**os.environ, "XDG_CONFIG_HOME": home, "BENCHMARK_START": repr(time.time())}
    # A user's second start finds compiled modules; a developer's setting must not take them away.
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    path = Path(__file__).with_name(script)
    done = subprocess.run(
        [sys.executable, str(path)], env=environment, capture_output=True, text=True, check=True, timeout=20
    )
    return {name: float(seconds) for name, seconds in (line.split() for line in done.stdout.splitlines())}


def main() -> None:
    """Print medians and ratios."""
    runs: dict[str, list[dict[str, float]]] = {"baseline_window.py": [], "program_window.py": []}
    for number in range(RUNS + 1):
        for script, results in runs.items():
            with tempfile.TemporaryDirectory() as home:
                result = one_run(script, home)
            if number:  # the first run of each warms the disk cache
                results.append(result)
    for name in ("shown", "filled", "drawn"):
        bare, ours = (statistics.median(run[name] for run in results) for results in runs.values())
        print(f"{name}: {ours:.3f} s, baseline {bare:.3f} s, ratio {ours / bare:.2f} (median of {RUNS})")


if __name__ == "__main__":
    main()

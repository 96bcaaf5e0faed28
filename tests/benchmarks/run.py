"""All benchmarks, one after another: ``python tests/benchmarks/run.py [NAME …]``.

They print figures and judge nothing; the tests do not run them. The window's need a display (Xvfb will do).
``truth_table`` takes minutes and ``gpu_profile`` needs a CUDA card: they run where they are named.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

NAMES = (
    "accuracy",
    "correction",
    "sweep",
    "startup",
    "field_change",
    "trial_latency",
    "trial_window",
    "monitor",
    "monitor_window",
    "report_figures",
    "table_scale",
    "spreadsheet",
)


def main(chosen: list[str]) -> int:
    """Run the named benchmarks, or all; returns how many failed."""
    failed = 0
    for name in chosen or NAMES:
        print(f"== {name}", flush=True)
        script = Path(__file__).with_name(f"{name}.py")
        failed += subprocess.run([sys.executable, str(script)], check=False).returncode != 0
    return failed


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

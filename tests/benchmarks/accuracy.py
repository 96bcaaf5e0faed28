"""How far the estimator is from every measured table that ships, with each kind of leaving out."""

from __future__ import annotations

from pathlib import Path

from gpuplanner.cli import main

SAMPLES = Path(__file__).parent.parent / "samples"

if __name__ == "__main__":
    for calibration in ("none", "loo-cell", "loo-series", "loo-model"):
        main(["accuracy", "--calibration", calibration])
    for table in ("fsdp_rows.csv", "foundry_rows.csv", "inference_rows.csv"):
        main(["accuracy", "--table", str(SAMPLES / table)])

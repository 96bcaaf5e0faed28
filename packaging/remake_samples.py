"""Remake the shipped document from the shipped CSV: ``python packaging/remake_samples.py``.

tests/data/test_plan_file.py holds the two against each other, so run this after a change of the CSV.
"""

from __future__ import annotations

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))  # runs from a checkout that is not installed

from gpuplanner.data.plan_file import PlanDocument, write_document  # noqa: E402
from gpuplanner.data.rows_csv import read_rows  # noqa: E402

SAMPLES = ROOT / "resources" / "samples"


def main() -> None:
    """Writes ``qwen-profile.gpuplan`` beside ``qwen-profile.csv``."""
    target = SAMPLES / "qwen-profile.gpuplan"
    write_document(target, PlanDocument(read_rows(SAMPLES / "qwen-profile.csv")))
    print(f"{target.name}: {target.stat().st_size:,} bytes")


if __name__ == "__main__":
    main()

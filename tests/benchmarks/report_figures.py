"""Every number on the pages of a report, made again from its CSV files by other code.

Writes the reports of journeys A, B and E (users.md) as PDF and as CSV, takes the text out of the PDF with
poppler's ``pdftotext``, and looks for every number of it among the values of the CSV, rounded in the ways
that the report rounds.  Prints how many numbers there are and which cannot be made again.
"""

from __future__ import annotations

import csv
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

JOURNEYS = {
    "A": "model,method,gpu,seq_len,grad_accum_steps\nQwen-14B,qlora,RTX 4090,4096,8\n",
    "B": "model,method,gpu,gpus_per_node,sharding,seq_len,grad_accum_steps\n"
    "Qwen-72B,lora,A100 80GB SXM4,4,zero3,2048,8\n",
    "E": "model,method,gpu,gpus_per_node,sharding,seq_len,grad_accum_steps\n"
    "Qwen-14B,qlora,RTX 4090,1,,4096,8\nQwen-72B,lora,A100 80GB SXM4,4,zero3,2048,8\n",
}
_NUMBER = re.compile(r"\d[\d,]*(?:\.\d+)?")
_GIB = 2**30


def run() -> None:
    """Print the figures."""
    for name, plans in JOURNEYS.items():
        for language in ("en", "zh_CN"):
            found, missing = _check(plans, language)
            said = f"{found} numbers on paper, {len(missing)} not in the CSV {' '.join(missing[:8])}"
            print(f"journey {name}, {language}: {said}")


def _check(plans: str, language: str) -> tuple[int, list[str]]:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder)
        (path / "plans.csv").write_text(plans, encoding="utf-8")
        for out in ("r.pdf", "r.csv"):
            command = [sys.executable, "-m", "gpuplanner", "report", "plans.csv", "--out", out]
            options = ["--language", language, "--samples", "10000", "--price-per-gpu-hour", "1.9"]
            subprocess.run([*command, *options], cwd=path, check=True, capture_output=True)
        text = subprocess.run(
            ["pdftotext", "-layout", "r.pdf", "-"], cwd=path, check=True, capture_output=True, text=True
        ).stdout
        known = set(_known(path))
    numbers = [match[0].rstrip(",") for match in _NUMBER.finditer(text)]
    return len(numbers), [number for number in numbers if number not in known]


def _known(folder: Path) -> Iterator[str]:
    """Every way in which a value of the CSV files may be printed, and the numbers within its texts."""
    for path in folder.glob("r-*.csv"):
        with path.open(encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file):
                yield from _sums(row)
                for name, text in row.items():
                    yield from _NUMBER.findall(name)
                    yield from (found.rstrip(",") for found in _NUMBER.findall(text or ""))
                    yield from _printed(name, text or "")
    yield from (str(n) for n in range(100))  # pages, footnotes, ticks of charts, the words "90 % range"
    yield from (f"{2**n:,}" for n in range(8, 16))  # ticks of the axis of lengths


def _sums(row: dict[str, str]) -> Iterator[str]:
    """Totals over GPUs and distances to the capacity, which sentences name."""
    try:
        need, capacity = float(row["peak_device_bytes_per_gpu"]), float(row["capacity_bytes_per_gpu"])
        gpus = float(row["gpus"])
    except (KeyError, ValueError):
        return
    for value in (abs(capacity - need), need * gpus):
        yield f"{value / _GIB:,.1f}"


def _printed(name: str, text: str) -> Iterator[str]:
    try:
        value = abs(float(text))
    except ValueError:
        return
    for decimals in range(4):
        yield f"{value:,.{decimals}f}"
        yield f"{100 * value:,.{decimals}f}"
        if "bytes" in name or name == "value":
            yield f"{value / _GIB:,.{decimals}f}"
        for unit in (1e6, 1e9, 1e12):
            yield f"{value / unit:,.{decimals}f}"
    if value:
        yield f"{float(f'{value:.3g}'):,}"
    for decimals in range(7):
        yield f"{value:.{decimals}f}"


if __name__ == "__main__":
    run()

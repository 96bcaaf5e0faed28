"""The profile's own settings on this machine's card, predicted against measured.

``gpu_profile.py [--python PATH] [--only WORDS] [--most N] [--most-minutes M] [--out FILE.csv]`` takes the
rows of the sample table (Qwen's profile), keeps those that one card can run and that fit it by the estimator,
trains each for a few steps through the launcher, the quickest first, and prints allocated, reserved and
device bytes, seconds per step and MFU beside the estimate.  What a row lacks to be run here (another card,
DeepSpeed on one GPU, GPTQ's checkpoint) is replaced, and the line says so.  Without a card it says so and
returns 1.
"""

from __future__ import annotations

import argparse
import csv
import sys
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from statistics import mean

CHECKOUT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(CHECKOUT))

from gpuplanner.cli.worker_run import Prepared, events_of  # noqa: E402
from gpuplanner.core.benchmark import BenchmarkRow  # noqa: E402
from gpuplanner.core.errors import InputError  # noqa: E402
from gpuplanner.core.estimate import Estimate, Fits  # noqa: E402
from gpuplanner.core.gpu import Gpu  # noqa: E402
from gpuplanner.core.plan import Autocast, Framework, Method, Plan, Quantization, Sharding  # noqa: E402
from gpuplanner.core.trial import Device, TrialResult, TrialStatus  # noqa: E402
from gpuplanner.core.trial_events import EndEvent  # noqa: E402
from gpuplanner.data.catalog import Catalog, load_catalog  # noqa: E402
from gpuplanner.data.rows_csv import read_rows  # noqa: E402
from gpuplanner.estimator.estimate import estimate, flops_per_step  # noqa: E402
from gpuplanner.trial.environment import choose_python  # noqa: E402
from gpuplanner.trial.launcher import TrialOptions, spec_of  # noqa: E402

PROFILE = CHECKOUT / "resources" / "samples" / "qwen-profile.csv"
GB = 1e9
OPTIONS = TrialOptions(device=Device.CUDA, steps=5, warm_up_steps=2)
SETTING_LIMIT_S = 900.0

Figures = dict[str, tuple[float, float | None]]
"""Predicted and measured, by name."""


@dataclass(frozen=True)
class Setting:
    """A row of the profile as it is run here."""

    plan: Plan
    published_gb: float | None
    published_s: float | None
    changed: str

    @property
    def name(self) -> str:
        """Model, method and length."""
        return f"{self.plan.model} {self.plan.method.value} {self.plan.seq_len}"


def card_of(catalog: Catalog) -> tuple[Gpu, str]:
    """The first card that NVML knows, as the catalogue has it, and its UUID.

    Raises:
        InputError: there is none, or it is not in the catalogue.
    """
    import pynvml

    try:
        pynvml.nvmlInit()
        card = pynvml.nvmlDeviceGetHandleByIndex(0)
        name, uuid = pynvml.nvmlDeviceGetName(card), pynvml.nvmlDeviceGetUUID(card)
    except pynvml.NVMLError as error:
        raise InputError.of(
            f"this machine has no NVIDIA card ({error})", "gpu", "run it where there is one"
        ) from None
    return catalog.gpu(name), uuid


def settings(card: Gpu) -> Iterator[Setting]:
    """The rows that one card can run."""
    return (_setting(row, card) for row in read_rows(PROFILE).rows if row.plan.n_gpus == 1)


def fitting(catalog: Catalog, chosen: Iterable[Setting]) -> list[Setting]:
    """Those that fit the card by the estimator, the quickest step first; says which do not."""
    found = []
    for setting in chosen:
        answer = estimate(catalog.resolve(setting.plan))
        if answer.fits is Fits.NO:
            print(f"{setting.name}: does not fit by the estimate", flush=True)
        else:
            found.append((answer.step.seconds, setting))
    return [setting for _, setting in sorted(found, key=lambda pair: pair[0])]


def _setting(row: BenchmarkRow, card: Gpu) -> Setting:
    plan, changes = row.effective_plan(), []
    if card.name != plan.gpu:
        changes.append(card.name)
    if plan.sharding is not Sharding.NONE:
        changes.append("no DeepSpeed")
        plan = replace(plan, sharding=Sharding.NONE, framework=Framework.AUTO, autocast=Autocast.AUTO)
    if plan.method is Method.QLORA:
        changes.append("nf4-dq")
        plan = replace(plan, quantization=Quantization.NF4_DQ)
    plan = replace(plan, gpu=card.name, torch_version=Plan.torch_version)
    published = row.peak_bytes_per_gpu
    return Setting(
        plan,
        None if published is None else published / GB,
        row.measurement.step_time_s,
        ", ".join(changes),
    )


def measured(
    catalog: Catalog, setting: Setting, python: str, options: TrialOptions = OPTIONS
) -> tuple[Estimate, EndEvent]:
    """Run it, and estimate what was run: the plan with the torch that was there."""
    resolved = catalog.resolve(setting.plan)
    spec = spec_of(resolved, options, flops_per_step=flops_per_step(resolved))
    *_, end = events_of(Prepared(catalog, resolved, None, spec, python, None))
    assert isinstance(end, EndEvent)
    version = ".".join(end.versions.get("torch", "").split("+")[0].split(".")[:2])
    plan = replace(setting.plan, torch_version=version or setting.plan.torch_version)
    return estimate(catalog.resolve(plan)), end


def figures(answer: Estimate, result: TrialResult) -> Figures:
    """Memory in GB, the step in seconds, MFU as a share."""
    memory = answer.memory
    sizes = {
        "allocated": (memory.peak_allocated_bytes, result.peak_allocated_bytes),
        "reserved": (memory.peak_reserved_bytes, result.peak_reserved_bytes),
        "device": (memory.peak_device_bytes, result.peak_device_bytes),
    }
    found: Figures = {name: (a / GB, None if b is None else b / GB) for name, (a, b) in sizes.items()}
    return {**found, "step": (answer.step.seconds, result.step_time_s), "mfu": (answer.step.mfu, result.mfu)}


def errors_of(tables: Iterable[Figures]) -> dict[str, list[float]]:
    """By name, how far each prediction is from what was measured, as a share of it."""
    found: dict[str, list[float]] = {}
    for table in tables:
        for name, (predicted, real) in table.items():
            if real:
                found.setdefault(name, []).append(abs(predicted / real - 1))
    return found


def document(setting: Setting, end: EndEvent, found: Figures) -> dict[str, object]:
    """A line of the table that is written."""
    plan, result = setting.plan, end.result
    line: dict[str, object] = {
        "model": plan.model,
        "method": plan.method.value,
        "seq_len": plan.seq_len,
        "card": plan.gpu,
        "changed": setting.changed,
        "status": end.status.value,
        "published_gb": setting.published_gb,
        "published_s": setting.published_s,
    }
    for name, (predicted, real) in found.items():
        unit = {"step": "_s", "mfu": ""}.get(name, "_gb")
        line |= {f"{name}_predicted{unit}": predicted, f"{name}_measured{unit}": real}
    line |= {"tokens_per_s": result and result.tokens_per_s, "power_w": result and result.power_w}
    line |= {"message": end.message, "versions": " ".join(f"{k} {v}" for k, v in end.versions.items())}
    return line


def shown(setting: Setting, end: EndEvent, found: Figures) -> str:
    """A line for people."""
    plan = setting.plan
    name = f"{plan.model:10} {plan.method.value:9}{plan.seq_len:6}"
    if end.status is not TrialStatus.OK:
        return f"{name}  {end.status.value}: {end.message}"
    cells = "".join(
        f"{predicted:9.2f}{'–' if real is None else f'{real:.2f}':>8}{_percent(predicted, real):>8}"
        for predicted, real in found.values()
    )
    return f"{name}{cells}  {setting.changed}"


def _percent(predicted: float, real: float | None) -> str:
    return "–" if not real else f"{100 * (predicted / real - 1):+.1f} %"


def head() -> str:
    """Above the lines for people."""
    names = ("alloc", "reserved", "device", "s", "MFU")
    return f"{'':25}" + "".join(f"{name:>9}{'real':>8}{'error':>8}" for name in names)


def main(arguments: list[str] | None = None) -> int:
    """Returns 1 where there is no card, 0 where the rows were run, whatever came of them."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--python", default="", help="the Python that has torch; default: this one")
    parser.add_argument("--only", default="", help="rows whose model, method and length hold all these words")
    parser.add_argument("--most", type=int, default=1000, help="so many rows at most")
    parser.add_argument("--most-minutes", type=float, default=60.0, help="begin no other after so many")
    parser.add_argument("--out", type=Path, metavar="FILE.csv", help="write all figures there")
    options = parser.parse_args(arguments)
    catalog = load_catalog()
    try:
        (card, uuid), python = card_of(catalog), choose_python(options.python)
    except InputError as error:
        print(error.problems[0].line(), file=sys.stderr)
        return 1
    wanted = set(options.only.split())
    chosen = fitting(catalog, (s for s in settings(card) if wanted <= set(s.name.split())))
    print(f"{card.name}, GB and seconds per step; predicted, measured, error\n{head()}")
    ends = time.monotonic() + 60 * options.most_minutes
    tables: list[Figures] = []
    lines: list[dict[str, object]] = []
    for setting in chosen[: options.most]:
        left = ends - time.monotonic()
        if left <= 0:
            print(
                f"{options.most_minutes:g} minutes are over: {len(chosen) - len(lines)} settings were not run"
            )
            break
        trial = replace(OPTIONS, gpu_uuid=uuid, time_limit_s=min(left, SETTING_LIMIT_S))
        answer, end = measured(catalog, setting, python, trial)
        found = {} if end.result is None else figures(answer, end.result)
        print(shown(setting, end, found), flush=True)
        lines.append(document(setting, end, found))
        if options.out is not None:
            _write(options.out, lines)
        if end.status is TrialStatus.OK:
            tables.append(found)
    for name, errors in errors_of(tables).items():
        print(f"{name:10} MAPE {mean(errors):.1%}, worst {max(errors):.1%} of {len(errors)}")
    return 0


def _write(path: Path, lines: list[dict[str, object]]) -> None:
    names = list(dict.fromkeys(name for line in lines for name in line))
    with path.open("w", newline="", encoding="utf-8") as stream:
        writer = csv.DictWriter(stream, names)
        writer.writeheader()
        writer.writerows(lines)


if __name__ == "__main__":
    sys.exit(main())

"""The words of the Trial page: the plan, its stages, its figures, times and paths."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

from PySide6.QtCore import QObject

from gpuplanner.core.estimate import Estimate
from gpuplanner.core.plan import ResolvedPlan
from gpuplanner.core.trial import TrialKind, TrialResult, TrialStatus
from gpuplanner.core.units import NONE, seconds, signed
from gpuplanner.report.trial_charts import readable_unit
from gpuplanner.trial.place import TrialPlace, Where
from gpuplanner.trial.progress import HeardTrial, Stage
from gpuplanner.ui.monitor.monitor_figures import short_name
from gpuplanner.ui.trial.trial_picture import FigureLine, StageLine
from gpuplanner.ui.wording import Wording


class TrialWords(QObject):
    """Turns what was heard into lines, in the unit of the window."""

    def __init__(self, wording: Wording, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._wording = wording

    # The plan ------------------------------------------------------------------------------------------

    def plan(self, resolved: ResolvedPlan, place: str, weights: str) -> tuple[str, str]:
        """ "Qwen-7B · LoRA 64 · 2,048 tokens · batch 1 × 8", and where it runs with which weights."""
        plan = resolved.plan
        method = self._wording.option("method", plan.method)
        if "lora" in plan.method.value:
            method = f"{method} {plan.lora_rank}"
        batch = f"{plan.micro_batch_size} × {plan.grad_accum_steps}"
        first = (
            _short_name(resolved),
            method,
            self.tr("{n} tokens").format(n=f"{plan.seq_len:,}"),
            self.tr("batch {n}").format(n=batch),
        )
        of_folder = self.tr("weights of {folder}").format(folder=Path(weights).name)
        second = (place, of_folder if weights else self.tr("random weights"))
        return " · ".join(first), " · ".join(part for part in second if part)

    def place(self, card: str, index: int | None) -> str:
        """Where it runs on this computer."""
        if not card:
            return self.tr("CPU of this computer")
        name = short_name(card)
        return name if index is None else self.tr("GPU {n}, {name}").format(n=index, name=name)

    def ranks(self, resolved: ResolvedPlan) -> str:
        """ "2 ranks, DDP"; empty for one process."""
        plan = resolved.plan
        if plan.n_gpus == 1:
            return ""
        n = str(plan.gpus_per_node) if plan.nodes == 1 else f"{plan.nodes} × {plan.gpus_per_node}"
        sharding = "" if plan.sharding is None else self._wording.option("sharding", plan.sharding)
        return self.tr("{n} ranks, {sharding}").format(n=n, sharding=sharding)

    def far_place(self, at: TrialPlace) -> str:
        """Where it runs elsewhere; empty for this computer."""
        return {
            Where.HERE: "",
            Where.SSH: self.tr("on {host}, over ssh").format(host=at.host),
            Where.SLURM: self.tr("a job of Slurm"),
        }[at.where]

    def fake_place(self) -> str:
        """Where a dry run runs."""
        return self.tr("dry run on fake tensors")

    # Stages --------------------------------------------------------------------------------------------

    def stages(self, heard: HeardTrial, now_s: float) -> tuple[StageLine, ...]:
        """The stages with their seconds."""
        failed = heard.end is not None and heard.end.status in (TrialStatus.OOM, TrialStatus.FAILED)
        lines = []
        stages = heard.stages(now_s)
        begun = sum(stage.seconds is not None for stage in stages)
        for place, stage in enumerate(stages):
            last = place + 1 == begun
            mark = "done" if stage.over else "to come" if stage.seconds is None else "now"
            if last and heard.end is not None and not stage.over:
                mark = "failed" if failed else "done"
            lines.append(StageLine(self._stage(stage, heard), self._seconds_of(stage), mark))
        return tuple(lines)

    def _seconds_of(self, stage: Stage) -> str:
        if stage.seconds is None:
            return ""
        value = stage.seconds
        return f"{value:.1f} s" if value < 100 else f"{value:,.0f} s"

    def _stage(self, stage: Stage, heard: HeardTrial) -> str:
        spec = heard.spec
        if stage.name == "warm-up":
            n = spec.warm_up_steps
            done = min(len(heard.steps), n)
            if stage.over or stage.seconds is None:
                return (
                    self.tr("Warm up, {n} steps").format(n=f"{n:,}") if n != 1 else self.tr("Warm up, 1 step")
                )
            return self.tr("Warm up, step {i} of {n}").format(i=f"{min(done + 1, n):,}", n=f"{n:,}")
        if stage.name == "train":
            done = max(0, len(heard.steps) - spec.warm_up_steps)
            if stage.seconds is None:
                return self.tr("Train, {n} steps").format(n=f"{spec.steps:,}")
            ended = heard.end is not None and heard.end.status in (TrialStatus.OK, TrialStatus.STOPPED)
            at = done if stage.over or ended else min(done + 1, spec.steps)
            return self.tr("Train, step {i} of {n}").format(i=f"{at:,}", n=f"{spec.steps:,}")
        return self._stage_name(stage.name, spec.kind)

    def _stage_name(self, name: str, kind: TrialKind) -> str:
        build = (
            self.tr("Build the model") if kind is TrialKind.TRIAL else self.tr("Run the step on fake tensors")
        )
        return {
            "import torch": self.tr("Import torch"),
            "import transformers": self.tr("Import transformers, peft"),
            "build": build,
        }.get(name, name)

    # Figures -------------------------------------------------------------------------------------------

    def heads(self, *, dry_run: bool) -> tuple[str, str, str]:
        """Heads of the table."""
        second = self.tr("dry run") if dry_run else self.tr("measured")
        return self.tr("predicted"), second, self.tr("error")

    def figures(
        self,
        estimate: Estimate,
        result: TrialResult | None,
        *,
        on_card: bool,
        same_card: bool = True,
    ) -> tuple[FigureLine, ...]:
        """Predicted, measured and error; on the CPU only allocated bytes are compared with a card's."""
        memory = estimate.memory
        unit = readable_unit(memory.peak_allocated_bytes, self._wording.unit.value, self._wording.unit_bytes)
        allocated = None if result is None else result.peak_allocated_bytes
        lines = [self._bytes(self.tr("Allocated"), unit, memory.peak_allocated_bytes, allocated)]
        if result is not None and result.device == "fake":
            return (*lines, *self._reserved_band(result, memory.peak_reserved_bytes, unit))
        if not on_card:
            if result is not None and result.step_time_s is not None:
                own = seconds(result.step_time_s)
                tip = self.tr("A step's time on the CPU says nothing about a card.")
                lines.append(FigureLine(self.tr("Step on the CPU"), "s", NONE, own, NONE, tip=tip))
            return tuple(lines)
        reserved = None if result is None else result.peak_reserved_bytes
        device = None if result is None else result.peak_device_bytes
        lines.append(self._bytes(self.tr("Reserved"), unit, memory.peak_reserved_bytes, reserved))
        lines.append(
            self._bytes(self.tr("Device (NVML)"), unit, memory.peak_device_bytes, device, strong=True)
        )
        time_s = None if result is None else result.step_time_s
        predicted_s = estimate.step.seconds if same_card else None
        lines.append(
            FigureLine(
                self.tr("Step time"),
                "s",
                _or_none(predicted_s, seconds),
                "" if result is None else _or_none(time_s, seconds),
                "" if result is None else _error(predicted_s, time_s),
                tip=self._spread(result)
                if same_card
                else self.tr("Another card than the plan's: its time is not compared."),
            )
        )
        watts = None if result is None else result.power_w
        tip = self.tr("A mean over the measured steps; the estimator does not predict it.")
        measured = "" if result is None else _or_none(watts, lambda value: f"{value:,.0f}")
        lines.append(FigureLine(self.tr("Power"), "W", NONE, measured, NONE if measured else "", tip=tip))
        return tuple(lines)

    def _spread(self, result: TrialResult | None) -> str:
        """Median and quartiles of the measured steps."""
        if result is None or result.step_time_low_s is None or result.step_time_high_s is None:
            return ""
        return self.tr("Median of {n} steps after the warm-up; half of them took {low}–{high} s.").format(
            n=result.steps, low=seconds(result.step_time_low_s), high=seconds(result.step_time_high_s)
        )

    def _reserved_band(
        self, result: TrialResult, predicted: int, unit: tuple[str, float]
    ) -> tuple[FigureLine, ...]:
        low, high = result.reserved_low_bytes, result.reserved_high_bytes
        if low is None or high is None:
            return ()
        band = f"{_amount(low, unit)}–{_amount(high, unit)}"
        tip = self.tr("Reserved by torch's allocator, replayed: {band} {unit}").format(
            band=band, unit=unit[0]
        )
        return (FigureLine(self.tr("Reserved"), unit[0], _amount(predicted, unit), band, "", tip=tip),)

    def _bytes(
        self,
        label: str,
        unit: tuple[str, float],
        predicted: int,
        measured: int | None,
        *,
        strong: bool = False,
    ) -> FigureLine:
        if measured is None:
            return FigureLine(label, unit[0], _amount(predicted, unit), strong=strong)
        tip = self.tr("{label}: predicted − measured = {n} {unit}").format(
            label=label, n=signed((predicted - measured) / unit[1], 2), unit=unit[0]
        )
        return FigureLine(
            label,
            unit[0],
            _amount(predicted, unit),
            _amount(measured, unit),
            _error(predicted, measured),
            strong=strong,
            tip=tip,
        )

    def series_line(self, seq_len: int, line: FigureLine | None) -> FigureLine:
        """One length of several: its allocated or device figure, or that it is still to come."""
        label = self.tr("{n} tokens").format(n=f"{seq_len:,}")
        if line is None:
            return FigureLine(label, "", "", "")
        return FigureLine(label, line.unit, line.predicted, line.measured, line.error, tip=line.tip)

    # Times and paths --------------------------------------------------------------------------------------

    def duration(self, value: float) -> str:
        """ "41 s", "5 min", "1.2 h"."""
        if value < 99.5:
            return f"{value:.0f} s"
        if value < 5400:
            return self.tr("{n} min").format(n=f"{value / 60:.0f}" if value >= 300 else f"{value / 60:.1f}")
        return self.tr("{n} h").format(n=f"{value / 3600:.1f}")

    def left(self, left_s: float | None) -> str:
        """Time left, beside the title."""
        if left_s is None:
            return ""
        return self.tr("about {time} left").format(time=self.duration(max(left_s, 1)))

    def python(self, python: str, versions: Mapping[str, str]) -> str:
        """ "Python: ~/venvs/train · torch 2.7.1"."""
        text = self.tr("Python: {path}").format(path=short_path(python)) if python else self.tr("No Python")
        return f"{text} · torch {versions['torch']}" if versions.get("torch") else text


def short_path(path: str) -> str:
    """A path of the home folder with "~", and an environment by its folder."""
    shown = Path(path)
    if shown.parent.name in ("bin", "Scripts"):
        shown = shown.parent.parent
    home = str(Path.home())
    text = str(shown)
    return "~" + text[len(home) :] if home not in ("", "/") and text.startswith(home + os.sep) else text


def _short_name(resolved: ResolvedPlan) -> str:
    return resolved.llm.name


def _amount(n_bytes: float, unit: tuple[str, float]) -> str:
    return signed(n_bytes / unit[1], 2, plus=False)


def _error(predicted: float | None, measured: float | None) -> str:
    if predicted is None or not measured:
        return NONE
    return f"{signed(100 * (predicted / measured - 1), 1)} %"


def _or_none(value: float | None, write: object) -> str:
    return NONE if value is None else write(value)  # type: ignore[operator]

"""The trials of one start: one for each length, the longest first; and the rows that come of them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from gpuplanner.core.benchmark import BenchmarkRow
from gpuplanner.core.errors import InputError
from gpuplanner.core.estimate import Estimate
from gpuplanner.core.plan import ResolvedPlan
from gpuplanner.core.trial import Device, TrialKind, TrialResult, TrialSpec
from gpuplanner.core.trial_events import EndEvent
from gpuplanner.core.trial_record import TrialRecord
from gpuplanner.data.catalog import Catalog
from gpuplanner.data.model_config import read_config_values
from gpuplanner.estimator.estimate import Calibration, estimate, flops_per_step
from gpuplanner.trial.launcher import TrialOptions, is_planned_card, judged_end, spec_of
from gpuplanner.trial.place import Where
from gpuplanner.trial.progress import HeardTrial
from gpuplanner.trial.result_row import row_of
from gpuplanner.ui.trial.trial_options import TrialWishes

_DEVICES = {device.value for device in Device}


@dataclass(frozen=True)
class Job:
    """One trial to run, with the estimate that it is laid over."""

    resolved: ResolvedPlan
    estimate: Estimate
    spec: TrialSpec
    is_far: bool = False
    """Over ssh: its Python is not one of this computer."""

    @property
    def seq_len(self) -> int:
        """Tokens of its sequences."""
        return self.resolved.plan.seq_len


@dataclass(frozen=True)
class Done:
    """A trial that is over."""

    job: Job
    heard: HeardTrial
    end: EndEvent
    row: BenchmarkRow | None
    """None where nothing was measured."""
    record: TrialRecord

    @property
    def result(self) -> TrialResult | None:
        """What was measured."""
        return self.end.result


def jobs_of(
    answer: Estimate,
    kind: TrialKind,
    wishes: TrialWishes,
    card_uuid: str,
    catalog: Catalog,
    base_dir: Path | None,
    calibration: Calibration,
) -> list[Job]:
    """The jobs of a start; the plan's own length keeps the estimate that the window shows.

    Raises:
        InputError: a length, the model's files or the folder of weights cannot be used.
    """
    shown = answer.resolved
    if wishes.place.where is Where.SSH:
        wishes = replace(wishes, weights="")  # they stay on this computer; there they are random
    path = catalog.model_path(shown.origin.model, base_dir)
    if wishes.weights:
        path_of_weights: Path | None = Path(wishes.weights).expanduser()
        if not path_of_weights or not path_of_weights.is_dir():
            raise InputError.of("is no folder", wishes.weights, "choose a folder with safetensors, or none")
        if next(path_of_weights.glob("*.safetensors"), None) is None:
            what, hint = "holds no safetensors", "choose another folder, or none for random weights"
            raise InputError.of(what, wishes.weights, hint)
    config = None if path is None else read_config_values(path)[1]
    options = TrialOptions(
        kind=kind,
        device=Device(wishes.device) if wishes.device in _DEVICES else Device.CUDA,
        steps=wishes.steps,
        warm_up_steps=wishes.warm_up_steps,
        time_limit_s=wishes.time_limit_s,
        gpu_uuid=card_uuid,
    )
    jobs = []
    for length in wishes.lengths or (shown.plan.seq_len,):
        resolved, estimated = shown, answer
        if length != shown.plan.seq_len:
            resolved = catalog.resolve(replace(shown.origin, seq_len=length), base_dir)
            estimated = estimate(resolved, calibration=calibration)
        spec = spec_of(
            resolved,
            options,
            # Random weights unless a folder was chosen, whatever lies beside the model's config.
            model_path=Path(wishes.weights).expanduser() if wishes.weights else None,
            model_config=config,
            flops_per_step=flops_per_step(resolved),
        )
        is_far = kind is TrialKind.TRIAL and wishes.place.where is Where.SSH
        jobs.append(Job(resolved, estimated, spec, is_far))
    return jobs


def done_with(job: Job, heard: HeardTrial, end: EndEvent, catalog: Catalog) -> Done:
    """The row and the record of a trial that is over."""
    kind, today = job.spec.kind, date.today().isoformat()
    end = judged_end(end, job.resolved.gpu)
    plan = job.resolved.origin
    row = row_of(plan, kind, end, date=today, gpu=_other_card(job, end, catalog))
    return Done(job, heard, end, row, TrialRecord(plan, kind, today, heard.events, end))


def _other_card(job: Job, end: EndEvent, catalog: Catalog) -> str:
    """The catalogue's name of the card that it ran on, if that is not the plan's."""
    if end.gpu is None or not end.gpu.name or is_planned_card(end, job.resolved.gpu):
        return ""
    try:
        return catalog.gpu(end.gpu.name).name
    except InputError:
        return end.gpu.name  # a card that the catalogue does not know is still the truth

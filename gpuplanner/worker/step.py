"""One optimizer step: accumulate micro batches, step, forget the gradients.  The same on every device."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext

import torch

from gpuplanner.core.plan import Autocast, Plan, Precision
from gpuplanner.core.trial import TrialSpec
from gpuplanner.worker.build import Built
from gpuplanner.worker.loss import loss_of
from gpuplanner.worker.observe import Observer
from gpuplanner.worker.optimizers import optimizer_of, states_of
from gpuplanner.worker.quantize import compute_dtype


class TrainingStep:
    """The step of a plan; ``before_phase`` may raise to stop it.

    ``accumulating`` is entered around each micro batch, and told which is the last.

    Raises:
        Refused: the plan's optimizer does not run on this device.
    """

    def __init__(
        self,
        spec: TrialSpec,
        built: Built,
        device: torch.device,
        observer: Observer,
        before_phase: Callable[[str], None] = lambda name: None,
        accumulating: Callable[[bool], AbstractContextManager[object]] = lambda is_last: nullcontext(),
    ) -> None:
        self._plan, self._built, self._device = spec.plan, built, device
        self._observer = observer
        self._before_phase = before_phase
        self._accumulating = accumulating
        self._trained = built.trained
        self._loss = loss_of(spec, built)
        self._optimizer = optimizer_of(spec.plan.optimizer, self._trained, device, built.notes)
        self._scaler = _scaler(spec.plan, self._trained, device, built.notes)

    def run(self) -> torch.Tensor:
        """Train on random tokens; returns the mean loss of the micro batches, detached."""
        micro_batches = self._plan.grad_accum_steps
        total = torch.zeros((), device=self._device)
        for index in range(micro_batches):
            with self._accumulating(index + 1 == micro_batches):
                total += self._micro_batch(micro_batches)
        self._phase("optimizer")
        if self._scaler is None:
            self._optimizer.step()
        else:
            self._scaler.step(self._optimizer)
            self._scaler.update()
        states = list(states_of(self._optimizer))
        self._observer.optimizer_states(
            (tensor for tensor, of_host in states if not of_host),
            (tensor for tensor, of_host in states if of_host),
        )
        self._optimizer.zero_grad(set_to_none=True)
        return total

    def _micro_batch(self, micro_batches: int) -> torch.Tensor:
        self._phase("forward")
        tokens = self._tokens()
        with self._autocast():
            loss = self._loss(tokens, lambda: self._phase("loss")) / micro_batches
        self._phase("backward")
        (loss if self._scaler is None else self._scaler.scale(loss)).backward()
        self._observer.gradients(parameter.grad for parameter in self._trained)
        return loss.detach()

    def _phase(self, name: str) -> None:
        self._before_phase(name)
        self._observer.phase(name)

    def _tokens(self) -> torch.Tensor:
        shape = (self._plan.micro_batch_size, self._plan.seq_len)
        return torch.randint(0, self._built.vocab_size, shape, device=self._device)

    def _autocast(self) -> AbstractContextManager[object]:
        if self._plan.autocast is not Autocast.TRUE:
            return nullcontext()
        return torch.autocast(self._device.type, dtype=compute_dtype(self._plan))


def _scaler(
    plan: Plan, trained: list[torch.nn.Parameter], device: torch.device, notes: list[str]
) -> torch.amp.GradScaler | None:
    """Loss scaling for what is trained in fp32 and computed in fp16; torch refuses 16-bit gradients."""
    if plan.precision not in (Precision.FP16, Precision.FP16_MIXED) or plan.autocast is not Autocast.TRUE:
        return None
    if device.type != "cuda" or any(parameter.dtype != torch.float32 for parameter in trained):
        notes.append("No loss scaling")
        return None
    notes.append("Loss scaling: torch's GradScaler")
    return torch.amp.GradScaler(device.type)

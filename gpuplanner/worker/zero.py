"""DeepSpeed's ZeRO: its engine partitions states, gradients and (stage 3) weights, and runs the step."""

from __future__ import annotations

import importlib
import os
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import torch

from gpuplanner.core.plan import Offload, Optimizer, Plan, Precision, Sharding
from gpuplanner.core.trial import TrialSpec
from gpuplanner.worker.build import Built
from gpuplanner.worker.loss import loss_of
from gpuplanner.worker.observe import Observer
from gpuplanner.worker.refusal import Refused
from gpuplanner.worker.sharded import Alone, ShardTracker, Step
from gpuplanner.worker.storage import StorageTracker

STAGES = {Sharding.ZERO1: 1, Sharding.ZERO2: 2, Sharding.ZERO3: 3}
_LEARNING_RATE = 1e-4
_BUCKET = 200_000_000
"""Elements; the file of the Qwen profile (QwenLM/Qwen finetune/ds_config_zero2.json) and others say 2e8."""
_COMPILED = "deepspeed_shm_comm"
_HALF = {Precision.BF16: "bf16", Precision.FP16: "fp16"}


class Partitioned(Alone):
    """The engine around the model."""

    def __init__(self, spec: TrialSpec) -> None:
        plan = spec.plan
        if plan.precision not in _HALF:
            raise Refused(
                f"DeepSpeed computes in half throughout; try precision bf16, not {plan.precision.value}"
            )
        if plan.offload not in (None, Offload.NONE):
            raise Refused("a trial keeps everything on the card; try offload none")
        self._plan = plan
        self._hidden = spec.llm.hidden_size

    def tracker(self, vocab_size: int) -> StorageTracker:
        """See `gpuplanner.worker.sharded.Shared`."""
        return ShardTracker(vocab_size)

    def wrapped(self, built: Built, device: torch.device) -> Built:
        """See `gpuplanner.worker.sharded.Shared`."""
        if device.type == "cpu":
            os.environ.setdefault("DS_ACCELERATOR", "cpu")
        deepspeed = _deepspeed()
        if device.type == "cpu":
            # gloo will do: its own way between processes is compiled for a minute, and a stop meanwhile
            # leaves a lock behind on which the next start waits for ever.
            deepspeed.ops.__compatible_ops__[_COMPILED] = False
        # Its own Adam on a card is fused, as torch's is here: neither takes temporaries of the trained size.
        own = self._plan.optimizer is not Optimizer.ADAMW
        optimizer = torch.optim.AdamW(built.trained, lr=_LEARNING_RATE, fused=own or None, foreach=not own)
        engine, _, _, _ = deepspeed.initialize(
            model=built.model,
            optimizer=optimizer,
            model_parameters=built.trained,
            config=engine_config(self._plan, self._hidden),
            dist_init_required=False,
        )
        built.notes.append(
            f"DeepSpeed {deepspeed.__version__}, ZeRO stage {STAGES[self._plan.sharding or Sharding.ZERO2]}, "
            + ("with the fused AdamW of torch for its own" if own else "with the AdamW of torch (foreach)")
        )
        return replace(built, model=engine)

    def step(
        self,
        spec: TrialSpec,
        built: Built,
        device: torch.device,
        observer: Observer,
        before_phase: Callable[[str], None],
    ) -> Step:
        """See `gpuplanner.worker.sharded.Shared`."""
        return ZeroStep(spec, built, device, observer, before_phase)


def engine_config(plan: Plan, hidden_size: int) -> dict[str, Any]:
    """The file of a user of transformers' Trainer, its ``auto`` filled in as transformers does."""
    stage = STAGES[plan.sharding or Sharding.ZERO2]
    zero: dict[str, Any] = {
        "stage": stage,
        "overlap_comm": True,
        "contiguous_gradients": True,
        "reduce_bucket_size": _BUCKET,
    }
    if stage == 3:
        zero |= {
            "reduce_bucket_size": hidden_size**2,
            "stage3_prefetch_bucket_size": int(0.9 * hidden_size**2),
            "stage3_param_persistence_threshold": 10 * hidden_size,
            "sub_group_size": 1_000_000_000,
            "stage3_max_live_parameters": 1_000_000_000,
            "stage3_max_reuse_distance": 1_000_000_000,
        }
    else:
        zero |= {"allgather_partitions": True, "allgather_bucket_size": _BUCKET, "reduce_scatter": True}
    return {
        "train_micro_batch_size_per_gpu": plan.micro_batch_size,
        "gradient_accumulation_steps": plan.grad_accum_steps,
        "gradient_clipping": 1.0,
        "zero_optimization": zero,
        "zero_allow_untested_optimizer": True,
        "zero_force_ds_cpu_optimizer": False,
        _HALF[plan.precision]: {"enabled": True},
        "steps_per_print": 1_000_000_000,
        "wall_clock_breakdown": False,
    }


class ZeroStep:
    """The step of `gpuplanner.worker.step.TrainingStep`, with the engine's backward and step."""

    def __init__(
        self,
        spec: TrialSpec,
        built: Built,
        device: torch.device,
        observer: Observer,
        before_phase: Callable[[str], None],
    ) -> None:
        self._plan, self._built, self._device = spec.plan, built, device
        self._observer, self._before_phase = observer, before_phase
        self._engine: Any = built.model
        self._loss = loss_of(spec, built)

    def run(self) -> torch.Tensor:
        """Train on random tokens; returns the mean loss of the micro batches, detached."""
        micro_batches = self._plan.grad_accum_steps
        total = torch.zeros((), device=self._device)
        for _ in range(micro_batches):
            self._phase("forward")
            shape = (self._plan.micro_batch_size, self._plan.seq_len)
            tokens = torch.randint(0, self._built.vocab_size, shape, device=self._device)
            loss = self._loss(tokens, lambda: self._phase("loss"))
            total += loss.detach() / micro_batches
            self._phase("backward")
            self._engine.backward(loss)  # divides by the number of micro batches itself
            del loss
            self._observer.gradients(_gradients(self._engine.optimizer))
            self._phase("optimizer")
            self._engine.step()  # counts the micro batches, and steps after the last
        self._observer.optimizer_states(_states(self._engine.optimizer), ())
        return total

    def _phase(self, name: str) -> None:
        self._before_phase(name)
        self._observer.phase(name)


def _gradients(optimizer: Any) -> Iterator[torch.Tensor]:
    """The partition of the gradients that this rank keeps."""
    averaged = getattr(optimizer, "averaged_gradients", None) or {}
    for group in averaged.values():
        yield from (tensor for tensor in group or () if isinstance(tensor, torch.Tensor))


def _states(optimizer: Any) -> Iterator[torch.Tensor]:
    """The fp32 master weights and the moments of this rank's partition."""
    for name in ("single_partition_of_fp32_groups", "fp32_partitioned_groups_flat"):
        yield from (tensor for tensor in getattr(optimizer, name, ()) if isinstance(tensor, torch.Tensor))
    for state in optimizer.optimizer.state.values():
        yield from (
            value for value in state.values() if isinstance(value, torch.Tensor) and value.numel() > 1
        )


def _deepspeed() -> Any:
    try:
        # Here: most plans do not need it, and it takes seconds.
        return importlib.import_module("deepspeed")
    except ModuleNotFoundError as error:
        raise Refused(f"{error.name} is not installed there, and ZeRO is DeepSpeed's; install it") from error

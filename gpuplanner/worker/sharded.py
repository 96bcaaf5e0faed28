"""How the ranks share a model: a copy on each with summed gradients (DDP), or a shard on each (FSDP2)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import replace
from types import SimpleNamespace
from typing import Any, Protocol

import torch
from torch._guards import active_fake_mode

from gpuplanner.core.plan import Framework
from gpuplanner.core.trial import TrialSpec
from gpuplanner.worker.build import Built
from gpuplanner.worker.observe import Observer
from gpuplanner.worker.step import TrainingStep
from gpuplanner.worker.storage import StorageTracker

_STD = 0.02


class Shared(Protocol):
    """How the ranks share the model and its gradients."""

    def tracker(self, vocab_size: int) -> StorageTracker:
        """What sees storages where there is no card."""

    def shards(self, device: torch.device) -> bool:
        """Whether no card ever holds the whole model, so that it is built beside it."""

    def wrapped(self, built: Built, device: torch.device) -> Built:
        """The model as the ranks train it together."""

    def step(
        self,
        spec: TrialSpec,
        built: Built,
        device: torch.device,
        observer: Observer,
        before_phase: Callable[[str], None],
    ) -> Step:
        """The optimizer step of the plan."""


class Step(Protocol):
    """One optimizer step, again and again."""

    def run(self) -> torch.Tensor:
        """Train on random tokens; the mean loss, detached."""


class Alone:
    """One rank: nothing is shared."""

    def tracker(self, vocab_size: int) -> StorageTracker:
        """See `Shared`."""
        return StorageTracker(vocab_size)

    def shards(self, device: torch.device) -> bool:
        """See `Shared`."""
        return False

    def wrapped(self, built: Built, device: torch.device) -> Built:
        """See `Shared`."""
        return built

    def step(
        self,
        spec: TrialSpec,
        built: Built,
        device: torch.device,
        observer: Observer,
        before_phase: Callable[[str], None],
    ) -> Step:
        """See `Shared`."""
        return TrainingStep(spec, built, device, observer, before_phase, self.accumulating)

    def accumulating(self, is_last: bool) -> AbstractContextManager[object]:
        """Around one micro batch: only the last one's gradients travel, as in transformers' Trainer."""
        return nullcontext()


class Replicated(Alone):
    """DistributedDataParallel with its defaults: gradients and, beside them, buckets of the same size."""

    def __init__(self) -> None:
        self._model: Any = None

    def wrapped(self, built: Built, device: torch.device) -> Built:
        """See `Shared`."""
        self._model = torch.nn.parallel.DistributedDataParallel(
            built.model, device_ids=[device.index] if device.type == "cuda" else None
        )
        built.notes.append("DistributedDataParallel, with its defaults (buckets of 25 MB)")
        return replace(built, model=self._model)

    def accumulating(self, is_last: bool) -> AbstractContextManager[object]:
        """See `Alone`."""
        return nullcontext() if is_last else self._model.no_sync()


class Sharded(Alone):
    """FSDP2: every layer is a unit of its own, embeddings, head and last norm are the root's."""

    def __init__(self, spec: TrialSpec) -> None:
        self._model: Any = None
        self._lazily = False
        self._without_values = not spec.checkpoint
        self._of_a_script = spec.plan.framework is Framework.FSDP

    def tracker(self, vocab_size: int) -> StorageTracker:
        """See `Shared`."""
        return ShardTracker(vocab_size)

    def shards(self, device: torch.device) -> bool:
        """See `Shared`."""
        self._lazily = device.type == "cuda"
        return self._lazily

    def wrapped(self, built: Built, device: torch.device) -> Built:
        """See `Shared`."""
        from torch.distributed.device_mesh import init_device_mesh
        from torch.distributed.fsdp import fully_shard

        mesh = init_device_mesh(device.type, (torch.distributed.get_world_size(),))
        for layer in built.layers:
            fully_shard(layer, mesh=mesh)
        self._model = fully_shard(built.model, mesh=mesh)
        if self._lazily and self._without_values:
            _set_values(built.model)
        if self._of_a_script:
            built.notes.append(
                "The loss and its logits are transformers', as in a plan with framework hf; the estimate is "
                "of framework fsdp's script, which keeps more of them, and FSDP1's units; try framework hf"
            )
        note = "FSDP2 (fully_shard): each layer a unit, the rest the root's, which stays whole from first "
        built.notes.append(f"{note}forward to the end of backward; no mixed-precision policy")
        return built

    @contextmanager
    def accumulating(self, is_last: bool) -> Iterator[None]:
        """See `Alone`."""
        self._model.set_requires_gradient_sync(is_last)
        yield


def _set_values(model: torch.nn.Module) -> None:
    """Random weights in the shards: untouched ones are zeros, with which a card computes too fast."""
    for name, parameter in model.named_parameters():
        shard = _local(parameter.detach())
        if "lora_" in name or not shard.is_floating_point():
            continue  # peft has set its own
        if shard.dim() > 1:
            shard.normal_(0.0, _STD)
        else:
            shard.fill_(0.0 if name.endswith("bias") else 1.0)


class ShardTracker(StorageTracker):
    """Sees what FSDP2 does: operations below DTensor, and storages that it empties and fills again."""

    def __enter__(self) -> Any:
        """Watch ``resize_`` too, which is no operation of the dispatcher."""
        self._resize: Callable[..., Any] = torch.UntypedStorage.resize_
        tracker, resize = self, self._resize

        def resized(storage: torch.UntypedStorage, size: int) -> Any:
            before = storage.size()
            out = resize(storage, size)
            if size != before:
                tracker._resized(storage, size)
            return out

        torch.UntypedStorage.resize_ = resized
        return super().__enter__()

    def __exit__(self, *error: object) -> None:
        """Leave all as it was."""
        super().__exit__(*error)
        torch.UntypedStorage.resize_ = self._resize

    def __torch_dispatch__(
        self, func: object, types: Sequence[type], args: tuple[object, ...] = (), kwargs: object = None
    ) -> object:
        """Let DTensor go first: it becomes operations on the shards, which come back here."""
        from torch.distributed.tensor import DTensor

        if any(issubclass(kind, DTensor) for kind in types):
            return NotImplemented
        if active_fake_mode() is not None:  # DTensor finds out shapes on tensors that are not there
            return func(*args, **(kwargs or {}))  # type: ignore[operator,arg-type]
        return super().__torch_dispatch__(func, types, args, kwargs)

    def mark(self, tensors: Iterable[torch.Tensor | None], part: str) -> None:
        """See `StorageTracker`; of a DTensor, its shard is meant."""
        super().mark((None if tensor is None else _local(tensor) for tensor in tensors), part)

    def name_module(self, tensor: torch.Tensor, module: str) -> None:
        """See `StorageTracker`."""
        super().name_module(_local(tensor), module)

    def forget(self, tensors: Iterable[torch.Tensor]) -> None:
        """See `StorageTracker`."""
        super().forget(map(_local, tensors))

    def _resized(self, held: torch.UntypedStorage, size: int) -> None:
        """One record ends and another begins, so that each has one size."""
        key = held._cdata
        known = self._live.get(key)
        if known is not None:
            self._end(key, self.events[known.born], None)
        if size:
            # A tensor of it would be one more operation to see.
            whole: Any = SimpleNamespace(
                untyped_storage=lambda: held, device=held.device, shape=(size,), dtype=torch.uint8
            )
            again = self._see(whole, "fsdp.all_gather")
            if again is not None:
                again.part = "weights_bytes"


def _local(tensor: torch.Tensor) -> torch.Tensor:
    return getattr(tensor, "_local_tensor", tensor)

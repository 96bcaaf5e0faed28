"""Who watches a training step: told what runs, what is trained and what the optimizer keeps."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol

import torch

from gpuplanner.worker.build import Built
from gpuplanner.worker.storage import StorageTracker


class Observer(Protocol):
    """Told by `gpuplanner.worker.step`, in the order of a step."""

    def phase(self, name: str) -> None:
        """``forward``, ``loss``, ``backward`` or ``optimizer`` begins (`core.estimate.PHASES`)."""

    def gradients(self, tensors: Iterable[torch.Tensor | None]) -> None:
        """These are the gradients of what is trained."""

    def optimizer_states(self, tensors: Iterable[torch.Tensor], of_the_host: Iterable[torch.Tensor]) -> None:
        """These are what the optimizer keeps, on the device and (counters) in the host's memory."""


class StorageObserver:
    """Tells a `StorageTracker` what storages are for."""

    def __init__(self, tracker: StorageTracker) -> None:
        self.tracker = tracker

    def built(self, built: Built, adapters: bool) -> None:
        """The model is there; what is trained is the adapters', or the model itself.

        ``load`` is what is alive now: how much packing took in between is the loader's.
        """
        self.tracker.set_phase("load")
        self.tracker.mark(built.frozen, "weights_bytes")
        self.tracker.mark(built.trained, "adapters_bytes" if adapters else "weights_bytes")
        for name, parameter in built.model.named_parameters():
            self.tracker.name_module(parameter, name.rpartition(".")[0])
        self.tracker.watch_modules(built.model)
        self.tracker.watch_layers(built.layers)

    def phase(self, name: str) -> None:
        """See `Observer`."""
        self.tracker.set_phase(name)

    def gradients(self, tensors: Iterable[torch.Tensor | None]) -> None:
        """See `Observer`."""
        self.tracker.mark(tensors, "gradients_bytes")

    def optimizer_states(self, tensors: Iterable[torch.Tensor], of_the_host: Iterable[torch.Tensor]) -> None:
        """See `Observer`."""
        self.tracker.mark(tensors, "optimizer_bytes")
        self.tracker.forget(of_the_host)

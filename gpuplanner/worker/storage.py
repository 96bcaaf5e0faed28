"""The life of every tensor's storage in a training step, on the CPU or on fake tensors: what is alive when.

`StorageTracker` sees each operation below autograd and logs the storages that it makes, each once (a view
has none of its own), and their end.  From the log follow the peak of each phase, what it is made of, and
the order of allocations that `gpuplanner.worker.allocator` replays.

Bytes are rounded up to 512 as CUDA's caching allocator does (c10/cuda/CUDACachingAllocator.cpp,
``kMinBlockSize``), so that they can be laid beside ``torch.cuda.memory_allocated``.  Memory that a kernel
takes for itself is not seen.

What a storage is for:

* weights, adapters, gradients, optimizer states: told by whoever made them (`StorageTracker.mark`).
* logits: made by the head, the loss or their backward, with the vocabulary as last dimension.
* activations: made in forward, loss or a recompute, and alive beyond the module that made them.
* temporary: everything else.
"""

from __future__ import annotations

import functools
import weakref
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import torch
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils._pytree import tree_leaves

from gpuplanner.core.estimate import PARTS, Parts
from gpuplanner.core.trial import MeasuredPhase, TopTensor

BLOCK_BYTES = 512
_GRAPH = ("forward", "loss")
NEVER = 1 << 62


@dataclass
class Storage:
    """One storage, from the operation that made it to its end; moments are positions in the event log."""

    bytes: int
    shape: tuple[int, ...]
    dtype: str
    operation: str
    module: str
    born: int
    phase: str
    left_module: int = NEVER
    """When the module that made it was left."""
    died: int = NEVER
    part: str = ""
    """Told by `StorageTracker.mark`; empty: to be found out."""
    in_module: bool = False
    """Made while a module ran: in forward, or in a recompute."""


@dataclass(frozen=True)
class Peak:
    """The fullest moment of something: bytes, and the position in the event log."""

    bytes: int
    moment: int


@dataclass(frozen=True)
class Stretch:
    """From an event on, a phase, and in it a layer."""

    start: int
    phase: str
    layer: int | None = None


@dataclass
class _Call:
    """A module that is running, and what was made in it."""

    name: str
    made: list[Storage] = field(default_factory=list)


class StorageTracker(TorchDispatchMode):
    """Logs storages while it is entered (inside a `FakeTensorMode`, where there is one)."""

    def __init__(self, vocab_size: int = 0) -> None:
        super().__init__()
        self.storages: list[Storage] = []
        self.events: list[int] = []
        """Index of a storage for its birth, minus index minus one for its end."""
        self._vocab_size = vocab_size
        self._live: dict[int, Storage] = {}
        self._references: dict[int, weakref.ref[torch.UntypedStorage]] = {}
        self._stretches = [Stretch(0, "")]
        self._n_settled = self._settled_bytes = 0
        self._peaks: dict[tuple[str, int | None], Peak] = {}
        self._step_peaks: dict[str, int] = {}
        self._parts: dict[str, tuple[int, Parts]] = {}
        self._calls: list[_Call] = []
        self._last_module = ""

    # --- what is told ------------------------------------------------------------------------------------

    def set_phase(self, name: str) -> None:
        """From now on, this phase runs; what comes before the first one is not counted."""
        self._stretches.append(Stretch(len(self.events), name))

    def begin_step(self) -> None:
        """From now on, `step_peaks` is about a new step."""
        self.set_phase(self._stretches[-1].phase)
        self.layer_peaks()
        self._step_peaks.clear()

    def set_layer(self, index: int | None) -> None:
        """From now on, this layer of the model runs; None: what comes before or after the layers."""
        self._stretches.append(Stretch(len(self.events), self._stretches[-1].phase, index))

    def mark(self, tensors: Iterable[torch.Tensor | None], part: str) -> None:
        """Say what tensors are for; ``part`` is a name of `gpuplanner.core.estimate.PARTS`.

        Tensors that were made before the tracker was entered are counted from now on.
        """
        assert part in PARTS
        for tensor in tensors:
            storage = None if tensor is None else self._see(tensor, "given")
            if storage is not None:
                storage.part = part

    def name_module(self, tensor: torch.Tensor, module: str) -> None:
        """Say which module a tensor belongs to."""
        storage = self._live.get(tensor.untyped_storage()._cdata)
        if storage is not None:
            storage.module = module

    def forget(self, tensors: Iterable[torch.Tensor]) -> None:
        """These are in the host's memory on a card: they do not count."""
        for tensor in tensors:
            storage = self._live.get(tensor.untyped_storage()._cdata)
            if storage is not None:
                storage.bytes = 0

    def watch_modules(self, model: torch.nn.Module) -> None:
        """Note which module makes a tensor; a recompute runs through the same modules."""
        for name, module in model.named_modules():
            if name and not isinstance(module, torch.nn.ModuleList):
                module.register_forward_pre_hook(functools.partial(self._enter, name))
                module.register_forward_hook(self._leave, always_call=True)

    def watch_layers(self, layers: Sequence[torch.nn.Module]) -> None:
        """Note which layer of the model runs, in forward and in backward."""
        for index, layer in enumerate(layers):
            layer.register_forward_pre_hook(functools.partial(self._enter_layer, index))
            layer.register_forward_hook(functools.partial(self._leave_layer, index))

    # --- what is found out ------------------------------------------------------------------------------

    def phases(self) -> tuple[MeasuredPhase, ...]:
        """Each phase at its fullest moment, in the order in which they first ran."""
        return tuple(
            MeasuredPhase(name, peak.bytes, parts=self._settled_parts(name, peak.moment))
            for name, peak in self.peaks().items()
        )

    def peaks(self) -> dict[str, Peak]:
        """The peak of each phase over all its runs."""
        found: dict[str, Peak] = {}
        for (phase, _), peak in self.layer_peaks().items():
            if phase not in found or peak.bytes > found[phase].bytes:
                found[phase] = peak
        return found

    def step_peaks(self) -> dict[str, int]:
        """Bytes at the peak of each phase since `begin_step`."""
        self.layer_peaks()
        return dict(self._step_peaks)

    def layer_peaks(self) -> dict[tuple[str, int | None], Peak]:
        """The peak of each layer in each phase; None stands for what comes before and after the layers."""
        # Only what is new since the last call is looked at: a trial of many steps asks after each.
        for number in range(self._n_settled, len(self._stretches)):
            self._settle(number)
        return dict(self._peaks)

    def _settle(self, number: int) -> None:
        stretch = self._stretches[number]
        is_last = number + 1 == len(self._stretches)
        stop = len(self.events) if is_last else self._stretches[number + 1].start
        # What came before has left is alive when a stretch begins.
        live = best = self._settled_bytes
        moment = stretch.start - 1
        for position in range(stretch.start, stop):
            event = self.events[position]
            live += self.storages[event].bytes if event >= 0 else -self.storages[-event - 1].bytes
            if live > best:
                best, moment = live, position
        if not is_last:
            self._n_settled, self._settled_bytes = number + 1, live
        key = stretch.phase, stretch.layer
        if stretch.phase and (key not in self._peaks or best > self._peaks[key].bytes):
            self._peaks[key] = Peak(best, moment)
        if stretch.phase:
            self._step_peaks[stretch.phase] = max(best, self._step_peaks.get(stretch.phase, 0))

    def _settled_parts(self, phase: str, moment: int) -> Parts:
        """The parts of a phase's peak; later steps repeat the first ones and do not move it."""
        known = self._parts.get(phase)
        if known is None or known[0] != moment:
            known = self._parts[phase] = (moment, self.parts_at(moment))
        return known[1]

    def alive_at(self, moment: int) -> list[Storage]:
        """All storages that are alive right after an event."""
        return [s for s in self.storages if s.born <= moment < s.died]

    def parts_at(self, moment: int) -> Parts:
        """What is alive at a moment, by what it is for."""
        sums = dict.fromkeys(PARTS, 0)
        for storage in self.alive_at(moment):
            sums[self.part_of(storage, moment)] += storage.bytes
        return Parts(**sums)

    def top_tensors(self, moment: int, most: int) -> tuple[TopTensor, ...]:
        """The largest storages that are alive at a moment."""
        largest = sorted(self.alive_at(moment), key=lambda s: -s.bytes)[:most]
        return tuple(TopTensor(s.bytes, s.shape, s.dtype, s.module, s.operation, s.phase) for s in largest)

    def part_of(self, storage: Storage, moment: int) -> str:
        """What a storage is for, seen at a moment (while the module that made it runs, it is temporary)."""
        if storage.part:
            return storage.part
        if self._vocab_size and storage.shape and storage.shape[-1] == self._vocab_size:
            return "logits_bytes"
        made_for_graph = storage.phase in _GRAPH or storage.in_module
        if made_for_graph and storage.died > storage.left_module:
            return "activations_bytes"
        return "temporary_bytes"

    # --- how it is seen -----------------------------------------------------------------------------------

    def __torch_dispatch__(
        self, func: object, types: Sequence[type], args: tuple[object, ...] = (), kwargs: object = None
    ) -> object:
        """Run one operation and note what it made."""
        out = func(*args, **(kwargs or {}))  # type: ignore[operator,arg-type]
        # The view of a deep-copied fake parameter has a new storage object: views are never counted.
        if not getattr(func, "is_view", False):
            for leaf in (out,) if isinstance(out, torch.Tensor) else tree_leaves(out):
                if isinstance(leaf, torch.Tensor):
                    self._see(leaf, str(func))
        return out

    def _see(self, tensor: torch.Tensor, operation: str) -> Storage | None:
        if tensor.device.type == "meta":
            return None
        held = tensor.untyped_storage()
        key = held._cdata
        known = self._live.get(key)
        if known is not None:
            return known
        size = held.nbytes()
        if size == 0:
            return None
        call = self._calls[-1] if self._calls else None
        storage = Storage(
            bytes=-(-size // BLOCK_BYTES) * BLOCK_BYTES,
            shape=tuple(tensor.shape),
            dtype=str(tensor.dtype).removeprefix("torch."),
            operation=operation,
            module=call.name if call else self._last_module,
            born=len(self.events),
            phase=self._stretches[-1].phase,
            in_module=call is not None,
        )
        if call is not None:
            call.made.append(storage)
        index = len(self.storages)
        self.storages.append(storage)
        self.events.append(index)
        self._live[key] = storage
        self._references[key] = weakref.ref(held, functools.partial(self._end, key, index))
        return storage

    def _end(self, key: int, index: int, _reference: object) -> None:
        self.storages[index].died = len(self.events)
        self.events.append(-index - 1)
        self._live.pop(key, None)
        self._references.pop(key, None)

    def _enter_layer(self, index: int, _module: torch.nn.Module, _inputs: object) -> None:
        if self._stretches[-1].phase in _GRAPH:  # a recompute belongs to the backward of its layer
            self.set_layer(index)

    def _leave_layer(self, index: int, _module: torch.nn.Module, _inputs: object, output: object) -> None:
        if self._stretches[-1].phase not in _GRAPH:
            return
        self.set_layer(None)
        hidden = output if isinstance(output, torch.Tensor) else next(iter(tree_leaves(output)))
        if hidden.requires_grad:
            hidden.register_hook(lambda _gradient: self.set_layer(index))  # its backward begins

    def _enter(self, name: str, _module: torch.nn.Module, _inputs: object) -> None:
        self._calls.append(_Call(name))
        self._last_module = name

    def _leave(self, _module: torch.nn.Module, _inputs: object, _output: object) -> None:
        # A recompute that has all it needs is left by an exception; `always_call` sees that as well.
        if not self._calls:
            return
        call = self._calls.pop()
        for storage in call.made:
            storage.left_module = len(self.events)

"""The optimizers of a plan, each as its library's own class."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import torch

from gpuplanner.core.plan import Optimizer
from gpuplanner.worker.refusal import Refused

_LEARNING_RATE = 1e-4
_OF_BITSANDBYTES = (Optimizer.ADAMW_8BIT, Optimizer.PAGED_ADAMW_8BIT, Optimizer.LION)


def optimizer_of(
    kind: Optimizer, trained: Sequence[torch.nn.Parameter], device: torch.device, notes: list[str]
) -> torch.optim.Optimizer:
    """An optimizer over what is trained.

    Raises:
        Refused: it needs a card.
    """
    if kind in _OF_BITSANDBYTES:
        return _of_bitsandbytes(kind, trained, device, notes)
    if kind is Optimizer.ADAFACTOR:
        # transformers' own, with the arguments that its Trainer gives it.
        from transformers.optimization import Adafactor

        notes.append("Optimizer: Adafactor of transformers")
        return Adafactor(trained, lr=_LEARNING_RATE, scale_parameter=False, relative_step=False)
    notes.append(f"Optimizer: {kind.value} of torch {torch.__version__}")
    if kind is Optimizer.SGD:
        return torch.optim.SGD(trained, lr=_LEARNING_RATE, foreach=True)
    if kind is Optimizer.ADAMW_FUSED:
        return torch.optim.AdamW(trained, lr=_LEARNING_RATE, fused=True)
    # foreach is what torch takes on a card; on the CPU it has to be asked for.
    return torch.optim.AdamW(trained, lr=_LEARNING_RATE, foreach=True)


def states_of(optimizer: torch.optim.Optimizer) -> Iterator[tuple[torch.Tensor, bool]]:
    """What the optimizer keeps, and whether it lies in the host's memory on a card too.

    torch counts steps per parameter in tensors of the CPU, but for its fused optimizers.
    """
    fused = any(group.get("fused") for group in optimizer.param_groups)
    for state in optimizer.state.values():
        for name, value in state.items():
            if isinstance(value, torch.Tensor):
                yield value, name == "step" and not fused


def _of_bitsandbytes(
    kind: Optimizer, trained: Sequence[torch.nn.Parameter], device: torch.device, notes: list[str]
) -> torch.optim.Optimizer:
    if kind is Optimizer.PAGED_ADAMW_8BIT and device.type != "cuda":
        # bitsandbytes would keep its states as adamw-8bit does, and say so in a warning only.
        raise Refused("paged-adamw-8bit moves its states from a card to the host; adamw-8bit runs here")
    import bitsandbytes  # here, because most plans do not need it and it takes a second

    notes.append(f"Optimizer: {kind.value} of bitsandbytes {bitsandbytes.__version__}")
    classes = {
        Optimizer.ADAMW_8BIT: bitsandbytes.optim.AdamW8bit,
        Optimizer.PAGED_ADAMW_8BIT: bitsandbytes.optim.PagedAdamW8bit,
        Optimizer.LION: bitsandbytes.optim.Lion,
    }
    return classes[kind](trained, lr=_LEARNING_RATE)

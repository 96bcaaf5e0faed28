"""Whether a plan fits the memory that is really free now on the local cards, and who holds the rest.

Plain data from a sample and an estimate; the words are in `strip_words`.
"""

from __future__ import annotations

import os
from dataclasses import dataclass

from gpuplanner.core.errors import InputError
from gpuplanner.core.estimate import Estimate, Fits
from gpuplanner.estimator.estimate import verdict
from gpuplanner.estimator.measured import heed
from gpuplanner.monitor.free import HINT, free_bytes
from gpuplanner.monitor.readings import Missing, number
from gpuplanner.monitor.samples import CardSample, Sample

MOST_HOLDERS = 3


@dataclass(frozen=True)
class Holder:
    """A program that holds memory of a card; ``bytes`` None where the driver does not say how much."""

    name: str
    user: str
    pid: int
    bytes: float | None


@dataclass(frozen=True)
class CardUse:
    """The memory of one card by who holds it, in bytes; they add up to the total."""

    total: float
    reserved: float
    """The driver's own."""
    trial: float
    """The followed job's: my trial, or one that is watched."""
    others: float
    free: float

    @property
    def there(self) -> float:
        """What is there beside the followed job: a plan's memory comes on top."""
        return self.reserved + self.others


@dataclass(frozen=True)
class FitNow:
    """The verdict against what is free now; ``fits`` None: it is not known, for this ``reason``."""

    fits: Fits | None
    free: float = 0.0
    """Per GPU, what the followed job holds included: it is no one else's."""
    wanted: float = 0.0
    holders: tuple[Holder, ...] = ()
    """Others' programs on the chosen card, the largest first."""
    followed: float = 0.0
    """What the followed job holds of the chosen card."""
    reason: str = ""

    @property
    def short(self) -> float:
        """Bytes that are missing; negative: that stay free."""
        return self.wanted - self.free


def card_use(card: CardSample) -> CardUse | None:
    """The card's memory by who holds it; None where the card does not say."""
    used, free = number(card["memory_used_bytes"]), number(card["memory_free_bytes"])
    if used is None or free is None:
        return None
    reserved = number(card["memory_reserved_bytes"]) or 0.0
    trial = min(number(card["followed_bytes"]) or 0.0, used)
    return CardUse(used + free + reserved, reserved, trial, used - trial, free)


def free_for(sample: Sample, chosen: str, nvml_name: str, n_cards: int) -> int:
    """What each GPU of a plan may have now; the chosen card counts where the plan is for one of its kind.

    Raises:
        InputError: there are not as many such cards, or they do not say.
    """
    card = sample.card(chosen)
    if n_cards == 1 and card is not None and card.facts.name == nvml_name:
        if card.problem is not None:
            raise InputError.of(card.problem.reason, "free memory", HINT)
        use = card_use(card)
        if use is not None:
            return int(use.free + use.trial)
    return free_bytes(sample, nvml_name, n_cards)


def held_for(sample: Sample, chosen: str, nvml_name: str, n_cards: int) -> tuple[int, bool]:
    """What each GPU of a plan could have beside `free_for` without others' programs, and if they only draw.

    0 where that cannot be said.
    """
    uses = {card.uuid: card_use(card) for card in sample.cards if card.problem is None}
    kind = [card for card in sample.cards if card.facts.name == nvml_name and uses.get(card.uuid) is not None]
    if n_cards == 1:
        kind = [card for card in kind if card.uuid == chosen] or kind

    def room(card: CardSample, *, emptied: bool = False) -> float:
        use = uses[card.uuid]
        return 0.0 if use is None else use.free + use.trial + (use.others if emptied else 0.0)

    used = sorted(kind, key=room, reverse=True)[:n_cards]
    if len(used) < n_cards:
        return 0, False
    held = min(room(card, emptied=True) for card in used) - min(map(room, used))
    processes = [
        process
        for card in used
        if not isinstance(card.processes, Missing)
        for process in card.processes
        if not process.followed
    ]
    return int(held), bool(processes) and all(process.kind == "graphics" for process in processes)


def fit_now(estimate: Estimate, sample: Sample, chosen: str) -> FitNow:
    """The verdict of a plan's memory on cards like the chosen one, as they are now."""
    card = sample.card(chosen)
    if card is None or card.problem is not None:
        return FitNow(None, reason="" if card is None or card.problem is None else card.problem.reason)
    if card_use(card) is None:
        return FitNow(None)
    memory = estimate.memory
    try:
        free = free_for(sample, chosen, card.facts.name, estimate.resolved.plan.gpus_per_node)
    except InputError as error:
        return FitNow(None, wanted=memory.peak_device_bytes, reason=error.problems[0].what)
    fits = verdict(memory.peak_device_bytes, memory.high_device_bytes, free)
    fits, _ = heed(fits, estimate.resolved.plan.seq_len, free, estimate.peaks)
    followed = number(card["followed_bytes"]) or 0.0
    return FitNow(fits, free, memory.peak_device_bytes, holders_of(card), followed=followed)


def cards_for(sample: Sample, chosen: str, n_cards: int) -> tuple[str, ...]:
    """UUIDs of the cards that a plan takes, in NVML's order: the chosen one, or of several those of its kind
    with the most room, which `free_for` judges by; the chosen one alone where there are not as many."""
    card = sample.card(chosen)
    if card is None or n_cards <= 1:
        return (chosen,)
    room = {
        other.uuid: use.free + use.trial
        for other in sample.cards
        if other.problem is None
        and other.facts.name == card.facts.name
        and (use := card_use(other)) is not None
    }
    if len(room) < n_cards:
        return (chosen,)
    # Of equal ones the chosen card, then NVML's first.
    taken = sorted(room, key=lambda uuid: (-room[uuid], uuid != chosen))[:n_cards]
    return tuple(other.uuid for other in sample.cards if other.uuid in taken)


def holders_of(card: CardSample) -> tuple[Holder, ...]:
    """Programs on a card that are no part of the followed job, the largest first."""
    if isinstance(card.processes, Missing):
        return ()
    found = [
        Holder(
            program(process.command, process.pid),
            process.user or "",
            process.pid,
            number(process.memory_bytes),
        )
        for process in card.processes
        if not process.followed
    ]
    return tuple(sorted(found, key=lambda holder: holder.bytes or 0.0, reverse=True)[:MOST_HOLDERS])


def program(command: str | None, pid: int = 0) -> str:
    """A short name for a process: its program, and the script where that is an interpreter.

    >>> program("/usr/bin/python3 -u /home/meng/train.py --lr 1e-4")
    'python3 train.py'
    >>> program("/opt/vllm/bin/vllm serve Qwen-14B"), program(None, 2114)
    ('vllm', 'PID 2114')
    """
    words = (command or "").split()
    if not words:
        return f"PID {pid}"
    name = os.path.basename(words[0])  # noqa: PTH119 -- the path is of any system, and is only shown
    if name.startswith(("python", "torchrun", "accelerate", "deepspeed")):
        script = next((word for word in words[1:] if word in ("-c", "-m") or not word.startswith("-")), "")
        if script == "-m":
            script = " ".join(words[words.index("-m") :][:2])
        return f"{name} {os.path.basename(script)}".strip()  # noqa: PTH119
    return name

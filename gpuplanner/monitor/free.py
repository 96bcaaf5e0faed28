"""The memory that is free now on the local cards of one kind, for verdicts against what is really there."""

from __future__ import annotations

import time

from gpuplanner.core.errors import InputError
from gpuplanner.monitor.poller import Poller
from gpuplanner.monitor.readings import Missing, Reading
from gpuplanner.monitor.samples import CardSample, Sample
from gpuplanner.monitor.states import State

HINT = "give the bytes that nvidia-smi reports as free, such as 22GiB"


def look_once() -> tuple[Sample | None, State]:
    """One look at the local cards, and the state that says why there is no sample."""
    poller = Poller()
    try:
        return poller.poll(time.monotonic(), time.time()), poller.state
    finally:
        poller.close()


def _left_by_others(card: CardSample) -> Reading:
    free, followed = card["memory_free_bytes"], card["followed_bytes"]
    return free if isinstance(free, Missing) or isinstance(followed, Missing) else free + followed


def free_bytes(sample: Sample, nvml_name: str, n_cards: int) -> int:
    """What each of ``n_cards`` cards of that name has free: of the freest ones, the least.

    What a followed job of ours holds counts as free: a plan is judged against what others leave it.

    Raises:
        InputError: there are not as many such cards, or they do not say.
    """
    same = [card for card in sample.cards if card.facts.name == nvml_name]
    if not same:
        others = ", ".join(sorted({card.facts.name for card in sample.cards})) or "none"
        raise InputError.of(f"no local GPU is called {nvml_name} (there: {others})", "free memory", HINT)
    readings = [card.problem or _left_by_others(card) for card in same]
    free = [reading for reading in readings if not isinstance(reading, Missing)]
    if len(free) >= n_cards:
        return int(sorted(free, reverse=True)[n_cards - 1])
    reasons = {reading.reason for reading in readings if isinstance(reading, Missing)}
    why = f" ({'; '.join(sorted(reasons))})" if reasons else ""
    raise InputError.of(
        f"the plan needs {n_cards} × {nvml_name}, and {len(free)} can be read{why}", "free memory", HINT
    )

"""Energy since the monitor first saw a card, from counters that a reload of the driver sets back."""

from __future__ import annotations

from gpuplanner.monitor.readings import Missing, Reading


class EnergyMeter:
    """Adds up the rises of each card's counter."""

    def __init__(self) -> None:
        self._last_j: dict[str, float] = {}
        self._sum_j: dict[str, float] = {}

    def since_start(self, uuid: str, counter_j: Reading) -> Reading:
        """Joules since the card was first seen; a counter that fell starts a new run and adds nothing."""
        if isinstance(counter_j, Missing):
            return counter_j
        rise = counter_j - self._last_j.get(uuid, counter_j)
        self._last_j[uuid] = counter_j
        total = self._sum_j.get(uuid, 0.0) + max(rise, 0.0)
        self._sum_j[uuid] = total
        return total

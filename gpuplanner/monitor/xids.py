"""Xid faults: the driver's own numbers for what went wrong on a card, as NVML's events report them.

NVML tells a fault once, to who had asked before it happened; so the last number is kept here, also while NVML
is closed and opened again.  Only Linux has these events.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from gpuplanner.monitor.card_reader import CardReader
from gpuplanner.monitor.nvml import ERRORS, Nvml, code_of
from gpuplanner.monitor.readings import NOT_ASKED, Missing, Reading, missing_for

MOST_AT_ONCE = 32
"""Faults taken at one look; a card in trouble can report thousands."""


class Xids:
    """The last Xid of each card; nothing here waits."""

    def __init__(self, nvml: Nvml) -> None:
        self._nvml = nvml
        self._events: Any = None
        self._session = -1
        self._cards: dict[str, Missing | None] = {}
        """Cards that were asked for, and why one cannot tell."""
        self._last: dict[str, int] = {}

    def look(self, readers: Mapping[str, CardReader]) -> None:
        """Ask for the faults of new cards, and take what was reported since."""
        if self._session != self._nvml.session:
            self._session, self._events, self._cards = self._nvml.session, None, {}
        for uuid, reader in readers.items():
            if uuid not in self._cards:
                self._cards[uuid] = self._ask_for(reader)
        if self._events is None:
            return
        for _ in range(MOST_AT_ONCE):
            try:
                found = self._nvml.next_xid(self._events)
            except ERRORS:
                return  # the card that is the matter says so itself
            if found is None:
                return
            uuid, xid = found
            self._last[uuid] = xid

    def reading(self, uuid: str) -> Reading:
        """The last Xid of a card since it is watched, 0 for none."""
        if uuid in self._last:
            return self._last[uuid]
        missing = self._cards.get(uuid, NOT_ASKED)
        return 0 if missing is None else missing

    def _ask_for(self, reader: CardReader) -> Missing | None:
        try:
            if self._events is None:
                self._events = self._nvml.event_set()
            self._nvml.watch_xids(reader.handle, self._events)
        except ERRORS as error:
            return missing_for(code_of(error))
        return None

"""The processes on the cards in words, and which of them belong to a job that is followed."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from gpuplanner.monitor.card_reader import CardLostError, CardReader, ListedProcess
from gpuplanner.monitor.processes import PROC, Family, ProcessTable, ProcessWords
from gpuplanner.monitor.readings import BY_PROCESS_UNKNOWN, BY_PROCESS_WDDM, NOT_ASKED, Missing, Reading
from gpuplanner.monitor.samples import ProcessReading

Processes = tuple[ProcessReading, ...] | Missing


class ProcessList:
    """What is known of the processes on all cards, as of the last `refresh`."""

    def __init__(self, table: ProcessTable | None = None) -> None:
        self._table = table or ProcessTable()
        self._families: dict[int, Family] = {}
        self._by_card: dict[str, Processes] = {}
        self._seen: dict[int, tuple[ProcessWords, bool]] = {}
        """Words of the last refresh's processes, and whether they are followed: who stays is the same."""

    def follow(self, pid: int) -> None:
        """From now on, the process and its children count as the followed job."""
        self._families[pid] = Family(pid, self._table)
        self._seen = {}

    def unfollow(self, pid: int) -> None:
        """The process and its children no longer count."""
        self._families.pop(pid, None)
        self._seen = {}

    @property
    def follows(self) -> bool:
        """Whether any job is followed."""
        return bool(self._families)

    def refresh(self, readers: Mapping[str, CardReader]) -> None:
        """Ask the cards anew."""
        found: dict[str, Processes] = {}
        seen: dict[int, tuple[ProcessWords, bool]] = {}
        for uuid, reader in readers.items():
            try:
                listed = reader.processes()
                busy = reader.busy() if listed else {}
            except CardLostError:
                continue
            found[uuid] = listed if isinstance(listed, Missing) else self._in_words(listed, busy, seen)
        self._by_card, self._seen = found, seen

    def on_card(self, uuid: str) -> Processes:
        """The processes of one card."""
        return self._by_card.get(uuid, ())

    def followed_bytes(self, uuid: str) -> Reading:
        """What the followed jobs hold of a card; a number only if every part of it is one."""
        if not self._families:
            return NOT_ASKED
        processes = self.on_card(uuid)
        if isinstance(processes, Missing):
            return processes
        total = 0.0
        for process in processes:
            if process.followed:
                if isinstance(process.memory_bytes, Missing):
                    return process.memory_bytes
                total += process.memory_bytes
        return int(total)

    def _in_words(
        self,
        listed: list[ListedProcess],
        busy: dict[int, int] | Missing,
        seen: dict[int, tuple[ProcessWords, bool]],
    ) -> tuple[ProcessReading, ...]:
        found = []
        for pid, used, kind, gpu_instance, compute_instance in listed:
            if pid not in seen:
                seen[pid] = self._seen.get(pid) or self._look_up(pid)
            words, followed = seen[pid]
            found.append(
                ProcessReading(
                    pid,
                    by_process_unknown() if used is None else used,
                    kind,
                    words.user,
                    words.command,
                    words.start_s,
                    gpu_instance,
                    compute_instance,
                    followed,
                    busy if isinstance(busy, Missing) else busy.get(pid, 0),
                )
            )
        return tuple(found)

    def _look_up(self, pid: int) -> tuple[ProcessWords, bool]:
        followed = any(pid in family for family in self._families.values())
        return self._table.words(pid), followed


@cache
def by_process_unknown(system: str = sys.platform, version: Path = PROC / "version") -> Missing:
    """Why the memory of a process is not known: Windows keeps it (below WSL too), or the driver is silent."""
    if system == "win32":
        return BY_PROCESS_WDDM
    try:
        below_windows = "microsoft" in version.read_text(encoding="utf-8", errors="replace").lower()
    except OSError:
        below_windows = False
    return BY_PROCESS_WDDM if below_windows else BY_PROCESS_UNKNOWN

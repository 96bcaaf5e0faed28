"""Finds the cards and keeps a reader for each; one that cannot be read stays listed, and why."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from gpuplanner.monitor.card_facts import read_facts
from gpuplanner.monitor.card_reader import CardReader
from gpuplanner.monitor.nvml import ERRORS, Handle, Nvml, code_of
from gpuplanner.monitor.readings import GPU_IS_LOST, Missing, MissingKind, missing_for
from gpuplanner.monitor.runtime_power import RuntimePower, kernel_address
from gpuplanner.monitor.samples import CardFacts

ASLEEP = Missing(MissingKind.NOT_ASKED, "asleep to save power; reading it would wake it")


class Cards:
    """The cards of this machine, known by UUID, while NVML is open and across its re-opening."""

    def __init__(self, nvml: Nvml, power: RuntimePower) -> None:
        self._nvml, self._power = nvml, power
        self.readers: dict[str, CardReader] = {}
        """Cards that can be read, in NVML's order."""
        self.away: dict[str, tuple[CardFacts, Missing]] = {}
        """Cards that cannot be read now, and why."""
        self._can_sleep: frozenset[str] = frozenset()
        self._addresses: tuple[str, ...] = ()
        self._count = 0

    def look_at_kernel(self) -> bool:
        """Read which cards the kernel has, without touching them; whether that changed."""
        before, self._addresses = self._addresses, self._power.addresses()
        self._can_sleep = frozenset(address for address in self._addresses if self._power.may_sleep(address))
        return before != self._addresses

    def all_asleep(self) -> bool:
        """Every card is suspended, so that NVML must not even be opened."""
        cards = self._addresses
        return bool(cards) and self._can_sleep.issuperset(cards) and all(map(self._power.asleep, cards))

    def asleep(self, facts: CardFacts) -> bool:
        """A card is suspended."""
        if not self._can_sleep:
            return False
        address = kernel_address(facts.pci_bus_id)
        return address in self._can_sleep and self._power.asleep(address)

    def find(self, metrics: Collection[str]) -> None:
        """Look for all cards; those that were known and are not there any more go `away`.

        Raises:
            one of ERRORS: NVML itself does not answer.
        """
        known = self._all_facts()
        self.readers, self.away = {}, {}
        self._count = self._nvml.count()
        sleeping = [a for a in self._addresses if a in self._can_sleep and self._power.asleep(a)]
        if sleeping:
            for address in self._addresses:
                if address in sleeping:
                    self._put_to_bed(address, known)
                else:
                    self._add(address, -1, known, metrics)
        else:
            for index in range(self._count):
                self._add("", index, known, metrics)
        for uuid, facts in known.items():
            if uuid not in self.readers and uuid not in self.away and not _is_placeholder(uuid):
                self.away[uuid] = (facts, missing_for(GPU_IS_LOST))

    def count_changed(self) -> bool:
        """NVML sees more or fewer cards than at the last `find`."""
        try:
            return self._nvml.count() != self._count
        except ERRORS:
            return True

    def lose(self, uuid: str) -> None:
        """A card stopped answering."""
        facts = self.readers.pop(uuid).facts
        self.away[uuid] = (facts, missing_for(GPU_IS_LOST))

    def try_again(self, metrics: Collection[str]) -> None:
        """Take back the cards that answer again."""
        for uuid, (facts, _) in list(self.away.items()):
            if _is_placeholder(uuid) or self.asleep(facts):
                continue
            try:
                handle = self._nvml.handle_of(uuid)
                facts = read_facts(self._nvml, handle, facts.index)
            except ERRORS:
                continue
            del self.away[uuid]
            self.readers[uuid] = CardReader(self._nvml, handle, facts, metrics)
        self.readers = dict(sorted(self.readers.items(), key=lambda pair: pair[1].facts.index))

    def _all_facts(self) -> dict[str, CardFacts]:
        read = {uuid: reader.facts for uuid, reader in self.readers.items()}
        return {**read, **{uuid: facts for uuid, (facts, _) in self.away.items()}}

    def _add(self, address: str, index: int, known: dict[str, CardFacts], metrics: Collection[str]) -> None:
        try:
            handle: Handle = self._nvml.handle_at(address) if address else self._nvml.handle(index)
            if address:
                index = int(self._nvml.ask(handle, "GetIndex"))
            facts = read_facts(self._nvml, handle, index)
        except ERRORS as error:
            problem = missing_for(code_of(error))
            same = (
                f for u, f in known.items() if f.index == index and not address and not _is_placeholder(u)
            )
            facts = next(same, _placeholder(address or str(index), index))
            self.away[facts.uuid] = (facts, problem)
            return
        self.readers[facts.uuid] = CardReader(self._nvml, handle, facts, metrics)

    def _put_to_bed(self, address: str, known: dict[str, CardFacts]) -> None:
        same = (facts for facts in known.values() if kernel_address(facts.pci_bus_id) == address)
        facts = next(same, replace(_placeholder(address, -1), pci_bus_id=address))
        self.away[facts.uuid] = (facts, ASLEEP)


def _placeholder(where: str, index: int) -> CardFacts:
    return CardFacts(f"unread-{where}", index, f"GPU {where}")


def _is_placeholder(uuid: str) -> bool:
    """A card that has not said yet who it is."""
    return uuid.startswith("unread-")

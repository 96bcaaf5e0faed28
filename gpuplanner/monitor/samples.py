"""What one look at the GPUs yields: samples that never change, and the facts of a card that are read once."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from gpuplanner.monitor.metrics import INDEX
from gpuplanner.monitor.readings import NOT_ASKED, Missing, Reading


@dataclass(frozen=True)
class DriverFacts:
    """What the driver says of itself; read each time that NVML is opened."""

    driver_version: str
    nvml_version: str = ""
    cuda_version: str = ""
    """The newest CUDA that this driver runs, as "12.8"."""


@dataclass(frozen=True)
class CardFacts:
    """What does not change while a card is known.

    ``uuid`` identifies it; ``index`` is NVML's, not CUDA's.
    """

    uuid: str
    index: int
    name: str
    pci_bus_id: str = ""
    driver_version: str = ""
    compute_capability: str = ""
    memory_total_bytes: Reading = 0
    power_cap_watts: Reading = 0
    max_sm_clock_mhz: Reading = 0
    max_memory_clock_mhz: Reading = 0
    slowdown_celsius: Reading = 0
    pcie_generation: Reading = 0
    pcie_width: Reading = 0
    ecc_enabled: Reading = 0
    mig_enabled: bool = False
    unified_memory: bool = False


@dataclass(frozen=True)
class ProcessReading:
    """A process that holds memory of a card."""

    pid: int
    memory_bytes: Reading
    kind: str
    """``compute``, ``graphics`` or ``both``."""
    user: str | None = None
    """None where the system does not say (another container's process, Windows, macOS)."""
    command: str | None = None
    start_s: float | None = None
    """When it started, in seconds since 1970."""
    gpu_instance: int | None = None
    compute_instance: int | None = None
    followed: bool = False
    """It belongs to a followed job."""
    sm_percent: Reading = NOT_ASKED
    """Share of the card's multiprocessors that it kept busy; 0 where it rests."""


@dataclass(frozen=True)
class MigInstance:
    """One MIG instance of a card; its processes are those of the card with the same instance numbers."""

    uuid: str
    name: str
    gpu_instance: int
    compute_instance: int
    memory_total_bytes: Reading
    memory_reserved_bytes: Reading
    memory_used_bytes: Reading
    memory_free_bytes: Reading


@dataclass(frozen=True)
class CardSample:
    """One card at one tick; ``card["power_watts"]`` is a reading, and ``readings`` are all, as `METRICS`.

    ``problem`` is set where the card as a whole cannot be read (lost, asleep, no permission).
    """

    facts: CardFacts
    readings: tuple[Reading, ...]
    processes: tuple[ProcessReading, ...] | Missing = ()
    instances: tuple[MigInstance, ...] = ()
    problem: Missing | None = None

    @property
    def uuid(self) -> str:
        """The card's identity."""
        return self.facts.uuid

    def __getitem__(self, name: str) -> Reading:
        """A reading by its metric's name."""
        return self.readings[INDEX[name]]


@dataclass(frozen=True)
class Sample:
    """All cards at one tick.

    ``monotonic_s`` orders samples and measures between them; ``wall_s`` (since 1970) is for people and files.
    Both are taken when the reading began; it took ``duration_s``.  ``skipped`` ticks were left out before it
    because reading took too long, ``after_gap`` says that the monitor rested or could not read before it.
    """

    number: int
    monotonic_s: float
    wall_s: float
    duration_s: float
    cards: tuple[CardSample, ...]
    driver: DriverFacts
    period_s: float = 1.0
    """What was asked for from sample to sample."""
    skipped: int = 0
    after_gap: bool = False
    process_age_s: float = 0.0
    """How old the list of processes is; it is read less often than the rest."""

    def card(self, uuid: str) -> CardSample | None:
        """The sample of one card, None if it was never seen."""
        return next((card for card in self.cards if card.uuid == uuid), None)

    def __iter__(self) -> Iterator[CardSample]:
        """The cards."""
        return iter(self.cards)

"""The one list of what is read from a card; CSV heads, history, plots and the reading itself derive from it.

A new metric is one entry here.  Units are part of the names.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


class Pace(Enum):
    """How often a metric is read."""

    TICK = "every tick"
    SLOW = "every ten seconds"
    """It hardly changes."""
    SPARE = "in the time left between two ticks"
    """The call blocks (PCIe counters: 20 ms each), and must not delay the others."""
    DERIVED = "computed from other readings"


@dataclass(frozen=True)
class Call:
    """One way to read a metric: the binding's ``nvmlDevice<name>(handle, *arguments)``.

    ``part`` is the field of the struct it answers, or empty for a plain number.
    """

    name: str
    arguments: tuple[int, ...] = ()
    part: str = ""


@dataclass(frozen=True)
class Metric:
    """One figure of a card.

    ``calls`` are tried in order until the driver has one; ``scale`` turns NVML's unit into ``unit``.  A
    ``default`` metric is read unless the user says otherwise; ``kept`` in the history.  ``low`` and ``high``
    are the ends of its plot's axis where they are fixed (the card's capacity and cap are in its facts).
    """

    name: str
    label: str
    unit: str
    calls: tuple[Call, ...]
    help: str
    scale: float = 1
    pace: Pace = Pace.TICK
    default: bool = True
    kept: bool = True
    low: float | None = 0
    high: float | None = None


MEMORY_CALL = "memory"
"""Not a call of the binding: version 2 of the memory call or else version 1, as `nvml.py` reads them."""
PCIE_CALL = "pcie"
"""Not a call of the binding either: byte counters where the driver has them, else the call that blocks."""


def _memory(part: str) -> tuple[Call, ...]:
    return (Call(MEMORY_CALL, (), part),)


METRICS: tuple[Metric, ...] = (
    Metric(
        "memory_used_bytes",
        "Memory used",
        "B",
        _memory("used"),
        "By all programs on the card; without the driver's own part where the driver tells it apart.",
    ),
    Metric(
        "memory_reserved_bytes",
        "Memory of the driver",
        "B",
        _memory("reserved"),
        "Kept by the driver and firmware; no program can have it.",
    ),
    Metric("memory_free_bytes", "Memory free", "B", _memory("free"), "What a program can have now."),
    Metric(
        "memory_total_bytes",
        "Memory of the card",
        "B",
        _memory("total"),
        "Used, free and the driver's part together.",
        kept=False,
    ),
    Metric(
        "followed_bytes",
        "Memory of my job",
        "B",
        (),
        "Of the processes that are followed (a trial, a watched job), their children included.",
        pace=Pace.DERIVED,
    ),
    Metric(
        "gpu_utilization_percent",
        "GPU busy",
        "%",
        (Call("GetUtilizationRates", (), "gpu"),),
        "Share of time in which a kernel ran; not how well it used the card.",
        high=100,
    ),
    Metric(
        "memory_utilization_percent",
        "Memory busy",
        "%",
        (Call("GetUtilizationRates", (), "memory"),),
        "Share of time in which memory was read or written.",
        high=100,
    ),
    Metric(
        "temperature_celsius",
        "Temperature",
        "°C",
        (Call("GetTemperature", (0,)), Call("GetTemperatureV", (0,))),
        "Of the chip.",
        low=20,
        high=100,
    ),
    Metric(
        "power_watts",
        "Power",
        "W",
        (Call("GetPowerUsage"),),
        "Of the whole card; on most cards a mean over one second.",
        scale=1e-3,
    ),
    Metric(
        "power_cap_watts",
        "Power cap",
        "W",
        (Call("GetEnforcedPowerLimit"),),
        "The driver keeps power below it.",
        scale=1e-3,
        pace=Pace.SLOW,
    ),
    Metric(
        "energy_joules",
        "Energy",
        "J",
        (Call("GetTotalEnergyConsumption"),),
        "Since the monitor first saw the card; a reload of the driver does not set it back.",
        scale=1e-3,
    ),
    Metric("sm_clock_mhz", "Clock", "MHz", (Call("GetClockInfo", (1,)),), "Of the multiprocessors."),
    Metric("memory_clock_mhz", "Memory clock", "MHz", (Call("GetClockInfo", (2,)),), "Of the memory."),
    Metric(
        "throttle_reasons",
        "Slowed by",
        "",
        (
            Call("GetCurrentClocksEventReasons"),
            Call("GetCurrentClocksThrottleReasons"),
        ),
        "Why the clock is below its maximum, as NVML's bits; see `throttle_words`.",
    ),
    Metric("performance_state", "P-state", "", (Call("GetPerformanceState"),), "P0 is fastest.", high=15),
    Metric("fan_percent", "Fan", "%", (Call("GetFanSpeed"),), "Intended, of the maximum.", high=100),
    Metric(
        "ecc_corrected_errors",
        "ECC corrected",
        "",
        (Call("GetTotalEccErrors", (0, 0)),),
        "Memory errors since the driver was loaded that were corrected.",
        pace=Pace.SLOW,
    ),
    Metric(
        "ecc_uncorrected_errors",
        "ECC uncorrected",
        "",
        (Call("GetTotalEccErrors", (1, 0)),),
        "Memory errors since the driver was loaded that were not.",
        pace=Pace.SLOW,
    ),
    Metric(
        "xid",
        "Xid",
        "",
        (),
        "Number of the last critical fault that the driver reported since the card is watched; 0 is none.",
        pace=Pace.DERIVED,
    ),
    Metric(
        "pcie_generation",
        "PCIe generation",
        "",
        (Call("GetCurrPcieLinkGeneration"),),
        "Of the link now; an idle card slows it down.",
        pace=Pace.SLOW,
        kept=False,
    ),
    Metric(
        "pcie_width",
        "PCIe lanes",
        "",
        (Call("GetCurrPcieLinkWidth"),),
        "Of the link now.",
        pace=Pace.SLOW,
        kept=False,
    ),
    Metric(
        "encoder_utilization_percent",
        "Encoder busy",
        "%",
        (Call("GetEncoderUtilization", (), "0"),),
        "Of the video encoder.",
        default=False,
        kept=False,
        high=100,
    ),
    Metric(
        "decoder_utilization_percent",
        "Decoder busy",
        "%",
        (Call("GetDecoderUtilization", (), "0"),),
        "Of the video decoder.",
        default=False,
        kept=False,
        high=100,
    ),
    Metric(
        "pcie_sent_bytes_per_s",
        "PCIe sent",
        "B/s",
        (Call(PCIE_CALL, (0,)),),
        "From the card to the computer.",
        pace=Pace.SPARE,
        default=False,
    ),
    Metric(
        "pcie_received_bytes_per_s",
        "PCIe received",
        "B/s",
        (Call(PCIE_CALL, (1,)),),
        "From the computer to the card.",
        pace=Pace.SPARE,
        default=False,
    ),
)

INDEX = {metric.name: index for index, metric in enumerate(METRICS)}
"""Where a metric's reading stands in `CardSample.readings`."""

DEFAULT_NAMES = frozenset(metric.name for metric in METRICS if metric.default)
PCIE_NAMES = frozenset(metric.name for metric in METRICS if metric.pace is Pace.SPARE)
KEPT = tuple(metric for metric in METRICS if metric.kept)
"""Metrics of the history, in its order."""


def metric_of(name: str) -> Metric:
    """The declaration of a metric."""
    return METRICS[INDEX[name]]


# nvml.h, nvmlClocksEventReason…; the second says whether it slows a busy card against its will.
_REASONS: tuple[tuple[int, str, bool], ...] = (
    (0x001, "idle", False),
    (0x002, "clocks set by the user", False),
    (0x004, "power cap", True),
    (0x008, "hardware slowdown (heat or power)", True),
    (0x010, "held together with other cards", False),
    (0x020, "heat (driver)", True),
    (0x040, "heat (hardware)", True),
    (0x080, "power brake of the power supply", True),
    (0x100, "display clock", False),
    (0x200, "limit of the board", True),
    (0x400, "reliability voltage limit", True),
)


def throttle_words(reasons: float, *, all_reasons: bool = False) -> tuple[str, ...]:
    """The reasons that slow a card, in words; with ``all_reasons`` also those that are no throttling.

    >>> throttle_words(0x1)
    ()
    >>> throttle_words(0x1 | 0x4 | 0x40)
    ('power cap', 'heat (hardware)')
    """
    bits = int(reasons)
    return tuple(words for bit, words, slows in _REASONS if bits & bit and (slows or all_reasons))

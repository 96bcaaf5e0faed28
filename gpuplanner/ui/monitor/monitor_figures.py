"""How the monitor writes its figures: memory in the unit of all pages, ages, spans, energy, readings."""

from __future__ import annotations

from datetime import datetime

from gpuplanner.core.units import GB, GIB, NONE, signed
from gpuplanner.monitor.readings import Missing, MissingKind, Reading, number
from gpuplanner.ui.told import as_sentence, told
from gpuplanner.ui.widgets.display_unit import DisplayUnit

KWH = 3.6e6


def unit_bytes(unit: DisplayUnit) -> tuple[float, str]:
    """Bytes and name of the unit in which memory of a card is shown."""
    return (float(GB), "GB") if unit is DisplayUnit.GB_PER_GPU else (float(GIB), "GiB")


def reading_text(reading: Reading, decimals: int = 0, scale: float = 1.0) -> str:
    """A reading as a number; "–" where there is none, "!" where the driver refused it."""
    value = number(reading)
    if value is None:
        assert isinstance(reading, Missing)
        return "!" if reading.kind is MissingKind.ERROR else NONE
    return signed(value * scale, decimals, plus=False)


def reason(reading: Reading) -> str:
    """Why there is no number; empty where there is one."""
    return as_sentence(told(reading.reason)) if isinstance(reading, Missing) else ""


def clock(seconds: float) -> str:
    """A length of time: ``1:44``, ``3:12:09``, ``2 d 4 h``, ``12 d``.

    >>> clock(104), clock(11529), clock(187200)
    ('1:44', '3:12:09', '2 d 4 h')
    """
    whole = max(0, int(seconds))
    days, hours, minutes = whole // 86_400, whole // 3_600 % 24, whole // 60 % 60
    if days >= 10:
        return f"{days} d"
    if days:
        return f"{days} d {hours} h"
    if whole >= 3_600:
        return f"{hours}:{minutes:02}:{whole % 60:02}"
    return f"{minutes}:{whole % 60:02}"


def age(seconds: float) -> str:
    """How long ago: ``12 s``, ``4 min``, ``3 h``."""
    if seconds < 120:
        return f"{max(0, round(seconds))} s"
    return f"{round(seconds / 60)} min" if seconds < 7_200 else f"{round(seconds / 3_600)} h"


def time_of_day(wall_s: float, *, with_seconds: bool = True) -> str:
    """Local time."""
    return datetime.fromtimestamp(wall_s).strftime("%H:%M:%S" if with_seconds else "%H:%M")


def time_label(time_s: float, wall_offset_s: float | None, step_s: float) -> str:
    """A label of the time axis: time of day, or time since the start of a recording."""
    if wall_offset_s is None:
        sign = "−" if time_s < -0.5 else ""
        return sign + clock(abs(time_s) + 1e-6)
    return time_of_day(time_s + wall_offset_s + 1e-6, with_seconds=step_s % 60 != 0)


def energy(joules: float) -> str:
    """Energy with its unit: ``42.1 Wh``, ``1.30 kWh``."""
    if joules >= KWH:
        return f"{joules / KWH:,.2f} kWh"
    return f"{joules / 3_600:,.1f} Wh"


def short_name(name: str) -> str:
    """A card's name without its maker."""
    return name.removeprefix("NVIDIA ").strip() or name


def short_uuid(uuid: str) -> str:
    """Enough of a UUID to tell cards apart: ``GPU-8c2f…0e19``."""
    return uuid if len(uuid) < 16 else f"{uuid[:8]}…{uuid[-4:]}"

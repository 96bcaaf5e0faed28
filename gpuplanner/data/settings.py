"""What the program remembers between starts, in one small readable file; never anything about a document."""

from __future__ import annotations

import base64
import binascii
import json
import os
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from gpuplanner.core.errors import InputError, InputProblem
from gpuplanner.core.price import Per, Price, read_price, written_price
from gpuplanner.core.units import shorten
from gpuplanner.core.user_folders import SETTINGS, user_folder
from gpuplanner.data.whole_file import read_whole, write_whole

MAX_RECENT = 10
MAX_PRICE = 1e6
"""Above every price that can be meant."""

_MAX_FILE_BYTES = 10**6
_MAX_SET_ASIDE = 100
_MAX_TEXTS = 50


@dataclass(frozen=True)
class Settings:
    """Everything that is remembered; equal to the defaults before the first start.

    The geometries are Qt's bytes.  ``theme`` and ``unit`` are words of the window, which takes its own
    default for one that it does not know (empty, or from another version).
    """

    window_geometry: bytes = b""
    window_state: bytes = b""
    theme: str = ""
    unit: str = ""
    user_scale: float = 1.0
    """The user's own factor on all sizes."""
    recent_files: tuple[str, ...] = ()
    """Newest first."""
    strip_folded: bool = False
    """The GPU strip is folded into the status row."""
    pivot_shown: bool = False
    """The table is shown by length."""
    problems_shown: bool = False
    """The list of problems is open below the table."""
    alerts: tuple[str, ...] = ()
    """Words of the window: what to alert about ("memory 0.95", "lost"); nothing at first."""
    trial: tuple[tuple[str, str], ...] = ()
    """Words of the window: what trials were last started with, as (name, value)."""
    language: str = ""
    """Code of the window's language, such as "zh_CN"; empty: as the desktop."""
    sampling_hz: float = 1.0
    """How often the GPUs are read, in a second."""
    reserve_gib: float = 0.0
    """What a plan leaves free of each card at first."""
    price_per_gpu_hour: Price | None = None
    """The user's own price, with which a plan begins; None: no costs are shown."""
    price_per_kwh: Price | None = None
    """The user's own price of electricity; None: kWh are not counted in money."""
    update_address: str = ""
    """Where the user looks for newer versions (see `data.updates`); empty: nowhere."""

    def with_recent(self, path: Path) -> Settings:
        """The settings with a file at the head of the recent ones."""
        name = str(path)
        others = [other for other in self.recent_files if other != name]
        return replace(self, recent_files=(name, *others)[:MAX_RECENT])


def settings_path(environment: Mapping[str, str] = os.environ, platform: str = sys.platform) -> Path:
    """The file in the platform's folder for settings; nothing is created."""
    return user_folder(SETTINGS, environment, platform) / "settings.json"


def load_settings(path: Path) -> tuple[Settings, tuple[InputProblem, ...]]:
    """Read the settings, and what was wrong with them.

    Never fails: what cannot be read stands at its default, and the damaged file is renamed beside the
    place, so that the next save does not destroy it.
    """
    try:
        if not path.exists():
            return Settings(), ()
        found = json.loads(read_whole(path, _MAX_FILE_BYTES))
        if not isinstance(found, dict):
            raise TypeError("the file holds no settings")
    except InputError as error:
        return Settings(), error.problems
    except OSError as error:  # a folder that may not be entered
        what = f"the settings could not be read ({error.strerror})"
        return Settings(), (InputProblem(what, str(path), "defaults are used"),)
    except (ValueError, TypeError, RecursionError) as error:
        return Settings(), (_set_aside(path, shorten(str(error), 80)),)
    settings, unread = _read(found)
    if unread:
        return settings, (_set_aside(path, f"{', '.join(unread)} cannot be read"),)
    return settings, ()


def save_settings(path: Path, settings: Settings) -> None:
    """Replace the file as a whole, making its folder when there is none.

    Raises:
        InputError: nothing was written, and an old file is as it was.
    """
    content = {
        "window_geometry": base64.b64encode(settings.window_geometry).decode("ascii"),
        "window_state": base64.b64encode(settings.window_state).decode("ascii"),
        "theme": settings.theme,
        "language": settings.language,
        "unit": settings.unit,
        "user_scale": settings.user_scale,
        "recent_files": list(settings.recent_files),
        "strip_folded": settings.strip_folded,
        "pivot_shown": settings.pivot_shown,
        "problems_shown": settings.problems_shown,
        "alerts": list(settings.alerts),
        "trial": dict(settings.trial),
        "sampling_hz": settings.sampling_hz,
        "reserve_gib": settings.reserve_gib,
        "price_per_gpu_hour": settings.price_per_gpu_hour and written_price(settings.price_per_gpu_hour),
        "price_per_kwh": settings.price_per_kwh and written_price(settings.price_per_kwh),
        "update_address": settings.update_address,
    }
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        what = f"the folder for settings could not be made ({error.strerror})"
        raise InputError.of(what, str(path.parent), "make it by hand") from error
    # Escaped, so that file names that are no text (lone surrogates on Linux) survive.
    write_whole(path, json.dumps(content, indent=2).encode("ascii") + b"\n")


def _read(found: Mapping[str, object]) -> tuple[Settings, list[str]]:
    """The settings that can be read, and the names of those that cannot; other names are ignored."""
    readers: dict[str, Callable[[object], object]] = {
        "window_geometry": _read_bytes,
        "window_state": _read_bytes,
        "theme": _read_word,
        "language": _read_word,
        "unit": _read_word,
        "user_scale": partial(_read_number, low=0.1, high=10.0),
        "recent_files": _read_names,
        "strip_folded": _read_flag,
        "pivot_shown": _read_flag,
        "problems_shown": _read_flag,
        "alerts": _read_names,
        "trial": _read_texts,
        "sampling_hz": partial(_read_number, low=0.1, high=100.0),
        "reserve_gib": partial(_read_number, low=0.0, high=1e6),
        "price_per_gpu_hour": partial(_read_price, per=Per.GPU_HOUR),
        "price_per_kwh": partial(_read_price, per=Per.KWH),
        "update_address": _read_word,
    }
    values: dict[str, object] = {}
    unread: list[str] = []
    for name, read in readers.items():
        if name not in found:
            continue
        try:
            values[name] = read(found[name])
        except (ValueError, TypeError, binascii.Error):
            unread.append(name)
    return Settings(**values), unread  # type: ignore[arg-type]


def _read_bytes(value: object) -> bytes:
    if not isinstance(value, str):
        raise TypeError("no text")
    return base64.b64decode(value, validate=True)


def _read_word(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError("no word")
    return value


def _read_number(value: object, low: float, high: float) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not low <= value <= high:
        raise TypeError("no number")
    return float(value)


def _read_price(value: object, per: Per) -> Price | None:
    """A text such as "1.9 EUR"; or a bare number, as a file of hand or of an earlier version has it."""
    if value is None:
        return None
    price = read_price(value, per) if isinstance(value, str) else Price(_read_number(value, 0.0, MAX_PRICE))
    _read_number(price.amount, 0.0, MAX_PRICE)
    return price


def _read_flag(value: object) -> bool:
    if not isinstance(value, bool):
        raise TypeError("no switch")
    return value


def _read_names(value: object) -> tuple[str, ...]:
    if not isinstance(value, list) or not all(isinstance(name, str) for name in value):
        raise TypeError("no list of names")
    return tuple(value[:MAX_RECENT])


def _read_texts(value: object) -> tuple[tuple[str, str], ...]:
    if not isinstance(value, dict) or not all(isinstance(text, str) for text in value.values()):
        raise TypeError("no named texts")
    return tuple(value.items())[:_MAX_TEXTS]


def _set_aside(path: Path, reason: str) -> InputProblem:
    """Rename a damaged file to the first free name, and say so."""
    what = f"the settings could not all be read ({reason})"
    for number in range(1, _MAX_SET_ASIDE):
        aside = path.with_name(f"{path.stem}.damaged-{number}{path.suffix}")
        if aside.exists():
            continue
        try:
            path.rename(aside)
        except OSError as error:
            return InputProblem(what, str(path), f"it stays where it is ({error.strerror})")
        return InputProblem(what, str(path), f"defaults are used; the old file is now {aside.name}")
    return InputProblem(what, str(path), "defaults are used; remove the damaged files beside it")

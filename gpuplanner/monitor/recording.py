"""A recording: samples written to a CSV file as they come, and read again.

One line is one card at one time.  The heads are the metrics' names, which carry the units; ``kind`` is
``sample``, ``gap`` (nothing could be read before the next line) or ``mark`` (``note`` is its text).  An empty
cell is a reading that the card does not have; one that failed has its reason in ``note``.  Lines go to the
file as they come, not under a temporary name first: a recording that is cut off keeps what it has.
"""

from __future__ import annotations

import csv
import math
import os
import threading
from array import array
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from typing import TextIO

import numpy as np
import numpy.typing as npt

from gpuplanner.core.errors import InputError
from gpuplanner.core.recording_record import RecordingRecord
from gpuplanner.monitor.decimation import Series, Thinning
from gpuplanner.monitor.metrics import METRICS
from gpuplanner.monitor.readings import Missing, MissingKind
from gpuplanner.monitor.samples import CardSample, Sample

HEAD_COLUMNS = ("time_utc", "elapsed_s", "kind", "uuid", "name", "driver_version")
TAIL_COLUMNS = ("processes", "note")
"""``processes``: "PID=bytes" by spaces, bytes empty where the driver does not say them."""
COLUMNS = (*HEAD_COLUMNS, *(metric.name for metric in METRICS), *TAIL_COLUMNS)
MOST_BYTES = 4_000_000_000
MOST_LINES = 100_000
"""In a document, which is read and written as a whole: a day of one card at 1 Hz."""
FLUSH_S = 1.0


class Recorder:
    """Writes samples to a file; `write` may be a sampler's sink.  A full disk ends it: see ``problem``."""

    def __init__(self, path: Path) -> None:
        """Create or replace the file.

        Raises:
            InputError: it cannot be written.
        """
        self.path = path
        self.problem = ""
        """Why writing has ended before `close`; empty while all is well."""
        self.n_samples = 0
        self._lock = threading.Lock()
        self._start_s: float | None = None
        self._flushed_s = -math.inf
        try:
            self._file: TextIO | None = path.open("w", encoding="utf-8", newline="")
            self._writer = csv.writer(self._file)
            self._writer.writerow(COLUMNS)
        except OSError as error:
            raise InputError.of(
                f"the recording cannot be written ({error.strerror or error})",
                str(path),
                "choose another place",
            ) from error

    def write(self, sample: Sample) -> None:
        """Add one sample."""
        first = self._start_s is None
        elapsed_s = self._elapsed_s(sample.monotonic_s)
        moment = datetime.fromtimestamp(sample.wall_s, UTC).isoformat(timespec="milliseconds")
        lines: list[list[object]] = []
        if sample.after_gap and not first:
            lines.append(_line(moment, elapsed_s, "gap", note="nothing could be read before this"))
        lines += [_card_line(moment, elapsed_s, card) for card in sample.cards]
        self.n_samples += 1
        self._put(lines, sample.monotonic_s)

    def mark(self, text: str, monotonic_s: float, wall_s: float) -> None:
        """Add a mark."""
        moment = datetime.fromtimestamp(wall_s, UTC).isoformat(timespec="milliseconds")
        self._put(
            [_line(moment, self._elapsed_s(monotonic_s), "mark", note=" ".join(text.split()))], math.inf
        )

    def close(self) -> None:
        """Finish the file; the second time does nothing."""
        self._guarded(self._close)

    def _elapsed_s(self, monotonic_s: float) -> float:
        if self._start_s is None:
            self._start_s = monotonic_s
        return monotonic_s - self._start_s

    def _put(self, lines: list[list[object]], now_s: float) -> None:
        def put(file: TextIO) -> None:
            self._writer.writerows(lines)
            if now_s - self._flushed_s >= FLUSH_S:
                file.flush()
                self._flushed_s = now_s if math.isfinite(now_s) else self._flushed_s

        self._guarded(put)

    def _close(self, file: TextIO) -> None:
        self._file = None
        file.close()

    def _guarded(self, write: Callable[[TextIO], None]) -> None:
        """A sampler must not end because a disk is full: the problem is kept, and nothing more is written."""
        with self._lock:
            file = self._file
            if file is None:
                return
            try:
                write(file)
            except OSError as error:
                self.problem = f"the recording ended early ({error.strerror or error})"
                self._file = None
                # Closing would try to write the rest again, and fail again.
                with open(os.devnull, "wb") as nothing:  # noqa: PTH123 - a device
                    os.dup2(nothing.fileno(), file.fileno())
                file.close()


def _line(moment: str, elapsed_s: float, kind: str, note: str = "") -> list[object]:
    return [moment, f"{elapsed_s:.3f}", kind, "", "", "", *([""] * len(METRICS)), "", note]


def _card_line(moment: str, elapsed_s: float, card: CardSample) -> list[object]:
    facts = card.facts
    if card.problem is not None:
        cells: list[object] = [""] * len(METRICS)
        notes = [card.problem.reason]
    else:
        cells = ["" if isinstance(reading, Missing) else _cell(reading) for reading in card.readings]
        notes = [
            f"{metric.name}: {reading.reason}"
            for metric, reading in zip(METRICS, card.readings, strict=True)
            if isinstance(reading, Missing) and reading.kind is MissingKind.ERROR
        ]
    processes = ""
    if not isinstance(card.processes, Missing):
        processes = " ".join(
            f"{p.pid}={'' if isinstance(p.memory_bytes, Missing) else p.memory_bytes}" for p in card.processes
        )
    head = [moment, f"{elapsed_s:.3f}", "sample", facts.uuid, facts.name, facts.driver_version]
    return [*head, *cells, processes, "; ".join(notes)]


def _cell(value: float) -> object:
    return value if isinstance(value, int) else f"{value:.10g}"


@dataclass(frozen=True)
class RecordedCard:
    """A card of a recording."""

    uuid: str
    name: str
    driver_version: str
    values: dict[str, npt.NDArray[np.float64]]
    """By metric, as long as the recording's times; NaN where there is no reading."""


@dataclass(frozen=True)
class Recording:
    """A recording that was read.  Times are seconds since its first sample; at a gap all values are NaN."""

    path: Path
    begin_wall_s: float
    times_s: npt.NDArray[np.float64]
    is_gap: npt.NDArray[np.bool_]
    cards: tuple[RecordedCard, ...]
    marks: tuple[tuple[float, str], ...]

    def card(self, uuid: str) -> RecordedCard | None:
        """A card by its UUID."""
        return next((card for card in self.cards if card.uuid == uuid), None)

    @property
    def span(self) -> tuple[float, float]:
        """Seconds of its first and last sample."""
        return (float(self.times_s[0]), float(self.times_s[-1])) if len(self.times_s) else (0.0, 0.0)

    def window(self, uuid: str, metric: str, start_s: float, stop_s: float, points: int = 1200) -> Series:
        """One series for drawing, as `History.window` gives it."""
        return self.windows(uuid, (metric,), start_s, stop_s, points)[0]

    def windows(
        self, uuid: str, metrics: Sequence[str], start_s: float, stop_s: float, points: int = 1200
    ) -> tuple[Series, ...]:
        """Several series of one card at the same times."""
        card = self.card(uuid)
        if card is None:
            return (Series.empty(),) * len(metrics)
        first = max(0, int(np.searchsorted(self.times_s, start_s)) - 1)
        last = min(len(self.times_s), int(np.searchsorted(self.times_s, stop_s, "right")) + 1)
        cut = slice(first, last)
        thinning = Thinning(self.times_s[cut], self.is_gap[cut], points)
        return tuple(thinning.of(card.values[metric][cut], card.values[metric][cut]) for metric in metrics)

    def at(self, time_s: float) -> dict[str, dict[str, float]]:
        """The readings nearest to a time, by card and metric; NaN where there is none."""
        if not len(self.times_s):
            return {}
        right = min(int(np.searchsorted(self.times_s, time_s)), len(self.times_s) - 1)
        left = max(0, right - 1)
        nearest = left if time_s - self.times_s[left] <= self.times_s[right] - time_s else right
        return {
            card.uuid: {name: float(values[nearest]) for name, values in card.values.items()}
            for card in self.cards
        }


def read_recording(path: Path) -> Recording:
    """Read a file that `Recorder` wrote; metrics that it lacks are NaN.

    Raises:
        InputError: it cannot be read, or is no recording.
    """
    try:
        size = path.stat().st_size
        if size > MOST_BYTES:
            raise InputError.of("the recording is larger than 4 GB", str(path), "cut it into parts")
        with path.open(encoding="utf-8-sig", newline="") as file:
            return _Reading(path, csv.reader(file)).recording()
    except OSError as error:
        raise InputError.of(
            f"the recording cannot be read ({error.strerror or error})", str(path), "check the name"
        ) from error
    except (csv.Error, UnicodeDecodeError) as error:
        raise InputError.of("this is not a recording of GPU Planner", str(path)) from error


def read_record(path: Path) -> RecordingRecord:
    """Read a file that `Recorder` wrote as a document keeps it.

    Raises:
        InputError: it cannot be read, is no recording, or is too long for a document.
    """
    recording = read_recording(path)
    with path.open(encoding="utf-8-sig", newline="") as file:
        lines = csv.reader(file)
        columns = tuple(next(lines, []))
        kept = tuple(tuple(line) for line in islice(lines, MOST_LINES + 1) if len(line) == len(columns))
    if len(kept) > MOST_LINES:
        raise InputError.of(
            f"a document keeps recordings of at most {MOST_LINES:,} lines",
            str(path),
            "record for a shorter time or less often; the CSV file stays as it is",
        )
    date = datetime.fromtimestamp(recording.begin_wall_s, UTC).isoformat(timespec="seconds")
    return RecordingRecord(path.stem, date, columns, kept)


def recording_of(record: RecordingRecord) -> Recording:
    """The recording that a document keeps.

    Raises:
        InputError: its cells are no recording's.
    """
    return _Reading(Path(record.name), [list(record.columns), *map(list, record.lines)]).recording()


class _Reading:
    """Reads the lines of one recording."""

    def __init__(self, path: Path, lines: object) -> None:
        self._path = path
        self._lines = lines
        self._times: list[float] = []
        self._gaps: list[int] = []
        self._marks: list[tuple[float, str]] = []
        self._cards: dict[str, _Rows] = {}
        self._begin_wall_s = 0.0

    def recording(self) -> Recording:
        lines = iter(self._lines)  # type: ignore[call-overload]
        head: list[str] = next(lines, [])
        missing = [name for name in (*HEAD_COLUMNS, TAIL_COLUMNS[-1]) if name not in head]
        if missing:
            raise InputError.of(
                f"this is not a recording of GPU Planner (no column {missing[0]})", str(self._path)
            )
        at = {name: head.index(name) for name in head}
        for number, cells in enumerate(lines, start=2):
            if len(cells) != len(head):
                continue  # the line that was being written when the recording was cut off
            try:
                self._take(cells, at)
            except ValueError:
                raise InputError.of(f"line {number} cannot be read", str(self._path)) from None
        n = len(self._times)
        is_gap = np.zeros(n, dtype=bool)
        is_gap[self._gaps] = True
        cards = tuple(
            RecordedCard(uuid, rows.name, rows.driver_version, rows.columns(n))
            for uuid, rows in self._cards.items()
        )
        return Recording(
            self._path, self._begin_wall_s, np.array(self._times), is_gap, cards, tuple(self._marks)
        )

    def _take(self, cells: list[str], at: dict[str, int]) -> None:
        kind, elapsed_s = cells[at["kind"]], float(cells[at["elapsed_s"]])
        if kind == "mark":
            self._marks.append((elapsed_s, cells[at["note"]]))
            return
        if kind == "gap":
            before_s = self._times[-1] if self._times else elapsed_s
            self._gaps.append(len(self._times))
            self._times.append((before_s + elapsed_s) / 2)
            return
        if not self._times or self._times[-1] != elapsed_s:
            if not self._times:
                self._begin_wall_s = datetime.fromisoformat(cells[at["time_utc"]]).timestamp() - elapsed_s
            self._times.append(elapsed_s)
        uuid = cells[at["uuid"]]
        rows = self._cards.get(uuid)
        if rows is None:
            rows = self._cards[uuid] = _Rows(cells[at["name"]], cells[at["driver_version"]])
        rows.add(len(self._times) - 1, [cells[at[m.name]] if m.name in at else "" for m in METRICS])


class _Rows:
    """The readings of one card as numbers, packed: a day at 10 Hz has to fit."""

    def __init__(self, name: str, driver_version: str) -> None:
        self.name, self.driver_version = name, driver_version
        self._at, self._values = array("l"), array("d")

    def add(self, row: int, cells: list[str]) -> None:
        self._at.append(row)
        self._values.extend([float(cell) if cell else math.nan for cell in cells])

    def columns(self, n: int) -> dict[str, npt.NDArray[np.float64]]:
        table = np.full((len(METRICS), n), np.nan)
        table[:, np.array(self._at, dtype=int)] = np.array(self._values).reshape(-1, len(METRICS)).T
        return {metric.name: table[row] for row, metric in enumerate(METRICS)}

"""What was measured with the settings of a plan, found in a table's rows series by series."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from operator import attrgetter

from gpuplanner.core.benchmark import BenchmarkRow
from gpuplanner.core.estimate import MeasuredPeak
from gpuplanner.core.plan import ResolvedPlan
from gpuplanner.estimator.measured import Measured, peak_of, settings_key
from gpuplanner.report.charts import series_of

SeriesRows = Iterable[tuple[int, BenchmarkRow, ResolvedPlan]]
"""(index in the table, row, its plan with nothing left open)"""
_BySettings = dict[tuple[object, ...], Sequence[MeasuredPeak]]


def measured_in(rows: SeriesRows) -> Measured:
    """The peaks of all rows of a table, read at once."""
    known = _by_settings(rows)
    return lambda resolved: known.get(settings_key(resolved), ())


class MeasuredPeaks:
    """Answers as `gpuplanner.estimator.measured.Measured`; a series is read when it is asked for, and again
    only once its rows are other ones.

    ``rows_of`` gives the rows of a plan's own series, ``version_of`` a number that changes with them.
    """

    def __init__(
        self,
        rows_of: Callable[[ResolvedPlan], SeriesRows],
        version_of: Callable[[ResolvedPlan], int] = lambda _resolved: 0,
    ) -> None:
        self._rows_of, self._version_of = rows_of, version_of
        self._known: dict[tuple[object, ...], tuple[int, _BySettings]] = {}

    def is_read(self, resolved: ResolvedPlan) -> bool:
        """Whether the plan's series has been read, so that there is an answer without delay."""
        known = self._known.get(series_of(resolved))
        return known is not None and known[0] == self._version_of(resolved)

    def __call__(self, resolved: ResolvedPlan) -> Sequence[MeasuredPeak]:
        """The peaks of the plan's settings, at any length, in the order of the table."""
        series, version = series_of(resolved), self._version_of(resolved)
        known = self._known.get(series)
        if known is None or known[0] != version:
            known = self._known[series] = version, _by_settings(self._rows_of(resolved))
        found = known[1]
        return found.get(settings_key(resolved), ()) if found else ()


def _by_settings(rows: SeriesRows) -> _BySettings:
    """Of several peaks at one length only the largest says something: a table may hold hundreds of them."""
    found: dict[tuple[object, ...], dict[tuple[int, bool], MeasuredPeak]] = {}
    keys: dict[int, tuple[ResolvedPlan, tuple[object, ...]]] = {}  # rows with equal plans share one object
    for index, row, resolved in rows:
        peak = peak_of(index, row, resolved)
        if peak is None:
            continue
        known = keys.get(id(resolved))
        if known is None:
            known = keys[id(resolved)] = resolved, settings_key(resolved)
        peaks = found.setdefault(known[1], {})
        largest = peaks.get((peak.seq_len, peak.oom))
        if largest is None or peak.bytes > largest.bytes:
            peaks[peak.seq_len, peak.oom] = peak
    return {key: sorted(peaks.values(), key=attrgetter("row")) for key, peaks in found.items()}

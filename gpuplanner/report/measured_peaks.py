"""What was measured with the settings of a plan, found in a table's rows series by series."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from gpuplanner.core.benchmark import BenchmarkRow
from gpuplanner.core.estimate import MeasuredPeak
from gpuplanner.core.plan import ResolvedPlan
from gpuplanner.estimator.measured import Measured, peak_of, settings_key
from gpuplanner.report.charts import series_of

SeriesRows = Iterable[tuple[int, BenchmarkRow, ResolvedPlan]]
"""(index in the table, row, its plan with nothing left open)"""
_BySettings = dict[tuple[object, ...], list[MeasuredPeak]]


def measured_in(rows: SeriesRows) -> Measured:
    """The peaks of all rows of a table, read at once."""
    known = _by_settings(rows)
    return lambda resolved: known.get(settings_key(resolved), ())


class MeasuredPeaks:
    """Answers as `gpuplanner.estimator.measured.Measured`; a series is read when it is first asked for.

    ``rows_of`` gives the rows of a plan's own series.
    """

    def __init__(self, rows_of: Callable[[ResolvedPlan], SeriesRows]) -> None:
        self._rows_of = rows_of
        self._known: dict[tuple[object, ...], _BySettings] = {}

    def __call__(self, resolved: ResolvedPlan) -> Sequence[MeasuredPeak]:
        """The peaks of the plan's settings, at any length, in the order of the table."""
        series = series_of(resolved)
        found = self._known.get(series)
        if found is None:
            found = self._known[series] = _by_settings(self._rows_of(resolved))
        return found.get(settings_key(resolved), ()) if found else ()


def _by_settings(rows: SeriesRows) -> _BySettings:
    found: _BySettings = {}
    for index, row, resolved in rows:
        peak = peak_of(index, row, resolved)
        if peak is not None:
            found.setdefault(settings_key(resolved), []).append(peak)
    return found

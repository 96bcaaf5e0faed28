"""The figures of several ranks in words: a line for each, beside what is predicted for every one."""

from __future__ import annotations

from PySide6.QtCore import QObject

from gpuplanner.core.estimate import Estimate
from gpuplanner.core.trial import RankResult, TrialResult
from gpuplanner.core.units import NONE, seconds, signed
from gpuplanner.report.trial_charts import readable_unit
from gpuplanner.ui.trial.trial_picture import RankLine
from gpuplanner.ui.wording import Wording


class RankWords(QObject):
    """Lines of a table, in the unit of the window."""

    def __init__(self, wording: Wording, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._wording = wording

    def heads(self) -> tuple[str, str, str, str, str]:
        """Heads of the table."""
        return (
            self.tr("rank"),
            self.tr("allocated"),
            self.tr("reserved"),
            self.tr("device"),
            self.tr("error"),
        )

    def unit(self, estimate: Estimate) -> str:
        """The unit of all its figures."""
        return self._unit(estimate)[0]

    def lines(self, estimate: Estimate, result: TrialResult | None) -> tuple[RankLine, ...]:
        """A line for each rank; nothing where one process has run alone."""
        if result is None or len(result.ranks) < 2:
            return ()
        most = max((rank.peak_allocated_bytes or 0 for rank in result.ranks), default=0)
        alike = len({rank.peak_allocated_bytes for rank in result.ranks}) == 1
        return tuple(
            self._line(estimate, rank, strong=not alike and rank.peak_allocated_bytes == most)
            for rank in result.ranks
        )

    def _line(self, estimate: Estimate, rank: RankResult, *, strong: bool) -> RankLine:
        unit = self._unit(estimate)
        sizes = (rank.peak_allocated_bytes, rank.peak_reserved_bytes, rank.peak_device_bytes)
        cells = tuple(_amount(size, unit[1]) for size in sizes)
        by_device = rank.peak_device_bytes is not None
        measured = rank.peak_device_bytes if by_device else rank.peak_allocated_bytes
        memory = estimate.memory
        predicted = memory.peak_device_bytes if by_device else memory.peak_allocated_bytes
        error = f"{signed(100 * (predicted / measured - 1), 1)} %" if measured else NONE
        what = self.tr("device") if by_device else self.tr("allocated")
        tips = [
            ", ".join(part for part in (rank.gpu_name, rank.host) if part),
            self.tr("Error of {what}: {n} {unit} are predicted for each rank.").format(
                what=what, n=_amount(predicted, unit[1]), unit=unit[0]
            ),
        ]
        if rank.peak_phase:
            tips.append(self.tr("Its peak is in {phase}.").format(phase=rank.peak_phase))
        if rank.step_time_s is not None:
            tips.append(self.tr("A step took {n} s.").format(n=seconds(rank.step_time_s)))
        tip = "\n".join(text for text in tips if text)
        return RankLine(f"{rank.rank}", cells[0], cells[1], cells[2], error, strong=strong, tip=tip)

    def _unit(self, estimate: Estimate) -> tuple[str, float]:
        wording = self._wording
        return readable_unit(estimate.memory.peak_allocated_bytes, wording.unit.value, wording.unit_bytes)


def _amount(n_bytes: float | None, unit_bytes: float) -> str:
    return NONE if n_bytes is None else signed(n_bytes / unit_bytes, 2, plus=False)

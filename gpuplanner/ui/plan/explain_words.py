"""Words of the window that opens an estimate."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject

from gpuplanner.core.units import MIB, seconds, signed
from gpuplanner.report.explanation import TIME, ExplainedPart, Explanation
from gpuplanner.ui.wording import Wording

_SMALL = 0.005
"""Of a GiB or GB: below it two decimals show nothing."""


class ExplainWording(QObject):
    """Names, figures and sentences; memory in the unit of the page."""

    def __init__(
        self,
        wording: Wording,
        part_names: Callable[[], dict[str, str]],
        peak_phase: Callable[[str], str],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._wording, self._part_names, self._peak_phase = wording, part_names, peak_phase

    def title(self, explanation: Explanation) -> str:
        """The window's title: the figure that is explained."""
        total = sum(part.amount for part in explanation.parts if part.name != TIME)
        return self.tr("How {amount} per GPU come about").format(amount=self._wording.with_unit(total))

    def part(self, name: str) -> str:
        """A part, or the step time."""
        return self.tr("Step time") if name == TIME else self._part_names()[name]

    def amount(self, part: ExplainedPart, amount: float) -> str:
        """A figure of a part without its unit; what would round to nothing has a smaller one."""
        if part.name == TIME:
            return seconds(amount)
        if 0 < amount < _SMALL * self._wording.unit_bytes:
            return f"{signed(amount / MIB, 1 if amount >= MIB else 3, plus=False)} MiB"
        return self._wording.amount(amount, 2) if amount else "0"

    def with_unit(self, part: ExplainedPart, amount: float) -> str:
        """A figure of a part with its unit."""
        if part.name == TIME:
            return self.tr("{n} s per step").format(n=seconds(amount))
        return f"{self._wording.amount(amount, 2)} {self._wording.per_gpu()}"

    def lead(self, explanation: Explanation, part: ExplainedPart) -> str:
        """What the terms are, in one line."""
        if part.name == TIME:
            return self.tr("Seconds of each kind of work in one step; host, device and links overlap.")
        phase = self._peak_phase(explanation.peak_phase)
        if not part.terms:
            return self.tr("Nothing of this is alive at the {phase}.").format(phase=phase)
        return self.tr("What is alive at the {phase}, the largest first, in {unit}.").format(
            phase=phase, unit=self._wording.per_gpu()
        )

    def source(self, text: str) -> str:
        """Where a formula comes from."""
        return self.tr("Source: {text}").format(text=text)

    def letters(self) -> str:
        """The head of the list of symbols."""
        return self.tr("The letters in this plan")

    def nothing(self) -> str:
        """Said while there is no estimate."""
        return self.tr("There is no estimate to explain at the moment.")

"""The words of the three charts of the Trial page."""

from __future__ import annotations

from PySide6.QtCore import QObject

from gpuplanner.render.trial_axes import TrialChartWords
from gpuplanner.report.trial_charts import readable_unit
from gpuplanner.ui.wording import Wording


class ChartWordsOfTrial(QObject):
    """Titles, units and names, in the unit of the window."""

    def __init__(self, wording: Wording, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._wording = wording

    def _names(self) -> dict[str, str]:
        return {
            "load": self.tr("load"),
            "forward": self.tr("forward"),
            "loss": self.tr("loss"),
            "backward": self.tr("backward"),
            "optimizer": self.tr("optimizer"),
            "weights": self.tr("weights"),
            "adapters": self.tr("adapters"),
            "gradients": self.tr("gradients"),
            "activations": self.tr("activations"),
            "logits": self.tr("logits"),
            "temporary": self.tr("temporaries"),
            "kv_cache": self.tr("KV cache"),
            "import torch": self.tr("import"),
            "import transformers": "",
            "build": self.tr("build"),
            "warm-up": self.tr("warm-up"),
            "train": self.tr("train"),
        }

    def step_words(self, n_bytes: float, *, dry_run: bool) -> TrialChartWords:
        """Of the chart of one step."""
        name, unit = readable_unit(n_bytes, self._wording.unit.value, self._wording.unit_bytes)
        return TrialChartWords(
            title=self.tr("One step: dry run over the predicted phases")
            if dry_run
            else self.tr("One step: measured over the predicted phases"),
            unit=self.tr("{unit} allocated").format(unit=name),
            unit_bytes=unit,
            names=self._names(),
            predicted=self.tr("predicted {n}"),
            measured=self.tr("dry run {n}") if dry_run else self.tr("measured peak {n}"),
            at_the_peak=self.tr("At the peak, {phase}:"),
        )

    def run_words(self, n_bytes: float, *, on_card: bool) -> TrialChartWords:
        """Of the chart of the whole run."""
        name, unit = readable_unit(n_bytes, self._wording.unit.value, self._wording.unit_bytes)
        what = self.tr("{unit} on the device (NVML)") if on_card else self.tr("{unit} allocated, by phase")
        return TrialChartWords(
            title=self.tr("Whole run"),
            unit=what.format(unit=name),
            unit_bytes=unit,
            names=self._names(),
            predicted=self.tr("predicted {n}"),
            device=self.tr("device {n}"),
            allocated=self.tr("allocated {n}"),
        )

    def time_words(self) -> TrialChartWords:
        """Of the chart of step times."""
        return TrialChartWords(
            title=self.tr("Step time"),
            unit=self.tr("s per step"),
            predicted=self.tr("predicted {n}"),
            median=self.tr("median {n}"),
            warm_up=self.tr("warm-up"),
        )

    def no_time_words(self) -> TrialChartWords:
        """Of the same chart for a dry run."""
        return TrialChartWords(title=self.tr("Step time"), unit=self.tr("a dry run says nothing about time"))

"""Opens and keeps the window that explains the estimate; it follows the plan while it is open."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QWidget

from gpuplanner.core.estimate import Estimate
from gpuplanner.ui.theme import Theme
from gpuplanner.ui.wording import Wording

if TYPE_CHECKING:
    from gpuplanner.ui.plan.explain_window import ExplainWindow


class Explainer:
    """One window for one estimator panel, made when it is first asked for."""

    def __init__(
        self,
        theme: Theme,
        wording: Wording,
        part_names: Callable[[], dict[str, str]],
        peak_phase: Callable[[str], str],
        panel: QWidget,
    ) -> None:
        self._theme, self._wording = theme, wording
        self._part_names, self._peak_phase = part_names, peak_phase
        self._panel = panel
        self._estimate: Estimate | None = None
        self.window: ExplainWindow | None = None

    def open(self, part: str = "") -> None:
        """Show the terms of a part (or of the one that was shown last) of the estimate as it stands."""
        # Loads numpy, which the window's first frame does not wait for.
        from gpuplanner.ui.plan.explain_window import ExplainWindow
        from gpuplanner.ui.plan.explain_words import ExplainWording

        if self.window is None:
            words = ExplainWording(self._wording, self._part_names, self._peak_phase, self._panel)
            self.window = ExplainWindow(self._theme, words, self._panel.window())
        self._fill(part)
        self.window.show()
        self.window.raise_()
        self.window.activateWindow()

    def take(self, estimate: Estimate | None) -> None:
        """The plan has another estimate, or none."""
        self._estimate = estimate
        if self.window is not None and self.window.isVisible():
            self._fill()

    def _fill(self, part: str = "") -> None:
        from gpuplanner.report.explanation import explain  # needs numpy, as the window does

        assert self.window is not None
        if self._estimate is None:
            self.window.clear()
        else:
            self.window.show_explanation(explain(self._estimate), part)

"""Lays the current plan's prediction over the memory of the cards that it takes, on the Monitor page."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol

from PySide6.QtCore import QObject

from gpuplanner.render.monitor_plots import OverlayLine
from gpuplanner.ui.links.strip_link import OnCards, StripLink
from gpuplanner.ui.strip.tile_data import FitText, PeakMark


class TakesOverlay(Protocol):
    """What is needed of the Monitor page's link."""

    def set_overlay(self, uuid: str, lines: Sequence[OverlayLine]) -> None:
        """Lay predictions over the memory of a card; no lines take them away."""


class OverlayLink(QObject):
    """Follows the strip's cards; ``find`` gives the Monitor page's link, None while there is none."""

    def __init__(self, strip: StripLink, find: Callable[[], TakesOverlay | None]) -> None:
        super().__init__(strip)
        self._find = find
        self._covered: set[str] = set()
        strip.plan_on_cards.connect(self._show)

    def _show(self, on_cards: OnCards) -> None:
        monitor = self._find()
        if monitor is None:
            return
        for uuid in self._covered - on_cards.keys():
            monitor.set_overlay(uuid, ())
        self._covered = set(on_cards)
        for uuid, (fit, peak) in on_cards.items():
            monitor.set_overlay(uuid, overlay_lines(peak, fit))


def overlay_lines(peak: PeakMark | None, fit: FitText | None) -> tuple[OverlayLine, ...]:
    """The device peak with its range and whether it would fit now; then reserved and allocated."""
    if peak is None:
        return ()
    text = peak.label
    if fit is not None and fit.fits:
        text = f"{text} · {fit.lines[-1][:1].lower()}{fit.lines[-1][1:]}"
    device = OverlayLine(peak.bytes, text, peak.low, peak.high)
    return (device, *(OverlayLine(line.bytes, line.label) for line in peak.inner))

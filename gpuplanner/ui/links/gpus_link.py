"""Everything about the local GPUs that a window has beside its Monitor page, put in at once and late."""

from __future__ import annotations

from gpuplanner.data.catalog import Catalog
from gpuplanner.ui.links.alerts_link import Alerts, AlertsLink
from gpuplanner.ui.links.monitor_link import MonitorLink
from gpuplanner.ui.links.overlay_link import OverlayLink
from gpuplanner.ui.links.plan_link import PlanLink
from gpuplanner.ui.links.recordings_link import RecordingsLink
from gpuplanner.ui.links.strip_link import StripLink
from gpuplanner.ui.links.watch_link import WatchLink
from gpuplanner.ui.main_window import MainWindow
from gpuplanner.ui.monitor.monitor_source import MonitorSource


def add_gpus(
    window: MainWindow, plan: PlanLink, catalog: Catalog, source: MonitorSource, alerts: Alerts
) -> None:
    """Strip and gauge, the overlay on the Monitor page, watching, alerts, recordings in the document.

    Call when table and estimator are on the screen.
    """
    monitor = window.findChild(MonitorLink)
    wording = plan.panel.wording
    strip = StripLink(window, plan.planner, wording, catalog, source)
    OverlayLink(strip, lambda: monitor)
    WatchLink(window, plan.planner, wording, catalog, source)
    RecordingsLink(window, lambda: None if monitor is None else monitor.recordings)
    AlertsLink(window, alerts)

"""The program with its windows: settings, theme, catalogue, and for each window its own estimator."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QApplication

from gpuplanner.data.log_file import LogFile, log_path
from gpuplanner.data.recovery import recovery_root
from gpuplanner.data.settings import settings_path
from gpuplanner.ui.after_paint import AfterPaint
from gpuplanner.ui.app_icon import app_icon
from gpuplanner.ui.background import let_work_end
from gpuplanner.ui.documents.remembered import Remembered
from gpuplanner.ui.fonts import load_fonts
from gpuplanner.ui.main_window import MainWindow
from gpuplanner.ui.messages_to_log import MessagesToLog
from gpuplanner.ui.problems import Problems
from gpuplanner.ui.roles import install_roles
from gpuplanner.ui.theme import Mode, Theme
from gpuplanner.ui.translation import Translation
from gpuplanner.ui.windows import Windows

if TYPE_CHECKING:
    from gpuplanner.data.catalog import Catalog
    from gpuplanner.ui.links.alerts_link import Alerts
    from gpuplanner.ui.links.plan_link import PlanLink
    from gpuplanner.ui.monitor.monitor_source import MonitorSource
    from gpuplanner.ui.trial.trial_bridge import TrialDesk


class Program:
    """Holds what all windows share, for as long as the event loop runs."""

    def __init__(self, arguments: Sequence[str], settings: Path | None = None) -> None:
        self.app = QApplication.instance() or QApplication(list(arguments))
        assert isinstance(self.app, QApplication)
        self.app.setApplicationName("gpuplanner")
        self.app.setApplicationDisplayName("")  # the window's title says it already
        self.app.setDesktopFileName("gpuplanner")
        self.app.setWindowIcon(app_icon())
        let_work_end(self.app)
        load_fonts()
        install_roles()
        self.remembered = Remembered(settings or settings_path())
        self.recovery = recovery_root() if settings is None else settings.parent / "recovery"
        """Where windows keep copies of unsaved work."""
        self.theme = Theme(_mode(self.remembered.settings.theme), self.remembered.settings.user_scale)
        self.theme.apply(self.app)
        self.translation = Translation(self.app)
        self.translation.use(self.remembered.settings.language)
        self.log = LogFile(log_path() if settings is None else settings.parent / "log" / "gpuplanner.log")
        self.messages = MessagesToLog(self.log)
        self.problems = Problems(self.theme, self.log)
        self.windows = Windows(self.theme, self.remembered, self._furnish)

    def open(self, path: Path | None = None) -> MainWindow:
        """Show the first window."""
        self.problems.install()
        self.messages.install()
        return self.windows.start(path)

    def run(self) -> int:
        """Run until the last window is closed; returns the exit code."""
        assert isinstance(self.app, QApplication)
        return self.app.exec()

    @cached_property
    def monitor(self) -> MonitorSource:
        """The look at the local GPUs that all windows share."""
        # Loaded with the estimator: the history of its readings needs numpy.
        from gpuplanner.ui.monitor.monitor_source import MonitorSource

        source = MonitorSource(parent=self.windows)
        source.set_rate(self.remembered.settings.sampling_hz)
        self.remembered.changed.connect(lambda: source.set_rate(self.remembered.settings.sampling_hz))
        self.app.aboutToQuit.connect(source.stop)
        return source

    @cached_property
    def trials(self) -> TrialDesk:
        """Lets one trial run at a time, in whatever window."""
        from gpuplanner.trial.place import PlacedBackend
        from gpuplanner.ui.trial.trial_bridge import TrialDesk

        desk = TrialDesk(PlacedBackend, self.windows)
        self.app.aboutToQuit.connect(desk.kill)
        return desk

    @cached_property
    def alerts(self) -> Alerts:
        """The watch over the cards that all windows share; off until the user wants it."""
        from gpuplanner.ui.links.alerts_link import Alerts

        return Alerts(self.monitor, self.remembered, self.windows)

    def _furnish(self, window: MainWindow) -> None:
        """Put an estimator beside the window's table."""
        window.set_formulae(_formulae)
        # Loaded when the table is on the screen: form, chart and numbers take a third of a second.
        from gpuplanner.data.catalog import load_catalog
        from gpuplanner.ui.links.accuracy_link import AccuracyLink
        from gpuplanner.ui.links.chart_link import ChartLink
        from gpuplanner.ui.links.compare_link import CompareLink
        from gpuplanner.ui.links.find_link import FindLink
        from gpuplanner.ui.links.import_link import ImportLink
        from gpuplanner.ui.links.language_link import LanguageLink
        from gpuplanner.ui.links.log_link import LogLink
        from gpuplanner.ui.links.monitor_link import MonitorLink
        from gpuplanner.ui.links.oom_link import OomLink
        from gpuplanner.ui.links.open_elsewhere import OpenElsewhere
        from gpuplanner.ui.links.outside_changes import OutsideChanges
        from gpuplanner.ui.links.palette_link import PaletteLink
        from gpuplanner.ui.links.pivot_link import PivotLink
        from gpuplanner.ui.links.plan_link import PlanLink
        from gpuplanner.ui.links.recipe_link import RecipeLink
        from gpuplanner.ui.links.recovery_link import RecoveryLink
        from gpuplanner.ui.links.report_link import ReportLink
        from gpuplanner.ui.links.settings_link import SettingsLink
        from gpuplanner.ui.links.trial_link import TrialLink
        from gpuplanner.ui.links.update_link import UpdateLink
        from gpuplanner.ui.links.view_link import ViewLink

        catalog = load_catalog()
        plan = PlanLink(window, catalog)
        plan.start()
        CompareLink(window, plan)  # before the trial: its button stands left of the primary one
        trial = TrialLink(window, plan, catalog, self.trials, lambda: self.monitor)
        trial.correction_requested.connect(plan.correction.preview)
        chart = plan.panel.results.chart  # painted last
        if chart is not None:
            ChartLink(window, chart)
        AfterPaint(
            plan.panel if chart is None else chart.plot.viewport(),
            lambda: self._add_gpus(window, plan, catalog),
        )
        MonitorLink(window, self.monitor)
        AccuracyLink(window, catalog)
        ViewLink(window)
        PivotLink(window, plan)
        language = LanguageLink(window, plan.planner, self.translation, self.windows)
        ReportLink(window, plan.planner, catalog, lambda: self.monitor.sampler.driver_version)
        ImportLink(window, catalog)
        RecipeLink(window, plan, catalog)
        OomLink(window, plan)
        RecoveryLink(window, self.recovery, offers=len(self.windows.open_windows) == 1)
        OutsideChanges(window)
        OpenElsewhere(window, self.recovery.parent / "open")
        FindLink(window)
        LogLink(window, self.log)
        PaletteLink(window, plan, catalog)
        settings = SettingsLink(window, plan.planner, language, trial)
        UpdateLink(window, settings.open)

    def _add_gpus(self, window: MainWindow, plan: PlanLink, catalog: Catalog) -> None:
        """Put in what shows the local GPUs, once table and estimator are on the screen."""
        self.log.open()
        from gpuplanner.ui.links.gpus_link import add_gpus

        add_gpus(window, plan, catalog, self.monitor, self.alerts)


def _mode(text: str) -> Mode:
    return Mode(text) if text in {mode.value for mode in Mode} else Mode.SYSTEM


def _formulae() -> str:
    # The text is made of the estimator's own declarations, which need numpy: when Help is opened, not before.
    from gpuplanner.report.formulae import formulae_markdown

    return formulae_markdown()

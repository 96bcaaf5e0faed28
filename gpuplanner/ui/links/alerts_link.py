"""Quiet notifications about the GPUs: a bar in the window, else the desktop's message."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QApplication, QSystemTrayIcon, QVBoxLayout

from gpuplanner.monitor.alerts import Alert, AlertRules, AlertWatch
from gpuplanner.monitor.samples import Sample
from gpuplanner.ui.alerts.alerts_dialog import AlertsDialog
from gpuplanner.ui.alerts.alerts_words import NO_ALERTS, rules_of, words_of
from gpuplanner.ui.documents.remembered import Remembered
from gpuplanner.ui.main_window import MainWindow
from gpuplanner.ui.monitor.monitor_source import MonitorSource
from gpuplanner.ui.told import told
from gpuplanner.ui.widgets.message_bar import MessageBar

_LISTENER = "alerts"
MOST_LINES = 3


class Alerts(QObject):
    """The program's watch over the cards, shared by all windows; off until the user wants it."""

    arrived = Signal(object)
    """An Alert; told in this object's thread."""

    def __init__(self, source: MonitorSource, remembered: Remembered, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._source, self._remembered = source, remembered
        self._watch: AlertWatch | None = None
        self._tray: QSystemTrayIcon | None = None
        self.arrived.connect(self._tell_desktop)
        self._apply(self.rules)

    @property
    def rules(self) -> AlertRules:
        """When to alert."""
        return rules_of(self._remembered.settings.alerts)

    def set_rules(self, rules: AlertRules) -> None:
        """Alert by other rules from now on; remembered."""
        self._remembered.change(alerts=words_of(rules))
        self._apply(rules)

    def _apply(self, rules: AlertRules) -> None:
        if self._watch is not None:
            self._source.sampler.remove_sink(self._see)
        self._watch = None if rules == NO_ALERTS else AlertWatch(rules)
        if self._watch is None:
            self._source.rest(_LISTENER)
        else:
            self._source.sampler.add_sink(self._see)
            self._source.wake(_LISTENER)

    def _see(self, sample: Sample) -> None:
        """Called in the sampler's thread: the signal brings it to this object's."""
        watch = self._watch
        if watch is not None:
            for alert in watch.see(sample):
                self.arrived.emit(alert)

    def _tell_desktop(self, alert: Alert) -> None:
        """Where no window is in front and the desktop has a place for it."""
        if QApplication.activeWindow() is not None or not QSystemTrayIcon.isSystemTrayAvailable():
            return
        if self._tray is None:
            self._tray = QSystemTrayIcon(QApplication.windowIcon(), self)
            self._tray.setToolTip("GPU Planner")
            self._tray.messageClicked.connect(self._tray.hide)
        self._tray.show()
        self._tray.showMessage("GPU Planner", told(alert.text))


class AlertsLink(QObject):
    """Shows the alerts in one window, above whatever page is in front, and opens their dialog."""

    def __init__(self, window: MainWindow, alerts: Alerts) -> None:
        super().__init__(window)
        self._window, self._alerts = window, alerts
        self._lines: list[str] = []
        self.bar = MessageBar(window.theme)
        layout = window.ground.layout()
        assert isinstance(layout, QVBoxLayout)
        layout.insertWidget(1, self.bar)
        alerts.arrived.connect(self._show)
        menu = window.menus.menu("monitor", self.tr("&Monitor"))
        window.menus.maker.add(menu, self.tr("&Alerts…"), self.open_dialog)

    def open_dialog(self) -> AlertsDialog:
        """Let the user choose when to alert."""
        dialog = AlertsDialog(self._window.theme, self._alerts.rules, self._window)
        dialog.taken.connect(self._alerts.set_rules)
        dialog.open()
        return dialog

    def _ask(self) -> None:
        self.open_dialog()

    def _show(self, alert: Alert) -> None:
        if self.bar.isHidden():
            self._lines = []
        self._lines = [*self._lines, told(alert.text)][-MOST_LINES:]
        actions = ((self.tr("Alerts…"), self._ask),)
        self.bar.show_message("\n".join(self._lines), actions)

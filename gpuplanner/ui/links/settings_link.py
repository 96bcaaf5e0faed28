"""File › Settings: the dialog of one window, over the View menu's choices and the file of settings."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QUrl
from PySide6.QtGui import QDesktopServices

from gpuplanner.core.price import Per
from gpuplanner.core.units import GIB
from gpuplanner.data.log_file import without_folders
from gpuplanner.data.settings import Settings
from gpuplanner.ui.actions import choose, chosen, texts_of
from gpuplanner.ui.links.language_link import LanguageLink
from gpuplanner.ui.links.trial_link import TrialLink
from gpuplanner.ui.main_window import MainWindow
from gpuplanner.ui.monitor.monitor_source import RATES_HZ
from gpuplanner.ui.plan.planner import Planner
from gpuplanner.ui.widgets.price_field import price_of_value, value_of_price

if TYPE_CHECKING:
    from gpuplanner.ui.settings.settings_dialog import SettingsDialog

_LOOKS = ("language", "theme", "user_scale", "unit")
"""What the View menu chooses as well: its actions are triggered, so both do the same."""
_PRICES = {"price_per_gpu_hour": Per.GPU_HOUR, "price_per_kwh": Per.KWH}
_PLAIN = ("sampling_hz", "reserve_gib", "update_address")


class SettingsLink(QObject):
    """Lives as long as its window; also lets the window's plan begin as the settings say."""

    def __init__(
        self, window: MainWindow, planner: Planner, language: LanguageLink, trial: TrialLink
    ) -> None:
        super().__init__(window)
        self._window, self._planner, self._language, self._trial = window, planner, language, trial
        self._remembered = window.remembered
        self._before_defaults: dict[str, object] = {}
        self._remembered.changed.connect(self._take)
        window.menus.add_settings_action(self.tr("Settin&gs…"), self.open)
        self._take()

    def open(self) -> SettingsDialog:
        """Show the settings as they are."""
        from gpuplanner.ui.settings.settings_dialog import SettingsDialog  # the start is to be quick

        looks, rate = self._window.menus.looks, self.tr("{n} Hz")
        choices: dict[str, dict[str, str]] = {name: texts_of(looks[name]) for name in _LOOKS}
        choices["sampling_hz"] = {f"{hz:g}": rate.format(n=f"{hz:g}") for hz in RATES_HZ}
        dialog = SettingsDialog(self._window.theme, choices, self._window)
        self._before_defaults = {}
        dialog.changed.connect(lambda name, value: self._change(dialog, name, value))
        dialog.defaults_requested.connect(lambda: self._defaults(dialog))
        dialog.undo_requested.connect(lambda: self._undo(dialog))
        dialog.reopen_requested.connect(lambda: self._reopen(dialog))
        dialog.python_requested.connect(lambda: self._choose_python(dialog))
        dialog.folder_requested.connect(self._open_folder)
        path = self._remembered.path
        dialog.file.setText("" if path is None else without_folders(str(path)))
        dialog.folder.setEnabled(path is not None)
        dialog.python.setText(self._trial.python.named or self.tr("the first with torch that is found"))
        self._show(dialog)
        dialog.open()
        return dialog

    # --- what the settings do --------------------------------------------------------------------------

    def _take(self) -> None:
        settings = self._remembered.settings
        self._planner.set_usual(round(settings.reserve_gib * GIB), settings.price_per_gpu_hour)
        self._planner.set_electricity(settings.price_per_kwh)

    def _set(self, name: str, value: object) -> None:
        if name in _LOOKS:
            choose(self._window.menus.looks[name], str(value))
        elif name in _PRICES:
            self._remembered.change(**{name: price_of_value(value, _PRICES[name])})
        else:
            self._remembered.change(**{name: float(str(value)) if name == "sampling_hz" else value})

    def _values(self) -> dict[str, object]:
        settings, looks = self._remembered.settings, self._window.menus.looks
        plain = {name: getattr(settings, name) for name in _PLAIN}
        return {
            **{name: chosen(looks[name]) for name in _LOOKS},
            **plain,
            **{name: value_of_price(getattr(settings, name)) for name in _PRICES},
            "sampling_hz": f"{settings.sampling_hz:g}",
        }

    # --- what the user does ----------------------------------------------------------------------------

    def _change(self, dialog: SettingsDialog, name: str, value: object) -> None:
        self._set(name, value)
        self._before_defaults = {}
        self._show(dialog)

    def _defaults(self, dialog: SettingsDialog) -> None:
        before, usual, looks = self._values(), Settings(), self._window.menus.looks
        for name in _LOOKS:
            self._set(name, next(iter(texts_of(looks[name]))))
        for name in _PLAIN:
            self._set(name, getattr(usual, name))
        for name in _PRICES:
            self._set(name, None)
        self._before_defaults = before
        self._show(dialog)

    def _undo(self, dialog: SettingsDialog) -> None:
        for name, value in self._before_defaults.items():
            self._set(name, value)
        self._before_defaults = {}
        self._show(dialog)

    def _show(self, dialog: SettingsDialog) -> None:
        dialog.show_values(self._values())
        dialog.show_undo(bool(self._before_defaults))
        dialog.reopen.setVisible(self._language.is_pending)

    def _reopen(self, dialog: SettingsDialog) -> None:
        dialog.accept()
        self._language.reopen(self._remembered.settings.language)

    def _choose_python(self, dialog: SettingsDialog) -> None:
        dialog.accept()
        self._trial.choose_python()

    def _open_folder(self) -> None:
        if self._remembered.path is not None:
            QDesktopServices.openUrl(QUrl.fromLocalFile(str(self._remembered.path.parent)))

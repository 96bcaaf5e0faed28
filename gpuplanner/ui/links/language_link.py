"""The Language menu of one window: what is chosen is remembered, and the windows are reopened in it."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject

from gpuplanner.ui.actions import check_choice
from gpuplanner.ui.main_window import MainWindow
from gpuplanner.ui.plan.planner import Planner
from gpuplanner.ui.soon import soon
from gpuplanner.ui.translation import Translation, languages
from gpuplanner.ui.windows import Windows

_DESKTOP = ""


class LanguageLink(QObject):
    """Texts are looked up when a widget is made, so a language shows in windows that are opened after."""

    def __init__(
        self, window: MainWindow, planner: Planner, translation: Translation, windows: Windows
    ) -> None:
        super().__init__(window)
        self._window, self._translation, self._windows = window, translation, windows
        remembered = window.remembered
        menu = window.menus.add_view_menu(self.tr("&Language"))
        names = {_DESKTOP: self.tr("As the desktop"), **languages()}
        chosen = remembered.settings.language
        self.group = window.menus.maker.choices(
            menu, names, chosen if chosen in names else _DESKTOP, self.choose
        )
        window.menus.looks["language"] = self.group
        remembered.changed.connect(self._check)  # another window may have chosen
        window.setup_source, window.setup_sink = lambda: planner.setup, planner.set_setup

    @property
    def is_pending(self) -> bool:
        """Whether the windows speak another language than the one that was chosen, and could be reopened."""
        chosen = self._window.remembered.settings.language
        return self._translation.wanted(chosen) != self._translation.language and not self._windows.busy()

    def _check(self) -> None:
        check_choice(self.group, self._window.remembered.settings.language)

    def choose(self, language: str) -> None:
        """Remember a language, and offer to go over to it at once."""
        self._window.remembered.change(language=language)
        wanted = self._translation.wanted(language)
        messages = self._window.table.messages
        if wanted == self._translation.language:
            messages.hide()
            return
        name = languages()[wanted]
        if self._windows.busy():
            text = self.tr("{language} is spoken from the next start: what runs now is not cut off.")
            messages.show_message(text.format(language=name))
            return
        text = self.tr("{language} is spoken from the next start, or now in reopened windows.")
        reopen: tuple[str, Callable[[], None]] = (self.tr("Reopen now"), lambda: self.reopen(language))
        messages.show_message(text.format(language=name), [reopen])

    def reopen(self, language: str) -> None:
        """Close the windows and open them again, with all that they hold."""
        # Not within the button's own click: its window goes.
        change = self._translation.use
        soon(self._windows, lambda: self._windows.reopen(lambda: change(language)))

"""Closing a window while its trial runs: ask once, stop it, close when its end is there; never wait."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer
from PySide6.QtWidgets import QMessageBox, QWidget

_LIMIT_MS = 6_000
"""The launcher's own limits end a trial within 3.5 s; after this the window closes in any case."""


class ClosingGuard(QObject):
    """Holds one window open for as long as its trial needs to end."""

    def __init__(
        self,
        window: QWidget,
        is_running: Callable[[], bool],
        stop: Callable[[], None],
        give_up: Callable[[], None],
    ) -> None:
        super().__init__(window)
        self._window, self._is_running, self._stop, self._give_up = window, is_running, stop, give_up
        self.question: QMessageBox | None = None
        """What is being asked."""
        self.is_closing = False
        """Whether the window closes as soon as the trial has ended."""
        self._late = QTimer(self)
        self._late.setSingleShot(True)
        self._late.setInterval(_LIMIT_MS)
        self._late.timeout.connect(self._too_late)

    def may_close(self) -> bool:
        """Whether the window may close now; if not, the user is asked, once."""
        if not self._is_running():
            return True
        if not self.is_closing and self.question is None:
            self._ask()
        return False

    def trial_ended(self) -> None:
        """Close, if that is what the trial was stopped for."""
        self._late.stop()
        if self.is_closing:
            self.is_closing = False
            self._window.close()

    def _ask(self) -> None:
        box = QMessageBox(QMessageBox.Icon.NoIcon, "", self.tr("A trial is running."), parent=self._window)
        box.setInformativeText(self.tr("Closing stops it; what was measured until then is kept as a row."))
        stop = box.addButton(self.tr("Stop and close"), QMessageBox.ButtonRole.AcceptRole)
        go_on = box.addButton(self.tr("Go on"), QMessageBox.ButtonRole.RejectRole)
        box.setDefaultButton(go_on)
        box.setEscapeButton(go_on)
        box.finished.connect(lambda _result: self._answered(box.clickedButton() is stop))
        box.finished.connect(box.deleteLater)
        self.question = box
        box.open()

    def _answered(self, stop: bool) -> None:
        self.question = None
        if not stop:
            return
        if not self._is_running():  # it ended while the question stood
            self._window.close()
            return
        self.is_closing = True
        self._stop()
        self._late.start()

    def _too_late(self) -> None:
        if self.is_closing:
            self._give_up()
            self._window.close()

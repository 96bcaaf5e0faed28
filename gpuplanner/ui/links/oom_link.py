"""Ties "Paste an error" to a window: the clipboard's message is laid over the plan that the form shows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtGui import QAction, QGuiApplication, QKeySequence

from gpuplanner.core.oom_message import OomMessage, looks_like_oom, read_oom
from gpuplanner.core.units import NONE, gib
from gpuplanner.ui.plan.change_list import OfferedChange
from gpuplanner.ui.plan.change_words import ChangeWording
from gpuplanner.ui.plan.planner import Outcome
from gpuplanner.ui.told import told

if TYPE_CHECKING:
    from gpuplanner.report.oom import OomReport
    from gpuplanner.ui.links.plan_link import PlanLink
    from gpuplanner.ui.main_window import MainWindow
    from gpuplanner.ui.recipes.oom_dialog import OomDialog, OomText


class OomLink(QObject):
    """Lives as long as the window; one dialog at a time."""

    def __init__(self, window: MainWindow, plan_link: PlanLink) -> None:
        super().__init__(window)
        self._window, self._planner = window, plan_link.planner
        self._wording = ChangeWording(plan_link.panel.wording, self)
        self._verdicts = plan_link.panel.wording
        self._message: OomMessage | None = None
        self._report: OomReport | None = None
        self.dialog: OomDialog | None = None
        self.action = QAction(self.tr("Paste an err&or…"), self)
        self.action.setShortcut(QKeySequence("Ctrl+Shift+E"))
        self.action.triggered.connect(self.open)
        window.menus.add_plan_actions([self.action])
        self._planner.updated.connect(self._plan_changed)

    def open(self) -> None:
        """Show the dialog, filled from the clipboard when that holds such a message."""
        from gpuplanner.report.oom import MOST_FIXES  # with the first message: the report needs numpy
        from gpuplanner.ui.recipes.oom_dialog import OomDialog

        if self.dialog is None:
            self.dialog = OomDialog(self._window.theme, MOST_FIXES, self._window)
            self.dialog.text_changed.connect(self._read)
            self.dialog.applied.connect(self._apply)
            self.dialog.finished.connect(self._forget)
        clipboard = QGuiApplication.clipboard().text()
        if clipboard and looks_like_oom(clipboard):
            self.dialog.text.setPlainText(clipboard)
        self._read(self.dialog.text.toPlainText())
        self.dialog.show()
        self.dialog.raise_()
        self.dialog.activateWindow()

    def _forget(self) -> None:
        self.dialog = self._report = self._message = None

    def _read(self, text: str) -> None:
        self._message = read_oom(text)
        self._explain(bool(text.strip()))

    def _plan_changed(self, _outcome: Outcome) -> None:
        if self.dialog is not None and self._message is not None:
            self._explain(True)

    def _explain(self, has_text: bool) -> None:
        from gpuplanner.estimator.estimate import PHYSICS  # loaded with the dialog
        from gpuplanner.report.oom import explain_oom
        from gpuplanner.ui.recipes.oom_dialog import OomText

        if self.dialog is None:
            return
        if self._message is None:
            self._report = None
            nothing = self.tr("This text holds no out-of-memory message.") if has_text else ""
            self.dialog.show_text(OomText(nothing))
            return
        calibration = self._planner.calibration or PHYSICS
        self._report = explain_oom(self._message, self._planner.outcome.resolved, calibration)
        self.dialog.show_text(self._text(self._report))

    def _apply(self, number: int) -> None:
        if self._report is None or number >= len(self._report.fixes):
            return
        change = self._report.fixes[number]
        before = self._planner.plan
        self._planner.set_plan(change.plan, self._wording.undo_text(before, change))

    # --- words ---------------------------------------------------------------------------------------

    def _text(self, report: OomReport) -> OomText:
        from gpuplanner.ui.recipes.oom_dialog import CauseText, FigureLine, OomText

        figures = tuple(
            FigureLine(
                self._figure(row.name), _gib(row.message_bytes), _gib(row.predicted_bytes), told(row.remark)
            )
            for row in report.rows
            if row.message_bytes is not None
        )
        causes = tuple(CauseText(told(cause.what), told(cause.advice)) for cause in report.causes)
        return OomText(self._head(report), figures, causes, self._offers(report), self.tr("GiB"))

    def _head(self, report: OomReport) -> str:
        message = report.message
        found = self.tr("An out-of-memory message")
        if message.wording:
            found = self.tr("An out-of-memory message of {version}").format(version=message.wording)
        if message.device is not None:
            found += self.tr(", GPU {n}").format(n=message.device)
        if message.n_messages > 1:
            found += self.tr(", the last of {n}").format(n=message.n_messages)
        if report.answer is None:
            return found + self.tr(". The plan in the form has a problem, so it is read alone.")
        plan = report.answer.resolved.plan
        return found + self.tr(", beside the plan: {model}, {method}, {n} tokens").format(
            model=report.answer.resolved.llm.name,
            method=self._verdicts.option("method", plan.method),
            n=f"{plan.seq_len:,}",
        )

    def _figure(self, name: str) -> str:
        words = {
            "card": self.tr("Card"),
            "other processes": self.tr("Other processes"),
            "free": self.tr("Free"),
            "this process": self.tr("This process"),
            "reserved by torch": self.tr("Reserved by torch"),
            "allocated": self.tr("Allocated"),
            "reserved, not allocated": self.tr("Reserved, not allocated"),
            "private pools": self.tr("Private pools"),
            "tried to allocate": self.tr("Tried to allocate"),
            "needed to go on": self.tr("Needed to go on"),
        }
        return words.get(name, name)

    def _offers(self, report: OomReport) -> tuple[OfferedChange, ...]:
        if report.answer is None:
            return ()
        before = report.answer.resolved.plan
        return tuple(
            OfferedChange(
                title=self._wording.title(before, change),
                saving=self._wording.saving(change),
                cost=self._wording.cost(before, change),
                fits=change.fits,
                sentence=self._wording.sentence(before, change, number + 1),
            )
            for number, change in enumerate(report.fixes)
        )


def _gib(n_bytes: int | None) -> str:
    return NONE if n_bytes is None else gib(n_bytes, 2)

"""Ties one window's document and plan to its Report page: estimates aside, pages in slices."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QFileDialog, QWidget

from gpuplanner.core.errors import InputError
from gpuplanner.core.plan import Plan, ResolvedPlan
from gpuplanner.data.catalog import Catalog
from gpuplanner.data.plan_file import PlanDocument, document_bytes
from gpuplanner.data.resources import resource
from gpuplanner.ui.background import Background
from gpuplanner.ui.compare.kept_plans import CURRENT, plan_name
from gpuplanner.ui.links.report_saving import ReportSaving
from gpuplanner.ui.main_window import MainWindow
from gpuplanner.ui.plan.planner import Outcome, Planner
from gpuplanner.ui.stepwise import Stepwise
from gpuplanner.ui.told import language_code, told_error
from gpuplanner.ui.widgets.buttons import button

if TYPE_CHECKING:
    from gpuplanner.render.paper_pages import Pages
    from gpuplanner.report.blocks import Report
    from gpuplanner.report.choice import ReportChoice
    from gpuplanner.ui.report.report_page import ReportPage

_SOON_MS = 250
_KINDS = {"pdf": "PDF (*.pdf)", "csv": "CSV (*.csv)", "html": "HTML (*.html)", "md": "Markdown (*.md)"}


class ReportLink(QObject):
    """Makes the page when it is first shown, and again what it shows when something has changed."""

    def __init__(
        self,
        window: MainWindow,
        planner: Planner,
        catalog: Catalog,
        driver: Callable[[], str | None] = lambda: None,
    ) -> None:
        super().__init__(window)
        self._window, self._planner, self._catalog = window, planner, catalog
        self._driver = driver
        """Version of the NVIDIA driver; empty: there is none; None: it is not known (yet)."""
        self._page: ReportPage | None = None
        self._pages: Pages | None = None
        self._work = Background(self)
        self._work.done.connect(self._take_report)
        self._work.failed.connect(self._take_failure)
        self._steps = Stepwise(self)
        self._saving = ReportSaving(window)
        self._saving.saved.connect(self._tell_saved)
        self._saving.failed.connect(self._tell_unsaved)
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setInterval(_SOON_MS)
        self._soon.timeout.connect(self._make)
        self.ask_path: Callable[[str, str], Path | None] = self._ask_path
        window.add_page("report", "report", self.tr("Report"), self._make_page)
        window.menus.add_file_action(self.tr("Re&port…"), lambda: window.show_page("report"), "Ctrl+E")
        self._add_actions()
        window.page_shown.connect(lambda _key: self._changed())
        planner.updated.connect(self._plan_changed)
        document = window.document
        document.replaced.connect(self._take_settings)
        window.remembered.changed.connect(self._take_electricity)
        for signal in (document.rows_changed, document.rows_moved, document.replaced):
            signal.connect(self._changed)

    # --- the page -------------------------------------------------------------------------------------

    def _make_page(self) -> QWidget:
        # When it is first shown: preview and report load pyqtgraph and numpy.
        from gpuplanner.report.build import PAPERS, SECTIONS
        from gpuplanner.report.cases import DEFAULT_CARDS
        from gpuplanner.report.choice import Choices, ReportChoice
        from gpuplanner.report.words import languages, load_words
        from gpuplanner.ui.report.report_page import ReportPage
        from gpuplanner.ui.report.report_settings import ReportSettings

        folder = resource("i18n", "report")
        language = language_code() if language_code() in languages(folder) else "en"
        words = load_words(folder, language)
        texts = {key: words(f"section_{key}") for key in SECTIONS}
        names = {name: load_words(folder, name)("language_name") for name in languages(folder)}
        cards = self._catalog.gpu_names
        self._first_choice = ReportChoice(
            sections=SECTIONS,
            cards=DEFAULT_CARDS,
            language=language,
            electricity=self._window.remembered.settings.price_per_kwh,
        )
        self._choices = Choices(SECTIONS, cards, PAPERS, tuple(names))
        settings = ReportSettings(self._window.theme, texts, names, cards, self._remembered_choice())
        self._page = ReportPage(self._window.theme, settings)
        settings.changed.connect(self._choose)
        settings.keep_plan_requested.connect(self._keep_plan)
        return self._page

    def _add_actions(self) -> None:
        theme, header = self._window.theme, self._window.header
        copy = button(theme, self.tr("Copy"), icon="copy", flat=True)
        copy.setToolTip(self.tr("Copy the report as Markdown"))
        copy.clicked.connect(self.copy)
        header.add_action(copy, "report")
        for kind, text in (("csv", "CSV"), ("html", "HTML"), ("md", "Markdown")):
            header.add_action(self._action(button(theme, text, flat=True), kind), "report")
        save = button(theme, self.tr("Save PDF…"), icon="download", primary=True)
        header.add_action(self._action(save, "pdf"), "report")

    def _action(self, widget: QWidget, kind: str) -> QWidget:
        widget.clicked.connect(lambda: self.save(kind))  # type: ignore[attr-defined]
        return widget

    # --- what is chosen -------------------------------------------------------------------------------

    def _remembered_choice(self) -> ReportChoice:
        """What the document remembers, and the rest as it is at first."""
        from gpuplanner.report.choice import with_settings

        return with_settings(self._first_choice, self._window.document.settings, self._choices)

    def _choose(self, choice: ReportChoice) -> None:
        """The document remembers it; it is no step, and is saved with the next one."""
        from gpuplanner.report.choice import to_settings

        document = self._window.document
        document.settings = to_settings(choice, document.settings)
        self._changed()

    def _take_settings(self) -> None:
        """Another document remembers another choice."""
        if self._page is not None:
            self._page.settings.show_choice(self._remembered_choice())

    def _take_electricity(self) -> None:
        """The price in the settings counts where the document does not remember its own."""
        price = self._window.remembered.settings.price_per_kwh
        if self._page is not None and price != self._first_choice.electricity:
            self._first_choice = replace(self._first_choice, electricity=price)
            self._take_settings()
            self._changed()

    # --- what it shows --------------------------------------------------------------------------------

    def _plan_changed(self, _outcome: Outcome) -> None:
        self._changed()

    def _changed(self, *_what: object) -> None:
        """Something that a report says is different: it is made again if anybody looks."""
        if self._page is not None and self._window.shown_page == "report":
            self._soon.start()

    def _make(self) -> None:
        assert self._page is not None, "only a page that is there asks for a report"
        self._page.settings.show_plans(self._listed_plans())
        self._work.run(self._reporting(self._page.settings.choice))

    def _listed_plans(self) -> list[tuple[str, str]]:
        named = [(item.name, item.name) for item in self._window.document.plans if item.name != CURRENT]
        return [(CURRENT, self.tr("The plan on the Plan page")), *named]

    def _reporting(self, choice: ReportChoice) -> Callable[[], object]:
        """A call for another thread: it has its own copies of everything that it reads."""
        from gpuplanner.estimator.estimate import PHYSICS
        from gpuplanner.report.build import Setting, build_report
        from gpuplanner.report.material import Given, make_material
        from gpuplanner.report.words import load_words

        document, setup, catalog = self._window.document, self._planner.setup, self._catalog
        folder = None if document.path is None else document.path.parent
        plans: list[tuple[str, Plan]] = [("", setup.plan)] if CURRENT in choice.plans else []
        plans += [
            (kept.name, kept.plan)
            for kept in document.plans
            if kept.name in choice.plans
            and kept.name != CURRENT
            # A plan that was just kept is still the window's: it would stand there twice.
            and not (plans and kept.plan == setup.plan)
        ]
        today = date.today()
        work = replace(
            setup.request,
            price_per_gpu_hour=choice.price_per_gpu_hour,
            currency=choice.currency,
            electricity=choice.electricity,
        )
        name = document.name or self.tr("Untitled")
        content, path = document.content(), None if document.is_modified else document.path
        given = Given(
            document=self.tr("{name}, unsaved").format(name=name) if path is None else name,
            sha256="",
            date=(today.year, today.month, today.day),
            rows=content.table.rows,
            plans=plans,
            trials=document.trials,
            cards=choice.cards,
            budget=setup.budget,
            work=work,
            calibration=self._planner.calibration or PHYSICS,
            driver=self._driver(),
        )
        setting = Setting(
            choice.sections,
            choice.paper,
            choice.title,
            price_per_gpu_hour=choice.price_per_gpu_hour,
            priced_on=choice.priced_on,
            currency=choice.currency,
            electricity=choice.electricity,
        )

        def resolve(plan: Plan) -> ResolvedPlan:
            return catalog.resolve(plan, folder)

        def report() -> Report:
            words = load_words(resource("i18n", "report"), choice.language)
            known = replace(given, sha256=_hash_of(path, content))
            return build_report(words, setting, make_material(known, resolve))

        return report

    def _take_report(self, report: Report) -> None:
        from gpuplanner.render.paper_pages import laying_out

        self._steps.run(laying_out(report), self._take_pages)

    def _take_pages(self, pages: Pages) -> None:
        assert self._page is not None, "pages are only made for a page"
        self._pages = pages
        self._page.show_pages(pages)
        notes = [
            note for table in pages.report.tables if table.key == "plans-and-cards" for note in table.notes
        ]
        self._page.settings.show_before_sending("\n".join(notes))

    def _take_failure(self, error: Exception) -> None:
        if not isinstance(error, InputError):
            raise error
        assert self._page is not None, "reports are only made for a page"
        self._pages = None
        self._page.show_nothing(told_error(error))

    def _keep_plan(self) -> None:
        """Keep the window's plan under a name, as a step that can be undone."""
        document, plan = self._window.document, self._planner.plan
        document.keep_plan(plan, plan_name(plan), self.tr("keep the plan"))
        self._changed()

    # --- files ----------------------------------------------------------------------------------------

    def save(self, kind: str) -> None:
        """Ask where, and write the report there as ``pdf``, ``csv``, ``html`` or ``md``."""
        if self._pages is None:
            return
        path = self.ask_path(kind, f"{_stem(self._pages.report.title)}.{kind}")
        if path is not None:
            self._saving.save(self._pages, kind, path)

    def copy(self) -> None:
        """Put the report into the clipboard as Markdown."""
        if self._pages is None or self._page is None:
            return
        from gpuplanner.report.markup import markdown

        QGuiApplication.clipboard().setText(markdown(self._pages.report))
        self._page.messages.show_message(self.tr("The report is in the clipboard, as Markdown."))

    def _tell_unsaved(self, error: Exception) -> None:
        assert self._page is not None, "only a page saves"
        if not isinstance(error, InputError):
            raise error
        self._window.show_page("report")  # the user may have gone on, or wanted to close the window
        self._page.messages.show_message(told_error(error), fault=True)

    def _tell_saved(self, files: list[tuple[Path, bytes]]) -> None:
        assert self._page is not None, "only a page saves"
        size = sum(len(content) for _, content in files)
        where = str(files[0][0]) if len(files) == 1 else str(files[0][0].parent)
        n = len(files)
        text = self.tr("Saved: {where}") if n == 1 else self.tr("Saved: {n} files in {where}")
        self._page.messages.show_message(text.format(where=where, n=n) + f"  ({size / 1000:,.0f} KB)")

    def _ask_path(self, kind: str, name: str) -> Path | None:
        chosen, _ = QFileDialog.getSaveFileName(self._window, self.tr("Save the report"), name, _KINDS[kind])
        if not chosen:
            return None
        path = Path(chosen)
        return path if path.suffix.lower() == f".{kind}" else path.with_name(f"{path.name}.{kind}")


def _stem(title: str) -> str:
    """A file name from a title."""
    return "".join(char if char.isalnum() or char in "-_. " else "-" for char in title).strip(" .-")[:80]


def _hash_of(path: Path | None, content: PlanDocument) -> str:
    """SHA-256 of the file, or of the one that a save would write where the window holds something else."""
    try:
        saved = document_bytes(content) if path is None else path.read_bytes()
    except OSError:
        saved = document_bytes(content)
    return hashlib.sha256(saved).hexdigest()

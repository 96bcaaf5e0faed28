"""Ties one window's document and plan to its Report page: estimates aside, pages in slices."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer
from PySide6.QtWidgets import QFileDialog, QWidget

from gpuplanner.core.errors import InputError
from gpuplanner.core.plan import Plan, ResolvedPlan
from gpuplanner.data.catalog import Catalog
from gpuplanner.data.resources import resource
from gpuplanner.data.whole_file import write_whole
from gpuplanner.ui.background import Background
from gpuplanner.ui.buttons import button
from gpuplanner.ui.kept_plans import CURRENT, plan_name
from gpuplanner.ui.main_window import MainWindow
from gpuplanner.ui.planner import Outcome, Planner
from gpuplanner.ui.stepwise import Stepwise
from gpuplanner.ui.told import language_code, told_error

if TYPE_CHECKING:
    from gpuplanner.render.paper_pages import Pages
    from gpuplanner.report.blocks import Report
    from gpuplanner.ui.report_page import ReportPage
    from gpuplanner.ui.report_settings import ReportChoice

_SOON_MS = 250
_KINDS = {"pdf": "PDF (*.pdf)", "csv": "CSV (*.csv)", "html": "HTML (*.html)", "md": "Markdown (*.md)"}


class ReportLink(QObject):
    """Makes the page when it is first shown, and again what it shows when something has changed."""

    def __init__(self, window: MainWindow, planner: Planner, catalog: Catalog) -> None:
        super().__init__(window)
        self._window, self._planner, self._catalog = window, planner, catalog
        self._page: ReportPage | None = None
        self._pages: Pages | None = None
        self._work = Background(self)
        self._work.done.connect(self._take_report)
        self._work.failed.connect(self._take_failure)
        self._steps, self._saving = Stepwise(self), Stepwise(self)
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setInterval(_SOON_MS)
        self._soon.timeout.connect(self._make)
        self.ask_path: Callable[[str, str], Path | None] = self._ask_path
        window.add_page("report", "report", self.tr("Report"), self._make_page)
        menu = window.menus.menu("file", "")
        window.menus.maker.add(menu, self.tr("&Report…"), lambda: window.show_page("report"), "Ctrl+E")
        self._add_actions()
        window.page_shown.connect(lambda _key: self._changed())
        planner.updated.connect(self._plan_changed)
        for signal in (window.document.rows_changed, window.document.rows_moved, window.document.replaced):
            signal.connect(self._changed)

    # --- the page -------------------------------------------------------------------------------------

    def _make_page(self) -> QWidget:
        # When it is first shown: preview and report load pyqtgraph and numpy.
        from gpuplanner.report.build import SECTIONS
        from gpuplanner.report.cases import DEFAULT_CARDS
        from gpuplanner.report.words import languages, load_words
        from gpuplanner.ui.report_page import ReportPage
        from gpuplanner.ui.report_settings import ReportChoice, ReportSettings

        folder = resource("i18n", "report")
        language = language_code() if language_code() in languages(folder) else "en"
        words = load_words(folder, language)
        texts = {key: words(f"section_{key}") for key in SECTIONS}
        names = {name: load_words(folder, name)("language_name") for name in languages(folder)}
        chosen = ReportChoice(sections=SECTIONS, cards=DEFAULT_CARDS, language=language)
        settings = ReportSettings(self._window.theme, texts, names, self._catalog.gpu_names, chosen)
        self._page = ReportPage(self._window.theme, settings)
        settings.changed.connect(self._changed)
        settings.keep_plan_requested.connect(self._keep_plan)
        return self._page

    def _add_actions(self) -> None:
        theme, header = self._window.theme, self._window.header
        for kind, text in (("csv", "CSV"), ("html", "HTML"), ("md", "Markdown")):
            header.add_action(self._action(button(theme, text, flat=True), kind), "report")
        save = button(theme, self.tr("Save PDF…"), icon="download", primary=True)
        header.add_action(self._action(save, "pdf"), "report")

    def _action(self, widget: QWidget, kind: str) -> QWidget:
        widget.clicked.connect(lambda: self.save(kind))  # type: ignore[attr-defined]
        return widget

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
            if kept.name in choice.plans and kept.name != CURRENT
        ]
        now = datetime.now(UTC)
        work = setup.work and replace(setup.work, price_per_gpu_hour=choice.price_per_gpu_hour)
        given = Given(
            document=document.name or self.tr("Untitled"),
            sha256=_hash_of(document.path, document.rows),
            date=(now.year, now.month, now.day),
            rows=tuple(document.rows),
            plans=plans,
            trials=document.trials,
            cards=choice.cards,
            budget=setup.budget,
            work=work,
            calibration=self._planner.calibration or PHYSICS,
        )
        setting = Setting(choice.sections, choice.paper, choice.title, "", choice.price_per_gpu_hour)

        def resolve(plan: Plan) -> ResolvedPlan:
            return catalog.resolve(plan, folder)

        def report() -> Report:
            words = load_words(resource("i18n", "report"), choice.language)
            return build_report(words, setting, make_material(given, resolve))

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
        if path is None:
            return
        if kind == "pdf":
            from gpuplanner.render.pdf import drawing_pdf

            steps = drawing_pdf(self._pages, datetime.now(UTC))
            self._saving.run(steps, lambda content: self._write([(path, content)]))
            return
        from gpuplanner.report.written import report_files

        self._write(report_files(self._pages.report, path))

    def _write(self, files: list[tuple[Path, bytes]]) -> None:
        assert self._page is not None, "only a page saves"
        try:
            for path, content in files:
                write_whole(path, content)
        except InputError as error:
            text = told_error(error)
            self._page.messages.show_message(text, fault=True)
            return
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


def _hash_of(path: Path | None, rows: object) -> str:
    """SHA-256 of the file, or of what is in the window where there is none."""
    try:
        content = path.read_bytes() if path is not None else repr(rows).encode()
    except OSError:
        content = repr(rows).encode()
    return hashlib.sha256(content).hexdigest()

"""The Report page in a real window: what it shows is what is saved."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from PySide6.QtGui import QGuiApplication
from pytestqt.qtbot import QtBot

from gpuplanner.core.plan import Method
from gpuplanner.data.catalog import load_catalog
from gpuplanner.data.plan_file import read_document
from gpuplanner.data.resources import resource
from gpuplanner.ui.documents.document_files import Answer
from gpuplanner.ui.documents.remembered import Remembered
from gpuplanner.ui.links.plan_link import PlanLink
from gpuplanner.ui.links.report_link import ReportLink
from gpuplanner.ui.main_window import MainWindow
from gpuplanner.ui.report.report_page import ReportPage
from gpuplanner.ui.theme import Theme


class Bench:
    """A window with the profile and its Report page in front."""

    def __init__(self, qtbot: QtBot, folder: Path, theme: Theme) -> None:
        self.qtbot = qtbot
        self.window = MainWindow(theme, Remembered(folder / "settings.json"))
        qtbot.addWidget(self.window)
        self.window.show()
        self.window.build()
        self.window.files.ask_unsaved = lambda: Answer.DISCARD
        self.window.files.load(resource("samples", "qwen-profile.gpuplan"))
        catalog = load_catalog()
        self.plan = PlanLink(self.window, catalog)
        self.link = ReportLink(self.window, self.plan.planner, catalog)
        self.plan.start()
        self.window.table.select_row(0)
        qtbot.waitUntil(lambda: self.plan.planner.plan.model == "Qwen-1.8B")
        self.window.show_page("report")
        qtbot.waitUntil(lambda: self.page.has_pages and self.title != "")

    @property
    def page(self) -> ReportPage:
        page = self.link._page
        assert page is not None
        return page

    @property
    def title(self) -> str:
        pages = self.link._pages
        return "" if pages is None else pages.report.title


@pytest.fixture
def bench(qtbot: QtBot, tmp_path: Path, theme: Theme) -> Bench:
    return Bench(qtbot, tmp_path, theme)


def test_that_the_report_follows_the_plan(bench: Bench) -> None:
    assert bench.title == "LoRA of Qwen-1.8B at 256 tokens"
    bench.plan.planner.set_field("method", Method.QLORA)
    bench.qtbot.waitUntil(lambda: bench.title == "QLoRA of Qwen-1.8B at 256 tokens")


def test_that_what_is_saved_is_what_is_shown(bench: Bench, tmp_path: Path) -> None:
    for kind in ("pdf", "md", "html", "csv"):
        bench.link.ask_path = lambda kind, _name: tmp_path / f"report.{kind}"
        bench.link.save(kind)
        bench.qtbot.waitUntil(lambda: "Saved" in bench.page.messages.text)
        bench.page.messages.show_message("")
    assert (tmp_path / "report.pdf").read_bytes().startswith(b"%PDF")
    assert bench.title in (tmp_path / "report.md").read_text(encoding="utf-8")
    assert (tmp_path / "report-plans-and-cards.csv").exists()


def test_that_a_save_that_fails_is_told(bench: Bench, tmp_path: Path) -> None:
    bench.link.ask_path = lambda kind, _name: tmp_path / "gone" / f"report.{kind}"
    bench.link.save("md")
    bench.qtbot.waitUntil(lambda: "folder" in bench.page.messages.text)


def test_that_a_window_closes_when_its_reports_are_written(bench: Bench, tmp_path: Path) -> None:
    bench.link.ask_path = lambda kind, _name: tmp_path / f"report.{kind}"
    for kind in ("pdf", "html", "md"):
        bench.link.save(kind)
    bench.window.close()
    assert bench.window.isVisible()
    bench.qtbot.waitUntil(lambda: not bench.window.isVisible())
    assert (tmp_path / "report.pdf").read_bytes().startswith(b"%PDF")
    assert {path.suffix for path in tmp_path.glob("report.*")} == {".pdf", ".html", ".md"}


def test_that_a_window_stays_when_its_report_cannot_be_written(bench: Bench, tmp_path: Path) -> None:
    bench.link.ask_path = lambda kind, _name: tmp_path / "gone" / f"report.{kind}"
    bench.link.save("pdf")
    bench.window.close()
    bench.qtbot.waitUntil(lambda: "folder" in bench.page.messages.text)
    assert bench.window.isVisible()


def test_that_a_kept_plan_is_another_case_and_can_be_undone(bench: Bench) -> None:
    bench.page.settings.keep_plan_requested.emit()
    assert bench.window.document.is_modified
    bench.plan.planner.set_field("seq_len", 512)
    bench.qtbot.waitUntil(lambda: bench.title.startswith("2 plans"))
    bench.plan.planner.set_field("seq_len", 256)  # the kept one again: it does not stand there twice
    bench.qtbot.waitUntil(lambda: bench.title == "LoRA of Qwen-1.8B at 256 tokens")
    settings = bench.page.settings
    assert any("on A100" in box.toolTip() for box in settings._plans.values())
    assert settings._body.width() <= settings.viewport().width(), "a long name must not widen the pane"
    while any(kept.name != "current" for kept in bench.window.document.plans):
        assert bench.window.document.undo_stack.canUndo()
        bench.window.document.undo_stack.undo()
    assert not any(kept.name != "current" for kept in bench.window.document.plans)


def test_that_a_plan_without_an_estimate_says_why(bench: Bench) -> None:
    bench.plan.planner.set_field("model", "no-such-model")
    bench.qtbot.waitUntil(lambda: not bench.page.has_pages)
    assert "no-such-model" in bench.page._nothing.text()
    bench.link.ask_path = lambda *_asked: pytest.fail("there is nothing to save")
    bench.link.save("pdf")


def test_that_language_and_paper_change_the_pages(bench: Bench) -> None:
    settings = bench.page.settings
    settings._language.setCurrentIndex(settings._language.findData("zh_CN"))
    bench.qtbot.waitUntil(lambda: "微调" in bench.title)
    settings._paper.setCurrentIndex(settings._paper.findData("letter"))
    pages = bench.link._pages
    bench.qtbot.waitUntil(lambda: bench.link._pages is not pages)
    assert bench.link._pages is not None
    assert bench.link._pages.width == 816


def test_that_the_document_remembers_what_the_report_is_made_of(bench: Bench, tmp_path: Path) -> None:
    settings = bench.page.settings
    settings._paper.setCurrentIndex(settings._paper.findData("letter"))
    settings._sections["lengths"].setChecked(False)
    settings._price.setText("1.9 eur")
    settings._price.editingFinished.emit()
    path = tmp_path / "mine.gpuplan"
    bench.window.files.ask_save = lambda: path
    assert bench.window.files.save_as()
    kept = dict(read_document(path).settings)
    assert (kept["report_paper"], kept["report_price_per_gpu_hour"]) == ("letter", "1.9")
    bench.window.files.load(resource("samples", "qwen-profile.gpuplan"))
    assert settings.choice.paper == "a4"
    assert settings.choice.price_per_gpu_hour is None
    assert "lengths" in settings.choice.sections
    bench.window.files.load(path)
    assert settings.choice.paper == "letter"
    assert (settings.choice.price_per_gpu_hour, settings.choice.currency) == (1.9, "EUR")
    assert settings._price.text() == "1.9 EUR"
    assert settings.choice.priced_on == date.today().isoformat()
    assert "lengths" not in settings.choice.sections


def test_that_a_price_that_is_none_is_red_and_counts_as_none(bench: Bench) -> None:
    settings = bench.page.settings
    for text in ("abc", "-1", "2,113"):
        settings._price.setText(text)
        assert settings.choice.price_per_gpu_hour is None
        assert settings._price.styleSheet()
    settings._price.setText("")
    assert not settings._price.styleSheet()


def test_that_the_report_is_copied_as_markdown(bench: Bench) -> None:
    bench.link.copy()
    assert QGuiApplication.clipboard().text().startswith("## Summary")
    assert bench.title in QGuiApplication.clipboard().text()
    assert "Markdown" in bench.page.messages.text


def test_that_unsaved_changes_are_said_and_have_a_hash_of_their_own(bench: Bench) -> None:
    assert bench.link._pages is not None
    before = dict(bench.link._pages.report.metadata)
    assert before["Document"] == "qwen-profile.gpuplan"
    bench.window.document.remove_rows([3], "remove a row")

    def facts() -> dict[str, str]:
        assert bench.link._pages is not None
        return dict(bench.link._pages.report.metadata)

    bench.qtbot.waitUntil(lambda: facts()["Document"].endswith(", unsaved"))
    assert facts()["SHA-256 of the inputs"] != before["SHA-256 of the inputs"]

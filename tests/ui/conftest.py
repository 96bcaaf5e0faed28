"""What tests of the window share: the program's look, the shipped catalogue, the profile's rows."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from gpuplanner.core.benchmark import BenchmarkRow
from gpuplanner.data.catalog import Catalog, load_catalog
from gpuplanner.data.resources import resource
from gpuplanner.data.rows_csv import read_rows
from gpuplanner.ui.documents.document_files import Answer, DocumentFiles
from gpuplanner.ui.fonts import load_fonts
from gpuplanner.ui.theme import Mode, Theme


class PatientBot(QtBot):
    """Waits as long as a machine with other work to do may take: every limit is only against a hang."""

    LIMIT_MS = 60_000

    def waitUntil(self, callback: Callable[[], bool | None], *, timeout: int = LIMIT_MS) -> None:
        """Let the event loop run until that holds."""
        super().waitUntil(callback, timeout=timeout)

    def waitSignal(self, signal: Any, *, timeout: int = LIMIT_MS, **how: Any) -> Any:
        """Let the event loop run until the signal came."""
        return super().waitSignal(signal, timeout=timeout, **how)

    def waitExposed(self, widget: Any, *, timeout: int = LIMIT_MS) -> Any:
        """Let the event loop run until the window is shown."""
        return super().waitExposed(widget, timeout=timeout)


@pytest.fixture
def qtbot(qapp: QApplication, request: pytest.FixtureRequest) -> QtBot:
    """pytest-qt's, with more patience."""
    return PatientBot(request)


@pytest.fixture(scope="session", autouse=True)
def clipboard_is_left_empty() -> Iterator[None]:
    """Without a window system nobody else holds what was copied, and Qt frees it after Python is gone."""
    yield
    if QApplication.instance() is not None:
        QApplication.clipboard().clear()


@pytest.fixture
def theme(qapp: QApplication) -> Iterator[Theme]:
    """The light theme, worn by the application as in the program."""
    load_fonts()
    font = qapp.font()
    result = Theme(Mode.LIGHT)
    result.apply(qapp)
    yield result
    qapp.setStyleSheet("")
    qapp.setFont(font)  # a theme takes its scale from it


_QUESTION = DocumentFiles._ask_unsaved


@pytest.fixture(autouse=True)
def unsaved_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    """A window that a test leaves with changes is closed without the question, which nobody would answer."""
    monkeypatch.setattr(DocumentFiles, "_ask_unsaved", lambda _files: Answer.DISCARD)


@pytest.fixture
def question_is_asked(unsaved_is_given_up: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """For a test that answers the real question; ask for it before the window."""
    monkeypatch.setattr(DocumentFiles, "_ask_unsaved", _QUESTION)


@pytest.fixture(scope="session")
def catalog() -> Catalog:
    """The shipped catalogue."""
    return load_catalog()


@pytest.fixture(scope="session")
def profile() -> tuple[BenchmarkRow, ...]:
    """The rows of the Qwen profile."""
    return read_rows(resource("samples", "qwen-profile.csv")).rows

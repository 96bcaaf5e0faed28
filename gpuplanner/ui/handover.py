"""What a window holds, so that another window can take its place: after a change of language, for one."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from gpuplanner.data.benchmark_table import BenchmarkTable
from gpuplanner.data.plan_file import PlanDocument

if TYPE_CHECKING:
    from gpuplanner.ui.documents.document import Document
    from gpuplanner.ui.main_window import MainWindow


@dataclass(frozen=True)
class Handover:
    """The document with its unsaved changes, the page in front, the place on the screen.

    Undo does not go back beyond it: the steps belong to the widgets of the old window.
    """

    document: PlanDocument
    path: Path | None
    name: str
    is_modified: bool
    page: str
    geometry: bytes
    setup: object
    """What the estimator shows."""


def hand_over(window: MainWindow) -> Handover:
    """What a window holds now."""
    document = window.document
    return Handover(
        document.content(),
        document.path,
        document.name,
        document.is_modified,
        window.shown_page,
        bytes(window.saveGeometry().data()),
        window.setup_source(),
    )


def take_over(document: Document, held: Handover, step: str) -> None:
    """Put the document into an empty one; unsaved changes are one ``step``, and still unsaved."""
    source = held.document
    document.take_content(source)
    table = BenchmarkTable() if held.is_modified else source.table
    document.replace(table, held.path, held.name, source.corrections)
    if held.is_modified:
        document.take_over(source.table, step)

"""The rows of a trial in the window's document: put in at the end, or offered where it is another one."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QObject

from gpuplanner.core.trial import TrialKind
from gpuplanner.ui.documents.document import Document
from gpuplanner.ui.trial.trial_jobs import Done


class KeptRows(QObject):
    """Which rows of the document came of the last start."""

    def __init__(self, document: Document, parent: QObject) -> None:
        super().__init__(parent)
        self._document = document
        self.places: tuple[int, ...] = ()
        """Of the rows that were kept."""
        self.document_is_other = False
        """The trial began for another document: its rows are offered, not forced upon this one."""

    def begin(self) -> None:
        """A start: nothing is kept yet."""
        self.places, self.document_is_other = (), False

    def document_replaced(self, *, is_shown: bool) -> None:
        """The window has another document; ``is_shown``: a trial runs or its end is shown."""
        self.places, self.document_is_other = (), is_shown

    def keep(self, done: Sequence[Done]) -> None:
        """Add the rows with their samples as one step of the document."""
        found = [(one.row, one.record) for one in done if one.row is not None]
        if not found or self.places:
            return
        dry_run = done[-1].job.spec.kind is TrialKind.DRY_RUN
        text = self.tr("add dry run") if dry_run else self.tr("add trial")
        rows, records = [row for row, _ in found], [record for _, record in found]
        self.places = self._document.keep_trials(rows, records, text)
        self.document_is_other = False

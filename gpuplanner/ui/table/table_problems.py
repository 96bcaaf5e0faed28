"""The problems of a document's rows: looked for after every change, mended or accepted as steps.

The line below the table, F8 and the list of problems all read them here.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable, Mapping, Sequence

from PySide6.QtCore import QObject, QTimer, Signal

from gpuplanner.core.benchmark import BenchmarkRow
from gpuplanner.data.benchmark_table import spare_the_collector, with_text
from gpuplanner.report.row_checks.accepted import accepted_in, mark_of
from gpuplanner.report.row_checks.check import check_rows
from gpuplanner.report.row_checks.problem import Edit, Problem
from gpuplanner.report.row_estimates import RowEstimate
from gpuplanner.ui.collector import full_rounds_held
from gpuplanner.ui.documents.document import Document
from gpuplanner.ui.stepwise import Stepwise
from gpuplanner.ui.table.problem_words import step_name

_AFTER_MS = 120
"""Problems are looked for once a burst of edits and estimates is over."""
_AT_ONCE = 200
_MANY = 10_000
"""So many problems are kept out of the garbage collector's rounds: it would walk them all."""
_FEW_EDITS = 500
"""So many are made in one go; more of them in slices."""

Found = tuple[Problem, ...]
_Split = tuple[Found, Found]


class TableProblems(QObject):
    """Finds the problems of a document; ``card_bytes`` and the estimates may come later."""

    changed = Signal()
    """Other problems are known, or others are accepted."""
    were_accepted = Signal()
    """The user has just accepted some."""

    def __init__(
        self,
        document: Document,
        estimate_of: Callable[[int], RowEstimate | None],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._document, self._estimate_of = document, estimate_of
        self._card_bytes: Callable[[str], float | None] = lambda name: None
        self._rows: tuple[BenchmarkRow, ...] = ()
        """As they were when they were looked through."""
        self._found: Found = ()
        self._open: Found = ()
        self._accepted: Found = ()
        self._is_known = False
        self._search, self._sorting, self._mending = Stepwise(self), Stepwise(self), Stepwise(self)
        self._giving_up = Stepwise(self)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self._start)
        for signal in (document.rows_changed, document.rows_moved):
            signal.connect(lambda _rows: self.look())
        document.columns_changed.connect(self.look)
        document.replaced.connect(self._forget)
        document.settings_changed.connect(self._sort_out)
        self.look()

    @property
    def open(self) -> Found:
        """What nobody has accepted, in the order of the rows."""
        return self._open

    @property
    def accepted(self) -> Found:
        """What the user has accepted."""
        return self._accepted

    @property
    def is_known(self) -> bool:
        """Whether the table has been looked through since it was loaded."""
        return self._is_known

    @property
    def row_count(self) -> int:
        """Rows that were looked through."""
        return len(self._rows)

    def set_card_bytes(self, card_bytes: Callable[[str], float | None]) -> None:
        """How to find the memory of a card in bytes by its name; None for an unknown card."""
        self._card_bytes = card_bytes
        self.look()

    def look(self) -> None:
        """Look through the table again, soon: its estimates have changed."""
        self._search.stop()
        self._timer.start(_AFTER_MS)

    def fix(self, problems: Iterable[Problem]) -> None:
        """Make the proposed changes of these problems, as one step."""
        wanted = [problem for problem in problems if problem.can_be_fixed and self._stands(problem)]
        edits = [edit for problem in wanted for edit in problem.edits]
        removes = sorted({index for problem in wanted for index in problem.removes})
        name = step_name(wanted, of="fix")
        rows = self._rows
        steps = _edited(rows, edits)
        if len(edits) > _FEW_EDITS:
            self._mending.run(steps, lambda changed: self._mend(rows, changed, removes, name))
            return
        while True:
            try:
                next(steps)
            except StopIteration as end:
                self._mend(rows, end.value, removes, name)
                return

    def accept(self, problems: Iterable[Problem]) -> None:
        """Keep these problems out of the list from now on, as one step; the document remembers it."""
        self._mark(problems, accepted=True)

    def withdraw(self, problems: Iterable[Problem]) -> None:
        """Accept these problems no longer, as one step."""
        self._mark(problems, accepted=False)

    # --- the rest --------------------------------------------------------------------------------

    def _forget(self) -> None:
        """Another table was loaded: what is known is about the old one."""
        self._is_known = False
        self._sorting.stop()
        self._found = self._rows = ()
        self._show(((), ()))
        self.look()

    def _start(self) -> None:
        document = self._document
        rows = tuple(document.rows)
        steps = check_rows(rows, self._estimate_of, self._card_bytes, document.problems)
        self._search.run(_spared(steps), lambda found: self._take(found, rows))

    def _take(self, found: Found, rows: tuple[BenchmarkRow, ...]) -> None:
        self._found, self._rows, self._is_known = found, rows, True
        self._sort_out()

    def _sort_out(self) -> None:
        """Tell the accepted problems from the others."""
        marks = accepted_in(self._document.settings)
        self._sorting.run(_split(self._found, self._rows, marks), self._show)

    def _show(self, split: _Split) -> None:
        old = [*self._open, *self._accepted]
        self._open, self._accepted = split
        self.changed.emit()
        self._giving_up.run(_given_up(old), lambda _nothing: None)

    def _stands(self, problem: Problem) -> bool:
        """Whether the rows concerned are still those that were looked at; new ones are looked at soon."""
        rows = self._document.rows
        about = {problem.row, *problem.others, *problem.removes, *(edit[0] for edit in problem.edits)} - {-1}
        return all(index < len(rows) and rows[index] is self._rows[index] for index in about)

    def _mend(
        self,
        old: Sequence[BenchmarkRow],
        changed: Mapping[int, BenchmarkRow],
        removes: Sequence[int],
        name: str,
    ) -> None:
        document, rows = self._document, self._document.rows
        if any(index >= len(rows) or rows[index] is not old[index] for index in (*changed, *removes)):
            return  # edited meanwhile: what was found no longer holds
        if not removes:
            document.set_rows(changed, name)
            return
        document.undo_stack.beginMacro(name)
        document.set_rows(changed, name)
        document.remove_rows(removes, name)
        document.undo_stack.endMacro()

    def _mark(self, problems: Iterable[Problem], *, accepted: bool) -> None:
        wanted = [problem for problem in problems if self._stands(problem)]
        marks = frozenset(mark_of(problem, self._rows) for problem in wanted)
        name = step_name(wanted, of="accept" if accepted else "withdraw")
        if self._document.accept_problems(marks, name, accepted=accepted) and accepted:
            self.were_accepted.emit()


def _given_up(problems: list[Problem]) -> Generator[None, None, None]:
    """Let go of problems a few at a time: 200,000 at once hold up the window."""
    while problems:
        del problems[-_AT_ONCE:]
        yield


def _spared(steps: Generator[None, None, Found]) -> Generator[None, None, Found]:
    """The same steps; the garbage collector does not walk through what they find."""
    with full_rounds_held():
        found = yield from steps
        if len(found) > _MANY:
            spare_the_collector()
    return found


def _edited(
    rows: Sequence[BenchmarkRow], edits: Sequence[Edit]
) -> Generator[None, None, dict[int, BenchmarkRow]]:
    """The rows that the edits change, by their index."""
    changed: dict[int, BenchmarkRow] = {}
    for number, (index, column, text) in enumerate(edits):
        if number % _AT_ONCE == _AT_ONCE - 1:
            yield
        changed[index] = with_text(changed.get(index, rows[index]), column, text)
    return changed


def _split(
    found: Found, rows: Sequence[BenchmarkRow], marks: frozenset[str]
) -> Generator[None, None, _Split]:
    """(open, accepted)."""
    if not marks:
        return found, ()
    open_: list[Problem] = []
    accepted: list[Problem] = []
    for number, problem in enumerate(found):
        if number % _AT_ONCE == _AT_ONCE - 1:
            yield
        (accepted if mark_of(problem, rows) in marks else open_).append(problem)
    return tuple(open_), tuple(accepted)

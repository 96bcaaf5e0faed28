"""What find and replace says: how much was found and where, and what is wrong with an expression."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QObject

from gpuplanner.data.find_replace import LONGEST_CELL, BadExpression
from gpuplanner.ui.table.cell_hits import MOST_HITS


@dataclass(frozen=True)
class Counts:
    """Numbers of a search that is over."""

    hits: int
    is_cut: bool = False
    rows: int = 0
    """Rows that were searched."""
    total_rows: int = 0
    selected_cells: int = 0
    """More than 0: only these were searched."""
    hidden: int = 0
    """Hits in rows that the filter hides."""
    unseen: int = 0
    """Hits in columns that are not shown."""
    left_out: int = 0
    """Hits that cannot be replaced."""
    too_long: int = 0


class FindWords(QObject):
    """Texts of find and replace."""

    def replace(self, n: int) -> str:
        """The button, for n cells."""
        if not n:
            return self.tr("&Replace")
        return self.tr("&Replace 1 cell") if n == 1 else self.tr("&Replace {n} cells").format(n=f"{n:,}")

    def step(self, n: int) -> str:
        """The step to undo."""
        return self.tr("replace in cell") if n == 1 else self.tr("replace in {n} cells").format(n=f"{n:,}")

    def selected_cells(self, n: int) -> str:
        """A place to look."""
        return self.tr("selected cells ({n})").format(n=f"{n:,}")

    def shown_rows(self, shown: int, total: int) -> str:
        """Which rows."""
        return self.tr("shown rows ({shown} of {n})").format(shown=f"{shown:,}", n=f"{total:,}")

    def nothing(self) -> str:
        """Nothing is looked for yet."""
        return self.tr("Every cell that would change is listed here first.")

    def searching(self) -> str:
        """The search takes longer than people wait unasked."""
        return self.tr("Searching…")

    def replacing(self) -> str:
        """The replacement takes longer."""
        return self.tr("Replacing…")

    def replaced(self, n: int) -> str:
        """It is done."""
        done = self.tr("1 cell replaced") if n == 1 else self.tr("{n} cells replaced").format(n=f"{n:,}")
        return self.tr("{done}; Edit, Undo takes it back.").format(done=done)

    def summary(self, counts: Counts) -> str:
        """How much was found, and where."""
        parts = [self._found(counts)]
        if counts.hidden:
            parts.append(self.tr("{n} of them hidden by the filter").format(n=f"{counts.hidden:,}"))
        if counts.unseen:
            parts.append(self.tr("{n} in columns that are not shown").format(n=f"{counts.unseen:,}"))
        sentences = [", ".join(parts)]
        if counts.left_out:
            sentences.append(self.tr("{n} left out, see the list").format(n=f"{counts.left_out:,}"))
        if counts.too_long:
            long = self.tr("{n} texts of more than {most} characters were not searched")
            sentences.append(long.format(n=f"{counts.too_long:,}", most=f"{LONGEST_CELL:,}"))
        if counts.is_cut:
            sentences.append(self.tr("there are more: narrow it down to see and replace the rest"))
        return "; ".join(sentences)

    def _found(self, counts: Counts) -> str:
        hits = self.tr("1 hit") if counts.hits == 1 else self.tr("{n} hits").format(n=f"{counts.hits:,}")
        if not counts.hits:
            hits = self.tr("No hits")
        if counts.is_cut:
            hits = self.tr("The first {n} hits").format(n=f"{MOST_HITS:,}")
        if counts.selected_cells:
            where = self.tr("{hits} in {n} selected cells")
            return where.format(hits=hits, n=f"{counts.selected_cells:,}")
        if counts.rows < counts.total_rows:
            where = self.tr("{hits} in {shown} shown rows of {n}")
            return where.format(hits=hits, shown=f"{counts.rows:,}", n=f"{counts.total_rows:,}")
        return self.tr("{hits} in {n} rows").format(hits=hits, n=f"{counts.total_rows:,}")

    def too_slow(self) -> str:
        """An expression did not come to an end."""
        return self.tr("This expression takes too long; a repeat inside a repeat, such as (a+)+, often does")

    def fault(self, error: BadExpression) -> str:
        """What is wrong with an expression, and at which character."""
        reason = self._reason(str(error))
        if error.position < 0:
            return reason
        return self.tr("Character {n}: {reason}").format(n=error.position + 1, reason=reason)

    def _reason(self, said: str) -> str:
        # The beginnings of what Python says; the rest is rare and stays in its words.
        known = {
            "missing )": self.tr("this bracket ( is not closed; write \\( for the character"),
            "unbalanced parenthesis": self.tr("this bracket ) was not opened; write \\) for the character"),
            "unterminated character set": self.tr(
                "this bracket [ is not closed; write \\[ for the character"
            ),
            "nothing to repeat": self.tr("nothing stands before this repeat; write \\* for the character"),
            "multiple repeat": self.tr("two repeats follow one another"),
            "bad escape": self.tr("this backslash means nothing here; write \\\\ for the character"),
            "bad character range": self.tr("this range goes backwards"),
            "min repeat greater": self.tr("the smaller number of repeats comes first"),
            "invalid group reference": self.tr("there is no such group in what is looked for"),
            "unknown group name": self.tr("there is no group of this name in what is looked for"),
            "look-behind requires": self.tr("a look-behind must have one length"),
        }
        return next((text for begin, text in known.items() if said.startswith(begin)), said)

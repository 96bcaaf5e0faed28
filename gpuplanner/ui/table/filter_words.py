"""How the filter of a column is named: in the tools above the table, and in the tip of the column's head."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QObject

from gpuplanner.core.units import shorten
from gpuplanner.ui.table.column_values import ColumnValue
from gpuplanner.ui.told import told

_MOST_NAMED = 3


class FilterWords(QObject):
    """Sentences of a `ColumnFilter`."""

    def rule(
        self, title: str, named: Sequence[ColumnValue], is_out: bool, ends: tuple[str, str], unit: str
    ) -> str:
        """ "Length 256, 512", "Length not 256", "Peak memory from 20 to 40 GiB per GPU".

        Args:
            named: the values that are kept, or left out.
            ends: the range as it was typed; empty texts for none.
        """
        parts = [self._values(named, is_out), self._range(ends[0].strip(), ends[1].strip(), unit)]
        return " ".join([title, *filter(None, parts)])

    def no_number(self, reason: str) -> str:
        """Why an end of the range cannot be read."""
        return self.tr("The range cannot be read: {reason}").format(reason=told(reason))

    def _values(self, named: Sequence[ColumnValue], is_out: bool) -> str:
        if not named:
            return ""
        if len(named) > _MOST_NAMED:
            words = self.tr("without {n} values") if is_out else self.tr("{n} values")
            return words.format(n=f"{len(named):,}")
        words = self.tr("not {value}") if is_out else "{value}"
        texts = (shorten(value.text) or self.tr("empty") for value in named)
        return words.format(value=", ".join(texts))

    def _range(self, low: str, high: str, unit: str) -> str:
        if low and high:
            words = self.tr("from {low} to {high} {unit}")
        elif low:
            words = self.tr("from {low} {unit}")
        elif high:
            words = self.tr("up to {high} {unit}")
        else:
            return ""
        return words.format(low=low, high=high, unit=unit).strip()

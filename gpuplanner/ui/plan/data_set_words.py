"""Words about the user's data set: one line of figures, and in the tip how they were counted."""

from __future__ import annotations

from pathlib import PurePath

from PySide6.QtCore import QObject

from gpuplanner.core.plan import Method
from gpuplanner.core.sample_lengths import Counted
from gpuplanner.core.units import per_cent
from gpuplanner.ui.plan.data_set_view import DataSetText
from gpuplanner.ui.plan.plan_steps import Setup
from gpuplanner.ui.told import told, told_problem

_MOST_BAD_LINES = 5


class DataSetWords(QObject):
    """Says what is known of a setup's data set."""

    def text(self, setup: Setup) -> DataSetText | None:
        """What the form shows; None without a data set."""
        if setup.data_set is None:
            return None
        return DataSetText(
            name=PurePath(setup.data_set.path).name,
            line=self.line(setup),
            tip=self.tip(setup),
            lengths=setup.data_set.lengths,
            seq_len=setup.plan.seq_len,
            packing=setup.packs,
            can_pack=setup.plan.method is not Method.INFERENCE,
        )

    def line(self, setup: Setup) -> str:
        """ "p50 412 · p95 1,830 · max 9,114 · 3 % cut at 2,048"."""
        assert setup.data_set is not None, "there is nothing to say without a data set"
        lengths, seq_len = setup.data_set.lengths, setup.plan.seq_len
        figures = self.tr("p50 {p50} · p95 {p95} · max {longest}").format(
            p50=f"{lengths.percentile(50):,}",
            p95=f"{lengths.percentile(95):,}",
            longest=f"{lengths.longest:,}",
        )
        if setup.packs:
            n = setup.request.samples
            what = self.tr("{n} sequences of {length}") if n != 1 else self.tr("1 sequence of {length}")
            what = what.format(n=f"{n:,}", length=f"{seq_len:,}")
        else:
            share = lengths.truncated_share(seq_len)
            what = (
                self.tr("{share} cut at {length}").format(share=per_cent(share), length=f"{seq_len:,}")
                if share
                else self.tr("none cut at {length}").format(length=f"{seq_len:,}")
            )
        parts = [figures, what]
        if bad := setup.data_set.n_bad_lines:
            text = self.tr("{n} bad lines") if bad != 1 else self.tr("1 bad line")
            parts.append(text.format(n=f"{bad:,}"))
        return " · ".join(parts)

    def tip(self, setup: Setup) -> str:
        """Samples, tokens, padding, how they were counted, bad lines, and that it is not saved."""
        assert setup.data_set is not None, "there is nothing to say without a data set"
        data_set, seq_len = setup.data_set, setup.plan.seq_len
        lengths = data_set.lengths
        lines = [
            data_set.path,
            self.tr("{samples} samples, {tokens} tokens, {how}").format(
                samples=f"{lengths.n_samples:,}",
                tokens=f"{lengths.n_tokens:,}",
                how=self._how(lengths.counted),
            ),
        ]
        if setup.packs:
            lines.append(self.tr("Packed: no padding, and nothing is cut off but between sequences."))
        else:
            share = per_cent(lengths.padding_share(seq_len))
            lost = per_cent(lengths.lost_share(seq_len))
            lines.append(
                self.tr(
                    "Padded to {length}: {share} of what is computed is padding; {lost} of the tokens are cut"
                ).format(length=f"{seq_len:,}", share=share, lost=lost)
            )
        lines += [told_problem(problem) for problem in data_set.problems[:_MOST_BAD_LINES]]
        unnamed = data_set.n_bad_lines - min(len(data_set.problems), _MOST_BAD_LINES)
        if unnamed:
            lines.append(self.tr("{n} more lines are no samples").format(n=f"{unnamed:,}"))
        lines.append(self.tr("It is not saved with the document: choose it again after opening."))
        return "\n".join(lines)

    def reading(self, name: str, done: int, size: int) -> str:
        """How far the reading is."""
        percent = 100 * done // max(size, 1)
        return self.tr("Reading {name}: {percent} %").format(name=name, percent=percent)

    def fault(self, name: str, text: str) -> str:
        """Why a file gives no lengths."""
        return self.tr("{name}: {problem}").format(name=name, problem=told(text))

    def _how(self, counted: Counted) -> str:
        return {
            Counted.RECORDED: self.tr("as each record says"),
            Counted.TOKENIZER: self.tr("counted by the model's tokenizer"),
            Counted.APPROXIMATED: self.tr("approximated from the characters"),
            Counted.MIXED: self.tr("as the records say, or approximated from the characters"),
        }[counted]

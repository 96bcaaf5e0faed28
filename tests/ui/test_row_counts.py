"""The counts of a document's rows follow every step and its undo."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import pytest

from gpuplanner.core.benchmark import BenchmarkRow, Measurement, Origin, Provenance, Status
from gpuplanner.core.plan import Plan
from gpuplanner.data.benchmark_table import BenchmarkTable
from gpuplanner.ui.documents.document import Document

ROW = BenchmarkRow(Plan(model="Qwen-7B"))
OOM = replace(ROW, measurement=Measurement(status=Status.OOM))
TRIAL = replace(ROW, provenance=Provenance(origin=Origin.TRIAL))


@pytest.mark.parametrize(
    "step",
    [
        lambda document: document.set_rows({0: OOM, 2: ROW}, "edit"),
        lambda document: document.insert_rows(1, [OOM, TRIAL], "insert"),
        lambda document: document.remove_rows([0, 2], "delete"),
        lambda document: document.keep_trials([TRIAL], [], "trial"),
    ],
)
def test_that_counts_are_those_of_the_rows(step: object) -> None:
    document = Document(BenchmarkTable((ROW, OOM, TRIAL)))
    check(document)
    assert callable(step)
    step(document)
    check(document)
    document.undo_stack.undo()
    check(document)
    assert tuple(document.rows) == (ROW, OOM, TRIAL)
    document.replace(BenchmarkTable((OOM,)))
    check(document)


def check(document: Document) -> None:
    # A Counter of zeros equals one without them.
    assert document.counts.statuses == Counter(row.measurement.status for row in document.rows)
    assert document.counts.origins == Counter(row.provenance.origin for row in document.rows)

"""How much is to be trained, kept among a document's settings."""

from __future__ import annotations

from pathlib import Path

import pytest

from gpuplanner.core.estimate import WorkRequest
from gpuplanner.data.plan_file import PlanDocument, read_document, write_document
from gpuplanner.data.work_settings import kept_work, with_kept_work

WORK = WorkRequest(12_345, 2.5, 1.9, "EUR")


@pytest.mark.parametrize("work", [WORK, WorkRequest(1), WorkRequest(7, 3, 0.0)])
def test_that_work_comes_back_from_a_file(work: WorkRequest, tmp_path: Path) -> None:
    others = (("of a later version", "x"), ("plan_samples", "1"))
    path = tmp_path / "a.gpuplan"
    write_document(path, PlanDocument(settings=with_kept_work(others, work)))
    settings = read_document(path).settings
    assert kept_work(settings) == work
    assert settings[0] == others[0], "what others keep stays"


@pytest.mark.parametrize("samples", ["", "0", "-3", "many", "1e99"])
def test_that_a_document_without_work_that_can_be_read_keeps_none(samples: str) -> None:
    settings = dict(with_kept_work((), WORK)) | {"plan_samples": samples}
    assert kept_work(settings.items()) is None
    assert kept_work(()) is None

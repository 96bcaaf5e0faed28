"""A message laid over a plan: which cause is named, and that the changes fit what was there."""

import pytest

from gpuplanner.core.estimate import Fits
from gpuplanner.core.oom_message import OomKind, OomMessage, read_oom
from gpuplanner.core.plan import ResolvedPlan, plan_from_texts
from gpuplanner.core.units import GIB, MIB
from gpuplanner.data.catalog import load_catalog
from gpuplanner.report.oom import CauseKind, OomReport, available_bytes, explain_oom, needed_bytes
from gpuplanner.report.oom_tensors import recognise

CATALOG = load_catalog()


def plan(**texts: str) -> ResolvedPlan:
    base = {"model": "Qwen-7B", "method": "qlora", "gpu": "RTX 4090", "seq_len": "2048"}
    return CATALOG.resolve(plan_from_texts(base | texts))


def message(**changes: object) -> OomMessage:
    values: dict[str, object] = {
        "kind": OomKind.ALLOCATOR,
        "attempted_bytes": 100 * MIB,
        "attempted_step_bytes": MIB,
        "total_bytes": round(23.65 * GIB),
        "free_bytes": 50 * MIB,
        "allocated_bytes": 12 * GIB,
        "reserved_bytes": 12 * GIB,
        "process_bytes": round(12.5 * GIB),
    }
    return OomMessage(**(values | changes))  # type: ignore[arg-type]


def kinds(report: OomReport) -> list[CauseKind]:
    return [cause.kind for cause in report.causes]


def test_that_another_process_is_named_with_what_it_holds() -> None:
    found = message(others=((77, 11 * GIB),))
    report = explain_oom(found, plan())
    assert kinds(report)[0] is CauseKind.OTHER_PROCESS
    assert "Process 77 holds 11.0 GiB" in report.causes[0].what
    assert "without that there would have been enough" in report.causes[0].what
    assert report.budget is not None
    assert report.budget.bytes == available_bytes(found) == round(23.65 * GIB) - 11 * GIB


def test_that_unused_pieces_larger_than_the_request_are_fragmentation() -> None:
    report = explain_oom(message(reserved_bytes=15 * GIB, process_bytes=round(15.5 * GIB)))
    assert kinds(report) == [CauseKind.FRAGMENTATION]
    assert "expandable_segments:True" in report.causes[0].advice


def test_that_a_smaller_part_of_unused_memory_is_called_partly() -> None:
    found = message(allocated_bytes=10 * GIB, reserved_bytes=12 * GIB, attempted_bytes=4 * GIB)
    assert "partly" in explain_oom(found).causes[0].what


@pytest.mark.parametrize(
    ("seq_len", "batch", "dtype_bytes"), [(2048, 1, 4), (8192, 1, 4), (1024, 4, 4), (4096, 2, 2)]
)
def test_that_logits_are_recognised_by_their_exact_size(seq_len: int, batch: int, dtype_bytes: int) -> None:
    size = seq_len * batch * 151_936 * dtype_bytes
    rounded = -(-size // (2 * MIB)) * 2 * MIB
    text = (
        f"CUDA out of memory. Tried to allocate {rounded / GIB:.2f} GiB. GPU 0 has a total capacity of 24 GiB"
    )
    found = read_oom(text)
    assert found is not None
    tensor = recognise(found, plan(seq_len=str(seq_len), micro_batch_size=str(batch)))
    assert tensor is not None
    assert (tensor.name, tensor.bytes) == ("logits", size)


def test_that_longer_logits_than_planned_are_recognised_in_the_loss() -> None:
    size = 3072 * 151_936 * 4
    tensor = recognise(message(attempted_bytes=size, moment="loss"), plan())
    assert tensor is not None
    assert tensor.tokens == 3072
    assert "planned length" in tensor.advice


def test_that_eager_attention_is_told_by_its_scores() -> None:
    size = 32 * 2048 * 2048 * 2
    tensor = recognise(message(attempted_bytes=size), plan())
    assert tensor is not None
    assert tensor.name == "attention scores"
    assert "eagerly" in tensor.advice


@pytest.mark.parametrize("attempted", [2 * MIB, 20 * MIB, 123 * MIB, None])
def test_that_a_size_that_says_nothing_is_left_alone(attempted: int | None) -> None:
    assert recognise(message(attempted_bytes=attempted), plan()) is None


def test_that_a_plan_that_was_predicted_not_to_fit_is_told() -> None:
    report = explain_oom(message(process_bytes=23 * GIB), plan(method="full", gpu="RTX 4090"))
    assert CauseKind.TOO_LARGE in kinds(report)


def test_that_a_run_larger_than_the_plan_is_told() -> None:
    found = message(allocated_bytes=22 * GIB, reserved_bytes=23 * GIB - 60 * MIB, process_bytes=23 * GIB)
    report = explain_oom(found, plan())
    assert CauseKind.MORE_THAN_PLANNED in kinds(report)
    assert "micro batch" in report.causes[-1].advice


def test_that_another_card_is_told() -> None:
    report = explain_oom(message(total_bytes=16 * GIB), plan())
    assert kinds(report)[0] is CauseKind.OTHER_CARD
    assert report.rows[0].remark == "not the plan's RTX 4090"


@pytest.mark.parametrize(
    ("moment", "kind"), [("optimizer", CauseKind.OPTIMIZER), ("load", CauseKind.LOADING)]
)
def test_that_the_moment_is_a_cause(moment: str, kind: CauseKind) -> None:
    assert kind in kinds(explain_oom(message(moment=moment), plan()))
    assert kind in kinds(explain_oom(message(moment=moment)))


def test_that_limits_and_private_pools_are_causes() -> None:
    report = explain_oom(message(allowed_bytes=12 * GIB, private_pool_bytes=3 * GIB))
    assert kinds(report) == [CauseKind.LIMIT, CauseKind.PRIVATE_POOLS]


@pytest.mark.parametrize("kind", [kind for kind in OomKind if kind is not OomKind.ALLOCATOR])
def test_that_messages_without_figures_have_one_cause(kind: OomKind) -> None:
    for resolved in (None, plan()):
        report = explain_oom(OomMessage(kind), resolved)
        assert kinds(report)[0] in (CauseKind.HOST, CauseKind.LIBRARY)
        assert report.causes[0].advice


def test_that_the_changes_fit_what_was_there() -> None:
    found = message(others=((1, 10 * GIB),), process_bytes=13 * GIB)
    report = explain_oom(found, plan(seq_len="4096"))
    assert report.fixes
    assert all(change.fits is not Fits.NO for change in report.fixes)
    room = available_bytes(found) or 0
    shorter = [change for change in report.fixes if dict(change.changed).keys() == {"seq_len"}]
    assert all(change.device_bytes <= room for change in shorter)


def test_that_what_is_unused_counts_for_what_is_needed() -> None:
    found = message(reserved_bytes=12 * GIB + 60 * MIB)
    assert needed_bytes(found) == round(12.5 * GIB) + 40 * MIB
    assert needed_bytes(OomMessage(OomKind.HOST)) is None

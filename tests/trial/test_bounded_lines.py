"""Reading what a stranger writes, with bounded memory."""

from __future__ import annotations

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gpuplanner.trial import bounded_lines as module
from gpuplanner.trial.bounded_lines import Tail, bounded_lines


@pytest.mark.parametrize("chunk", [1, 3, 1000])
def test_that_lines_come_whole_and_long_ones_as_none(chunk: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_CHUNK_BYTES", chunk)
    stream = io.BytesIO(b"a\n\nbc\r\n" + b"x" * 9 + b"\nexactly8\nend")
    assert list(bounded_lines(stream, 8)) == [b"a", b"", b"bc", None, b"exactly8", b"end"]


@given(st.binary(max_size=200), st.integers(1, 20))
def test_that_no_line_is_lost_or_too_long(content: bytes, limit: int) -> None:
    lines = list(bounded_lines(io.BytesIO(content), limit))
    wanted = content.split(b"\n")
    if not wanted[-1]:
        wanted.pop()
    assert lines == [line.removesuffix(b"\r") if len(line) <= limit else None for line in wanted]


def test_that_the_tail_holds_the_last_lines_and_of_a_progress_bar_the_last_state() -> None:
    tail = Tail(n_lines=3, line_bytes=10)
    tail.read(io.BytesIO(b"1\n2\n3\n10 %\r20 %\n" + b"x" * 99 + b"\n"))
    assert tail.lines == ("3", "20 %", "x" * 10)

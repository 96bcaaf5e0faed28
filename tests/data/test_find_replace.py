"""What a search finds in one text, what is said about a bad expression, and that none hangs."""

from __future__ import annotations

import signal
import time

import pytest

from gpuplanner.data.find_replace import LONGEST_CELL, LONGEST_PATTERN, BadExpression, Finder, TooSlow, Wanted


@pytest.mark.parametrize(
    ("wanted", "text", "replaced"),
    [
        (Wanted("qwen", "Q"), "Qwen-7B, qwen", "Q-7B, Q"),
        (Wanted("qwen", "Q", match_case=True), "Qwen-7B, qwen", "Qwen-7B, Q"),
        (Wanted("7B", "7b", whole_cell=True), "Qwen-7B", None),
        (Wanted("qwen-7b", "x", whole_cell=True), "Qwen-7B", "x"),
        (Wanted("1.5", "2"), "115", None),
        (Wanted("a", r"\1"), "a", r"\1"),
        (Wanted(r"(\d)\.(\d)", r"\2.\1", is_expression=True), "5.7", "7.5"),
        (Wanted(r"(\d+)", r"<\1>", is_expression=True, whole_cell=True), "57", "<57>"),
        (Wanted(r"(\d+)", r"<\1>", is_expression=True, whole_cell=True), "57 s", None),
        (Wanted("^$", "none", is_expression=True), "", "none"),
    ],
)
def test_that_a_text_is_replaced_as_it_was_asked_for(wanted: Wanted, text: str, replaced: str | None) -> None:
    assert Finder(wanted).replaced(text) == replaced


@pytest.mark.parametrize(
    ("wanted", "position", "in_replacement"),
    [
        (Wanted("ab(c", is_expression=True), 2, False),
        (Wanted("a[", is_expression=True), 1, False),
        (Wanted("(a)", r"x\2", is_expression=True), 2, True),
        (Wanted("(a)", r"\g<no>", is_expression=True), -1, True),
    ],
)
def test_that_a_bad_expression_says_where(wanted: Wanted, position: int, in_replacement: bool) -> None:
    with pytest.raises(BadExpression) as caught:
        Finder(wanted)
    assert (caught.value.position, caught.value.in_replacement) == (position, in_replacement)


def test_that_a_plain_text_is_no_expression() -> None:
    assert Finder(Wanted("(", r"\9")).replaced("f(x") == r"f\9x"


@pytest.mark.parametrize("expression", [r"(a+)+$", r"(a|aa)+$", r"(.*)*b(.*)*c"])
def test_that_a_catastrophic_expression_ends(expression: str) -> None:
    finder = Finder(Wanted(expression, is_expression=True))
    before, began = signal.getsignal(signal.SIGVTALRM), time.process_time()
    with pytest.raises(TooSlow), finder.limited():
        finder.replaced("a" * 60 + "!")
    assert time.process_time() - began < 1
    assert signal.getsignal(signal.SIGVTALRM) is before
    assert signal.getitimer(signal.ITIMER_VIRTUAL) == (0, 0)


def test_that_reading_an_expression_ends_too() -> None:
    with pytest.raises(TooSlow):
        Finder(Wanted("".join(f"[{chr(33 + n)}-\U0010ffff]" for n in range(60)), is_expression=True))


def test_that_an_overlong_text_and_an_overlong_pattern_are_refused() -> None:
    assert Finder(Wanted("a", "b")).replaced("a" * (LONGEST_CELL + 1)) is None
    with pytest.raises(BadExpression):
        Finder(Wanted("a" * (LONGEST_PATTERN + 1)))

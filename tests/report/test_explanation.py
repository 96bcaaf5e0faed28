"""An estimate opened: terms add up, and the numbers that are shown give the bytes beside them."""

from __future__ import annotations

import itertools
import re

import pytest

from gpuplanner.core.errors import InputError
from gpuplanner.core.estimate import Estimate
from gpuplanner.core.plan import Method, Offload, Plan, Sharding
from gpuplanner.data.catalog import load_catalog
from gpuplanner.estimator.estimate import estimate
from gpuplanner.estimator.memory_terms import TERMS
from gpuplanner.report.amounts import Amount, count, over, plus, times
from gpuplanner.report.explanation import TIME, explain
from gpuplanner.report.term_numbers import term_numbers

CATALOG = load_catalog()


def estimates() -> list[Estimate]:
    choices = itertools.product(
        ("Qwen-7B", "Llama-3.1-8B", "Qwen2.5-0.5B"), Method, Sharding, (1, 4), (True, False), (True, False)
    )
    found = []
    for model, method, sharding, gpus, checkpointing, fused in choices:
        plan = Plan(
            model=model,
            method=method,
            sharding=sharding,
            gpus_per_node=gpus,
            grad_checkpointing=checkpointing,
            fused_loss=fused,
            seq_len=512,
            offload=Offload.NONE,
        )
        try:
            found.append(estimate(CATALOG.resolve(plan)))
        except InputError:
            continue  # a combination that contradicts itself
    assert len(found) > 200
    return found


def computed(text: str) -> float:
    """What the shown numbers come to."""
    bare = re.sub(r"[A-Za-z ,]", "", text.replace("of the layers", "")).replace("×", "*")
    return float(eval(bare))


def test_that_the_shown_numbers_give_the_shown_bytes() -> None:
    with_numbers: set[str] = set()
    terms_seen: set[str] = set()
    for one in estimates():
        numbers = term_numbers(one.resolved, one.memory.terms)
        for term in one.memory.terms:
            terms_seen.add(term.name)
            if term.name in numbers:
                with_numbers.add(term.name)
                assert computed(numbers[term.name]) == pytest.approx(term.bytes, rel=2e-3, abs=2), term
    assert terms_seen - with_numbers <= {"allocator"}


def test_that_every_term_of_the_estimate_is_explained() -> None:
    one = estimate(CATALOG.resolve(Plan(model="Qwen-7B", method=Method.QLORA)))
    opened = explain(one)
    names = [term.name for part in opened.parts if part.name != TIME for term in part.terms]
    assert sorted(names) == sorted(term.name for term in one.memory.terms)
    for part in opened.parts:
        assert all(term.formula and term.source for term in part.terms)
        if part.name != TIME:
            assert sum(term.amount for term in part.terms) == pytest.approx(part.amount, abs=16)
    assert sum(part.amount for part in opened.parts if part.name != TIME) == one.memory.peak_device_bytes


def test_that_the_step_time_is_explained_the_largest_share_first() -> None:
    one = estimate(CATALOG.resolve(Plan(model="Qwen-7B")))
    seconds = [term.amount for term in explain(one).part(TIME).terms]
    assert seconds == sorted(seconds, reverse=True)
    assert explain(one).part(TIME).amount == one.step.seconds


def test_that_the_letters_of_every_formula_have_a_number() -> None:
    one = explain(estimate(CATALOG.resolve(Plan(model="Qwen-7B"))))
    known = {symbol.letter for symbol in one.memory_symbols}
    used = {letter for term in TERMS for letter in re.findall(r"\b[A-Za-z]\b", term.formula)}
    assert used - known - {"A", "B", "s"} == set()  # B is the unit


def test_that_sums_are_written_with_brackets_where_they_need_them() -> None:
    two, three = count(2), count(3)
    assert times(two, plus(two, three)) == Amount("2 × (2 + 3)", 10)
    assert over(plus(two, three), 5) == Amount("(2 + 3) / 5", 1)
    assert over(two, 1) == two
    assert plus(two, count(0)).text == "2"
    assert times(count(1), three).text == "3"

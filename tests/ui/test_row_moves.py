"""Where rows are after some came or went: as a tuple, as runs, and for what is kept of each row."""

import random

import pytest

from gpuplanner.ui.documents.row_moves import RowMoves, RowValues


@pytest.mark.parametrize("gone", [[], [0], [4], [0, 1, 2, 3, 4], [1, 3], [0, 2, 3]])
def test_that_rows_that_go_leave_runs_of_rows(gone: list[int]) -> None:
    moves = RowMoves.without(gone, 5)
    left = [row for row in range(5) if row not in gone]
    assert moves == tuple(left.index(row) if row in left else None for row in range(5))
    assert [now for _, now, n in moves.kept for now in range(now, now + n)] == list(range(len(left)))
    assert [old for old, _, n in moves.kept for old in range(old, old + n)] == left
    assert moves.total == len(left)
    assert list(moves.new()) == []


@pytest.mark.parametrize("new", [[], [0], [5], [0, 1, 6], [2, 3], [1, 3, 5, 7]])
def test_that_rows_that_come_push_the_others_down(new: list[int]) -> None:
    moves = RowMoves.with_new(new, 5)
    places = [place for place in range(5 + len(new)) if place not in new]
    assert moves == tuple(places)
    assert list(moves.new()) == new
    assert moves.total == 5 + len(new)


def test_that_values_follow_their_rows() -> None:
    dice = random.Random(4)
    values: RowValues[str] = RowValues()
    rows: list[str | None] = [f"row {n}" if dice.random() < 0.8 else None for n in range(50)]
    values.update({place: row for place, row in enumerate(rows) if row})
    for _ in range(30):
        if dice.random() < 0.5:
            gone = sorted(dice.sample(range(len(rows)), 5))
            values.move(RowMoves.without(gone, len(rows)))
            rows = [row for place, row in enumerate(rows) if place not in gone]
        else:
            new = sorted(dice.sample(range(len(rows) + 5), 5))
            values.move(RowMoves.with_new(new, len(rows)))
            for place in new:
                rows.insert(place, None)
        assert [values.get(place) for place in range(len(rows))] == rows


def test_that_a_forgotten_value_is_none_and_rows_without_one_may_be_asked() -> None:
    values: RowValues[int] = RowValues()
    values.update({1: 7})
    values.forget([1, 9])
    assert (values.get(0), values.get(1), values.get(9)) == (None, None, None)

"""What a document keeps about how its table is looked at."""

from __future__ import annotations

import pytest

from gpuplanner.data.view_settings import KeptView, kept_view, with_kept_view

OTHERS = (("report_paper", "letter"), ("of a later version", ""))


def test_that_a_view_comes_back_and_leaves_the_other_settings_alone() -> None:
    view = KeptView("seq_len", (("note", True), ("显存", False)), "time")
    settings = with_kept_view(OTHERS, view)
    assert kept_view(settings) == view
    assert settings[:2] == OTHERS
    assert with_kept_view(settings, KeptView()) == OTHERS


def test_that_half_a_character_in_a_name_can_be_saved_again() -> None:
    view = kept_view((("table_columns", '{"\\ud83d": true}'),))
    ((_, text),) = with_kept_view((), view)
    assert text.encode()


@pytest.mark.parametrize("text", ["[", "[1]", '{"note": "yes"}', "[" * 100_000])
def test_that_columns_that_cannot_be_read_are_as_they_are_at_first(text: str) -> None:
    assert kept_view((("table_columns", text),)) == KeptView()

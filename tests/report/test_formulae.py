"""The formulae page is made from what the estimator runs, so nothing can be missing."""

from __future__ import annotations

import re

from gpuplanner.estimator.constants import MemoryConstants, TimeConstants, declared
from gpuplanner.estimator.memory_terms import TERMS
from gpuplanner.estimator.methods import SWITCHES
from gpuplanner.estimator.time_terms import TIME_TERMS
from gpuplanner.report.formulae import formulae_markdown


def test_that_every_term_constant_and_switch_is_on_the_page() -> None:
    text = formulae_markdown().replace("\\", "")
    names = [term.name for term in TERMS] + [switch.name for switch in SWITCHES]
    names += [constant.name for group in (MemoryConstants(), TimeConstants()) for constant in declared(group)]
    names += [term.name for term in TIME_TERMS]
    assert [name for name in names if name not in text] == []


def test_that_every_table_row_has_as_many_cells_as_its_head() -> None:
    width = 0
    for line in formulae_markdown().splitlines():
        cells = len(re.findall(r"(?<!\\)\|", line)) if line.startswith("|") else 0
        assert not (width and cells) or cells == width, line
        width = cells

"""Which driver a look at the cards tells of."""

from __future__ import annotations

import pytest

from gpuplanner.monitor.driver import driver_version
from gpuplanner.monitor.readings import DRIVER_NOT_LOADED, LIBRARY_NOT_FOUND, NO_PERMISSION
from gpuplanner.monitor.samples import CardFacts, CardSample, DriverFacts, Sample
from gpuplanner.monitor.states import OK, RESTING, State, state_for


def sample(version: str, *cards: str) -> Sample:
    seen = tuple(CardSample(CardFacts(card, 0, card, driver_version=card), ()) for card in cards)
    return Sample(1, 0.0, 0.0, 0.0, seen, DriverFacts(version))


@pytest.mark.parametrize(
    ("looked", "state", "found"),
    [
        (sample("570.86.15", "535"), OK, "570.86.15"),
        (sample("", "", "535"), OK, "535"),
        (sample(""), OK, None),
        (None, state_for(LIBRARY_NOT_FOUND), ""),
        (None, state_for(DRIVER_NOT_LOADED), ""),
        (None, state_for(NO_PERMISSION), None),
        (None, RESTING, None),
    ],
)
def test_that_no_driver_is_told_from_not_knowing(
    looked: Sample | None, state: State, found: str | None
) -> None:
    assert driver_version(looked, state) == found

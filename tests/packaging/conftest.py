"""A log for each test of the set-up, removed afterwards."""

from collections.abc import Iterator

import pytest
from bootstrap.console import Log


@pytest.fixture
def log() -> Iterator[Log]:
    log = Log()
    yield log
    log.drop()

"""Versions in their order, held against the package that has all of PEP 440."""

from __future__ import annotations

import pytest
from packaging.version import Version

from gpuplanner.core.versions import version_key

VERSIONS = (
    *("0.1.0", "0.1", "v0.1.0", "0.0.9", "0.2", "0.10", "1", "1.0.0", "1.0.1", "10.0", "2026.11.24"),
    *("1.0a1", "1.0.a1", "1.0alpha", "1.0b2", "1.0-beta-2", "1.0rc1", "1.0c1", "1.0pre1", "1.0RC2"),
    *("1.0.dev1", "1.0.dev2", "1.0a1.dev3", "1.0rc1.dev0", "1.0.post1", "1.0-1", "1.0.post1.dev2"),
    *("1.0.post", "1.0rc1.post2", "1.0+cu128", "1.1.dev0", "1.0dev"),
)


def test_that_versions_stand_in_the_order_of_pep_440() -> None:
    def public(text: str) -> Version:
        return Version(Version(text).public)

    for one in VERSIONS:
        for other in VERSIONS:
            ours = (version_key(one) > version_key(other)) - (version_key(one) < version_key(other))
            theirs = (public(one) > public(other)) - (public(one) < public(other))
            assert ours == theirs, (one, other)


@pytest.mark.parametrize(
    "text", ["", "newest", "1..2", "1.0-", "1.0+", "2!1.0", "1.0rc1rc2", "-1", "1 0", "9" * 99]
)
def test_that_what_is_no_version_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="is no version"):
        version_key(text)

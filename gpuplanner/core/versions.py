"""Versions of programs in their order: the public versions of PEP 440, but for epochs.

The package that has all of it (packaging) is no part of what the program needs.
"""

from __future__ import annotations

import math
import re

from gpuplanner.core.units import shorten

_VERSION = re.compile(
    r"""v?
    (?P<release>\d{1,9}(?:\.\d{1,9}){0,9})
    (?:[-_.]?(?P<stage>alpha|a|beta|b|preview|pre|c|rc)[-_.]?(?P<pre>\d{0,9}))?
    (?:-(?P<bare_post>\d{1,9})|[-_.]?(?P<is_post>post|rev|r)[-_.]?(?P<post>\d{0,9}))?
    (?:[-_.]?(?P<is_dev>dev)[-_.]?(?P<dev>\d{0,9}))?
    (?:\+[a-z0-9]+(?:[-_.][a-z0-9]+)*)?""",
    re.VERBOSE | re.IGNORECASE,
)
_STAGES = {"alpha": "a", "beta": "b", "preview": "rc", "pre": "rc", "c": "rc"}

VersionKey = tuple[tuple[int, ...], tuple[str, float], float, float]
"""Of two versions the newer has the larger key."""


def version_key(text: str) -> VersionKey:
    """Where a version stands among others; what is built locally ("+cu128") does not count.

    >>> version_key("1.10") > version_key("1.9.1") > version_key("1.9.1rc2")
    True
    >>> version_key("1.0") == version_key("v1")
    True

    Raises:
        ValueError: it is no version.
    """
    match = _VERSION.fullmatch(text.strip())
    if match is None:
        raise ValueError(f"{shorten(text)!r} is no version; one is written like 1.2 or 1.3rc1")
    numbers = [int(number) for number in match["release"].split(".")]
    while len(numbers) > 1 and numbers[-1] == 0:
        numbers.pop()
    is_post = match["is_post"] is not None or match["bare_post"] is not None
    post = float(match["post"] or match["bare_post"] or 0) if is_post else -math.inf
    dev = float(match["dev"] or 0) if match["is_dev"] is not None else math.inf
    if match["stage"] is not None:
        stage = match["stage"].lower()
        before = (_STAGES.get(stage, stage), float(match["pre"] or 0))
    else:
        # A development version of a release that has no stage comes before all its stages.
        before = ("", 0.0) if match["is_dev"] is not None and not is_post else ("release", 0.0)
    return tuple(numbers), before, post, dev

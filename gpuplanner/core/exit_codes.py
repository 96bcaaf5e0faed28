"""Exit codes, as scripts rely on them."""

from __future__ import annotations

DONE, FAILED, USAGE, DOES_NOT_FIT = 0, 1, 2, 3

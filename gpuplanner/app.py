"""Puts the window together: settings, theme, catalogue, and for each window its estimator."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from gpuplanner.core.errors import InputError
from gpuplanner.core.exit_codes import FAILED


def run(arguments: Sequence[str]) -> int:
    """Open the window, with a file if one is given; returns the exit code when the last window is closed."""
    if len(arguments) > 1:
        raise InputError.of(
            f"one file at a time, not {len(arguments)}", "gpuplanner", "see gpuplanner --help"
        )
    reason = missing_display(os.environ, sys.platform)
    if reason:
        print(reason, file=sys.stderr)
        return FAILED
    try:
        # Qt is loaded here: a machine without its libraries gets a line and no traceback.
        from gpuplanner.ui.program import Program
    except ImportError as error:
        hint = "start by packaging/go.py, which installs what is missing"
        print(f"gpuplanner: Qt cannot be loaded ({error}); {hint}", file=sys.stderr)
        return FAILED
    program = Program([sys.argv[0]])
    program.open(Path(arguments[0]) if arguments else None)
    return program.run()


def missing_display(environment: Mapping[str, str], platform: str) -> str:
    """Why no window can be opened here, or an empty text: without a display Qt would abort the process."""
    if not platform.startswith(("linux", "freebsd")) or environment.get("QT_QPA_PLATFORM"):
        return ""
    if environment.get("DISPLAY") or environment.get("WAYLAND_DISPLAY"):
        return ""
    return (
        "gpuplanner: there is no display (DISPLAY and WAYLAND_DISPLAY are not set); "
        "`gpuplanner estimate` and `gpuplanner accuracy` work without one"
    )

"""Set GPU Planner up and open it, test it, or fill a folder of wheels: ``python3 packaging/go.py --help``.

This file alone is written for Pythons older than GPU Planner needs, so that they can say what is missing.
"""

from __future__ import annotations

import os
import shutil
import sys

NEEDED = (3, 11)
NEWER_NAMES = ("python3.14", "python3.13", "python3.12", "python3.11")


def run_by_newer_python() -> int:
    """Start again by a Python that is new enough; where there is none, say so and exit 2."""
    newer = next((path for name in NEWER_NAMES if (path := shutil.which(name))), None)
    if newer is not None:
        os.execv(newer, [newer, *sys.argv])
    version = sys.version.split()[0]
    print(
        f"GPU Planner needs Python 3.11 or newer; this is {version}. Install one (from python.org; on Ubuntu "
        "22.04: sudo apt-get install python3.11 python3.11-venv), then run the same command again.",
        file=sys.stderr,
    )
    return 2


def main() -> int:
    """Hand over to ``bootstrap``."""
    if sys.version_info < NEEDED:
        return run_by_newer_python()
    from bootstrap.commands import main as run  # only now: an older Python could not read it

    return run(sys.argv[1:])


if __name__ == "__main__":
    sys.exit(main())

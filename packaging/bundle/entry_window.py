"""Where the windowed program of Windows starts: it has no console, so Python gives it no stdout and stderr.

``gpuplanner.exe`` beside it has a console and is the command line.
"""

from __future__ import annotations

import os
import sys

from bundle.child_variables import restore
from bundle.no_opengl import stand_in


def main() -> int:
    """Open the window; what would be printed is dropped."""
    restore(os.environ)
    if sys.stdout is None:
        sys.stdout = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115, PTH123 - for the whole run
    if sys.stderr is None:
        sys.stderr = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115, PTH123 - as above
    stand_in(sys.modules)
    from gpuplanner.cli import main as run_program  # after the streams are there

    return run_program()


if __name__ == "__main__":
    sys.exit(main())

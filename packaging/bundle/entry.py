"""Where the frozen app starts: undoes what PyInstaller did to the environment, then is ``gpuplanner``."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from bundle.child_variables import restore
from bundle.no_opengl import stand_in
from bundle.spare_libraries import load_spares

INSTALL, REMOVE = "--install-desktop", "--remove-desktop"


def main() -> int:
    """Run the program; returns its exit code."""
    restore(os.environ)
    here = Path(sys.executable).resolve().parent
    if sys.argv[1:] in ([INSTALL], [REMOVE]):
        from bundle.desktop_install import run  # for this one option

        return run(here, install=sys.argv[1] == INSTALL)
    load_spares(here / "_internal" / "spare")
    stand_in(sys.modules)
    from gpuplanner.cli import main as run_program  # what it loads must find the libraries

    return run_program()


if __name__ == "__main__":
    sys.exit(main())

"""Build a package of the desktop app: ``python3 packaging/build.py deb|tarball|windows|macos``."""

from __future__ import annotations

import sys

if __name__ == "__main__":
    if sys.version_info < (3, 11):  # noqa: UP036 - it may well be an older one that reads this
        sys.exit("GPU Planner is built with Python 3.11 or newer; this is " + sys.version.split()[0] + ".")
    from bundle.commands import main  # only now: an older Python could not read it

    sys.exit(main(sys.argv[1:]))

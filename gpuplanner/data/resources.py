"""Where the shipped files are: catalogue, samples, icons, fonts and translations.

They lie in ``resources/`` at the top of a checkout (also when it is installed editable), in ``_resources``
inside the installed package, and in ``resources/`` of a frozen bundle.
"""

from __future__ import annotations

import sys
from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent.parent


def resource(*parts: str) -> Path:
    """Return the path of a shipped file or folder: ``resource("icons", "gpu.svg")``.

    The path is absolute.  It is not checked whether the file exists: who opens it tells.

    Raises:
        FileNotFoundError: the program was installed without its resources.
    """
    return _root(_PACKAGE, getattr(sys, "_MEIPASS", None)).joinpath(*parts)


def _root(package: Path, bundle: str | None) -> Path:
    """Return the folder of all resources, for the package's folder and the frozen bundle's, if any."""
    # A "resources" beside an *installed* package may be a stranger's, so the package's own comes first.
    places = [package / "_resources", package.parent / "resources"]
    if bundle is not None:
        places = [Path(bundle) / "resources"]
    for place in places:
        if place.is_dir():
            return place
    tried = " or ".join(str(place) for place in places)
    raise FileNotFoundError(f"GPU Planner's resources are missing: no folder {tried}. Install it again.")

"""The macOS package: the app and a disk image of it.  Has to run on macOS."""

from __future__ import annotations

from pathlib import Path

from bootstrap.console import step

from bundle.contents import CHECKOUT
from bundle.freeze import Build, freeze, version
from bundle.licences import write_licences

FOLDER = CHECKOUT / "packaging" / "macos"


def build_macos(build: Build) -> Path:
    """Freeze and pack; returns the disk image."""
    dist = freeze(build, FOLDER / "gpuplanner.spec")
    write_licences(build.environment.python, dist / "licences")
    image = build.out / f"gpuplanner-{version()}-macos.dmg"
    with step("Packing the disk image"):
        script = [
            str(FOLDER / "make_dmg.sh"),
            str(dist / "GPU Planner.app"),
            str(dist / "licences"),
            str(image),
        ]
        build.run(["bash", *script], "make_dmg.sh")
    return image

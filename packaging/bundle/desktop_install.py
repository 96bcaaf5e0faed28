"""Makes the unpacked tarball known to one user's desktop, and undoes it: ``./gpuplanner --install-desktop``.

Copied are the files of its folder ``share``, with the place of the program written into the desktop entry.
Standard library only: it runs inside the frozen app.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

ENTRY = "applications/gpuplanner.desktop"


def run(here: Path, *, install: bool) -> int:
    """Do it for the user who runs this; returns the exit code.  ``here`` is the folder of the program."""
    share = here / "share"
    if not (share / ENTRY).is_file():
        print("gpuplanner: it was installed as a package, which has seen to the desktop", file=sys.stderr)
        return 2
    home = data_home(os.environ)
    try:
        done = put(share, home, here / "gpuplanner") if install else take_away(share, home)
        refresh(home)
    except OSError as error:
        print(f"gpuplanner: {error.filename}: {error.strerror}; check who may write there", file=sys.stderr)
        return 1
    print(f"{done} files {'put into' if install else 'removed from'} {home}")
    return 0


def data_home(environment: Mapping[str, str]) -> Path:
    """The user's own ``share``."""
    named = environment.get("XDG_DATA_HOME", "")
    return Path(named) if named.startswith("/") else Path.home() / ".local" / "share"


def put(share: Path, home: Path, program: Path) -> int:
    """Copy the files; returns how many."""
    files = _files(share)
    for name in files:
        target = home / name
        target.parent.mkdir(parents=True, exist_ok=True)
        if name == ENTRY:
            target.write_text(entry_for((share / name).read_text("utf-8"), program), "utf-8")
        else:
            shutil.copyfile(share / name, target)
    return len(files)


def take_away(share: Path, home: Path) -> int:
    """Remove the files, and folders that are empty then; returns how many files there were."""
    removed = 0
    for name in _files(share):
        target = home / name
        if target.exists():
            target.unlink()
            removed += 1
        for folder in target.parents:
            if folder == home or not folder.is_dir() or next(folder.iterdir(), None) is not None:
                break
            folder.rmdir()
    return removed


def entry_for(text: str, program: Path) -> str:
    """The desktop entry for a program at this place, quoted as the specification asks."""
    quoted = str(program)
    for character in ("\\", '"', "`", "$"):
        quoted = quoted.replace(character, f"\\{character}")
    # The value is a string first, so each backslash is written twice; a % would be a field code.
    quoted = quoted.replace("\\", "\\\\").replace("%", "%%")
    return text.replace("Exec=gpuplanner ", f'Exec="{quoted}" ')


def refresh(home: Path) -> None:
    """Have the desktop read its folders anew, as far as it has the programs for it."""
    for program, folder in (("update-mime-database", "mime"), ("update-desktop-database", "applications")):
        if (home / folder).is_dir() and shutil.which(program):
            subprocess.run([program, str(home / folder)], check=False, capture_output=True)


def _files(share: Path) -> list[str]:
    # The man page stays: nobody's MANPATH is there.
    found = (path for path in sorted(share.rglob("*")) if path.is_file())
    names = (path.relative_to(share).as_posix() for path in found)
    return [name for name in names if not name.startswith("man/")]

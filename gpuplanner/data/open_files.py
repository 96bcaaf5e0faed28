"""Which files the user's running programs have open, in a folder of the user's own, for a word of warning.

Each window has a folder of its own there with ``about.json``: path, process, computer, since when.  As with
`gpuplanner.data.recovery` the caller decides by a lock whether its window is alive.  Windows of other users
are not known, nor those of other computers that share the folder, of which nobody here can say whether they
live: whoever saves is asked all the same if the file has changed meanwhile.
"""

from __future__ import annotations

import json
import os
import platform
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from uuid import uuid4

from gpuplanner.core.errors import InputError
from gpuplanner.data.whole_file import read_whole, write_whole

LOCK = "lock"
_ABOUT = "about.json"
_MOST_ABOUT = 100_000


@dataclass(frozen=True)
class OpenFile:
    """A file that a window has open."""

    entry: Path
    path: Path
    process: int
    since: str
    """ISO 8601."""


def new_entry(folder: Path) -> Path:
    """A folder for one window.

    Raises:
        OSError: it cannot be made.
    """
    entry = folder / uuid4().hex
    entry.mkdir(parents=True, mode=0o700)
    return entry


def write_entry(entry: Path, path: Path) -> None:
    """Say that this process has a file open.

    Raises:
        InputError: it cannot be written.
    """
    since = datetime.now().astimezone().isoformat(timespec="seconds")
    about = {
        "path": os.fsdecode(path.absolute()),
        "process": os.getpid(),
        "computer": platform.node(),
        "since": since,
    }
    write_whole(entry / _ABOUT, json.dumps(about).encode("ascii"))


def open_files(folder: Path) -> list[OpenFile]:
    """What windows on this computer have said, those that are gone included; an entry that cannot be read
    says nothing.
    """
    found = []
    with suppress(OSError):
        for entry in sorted(folder.iterdir()):
            with suppress(InputError, ValueError, KeyError, TypeError):
                about = json.loads(read_whole(entry / _ABOUT, _MOST_ABOUT))
                path, since = Path(str(about["path"])), str(about["since"])
                if about["computer"] == platform.node():
                    found.append(OpenFile(entry, path, int(about["process"]), since))
    return found

"""Copies of unsaved work, in a folder of the user's own, so that a crash takes a few seconds at most.

Each window has a folder of its own there: ``document.gpuplan`` (what the window holds) and ``about.json``
(which file it belongs to, its name, when).  Nothing here ever touches the user's file.  Who holds the
folder's lock is decided by the caller (`gpuplanner.ui.links.recovery_link`): a lock needs a living process.
"""

from __future__ import annotations

import json
import os
import shutil
import sys
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from uuid import uuid4

from gpuplanner.core.errors import InputError
from gpuplanner.core.user_folders import STATE, user_folder
from gpuplanner.data.plan_file import PlanDocument, write_document
from gpuplanner.data.whole_file import read_whole, write_whole

DOCUMENT, ABOUT, LOCK = "document.gpuplan", "about.json", "lock"
_MOST_ABOUT = 100_000


@dataclass(frozen=True)
class Recovered:
    """Work that a window left behind."""

    folder: Path
    name: str
    path: Path | None
    """The user's file that it belongs to; None: it was never saved."""
    saved: str
    """When the copy was made, ISO 8601."""

    @property
    def document(self) -> Path:
        """The copy, a document like any other."""
        return self.folder / DOCUMENT


def recovery_root(environment: Mapping[str, str] = os.environ, platform: str = sys.platform) -> Path:
    """The platform's folder for a program's state; nothing is created."""
    return user_folder(STATE, environment, platform) / "recovery"


def new_slot(root: Path) -> Path:
    """A folder for one window.

    Raises:
        InputError: it cannot be made.
    """
    slot = root / uuid4().hex
    try:
        slot.mkdir(parents=True, mode=0o700)
    except OSError as error:
        what = f"unsaved work cannot be kept for recovery ({error.strerror})"
        raise InputError.of(what, str(root), "save often") from error
    return slot


def keep(slot: Path, document: PlanDocument, name: str, path: Path | None) -> None:
    """Put a copy of the document into the slot, as a whole.

    Raises:
        InputError: nothing was written; an earlier copy is as it was.
    """
    about = {
        "name": name,
        "path": None if path is None else str(path),
        "saved": datetime.now().astimezone().isoformat(timespec="seconds"),
    }
    write_document(slot / DOCUMENT, document)
    write_whole(slot / ABOUT, json.dumps(about).encode())


def forget(slot: Path) -> None:
    """Remove a slot: its work was saved, given up or taken over."""
    shutil.rmtree(slot, ignore_errors=True)


def slots(root: Path) -> list[Path]:
    """Every slot that there is, of living windows too; the oldest first."""
    with suppress(OSError):
        return sorted((path for path in root.iterdir() if path.is_dir()), key=_age)
    return []


def left_in(slot: Path) -> Recovered | None:
    """What is in a slot; None when its window had nothing unsaved, or the copy never became whole."""
    try:
        about = json.loads(read_whole(slot / ABOUT, _MOST_ABOUT))
        path = about["path"]
        found = Recovered(
            slot, str(about["name"]), None if path is None else Path(str(path)), str(about["saved"])
        )
    except (InputError, ValueError, KeyError, TypeError):
        return None
    return found if found.document.is_file() else None


def _age(path: Path) -> float:
    with suppress(OSError):
        return path.stat().st_mtime
    return 0.0

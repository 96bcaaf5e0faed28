"""A user without root's powers, for tests of folders that may not be written."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from gpuplanner.data.resources import resource

NOBODY = 65534


@pytest.fixture
def read_only_folder() -> Iterator[Path]:
    """A folder that the process has no right to write into (root gives its own up for the test).

    It holds ``old.txt``, the profile as ``profile.gpuplan``, and ``closed``, which may not be entered.
    """
    # Not under tmp_path: pytest's own folders are closed to other users.
    folder = Path(tempfile.mkdtemp())
    (folder / "old.txt").write_text("old")
    shutil.copy(resource("samples", "qwen-profile.gpuplan"), folder / "profile.gpuplan")
    (folder / "closed").mkdir(mode=0)
    folder.chmod(0o555)
    was_root = os.geteuid() == 0
    if was_root:
        os.seteuid(NOBODY)
    try:
        yield folder
    finally:
        if was_root:
            os.seteuid(0)
        folder.chmod(0o755)
        (folder / "closed").chmod(0o755)
        shutil.rmtree(folder)

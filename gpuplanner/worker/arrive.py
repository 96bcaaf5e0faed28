"""The first thing that runs on another machine: takes the worker's files from stdin and starts it there.

The launcher sends this text as an argument of the far Python (``python3 -c TEXT LENGTH NAME -m MODULE …``),
then on stdin LENGTH bytes of a tar; what follows on stdin is the worker's.  Words that Python 3.5 can read:
an old one has to come far enough to say that it is too old.
"""

import contextlib
import ctypes
import io
import os
import shutil
import signal
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

OLDEST = (3, 10)
WHOLE = ".whole"
"""In a folder whose files have all come."""


def main() -> None:
    """Unpack, start, wait; leave with the worker's code, or 128 and the signal that has ended it."""
    length, name, line = int(sys.argv[1]), sys.argv[2], sys.argv[3:]
    if sys.version_info < OLDEST:
        sys.exit("the Python there is " + sys.version.split()[0] + "; 3.10 is the oldest that will do")
    go_with_parent()
    folder = unpacked(received(length), name)
    environment = dict(os.environ)
    others = [path for path in environment.get("PYTHONPATH", "").split(os.pathsep) if path]
    environment["PYTHONPATH"] = os.pathsep.join([str(folder), *others])
    environment["PYTHONUTF8"] = "1"
    environment["PYTHONUNBUFFERED"] = "1"
    environment.setdefault("TORCH_ELASTIC_SHUTDOWN_TIMEOUT", "2")
    worker = subprocess.Popen(
        [sys.executable, *line],
        cwd=str(folder),
        env=environment,
        start_new_session=True,
        preexec_fn=go_with_parent,
    )
    if hasattr(os, "waitid"):  # not on macOS
        os.waitid(os.P_PID, worker.pid, os.WEXITED | os.WNOWAIT)
    else:
        worker.wait()
    # It leads a group of its own; what it has started itself goes with it.
    with contextlib.suppress(OSError):
        os.killpg(worker.pid, signal.SIGKILL)
    code = worker.wait()
    os._exit(128 - code if code < 0 else code)


def go_with_parent() -> None:
    """Be killed when the parent is gone: the connection may end while nobody reads stdin."""
    set_parent_death_signal = 1  # PR_SET_PDEATHSIG of <linux/prctl.h>
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL(None).prctl(set_parent_death_signal, signal.SIGKILL)


def received(length: int) -> bytes:
    """So many bytes of stdin and no more: the rest is for the worker."""
    parts = []
    while length:
        part = os.read(0, min(length, 65536))
        if not part:
            sys.exit("the connection ended before the worker's files had come")
        parts.append(part)
        length -= len(part)
    return b"".join(parts)


def unpacked(content: bytes, name: str) -> Path:
    """The folder with the files, made if need be; in the temporary folder where there is no cache."""
    cache = os.environ.get("XDG_CACHE_HOME", "")
    folder = (Path(cache) if cache else Path.home() / ".cache") / "gpuplanner" / name
    if (folder / WHOLE).exists():
        return folder
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        beside = Path(tempfile.mkdtemp(prefix=".worker-", dir=str(folder.parent)))
    except OSError:
        beside = folder = Path(tempfile.mkdtemp(prefix="gpuplanner-"))
    with tarfile.open(fileobj=io.BytesIO(content)) as archive:
        archive.extractall(str(beside))
    (beside / WHOLE).touch()
    if beside == folder:
        return folder
    try:
        beside.rename(folder)
    except OSError:
        if not (folder / WHOLE).exists():
            return beside  # something else lies there
        shutil.rmtree(str(beside), ignore_errors=True)  # another start was quicker
    return folder


if __name__ == "__main__":
    main()

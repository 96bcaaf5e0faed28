"""Read and write whole files: a reader never sees half a file, and a failed write leaves the old one."""

from __future__ import annotations

import errno
import os
import stat
from pathlib import Path

from gpuplanner.core.errors import InputError

_REASONS = {
    errno.ENOENT: ("the folder is gone", "choose another folder"),
    errno.ENOTDIR: ("the folder is gone", "choose another folder"),
    errno.EACCES: ("the folder or the file may not be written", "choose another folder"),
    errno.EPERM: ("the folder or the file may not be written", "choose another folder"),
    errno.EROFS: ("the folder can only be read", "choose another folder"),
    errno.ENOSPC: ("the disk is full", "make room, or choose another folder"),
    errno.EDQUOT: ("your disk quota is used up", "make room, or choose another folder"),
    errno.ENAMETOOLONG: ("the name is too long", "choose a shorter one"),
    errno.EISDIR: ("there is a folder of that name", "choose another name"),
}


def read_whole(path: Path, limit_bytes: int) -> bytes:
    """The bytes of a regular file.

    Raises:
        InputError: the file is missing, not a regular file, may not be read, or is larger than the limit.
    """
    check_regular(path, limit_bytes)
    try:
        with path.open("rb") as file:
            content = file.read(limit_bytes + 1)
    except OSError as error:
        raise InputError.of(f"the file could not be read ({_system(error)})", str(path)) from error
    if len(content) > limit_bytes:
        raise _too_large(path, limit_bytes)
    return content


def check_regular(path: Path, limit_bytes: int) -> None:
    """Refuse what is no file, and what is too large, before it is opened (a pipe would block).

    Raises:
        InputError: with one line for the user.
    """
    try:
        status = path.stat()
    except (FileNotFoundError, NotADirectoryError) as error:
        raise InputError.of("there is no such file", str(path), "check the name and the folder") from error
    except (OSError, ValueError) as error:  # ValueError: a NUL in the name
        raise InputError.of(f"the file could not be read ({_system(error)})", repr(str(path))) from error
    if not stat.S_ISREG(status.st_mode):
        kind = "a folder" if stat.S_ISDIR(status.st_mode) else "not a regular file"
        raise InputError.of(f"this is {kind}", str(path), "choose a file")
    if status.st_size > limit_bytes:
        raise _too_large(path, limit_bytes)


def write_whole(path: Path, content: bytes) -> None:
    """Replace a file: written under a temporary name in the same folder, flushed to disk, then renamed.

    A link is followed, the permissions of an existing file are kept.

    Raises:
        InputError: nothing was written, and a file that was there is as it was.
    """
    temporary: Path | None = None
    try:
        target = path.resolve()
        mode = _mode_of(target)
        temporary = target.with_name(f".gpuplanner-{os.urandom(6).hex()}.tmp")
        # Created new (O_EXCL), so that nobody's file or link of that name is written to.
        with temporary.open("xb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        if mode is not None:
            temporary.chmod(mode)
        temporary.replace(target)
        temporary = None
        _flush_folder(target.parent)
    except (OSError, ValueError, RuntimeError) as error:  # RuntimeError: links in a circle
        raise _not_saved(path, error) from error
    finally:
        if temporary is not None:
            _remove(temporary)


def is_read_only(path: Path) -> bool:
    """Whether `write_whole` would be refused because the file or its folder may not be written.

    A file that is not there, or whose folder is gone, is another matter.
    """
    try:
        target = path.resolve()
        _mode_of(target)
    except PermissionError:
        return True
    except (OSError, ValueError, RuntimeError):
        return False
    return target.parent.is_dir() and not os.access(target.parent, os.W_OK | os.X_OK)


def size_of(path: Path) -> int:
    """Bytes of a file; 0 where there is none to be seen."""
    try:
        return path.stat().st_size
    except (OSError, ValueError):
        return 0


def same_file(one: Path, other: Path) -> bool:
    """Whether two paths lead to one file that is there."""
    try:
        return one.samefile(other)
    except (OSError, ValueError):
        return False


def _mode_of(target: Path) -> int | None:
    """Permissions of the file to replace, None when there is none yet."""
    try:
        status = target.stat()
    except FileNotFoundError:
        return None
    if stat.S_ISDIR(status.st_mode):
        raise IsADirectoryError(errno.EISDIR, "a folder")
    if not stat.S_ISREG(status.st_mode):
        # Renaming over a device or a pipe would put a file in its place.
        raise OSError(errno.EINVAL, "not a regular file")
    mode = stat.S_IMODE(status.st_mode)
    # Renaming over a read-only file would work, yet its owner said that it is not to be changed.
    if not mode & 0o222 or not os.access(target, os.W_OK):
        raise PermissionError(errno.EACCES, "read-only file")
    return mode


def _flush_folder(folder: Path) -> None:
    """Make the new name itself durable; Windows has no such call for folders."""
    if os.name == "nt":
        return
    try:
        handle = os.open(folder, os.O_RDONLY)
    except OSError:
        return  # a folder that may be written but not listed: the file itself is on disk
    try:
        os.fsync(handle)
    except OSError:
        return  # some network file systems refuse this; the file itself is on disk
    finally:
        os.close(handle)


def _remove(temporary: Path) -> None:
    try:
        temporary.unlink(missing_ok=True)
    except OSError:
        return  # the folder is gone or read-only: there is nothing left to clear up


def _not_saved(path: Path, error: Exception) -> InputError:
    number = error.errno if isinstance(error, OSError) else None
    what, hint = _REASONS.get(number or 0, (_system(error), "choose another folder"))
    return InputError.of(f"the file was not saved: {what}", _shown(path), hint)


def _too_large(path: Path, limit_bytes: int) -> InputError:
    return InputError.of(f"the file is larger than {limit_bytes // 10**6:,} MB", str(path), "split it")


def _system(error: Exception) -> str:
    """The system's own words, without its number and the path."""
    return (error.strerror or type(error).__name__) if isinstance(error, OSError) else str(error)


def _shown(path: Path) -> str:
    return str(path) if str(path).isprintable() else repr(str(path))

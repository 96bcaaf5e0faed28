import errno
import os
import stat
import sys
from pathlib import Path

import pytest

from gpuplanner.core.errors import InputError
from gpuplanner.data.whole_file import read_whole, write_whole


def refused(path: Path) -> str:
    with pytest.raises(InputError) as caught:
        write_whole(path, b"new")
    (problem,) = caught.value.problems
    assert problem.what.startswith("the file was not saved: ")
    return problem.what.removeprefix("the file was not saved: ")


def test_that_a_file_is_written_replaced_and_read_and_nothing_is_left_beside_it(tmp_path: Path) -> None:
    path = tmp_path / "a file.txt"
    write_whole(path, b"one")
    write_whole(path, b"two")
    assert read_whole(path, 3) == b"two"
    assert [entry.name for entry in tmp_path.iterdir()] == ["a file.txt"]


def test_that_permissions_are_kept_and_links_followed(tmp_path: Path) -> None:
    path, link = tmp_path / "real.txt", tmp_path / "link.txt"
    path.write_text("old")
    path.chmod(0o640)
    link.symlink_to(path)
    write_whole(link, b"new")
    assert link.is_symlink()
    assert path.read_bytes() == b"new"
    assert stat.S_IMODE(path.stat().st_mode) == 0o640


def test_that_a_new_file_has_the_permissions_of_any_new_file(tmp_path: Path) -> None:
    (tmp_path / "usual").touch()
    write_whole(tmp_path / "ours", b"")
    assert (tmp_path / "ours").stat().st_mode == (tmp_path / "usual").stat().st_mode


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (errno.ENOSPC, "the disk is full"),
        (errno.EDQUOT, "your disk quota is used up"),
        (errno.EROFS, "the folder can only be read"),
        (errno.EIO, os.strerror(errno.EIO)),
    ],
)
@pytest.mark.parametrize("step", ["fsync", "replace"])
def test_that_a_write_that_fails_leaves_the_old_file_and_no_other(
    number: int, words: str, step: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "file.txt"
    path.write_text("old")

    def fails(*arguments: object) -> None:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(os, step, fails)
    assert refused(path) == words
    monkeypatch.undo()
    assert path.read_text() == "old"
    assert [entry.name for entry in tmp_path.iterdir()] == ["file.txt"]


def test_that_a_read_only_folder_is_said(read_only_folder: Path) -> None:
    assert refused(read_only_folder / "new.txt") == "the folder or the file may not be written"
    assert refused(read_only_folder / "old.txt") == "the folder or the file may not be written"
    assert sorted(entry.name for entry in read_only_folder.iterdir()) == [
        "closed",
        "old.txt",
        "profile.gpuplan",
    ]
    assert (read_only_folder / "old.txt").read_text() == "old"


def test_that_a_read_only_file_is_not_replaced(tmp_path: Path) -> None:
    path = tmp_path / "file.txt"
    path.write_text("old")
    path.chmod(0o444)
    assert refused(path) == "the folder or the file may not be written"
    assert path.read_text() == "old"


def test_that_places_that_cannot_be_written_are_said(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    (tmp_path / "loop").symlink_to(tmp_path / "loop")
    assert refused(tmp_path / "gone" / "file.txt") == "the folder is gone"
    assert refused(tmp_path / "file" / "file.txt") == "the folder is gone"
    assert refused(tmp_path) == "there is a folder of that name"
    assert refused(tmp_path / ("x" * 300)) == "the name is too long"
    assert refused(tmp_path / "nul\0")
    assert refused(tmp_path / "loop")


def test_that_a_pipe_is_refused_rather_than_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(InputError, match="not a regular file"):
        read_whole(tmp_path / "pipe", 10)


def test_that_a_file_is_refused_that_is_too_large_or_may_not_be_read(read_only_folder: Path) -> None:
    with pytest.raises(InputError, match="larger than"):
        read_whole(read_only_folder / "old.txt", 2)
    with pytest.raises(InputError, match="could not be read"):
        read_whole(read_only_folder / "closed" / "x.txt", 2)
    with pytest.raises(InputError, match="could not be read"):
        read_whole(read_only_folder / "nul\0", 2)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no named pipes in folders")
def test_that_a_pipe_or_device_is_not_replaced_by_a_file(tmp_path: Path) -> None:
    """Renaming over a device would put an ordinary file in its place."""
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    with pytest.raises(InputError):
        write_whole(pipe, b"content")
    assert pipe.is_fifo()

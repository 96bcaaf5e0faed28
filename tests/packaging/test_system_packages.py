"""What the system lacks is found by trying, and named as this system's apt names it."""

import re
import shutil
import sys
from pathlib import Path

import pytest
from bootstrap import system_packages
from bootstrap.console import Log, SetupProblem
from bootstrap.system_packages import Need, choose_packages, known_in, provide, window_needs

# `LC_ALL=C apt-cache policy …` of Debian 13, cut.
POLICY = """\
libglib2.0-0t64:
  Installed: (none)
  Candidate: 2.84.4-3~deb13u1
  Version table:
     2.84.4-3~deb13u1 500
libglib2.0-0:
  Installed: (none)
  Candidate: (none)
  Version table:
libgl1:
  Installed: 1.7.0-1+b2
  Candidate: 1.7.0-1+b2
"""
# Every Debian and Ubuntu has these: apt, dpkg and Python itself need them.
EVERYWHERE = {"libc.so.6", "libm.so.6", "libgcc_s.so.1", "libstdc++.so.6", "libz.so.1", "libzstd.so.1"}
GLIB = Need("libglib-2.0.so.0", ("libglib2.0-0t64", "libglib2.0-0"), lambda: False)
GL = Need("libGL.so.1", ("libgl1",), lambda: False)
THERE = Need("Xvfb", ("xvfb",), lambda: True)


def commands_in(folder: Path, monkeypatch: pytest.MonkeyPatch, **scripts: str) -> None:
    """Let nothing be found on PATH but these programs, written as shell scripts."""
    folder.mkdir()
    for name, script in scripts.items():
        path = folder / name.replace("_", "-")
        path.write_text(f"#!/bin/sh\n{script}\n")
        path.chmod(0o755)
    monkeypatch.setenv("PATH", str(folder))


def as_user(monkeypatch: pytest.MonkeyPatch, number: int) -> None:
    monkeypatch.setattr("os.geteuid", lambda: number)
    monkeypatch.setattr("sys.stdin.isatty", lambda: False, raising=False)


def test_that_apt_cache_policy_is_read() -> None:
    assert known_in(POLICY) == {"libglib2.0-0t64", "libgl1"}
    assert known_in("") == set()


@pytest.mark.parametrize("name", ["libglib2.0-0t64", "libglib2.0-0"])
def test_that_the_name_that_apt_knows_is_chosen_once(name: str) -> None:
    assert choose_packages([GLIB, GL, GLIB], {name, "libgl1"}) == [name, "libgl1"]


def test_that_every_library_that_qt_names_is_looked_for() -> None:
    if sys.platform != "linux":
        assert window_needs() == ()
        return
    import PySide6

    qt = Path(PySide6.__file__).parent / "Qt"
    names = {"Core", "DBus", "Gui", "OpenGL", "PrintSupport", "Svg", "Test", "Widgets", "XcbQpa"}
    files = [
        *(qt / "lib" / f"libQt6{name}.so.6" for name in names),
        qt / "plugins" / "platforms" / "libqxcb.so",
        qt / "plugins" / "platforms" / "libqoffscreen.so",
        *(qt / "plugins" / "xcbglintegrations").glob("*.so"),
    ]
    pattern = re.compile(rb"\0(lib[\w.+-]+\.so\.\d+)(?=\0)")  # as the ELF string table holds them
    wanted = {name.decode() for file in files for name in pattern.findall(file.read_bytes())}
    bundled = {path.name for path in (qt / "lib").iterdir()}
    assert {"libxcb-cursor.so.0", "libEGL.so.1"} <= wanted
    assert wanted - bundled - EVERYWHERE - {need.what for need in window_needs()} == set()


def test_that_nothing_happens_when_nothing_is_missing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, log: Log, capsys: pytest.CaptureFixture[str]
) -> None:
    commands_in(tmp_path / "bin", monkeypatch)
    provide([THERE], log)
    assert capsys.readouterr().out == ""


def test_that_a_system_without_apt_is_told_what_is_missing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, log: Log
) -> None:
    commands_in(tmp_path / "bin", monkeypatch)
    with pytest.raises(SetupProblem, match=r"lacks libGL\.so\.1\. Debian's packages for them are libgl1"):
        provide([GL, THERE], log)


def test_that_a_user_without_rights_gets_the_exact_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, log: Log
) -> None:
    policy = f"cat <<'END'\n{POLICY}END"
    shell = shutil.which("cat")
    commands_in(
        tmp_path / "bin",
        monkeypatch,
        apt_get="exit 9",
        apt_cache=policy,
        sudo="exit 1",
        cat=f'exec {shell} "$@"',
    )
    as_user(monkeypatch, 1000)
    with pytest.raises(SetupProblem) as caught:
        provide([GLIB, GL], log)
    assert str(caught.value).splitlines()[-1].strip() == (
        "sudo apt-get update && sudo apt-get install -y --no-install-recommends libglib2.0-0t64 libgl1"
    )


def test_that_root_installs_and_looks_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, log: Log, capsys: pytest.CaptureFixture[str]
) -> None:
    marker = tmp_path / "installed"
    env = shutil.which("env")
    commands_in(
        tmp_path / "bin",
        monkeypatch,
        apt_get=f'echo "$@" >> {marker}',
        apt_cache="exit 0",
        env=f'PATH={tmp_path / "bin"} exec {env} "$@"',
    )
    as_user(monkeypatch, 0)
    provide([Need("libGL.so.1", ("libgl1",), marker.exists)], log)
    update, install = marker.read_text().splitlines()
    assert update.endswith("update")
    assert install.endswith("install -y --no-install-recommends libgl1")
    assert re.search(r"^Installing system packages: libgl1 \.\.\. done, \d", capsys.readouterr().out)


def test_that_a_failing_apt_is_quoted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, log: Log) -> None:
    commands_in(
        tmp_path / "bin",
        monkeypatch,
        apt_get='echo "E: Could not resolve the archive"; exit 100',
        apt_cache="exit 0",
        env=f'PATH={tmp_path / "bin"} exec {shutil.which("env")} "$@"',
    )
    as_user(monkeypatch, 0)
    with pytest.raises(
        SetupProblem, match=r"(?s)could not install the system packages:\n.*Could not resolve.*Full log: "
    ):
        provide([GL], log)


def test_that_a_missing_library_does_not_load() -> None:
    assert not system_packages._loads("libno-such-thing.so.7")

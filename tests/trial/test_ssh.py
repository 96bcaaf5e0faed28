"""The ssh backend against a real server on this machine: what is sent, what comes back, and every bad end."""

from __future__ import annotations

import json
import os
import signal
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from gpuplanner.cli import main
from gpuplanner.core.errors import InputError
from gpuplanner.core.trial import TrialStatus
from gpuplanner.core.trial_events import LogEvent, StepEvent
from gpuplanner.trial.ssh import SshBackend, _death

Lab = Any  # of conftest.py
Ssh = Callable[..., SshBackend]
Line = tuple[str, ...]

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="OpenSSH's server with files of our own")


def script(folder: Path, text: str) -> str:
    python = folder / "python"
    python.write_text(f"#!/bin/sh\n{text}\n")
    python.chmod(0o755)
    return str(python)


def test_that_the_worker_s_files_travel_and_the_real_worker_speaks(
    lab: Lab, far_machine: Line, tmp_path: Path
) -> None:
    """To a folder of an environment, whose Python keeps its cache elsewhere."""
    folder = tmp_path / "env"
    (folder / "bin").mkdir(parents=True)
    cache = tmp_path / "far cache"
    text = f"#!/bin/sh\nexport XDG_CACHE_HOME='{cache}'\nexec {sys.executable} \"$@\"\n"
    (folder / "bin" / "python").write_text(text)
    (folder / "bin" / "python").chmod(0o755)
    backend = SshBackend("far", str(folder), ssh=far_machine, cache=tmp_path / "cache")
    spec = replace(lab.spec, checkpoint="/weights/here", nvml_module=__file__)
    heard = lab.heard()
    running = backend.start(spec, heard)
    heard.until(lambda event: not isinstance(event, LogEvent))
    running.stop()
    assert running.wait(lab.hang_limit_s)
    assert heard.end.status is TrialStatus.STOPPED
    assert heard.remarks == ["Weights stay on this machine: there they are random, which changes no figure"]
    (sent,) = (cache / "gpuplanner").iterdir()
    assert (sent / "gpuplanner" / "worker" / "__main__.py").is_file()
    assert (sent / "pynvml.py").read_text() == Path(__file__).read_text()


def test_that_a_trial_on_another_machine_trains(
    far_machine: Line, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Six seconds: a real worker with real torch, at the other end of a connection."""
    ssh = tmp_path / "bin" / "ssh"
    ssh.parent.mkdir()
    ssh.write_text(f'#!/bin/sh\nexec {" ".join(("/usr/bin/ssh", *far_machine[1:]))} "$@"\n')
    ssh.chmod(0o755)
    monkeypatch.setenv("PATH", f"{ssh.parent}:{os.environ['PATH']}")
    config = {"model_type": "llama", "hidden_size": 64, "num_hidden_layers": 2, "num_attention_heads": 4}
    config |= {"num_key_value_heads": 2, "intermediate_size": 128, "vocab_size": 256}
    (tmp_path / "config.json").write_text(json.dumps(config))
    plan = ["--model", str(tmp_path / "config.json"), "--method", "full", "--seq-len", "32"]
    there = ["--host", "far", "--python", str(Path(sys.executable).parent.parent)]
    assert main(["trial", *plan, *there, "--device", "cpu", "--steps", "1", "--warm-up", "0"]) == 0
    events = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert (events[0]["name"], events[-1]["status"]) == ("import torch", "ok")
    assert events[-1]["result"]["peak_allocated_bytes"] > 0


def test_that_the_files_are_unpacked_once(lab: Lab, ssh: Ssh, far_machine: Line) -> None:
    for _ in range(2):
        assert lab.finished(ssh("good")).end.status is TrialStatus.OK
    cache = Path(far_machine[2]).parent / "cache" / "gpuplanner"
    assert [path.name[:11] for path in cache.iterdir() if "nvml" not in path.name] == ["far-worker-"]


@pytest.mark.parametrize("name", ["killed", "aborts", "exits_with_7"])
def test_that_a_far_death_says_how(lab: Lab, ssh: Ssh, name: str) -> None:
    end = lab.finished(ssh(name)).end
    words = {
        "killed": "killed by the kernel",
        "aborts": "aborted itself (signal 6)",
        "exits_with_7": "code 7",
    }
    assert end.status is TrialStatus.FAILED
    assert end.message.startswith("on far: ")
    assert words[name] in end.message


def test_that_what_a_far_worker_leaves_behind_goes_with_it(lab: Lab, ssh: Ssh) -> None:
    heard = lab.finished(ssh("leaves_a_child"))
    assert heard.end.status is TrialStatus.OK
    _until_gone(int(heard.remarks[0]), lab.hang_limit_s)


def test_that_a_lost_connection_is_an_end_with_a_reason_and_ends_the_far_worker(
    lab: Lab, ssh: Ssh, tmp_path: Path
) -> None:
    heard = lab.heard()
    running = ssh("waits_for_stop").start(lab.spec, heard)
    heard.until(lambda event: isinstance(event, StepEvent))
    server = _server_of(_children(os.getpid()))
    far = _descendants(server)
    os.kill(server, signal.SIGKILL)  # of this session only: the server itself goes on
    assert running.wait(lab.hang_limit_s)
    assert heard.end.status is TrialStatus.FAILED
    assert heard.end.message.startswith("the connection to far is lost")
    assert heard.end.result.steps == 1, "what was measured is kept"
    for pid in far:
        _until_gone(pid, lab.hang_limit_s)


def test_that_a_far_worker_that_listens_to_nobody_goes_when_the_trial_is_closed(lab: Lab, ssh: Ssh) -> None:
    heard = lab.heard()
    running = ssh("ignores_stop_and_term").start(lab.spec, heard)
    heard.until(lambda event: isinstance(event, StepEvent))
    far = _descendants(_server_of(_children(os.getpid())))
    assert far
    running.close()
    assert running.wait(lab.hang_limit_s)
    for pid in far:
        _until_gone(pid, lab.hang_limit_s)


@pytest.mark.parametrize(
    ("host", "python", "words"),
    [
        ("far", "/no/such/python", "there is no Python /no/such/python on far; name another with --python"),
        ("none.invalid", "python3", "ssh none.invalid has failed: "),
        ("closed", "python3", "no ssh server answers there"),
        ("stranger", "python3", "connect once by hand, to look at its key"),
        ("nobody", "python3", "set up a key for it (ssh-copy-id); no password is asked for here"),
    ],
)
def test_that_what_keeps_ssh_from_starting_is_told(
    lab: Lab, far_machine: Line, tmp_path: Path, host: str, python: str, words: str
) -> None:
    known = Path(far_machine[2]).read_text()
    port = next(line.split()[1] for line in known.splitlines() if line.startswith("Port"))
    more = f"Host closed\nHostName 127.0.0.1\nPort 1\nHost stranger nobody\nHostName 127.0.0.1\nPort {port}\n"
    more += f"Match host stranger\nUserKnownHostsFile {tmp_path}/none\nStrictHostKeyChecking yes\n"
    more = more.replace("Match host stranger", "Host stranger")
    more += f"Host nobody\nIdentityFile {tmp_path}/none\nIdentitiesOnly yes\nStrictHostKeyChecking no\n"
    more += f"UserKnownHostsFile {tmp_path}/some\n"
    (tmp_path / "config").write_text(known + more)
    line = ("ssh", "-F", str(tmp_path / "config"))
    end = lab.finished(SshBackend(host, python, ssh=line, cache=tmp_path / "cache")).end
    assert end.status is TrialStatus.FAILED
    assert words in end.message, end.message


def test_that_an_old_python_there_is_told(lab: Lab, far_machine: Line, tmp_path: Path) -> None:
    old = script(tmp_path, "echo 'the Python there is 3.9.18; 3.10 is the oldest that will do' >&2; exit 1")
    end = lab.finished(SshBackend("far", old, ssh=far_machine, cache=tmp_path / "cache")).end
    assert end.message.endswith("its last words: the Python there is 3.9.18; 3.10 is the oldest that will do")


def test_that_no_ssh_here_is_told(lab: Lab, tmp_path: Path) -> None:
    end = lab.finished(SshBackend("far", ssh=(str(tmp_path / "ssh"),), cache=tmp_path)).end
    assert "there is no ssh on this machine" in end.message


@pytest.mark.parametrize("host", ["", " ", "-oProxyCommand=x", "a b"])
def test_that_a_host_is_a_name(host: str) -> None:
    with pytest.raises(InputError, match="is no name of a machine"):
        SshBackend(host)


@pytest.mark.parametrize(
    ("code", "tail", "words"),
    [
        (255, (), "the connection to h is lost"),
        (255, ("Timeout, server h not responding.",), "the connection to h is lost: Timeout, server"),
        (-15, (), "ssh itself was ended by signal 15"),
        (137, (), "on h: killed by the kernel"),
    ],
)
def test_that_codes_of_ssh_have_words(code: int, tail: tuple[str, ...], words: str) -> None:
    status, message, _ = _death("h", "p", False, code, None, tail)
    assert (status, message.startswith(words)) == (TrialStatus.FAILED, True)


def _children(pid: int) -> list[int]:
    found = []
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            if int(path.read_text().rsplit(")", 1)[1].split()[1]) == pid:
                found.append(int(path.parent.name))
        except OSError:
            continue
    return found


def _descendants(pid: int) -> list[int]:
    return [one for child in _children(pid) for one in (child, *_descendants(child))]


def _server_of(children: list[int]) -> int:
    """The process of sshd that serves the one session: a child of our server's."""
    servers = [pid for pid in children if "sshd" in _name(pid)]
    (session,) = (pid for server in servers for pid in _children(server))
    return session


def _name(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode()
    except OSError:
        return ""


def _until_gone(pid: int, seconds: float) -> None:
    until = time.monotonic() + seconds
    while True:
        try:
            if Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] == "Z":
                return
        except OSError:
            return
        assert time.monotonic() < until
        time.sleep(0.02)

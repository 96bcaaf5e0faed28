"""The states of the monitor as a whole: each says what is the matter and what to do about it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from gpuplanner.monitor.readings import (
    DRIVER_NOT_LOADED,
    GPU_NOT_FOUND,
    LIBRARY_NOT_FOUND,
    MISMATCH,
    NO_PERMISSION,
    OPERATING_SYSTEM,
    UNKNOWN,
)


class StateKind(StrEnum):
    """What the monitor can or cannot do just now."""

    STARTING = "starting"
    OK = "ok"
    RESTING = "resting"
    """Nobody listens: NVML is released and no card is touched."""
    ASLEEP = "asleep"
    """Every card is suspended (hybrid laptop), and reading would wake it."""
    NO_BINDING = "no binding"
    SHADOWED = "shadowed binding"
    NO_LIBRARY = "no library"
    NO_DRIVER = "no driver"
    MISMATCH = "mismatch"
    NO_PERMISSION = "no permission"
    CGROUP_BLOCK = "cgroup block"
    LOST_ACCESS = "lost access"
    NO_GPU = "no GPU"
    FAILED = "failed"
    STOPPED = "stopped"


@dataclass(frozen=True)
class State:
    """A state in words.  ``to_do`` is empty where there is nothing to do; ``code`` is NVML's or 0."""

    kind: StateKind
    what: str
    to_do: str = ""
    code: int = 0

    @property
    def ok(self) -> bool:
        """Samples are being taken."""
        return self.kind is StateKind.OK

    def line(self) -> str:
        """What is the matter and what to do, in one line."""
        return f"{self.what}; {self.to_do}" if self.to_do else self.what


STARTING = State(StateKind.STARTING, "The GPUs are being looked for")
RESTING = State(StateKind.RESTING, "The monitor rests, because nothing shows or records it")
STOPPED = State(StateKind.STOPPED, "The monitor has stopped")
OK = State(StateKind.OK, "The GPUs are being read")
ASLEEP = State(
    StateKind.ASLEEP,
    "The GPU is asleep to save power, and reading it would wake it",
    "start a program that uses it, and its figures appear",
)
NO_GPU = State(
    StateKind.NO_GPU,
    "The NVIDIA driver is there, but it sees no GPU",
    "check that the card is plugged in and visible to this machine or container",
)
NO_BINDING = State(
    StateKind.NO_BINDING,
    "The Python package nvidia-ml-py is missing",
    "install it: pip install nvidia-ml-py",
)
FORKED = State(
    StateKind.FAILED,
    "NVML was opened before this process was forked, and cannot be used in both",
    "start the process anew (spawn, not fork)",
)

_BY_CODE = {
    LIBRARY_NOT_FOUND: State(
        StateKind.NO_LIBRARY,
        "NVIDIA's library NVML is not on this machine",
        "install NVIDIA's driver if there is an NVIDIA GPU; a container needs the NVIDIA Container Toolkit",
        LIBRARY_NOT_FOUND,
    ),
    DRIVER_NOT_LOADED: State(
        StateKind.NO_DRIVER,
        "The NVIDIA driver is not loaded",
        "install it or load it (modprobe nvidia); with Secure Boot its module has to be signed",
        DRIVER_NOT_LOADED,
    ),
    MISMATCH: State(
        StateKind.MISMATCH,
        "The NVIDIA driver was updated, and the old one still runs",
        "restart the computer",
        MISMATCH,
    ),
    NO_PERMISSION: State(
        StateKind.NO_PERMISSION,
        "This user may not use the NVIDIA driver",
        "ask who administers this machine for access to /dev/nvidia*",
        NO_PERMISSION,
    ),
    OPERATING_SYSTEM: State(
        StateKind.CGROUP_BLOCK,
        "The operating system blocks the GPU (a cgroup of the container or of the job queue)",
        "start the container or the job with a GPU",
        OPERATING_SYSTEM,
    ),
    UNKNOWN: State(
        StateKind.LOST_ACCESS,
        "The NVIDIA driver answers with an unknown error; a container that lost its GPU does so",
        "restart the container, or else the computer",
        UNKNOWN,
    ),
    GPU_NOT_FOUND: NO_GPU,
}


def state_for(code: int) -> State:
    """The state that an NVML return code of init, or of every card, means."""
    known = _BY_CODE.get(code)
    if known is not None:
        return known
    return State(StateKind.FAILED, f"NVML cannot be used (error {code})", "restart the computer", code)


def shadowed(path: str) -> State:
    """The module ``pynvml`` is not nvidia-ml-py's but another package's of that name."""
    return State(
        StateKind.SHADOWED,
        f"The Python module pynvml comes from another package ({path})",
        "pip uninstall pynvml, then pip install --force-reinstall nvidia-ml-py",
    )

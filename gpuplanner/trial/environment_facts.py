"""What is known of a training environment, what a plan wants of it, and the line that installs that."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from gpuplanner.core.plan import Framework, Method, Optimizer, Plan, Quantization, Sharding

OLDEST_PYTHON = (3, 10)

TRIAL_PACKAGES = (
    "torch>=2.13,<2.14",
    "transformers>=5.23,<6",
    "peft>=0.21,<0.22",
    "bitsandbytes>=0.50,<0.51",
    "accelerate>=1.15,<2",
    "safetensors>=0.8,<0.9",
)
"""What a new environment gets: the extra ``trial`` of pyproject.toml, whose releases the tests train with."""

# The oldest releases that the worker's code and transformers 5 take (transformers' METADATA and
# utils/import_utils.py of 5.23: torch 2.6, accelerate 1.1.0, bitsandbytes 0.46.1; its module
# `initialization` came with 5.0, and peft 0.18 is the first release for that).
_FLOORS = {
    "torch": "2.6",
    "transformers": "5.0",
    "accelerate": "1.1",
    "peft": "0.18",
    "bitsandbytes": "0.46.1",
    "deepspeed": "0.16",
}
_OF_BITSANDBYTES = (Optimizer.ADAMW_8BIT, Optimizer.PAGED_ADAMW_8BIT, Optimizer.LION)
_PACKED_BY_BITSANDBYTES = (Quantization.NF4, Quantization.NF4_DQ, Quantization.INT8)
_ZERO = (Sharding.ZERO1, Sharding.ZERO2, Sharding.ZERO3)


class State(StrEnum):
    """What came of starting a Python."""

    USABLE = "usable"
    """It starts and all that it has of the training stack imports; whether that is enough the plan says."""
    NO_PYTHON = "no-python"
    TOO_OLD = "too-old"
    IMPORT_FAILS = "import-fails"
    HANGS = "hangs"
    CRASHES = "crashes"
    CANCELLED = "cancelled"


@dataclass(frozen=True)
class Card:
    """A card that torch sees there."""

    name: str
    uuid: str = ""
    capacity_bytes: int | None = None
    compute_capability: str = ""
    supported: bool = True
    """Whether this build of torch holds code for it."""


@dataclass(frozen=True)
class Environment:
    """What starting a Python once has told; ``reason`` is one sentence, empty when it is usable."""

    python: str
    state: State
    reason: str = ""
    versions: Mapping[str, str] = field(default_factory=dict)
    """By package, and ``python`` and ``cuda``; what is not there is left out."""
    cards: tuple[Card, ...] = ()
    cards_problem: str = ""
    """Why torch sees no card."""
    folder: str = ""
    """``sys.prefix``."""
    is_venv: bool = False
    is_conda: bool = False
    is_managed: bool = False
    """The system's package manager owns it: pip may not install there (PEP 668)."""
    installer: str = ""
    """What put torch there: ``pip``, ``uv``, ``conda`` …"""
    library_folders: tuple[str, ...] = ()
    seconds: float = 0.0
    """How long it took to find out."""

    @property
    def ok(self) -> bool:
        """Whether a trial may be started there, as far as the plan's needs are met."""
        return self.state is State.USABLE

    @property
    def kind(self) -> str:
        """``conda``, ``venv``, ``system`` or ``plain``."""
        if self.is_conda:
            return "conda"
        if self.is_venv:
            return "venv"
        return "system" if self.is_managed else "plain"

    @property
    def may_install(self) -> bool:
        """Whether packages may be put there at all."""
        return bool(self.folder) and (self.is_venv or not self.is_managed)

    @property
    def reason_not_to_install(self) -> str:
        """Why not, and what to do instead; empty where one may."""
        if self.may_install:
            return ""
        if not self.folder:
            return "Nothing is known of this Python; choose another, or make an environment"
        return "This Python belongs to the operating system; make an environment instead"


@dataclass(frozen=True)
class Need:
    """A package that a plan wants and the environment lacks, or has in a release that will not do."""

    package: str
    found: str
    """Its version there; empty: it is missing."""
    wanted: str
    """As pip writes it, such as ``>=2.6``; empty: another build of the same release."""
    why: str

    @property
    def line(self) -> str:
        """For people: what is there, what is wanted, and why."""
        there = f"{self.package} {self.found}" if self.found else f"{self.package} is missing"
        floor = self.wanted.removeprefix(">=")
        wanted = f", {floor} or later is wanted" if self.found and floor else ""
        return f"{there}{wanted}: {self.why}"


def needs_of(environment: Environment, plan: Plan, *, on_card: bool = False) -> tuple[Need, ...]:
    """What a trial of the plan lacks there; nothing for an environment whose state says enough."""
    if not environment.ok:
        return ()
    wanted = {
        "torch": "it does the training",
        "transformers": "it brings the models",
        "accelerate": "transformers loads weights with it",
    }
    if plan.method in (Method.LORA, Method.LORA_EMB, Method.QLORA):
        wanted["peft"] = "it builds the adapters"
    if plan.method is Method.QLORA or plan.quantization in _PACKED_BY_BITSANDBYTES:
        wanted["bitsandbytes"] = "it packs the frozen weights"
    elif plan.optimizer in _OF_BITSANDBYTES:
        wanted["bitsandbytes"] = f"it brings the optimizer {plan.optimizer.value}"
    if plan.sharding in _ZERO or plan.framework is Framework.HF_DEEPSPEED:
        wanted["deepspeed"] = "it divides the model among the GPUs (ZeRO)"
    found = environment.versions
    needs = [
        Need(package, found.get(package, ""), f">={_FLOORS[package]}", why)
        for package, why in wanted.items()
        if not _is_enough(found.get(package), _FLOORS[package])
    ]
    if on_card and "torch" in found and not found.get("cuda"):
        needs.append(Need("torch", found["torch"], "", "it is built without CUDA and sees no card"))
    return tuple(needs)


def install_line(environment: Environment, needs: Iterable[Need], *, platform: str = sys.platform) -> str:
    """The exact command that installs what is lacking; empty where there is nothing to do, or one may not."""
    packages = [need.package + need.wanted for need in needs]
    if not packages or not environment.may_install:
        return ""
    build = any(not need.wanted for need in needs)
    if environment.is_conda and environment.installer in ("conda", "mamba", "micromamba"):
        # Packages of conda beside packages of pip break each other: what brought torch brings the rest.
        of_conda = ["conda", "install", "--prefix", environment.folder, "--channel", "conda-forge"]
        line = [*of_conda, *("pytorch" + name[5:] if name.startswith("torch") else name for name in packages)]
        return _quoted(line, platform)
    again = ["--force-reinstall"] if build else []
    if "pip" in environment.versions:
        line = [environment.python, "-m", "pip", "install", *again, *packages]
    elif environment.installer == "uv":
        again = ["--reinstall"] if build else []
        line = ["uv", "pip", "install", "--python", environment.python, *again, *packages]
    else:
        first = _quoted([environment.python, "-m", "ensurepip", "--upgrade"], platform)
        then = _quoted([environment.python, "-m", "pip", "install", *again, *packages], platform)
        return f"{first} && {then}"
    return _quoted(line, platform)


def _is_enough(found: str | None, floor: str) -> bool:
    if found is None:
        return False
    # A checkout on the path has no version; its owner knows what it is.
    return not found or release(found) >= release(floor)


def release(version: str) -> tuple[int, ...]:
    """The numbers of a version: ``2.13.0+cpu`` is (2, 13, 0)."""
    found = re.match(r"\d+(?:\.\d+)*", version)
    return tuple(map(int, found[0].split("."))) if found else ()


def _quoted(line: Sequence[str], platform: str) -> str:
    if platform != "win32":
        return shlex.join(line)
    # cmd.exe takes < and > for files, which list2cmdline does not know of.
    return " ".join(f'"{part}"' if re.search("[<>&|^]", part) else _windows(part) for part in line)


def _windows(part: str) -> str:
    return subprocess.list2cmdline([part])

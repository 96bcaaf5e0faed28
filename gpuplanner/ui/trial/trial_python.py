"""Which Python runs the trials of a window: this program's own, one that was found, or one that was picked.

What a picked Python has is found out by starting it once, in a thread; this program's own tells by the names
of its packages, without a process.
"""

from __future__ import annotations

import sys
import threading
from dataclasses import dataclass, field
from pathlib import Path

from PySide6.QtCore import QObject, QTimer, Signal

from gpuplanner.core.errors import InputError
from gpuplanner.core.plan import Plan
from gpuplanner.trial.environment import choose_python
from gpuplanner.trial.environment_facts import Environment, State, install_line, needs_of
from gpuplanner.trial.environments import Found, find_environments, known_environment, probe
from gpuplanner.ui.told import as_sentence, told

_LOOK_MS = 100
_PACKAGES = ("torch", "transformers", "peft", "bitsandbytes", "accelerate", "safetensors", "pip", "deepspeed")


@dataclass(frozen=True)
class PythonChoice:
    """The Python for the worker, or why there is none."""

    path: str = ""
    problem: str = ""
    versions: tuple[tuple[str, str], ...] = ()
    note: str = ""
    """What is known of it, in short."""
    install: str = ""
    """The line that installs what it lacks."""


@dataclass
class _Probe:
    """One look at a Python in a thread of its own."""

    python: str
    cancel: threading.Event = field(default_factory=threading.Event)
    found: Environment | None = None

    def run(self) -> None:
        self.found = probe(self.python, cancel=self.cancel)


class TrialPython(QObject):
    """The choice of one window."""

    changed = Signal()
    """Another Python, or more is known of it."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.named = ""
        """What the user picked; empty: found by itself."""
        self._path: str | None = None
        self._problem = ""
        self._environment: Environment | None = None
        self._probe: _Probe | None = None
        self._timer = QTimer(self)
        self._timer.setInterval(_LOOK_MS)
        self._timer.timeout.connect(self._look)
        self.document: Path | None = None
        """The file beside which environments are looked for too."""

    def pick(self, named: str) -> None:
        """Take this Python, a program or an environment's folder; an empty text: find one."""
        self.named, self._path = named, None
        self.stop()
        self._find()
        self.changed.emit()

    def found(self) -> tuple[Found, ...]:
        """What there is to choose from."""
        return find_environments(self.document)

    def choice(self, plan: Plan, *, on_card: bool) -> PythonChoice:
        """The Python in use, and what stands against running this plan there."""
        if self._path is None:
            self._find()
        if self._problem:
            return PythonChoice(self.named, self._problem)
        path, environment = self._path or "", self._environment
        if environment is None:
            note = (
                self.tr("being looked at …") if self._probe else self.tr("its versions are told at the start")
            )
            return PythonChoice(path, note=note)
        versions = tuple(environment.versions.items())
        if not environment.ok and environment.state is not State.CANCELLED:
            return PythonChoice(path, told(environment.reason), versions)
        needs = needs_of(environment, plan, on_card=on_card)
        lines = "; ".join(told(need.line) for need in needs)
        line = install_line(environment, needs)
        hint = "" if line or not needs else f" {as_sentence(told(environment.reason_not_to_install))}"
        if on_card and not _has_cuda(environment):
            hint += self.tr(" The CPU can be chosen as the device.")
        return PythonChoice(
            path,
            self.tr("{text}.").format(text=lines) + hint if lines else "",
            versions,
            _note(environment),
            line,
        )

    def stop(self) -> None:
        """Look no further; returns at once."""
        self._timer.stop()
        if self._probe is not None:
            self._probe.cancel.set()
            self._probe = None

    def _find(self) -> None:
        self._path, self._problem, self._environment = "", "", None
        try:
            self._path = choose_python(self.named)
        except InputError as error:
            problem = error.problems[0]
            if self.named:
                text = self.tr("{path}: {what}; {hint}")
                self._problem = text.format(path=self.named, what=told(problem.what), hint=told(problem.hint))
                return
            found = next((one for one in self.found() if one.torch), None)
            if found is None:
                self._problem = self.tr("No Python with torch is found; choose one, or make an environment.")
                return
            self._path = found.python
        self._learn(self._path)

    def _learn(self, path: str) -> None:
        if path == sys.executable:
            self._environment = _own()
            return
        self._environment = known_environment(path)
        if self._environment is None:
            self._probe = _Probe(path)
            # A daemon: a Python that hangs must not keep the program from ending.
            threading.Thread(target=self._probe.run, name="look at a Python", daemon=True).start()
            self._timer.start()

    def _look(self) -> None:
        if self._probe is not None and self._probe.found is not None:
            self._environment, self._probe = self._probe.found, None
            self._timer.stop()
            self.changed.emit()


def _own() -> Environment:
    """What lies beside this program; nothing is imported."""
    # Here: it loads the whole of `email`, which the start of the program can do without.
    from importlib.metadata import PackageNotFoundError, version

    versions = {"python": ".".join(map(str, sys.version_info[:3]))}
    for name in _PACKAGES:
        try:
            versions[name] = version(name)
        except PackageNotFoundError:
            continue
    if "+cu" in versions.get("torch", ""):
        # As pip's builds of torch say it: 2.13.0+cu128 is CUDA 12.8.
        digits = versions["torch"].partition("+cu")[2]
        versions["cuda"] = f"{digits[:-1]}.{digits[-1:]}"
    is_venv = sys.prefix != sys.base_prefix
    return Environment(sys.executable, State.USABLE, versions=versions, folder=sys.prefix, is_venv=is_venv)


def _has_cuda(environment: Environment) -> bool:
    """Whether its torch was built for CUDA."""
    return bool(environment.versions.get("cuda"))


def _note(environment: Environment) -> str:
    """ "torch 2.7.1, CUDA 12.8", then the rest."""
    versions = dict(environment.versions)
    first = [f"torch {versions.pop('torch')}"] if "torch" in versions else []
    if cuda := versions.pop("cuda", ""):
        first.append(f"CUDA {cuda}")
    return "; ".join([", ".join(first), ", ".join(f"{name} {number}" for name, number in versions.items())])

"""The virtual environment that the app is frozen from: the pinned packages and nothing else.

It lies in the user's cache, one for each Python and each state of ``requirements.txt``.
"""

from __future__ import annotations

import hashlib
from pathlib import Path

from bootstrap.console import Log, step
from bootstrap.environment import Environment, Stamp, cache_folder, make_empty, this_python
from bootstrap.pip import Pip

REQUIREMENTS = Path(__file__).resolve().parents[1] / "requirements.txt"


def prepare(wheels: Path | None, log: Log) -> Environment:
    """Return the environment; make it if it is not there or was cut off.

    Raises:
        SetupProblem: it cannot be made; the text says why and what to do.
    """
    digest = hashlib.sha256(REQUIREMENTS.read_bytes() + this_python().encode()).hexdigest()
    environment = Environment(cache_folder() / "gpuplanner" / f"build-{digest[:12]}")
    wanted = Stamp(str(REQUIREMENTS.parents[1]), this_python(), made=True, project=digest)
    found = environment.stamp()
    if found is not None and found.made and found.project == digest and environment.python.exists():
        return environment
    pip = Pip(environment.python, wheels, log)
    make_empty(environment, Stamp(wanted.checkout, wanted.python), pip, log)
    with step("Installing what the app is made of") as current:
        pip.run(["install", "--requirement", str(REQUIREMENTS)], current)
    environment.write_stamp(wanted)
    return environment

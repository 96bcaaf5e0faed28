"""Takes out of the environment what PyInstaller's loader put in: programs started by us get none of it.

On Linux it starts itself again with ``LD_LIBRARY_PATH`` on its own libraries, which would mislead the user's
Python, a job under ``gpuplanner watch`` and the browser.  Our own process has read the variable by then.
"""

from __future__ import annotations

from collections.abc import MutableMapping

_PATHS = ("LD_LIBRARY_PATH", "LIBPATH", "DYLD_LIBRARY_PATH")


def restore(environment: MutableMapping[str, str]) -> None:
    """Put the variables back to what the user had.

    The ``…_ORIG`` that tells it stays: ``gpuplanner.trial.child_environment`` takes its presence as the sign
    that the path is the user's.
    """
    if not any(name.startswith("_PYI_") for name in environment):
        return
    for name in _PATHS:
        users = environment.get(f"{name}_ORIG")
        if users is not None:
            environment[name] = users
        else:
            environment.pop(name, None)
    for name in [name for name in environment if name.startswith("_PYI_")]:
        del environment[name]

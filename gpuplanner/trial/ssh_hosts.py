"""The names of other computers that the user's own ssh configuration holds, to offer them."""

from __future__ import annotations

import glob
import shlex
from pathlib import Path

MOST_HOSTS = 200
_MOST_BYTES, _MOST_FILES = 10**6, 50


def known_hosts(config: Path | None = None) -> tuple[str, ...]:
    """The names behind ``Host`` in ssh's configuration, in their order; patterns are no names.

    What cannot be read is passed over: a name can be typed as well.
    """
    home = Path.home() / ".ssh"
    found: dict[str, None] = {}
    waiting, seen = [home / "config" if config is None else config], set[Path]()
    while waiting and len(seen) < _MOST_FILES and len(found) < MOST_HOSTS:
        path = waiting.pop(0)
        if path in seen:
            continue
        seen.add(path)
        for keyword, values in _lines(path):
            if keyword == "host":
                found.update(dict.fromkeys(name for name in values if not set(name) & set("*?!")))
            elif keyword == "include":
                waiting += _included(values, path.parent if config is not None else home)
    return tuple(found)[:MOST_HOSTS]


def _lines(path: Path) -> list[tuple[str, list[str]]]:
    """(keyword in small letters, its values) of every line that has both."""
    try:
        with path.open("rb") as file:
            text = file.read(_MOST_BYTES).decode("utf-8", "replace")
    except OSError:
        return []
    lines = []
    for line in text.splitlines():
        try:
            # "Host=name" is allowed too (ssh_config(5)).
            words = shlex.split(line.replace("=", " ", 1), comments=True)
        except ValueError:
            continue
        if len(words) > 1:
            lines.append((words[0].lower(), words[1:]))
    return lines


def _included(patterns: list[str], folder: Path) -> list[Path]:
    """Files of ``Include``: those with no folder of their own lie beside the configuration."""
    paths = [str(folder / Path(pattern).expanduser()) for pattern in patterns]
    return [Path(name) for pattern in paths for name in sorted(glob.glob(pattern))]  # noqa: PTH207 – absolute

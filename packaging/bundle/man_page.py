"""The man page: its text is linux/gpuplanner.1.in, its commands are those of the command line."""

from __future__ import annotations

import sys

from bundle.contents import CHECKOUT
from bundle.freeze import version

SOURCE = CHECKOUT / "packaging" / "linux" / "gpuplanner.1.in"


def man_page() -> str:
    """The page in roff."""
    if str(CHECKOUT) not in sys.path:
        sys.path.insert(0, str(CHECKOUT))
    from gpuplanner.cli import COMMANDS  # needs the standard library alone

    lines = [f".TP\n.B {_roff(name)}\n{_roff(what)}" for name, what in COMMANDS.items()]
    text = SOURCE.read_text("utf-8").replace("@VERSION@", version())
    return text.replace("@COMMANDS@", "\n".join(lines))


def _roff(text: str) -> str:
    """Escape what roff would read as its own; a dash in a command is one to be copied."""
    escaped = text.replace("\\", "\\e").replace("-", "\\-")
    return f"\\&{escaped}" if escaped.startswith((".", "'")) else escaped

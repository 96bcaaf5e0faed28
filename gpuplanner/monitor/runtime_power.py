"""Whether a card sleeps, read from the kernel without touching the card: NVML would wake a laptop's GPU.

On other systems than Linux, and where the kernel shows no such files, no card ever counts as asleep.
"""

from __future__ import annotations

import contextlib
import os
from pathlib import Path

SYS = Path("/sys")


def kernel_address(pci_bus_id: str) -> str:
    """NVML's PCI address as the kernel writes it.

    >>> kernel_address("00000000:0A:00.0")
    '0000:0a:00.0'
    """
    domain, _, rest = pci_bus_id.lower().partition(":")
    return f"{domain[-4:]}:{rest}"


class RuntimePower:
    """The kernel's runtime power management of the cards that NVIDIA's driver has."""

    def __init__(self, root: Path = SYS) -> None:
        self._driver = root / "bus" / "pci" / "drivers" / "nvidia"
        self._devices = root / "bus" / "pci" / "devices"

    def addresses(self) -> tuple[str, ...]:
        """The PCI addresses of NVIDIA's cards; empty where the kernel does not show them."""
        try:
            names = os.listdir(self._driver)  # noqa: PTH208 - called often, and names are all that is needed
        except OSError:
            return ()
        return tuple(sorted(name for name in names if name.count(":") == 2))

    def may_sleep(self, address: str) -> bool:
        """Whether the kernel may suspend the card (``auto``); a server's cards are kept ``on``."""
        return self._text(address, "control") == "auto"

    def asleep(self, address: str) -> bool:
        """Whether the card is suspended now, or about to be."""
        return self._text(address, "runtime_status") in ("suspended", "suspending")

    def _text(self, address: str, name: str) -> str:
        with contextlib.suppress(OSError):
            return (
                (self._devices / address / "power" / name)
                .read_text(encoding="ascii", errors="replace")
                .strip()
            )
        return ""

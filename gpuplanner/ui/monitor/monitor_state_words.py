"""The states of the monitor and the troubles of a card in words: what, what follows from it, what to do."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QObject

from gpuplanner.monitor.readings import (
    GPU_IS_LOST,
    NO_PERMISSION,
    OPERATING_SYSTEM,
    RESET_REQUIRED,
    UNKNOWN,
    Missing,
    MissingKind,
)
from gpuplanner.monitor.states import State, StateKind
from gpuplanner.ui.told import as_sentence, told, told_advice


@dataclass(frozen=True)
class StateText:
    """What a state is called, what follows from it, what to do, and what an expert wants to know."""

    title: str
    consequence: str
    to_do: str
    details: str
    is_fault: bool = True
    """False where nothing is wrong: no GPU, asleep, starting."""

    def line(self) -> str:
        """Everything but the details in one line."""
        return " ".join(part for part in (self.title, self.consequence, self.to_do) if part)


class StateWords(QObject):
    """Words for states and for cards that cannot be read."""

    def of(self, state: State) -> StateText:
        """A state of the monitor as a whole."""
        title, to_do = self._title(state), self._to_do(state)
        quiet = state.kind in (StateKind.STARTING, StateKind.RESTING, StateKind.ASLEEP, StateKind.STOPPED)
        consequence = "" if quiet else self.tr("Planning works all the same, with the card's capacity.")
        parts = [self.tr("State: {kind}").format(kind=state.kind.value)]
        if state.code:
            parts.append(self.tr("NVML's return code: {code}").format(code=state.code))
        parts.append(self.tr("NVML: {line}").format(line=told_advice(state.what, state.to_do)))
        if not quiet:
            parts.append(self.tr("It is tried again every few seconds; nothing has to be restarted here."))
        is_fault = not quiet and state.kind not in (StateKind.NO_GPU, StateKind.NO_LIBRARY)
        return StateText(title, consequence, to_do, "\n".join(parts), is_fault)

    def _title(self, state: State) -> str:
        titles = {
            StateKind.STARTING: self.tr("Looking for the GPUs …"),
            StateKind.RESTING: self.tr("Resting, because nothing shows the GPUs."),
            StateKind.STOPPED: self.tr("The monitor has stopped."),
            StateKind.ASLEEP: self.tr("The GPU is asleep to save power; reading it would wake it."),
            StateKind.NO_BINDING: self.tr("The Python package nvidia-ml-py is missing."),
            StateKind.SHADOWED: self.tr("The Python module pynvml comes from another package."),
            StateKind.NO_LIBRARY: self.tr("No NVIDIA driver on this computer."),
            StateKind.NO_DRIVER: self.tr("The NVIDIA driver is not loaded."),
            StateKind.MISMATCH: self.tr("The NVIDIA driver was updated while running."),
            StateKind.NO_PERMISSION: self.tr("This user may not use the NVIDIA driver."),
            StateKind.CGROUP_BLOCK: self.tr("The operating system blocks the GPU for this container or job."),
            StateKind.LOST_ACCESS: self.tr("The NVIDIA driver answers with an unknown fault."),
            StateKind.NO_GPU: self.tr("The driver is there, but it sees no GPU."),
        }
        return titles.get(state.kind) or as_sentence(told(state.what))

    def _to_do(self, state: State) -> str:
        to_do = {
            StateKind.ASLEEP: self.tr("Its figures appear when a program uses it."),
            StateKind.NO_BINDING: self.tr("Install it: pip install nvidia-ml-py"),
            StateKind.SHADOWED: self.tr("Remove it: pip uninstall pynvml, then install nvidia-ml-py again."),
            StateKind.NO_LIBRARY: self.tr(
                "If there is an NVIDIA GPU, install its driver; containers need the Container Toolkit."
            ),
            StateKind.NO_DRIVER: self.tr(
                "Install or load it (modprobe nvidia); with Secure Boot its module has to be signed."
            ),
            StateKind.MISMATCH: self.tr("Restart the computer to see the cards."),
            StateKind.NO_PERMISSION: self.tr("Ask who administers this computer for access to /dev/nvidia*."),
            StateKind.CGROUP_BLOCK: self.tr("Start the container or the job with a GPU."),
            StateKind.LOST_ACCESS: self.tr(
                "A container that lost its GPU sees this: restart it, or else the computer."
            ),
            StateKind.NO_GPU: self.tr(
                "Check that the card is plugged in and visible here or in the container."
            ),
        }
        return to_do.get(state.kind) or (as_sentence(told(state.to_do)) if state.to_do else "")

    def of_card(self, problem: Missing, last_reading: str) -> StateText:
        """A card that cannot be read; ``last_reading`` is when it could, in words, or empty."""
        code = problem.code
        if problem.kind is MissingKind.NOT_ASKED:
            title, to_do = (
                self.tr("Asleep to save power"),
                self.tr("Reading it would wake it. Its figures appear when a program uses it."),
            )
        else:
            title, to_do = {
                GPU_IS_LOST: (
                    self.tr("Lost from the bus"),
                    self.tr("The other cards go on. Restarting the computer usually brings it back."),
                ),
                RESET_REQUIRED: (
                    self.tr("Has to be reset"),
                    self.tr("nvidia-smi --gpu-reset, or restart the computer."),
                ),
                NO_PERMISSION: (
                    self.tr("No permission"),
                    self.tr("Ask the administrator; with MIG a container sees its instances only."),
                ),
                OPERATING_SYSTEM: (
                    self.tr("Blocked by the system"),
                    self.tr("The container or the job was started without this card."),
                ),
                UNKNOWN: (
                    self.tr("Unknown fault"),
                    self.tr("A container that lost the card sees this: restart it."),
                ),
            }.get(code, (self.tr("Cannot be read"), as_sentence(told(problem.reason))))
        if code:
            title = self.tr("{what} (NVML {code})").format(what=title, code=code)
        return StateText(title, last_reading, to_do, told(problem.reason), problem.kind is MissingKind.ERROR)

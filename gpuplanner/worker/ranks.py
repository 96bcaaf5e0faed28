"""This process among those that torchrun or Slurm has started: who it is, what the ranks tell each other.

A rank that *leads* reads the spec and the wish to stop, and its events are heard: under torchrun the first of
each node, which has a launcher of its own, under Slurm the first of all.  The others get the spec, and tell
what they have measured or why they fail, through a store: torchrun's, or one that the first rank keeps.
Otherwise there is one rank, which leads, and nothing here does anything.

Nothing imports torch before `Ranks.join`: the first event must not wait for it.
"""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import threading
import time
from collections.abc import Callable, Mapping, MutableMapping
from dataclasses import replace
from datetime import timedelta
from types import FrameType
from typing import Any

from gpuplanner.core.json_fields import from_fields, to_fields
from gpuplanner.core.trial import RankResult, TrialGpu, TrialResult, TrialStatus
from gpuplanner.core.trial_events import EndEvent, event_from_line, event_to_line
from gpuplanner.worker.channel import Channel

_JOIN = timedelta(seconds=120)
"""The slowest node has this long to import torch."""
_LOOK_S = 0.2
_OTHERS_WORD_S = 1.5
"""A collective fails here when another rank has failed there; that one's reason is worth waiting for."""
_LEAVE_S = 10.0
_SPEC, _FAILED, _RESULT, _ENDED = "spec", "failed", "result", "ended"


_TORCHRUN = {"size": "WORLD_SIZE", "rank": "RANK", "local": "LOCAL_RANK", "node": "GROUP_RANK"}
_SLURM = {"size": "SLURM_NTASKS", "rank": "SLURM_PROCID", "local": "SLURM_LOCALID"}


class Ranks:
    """Which rank this process is, of how many, by the variables of torchrun or of Slurm."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        by_slurm = "GPUPLANNER_RANKS_BY_SLURM" in environment  # gpuplanner.trial.slurm says so
        names = _SLURM if by_slurm else _TORCHRUN if "TORCHELASTIC_RUN_ID" in environment else {}
        said = {what: int(environment.get(name, "0")) for what, name in names.items()}
        self.world_size = max(1, said.get("size", 1))
        self.several = self.world_size > 1
        self.rank = said.get("rank", 0) if self.several else 0
        self.local_rank = said.get("local", 0) if self.several else 0
        self._node = said.get("node", 0) if self.several else 0
        self.leads = (self.rank if by_slurm else self.local_rank) == 0
        self._store: Any = None
        if by_slurm and self.several:
            self._meet_at(environment)

    def _meet_at(self, environment: Mapping[str, str]) -> None:
        """Where torchrun would say so: the first node, at a port that is this job's."""
        job, nodes = environment.get("SLURM_JOB_ID", "0"), environment.get("SLURM_STEP_NODELIST", "")
        alone = environment.get("SLURM_STEP_NUM_NODES", "1") == "1"
        os.environ.setdefault("MASTER_ADDR", "127.0.0.1" if alone else first_of(nodes))
        os.environ.setdefault("MASTER_PORT", str(20000 + int(job) % 20000))
        for name, number in (("RANK", self.rank), ("LOCAL_RANK", self.local_rank)):
            os.environ[name] = str(number)  # DeepSpeed looks for them
        os.environ["WORLD_SIZE"] = str(self.world_size)

    def take_card(self, environment: MutableMapping[str, str]) -> None:
        """See one card only, the one of this rank: it is then torch's first, as in a trial of one process."""
        if not self.several:
            return
        seen = [name for name in environment.get("CUDA_VISIBLE_DEVICES", "").split(",") if name.strip()]
        if "CUDA_VISIBLE_DEVICES" not in environment:
            environment["CUDA_VISIBLE_DEVICES"] = str(self.local_rank)
        elif len(seen) == 1 and "SLURM_PROCID" in environment:
            pass  # Slurm has given each task its own
        elif self.local_rank < len(seen):
            environment["CUDA_VISIBLE_DEVICES"] = seen[self.local_rank].strip()
        else:
            environment["CUDA_VISIBLE_DEVICES"] = ""

    def mind_terms(self, channel: Channel) -> None:
        """Leave at once when torchrun ends this rank, for it does when another one has died.

        There is nothing to say then: torchrun's summary names the rank and its signal; the launcher reads it.
        """
        if not self.several:
            return
        inner = signal.getsignal(signal.SIGTERM)

        def on_term(number: int, frame: FrameType | None) -> None:
            if not channel.stop_asked:
                os._exit(1)
            if callable(inner):
                inner(number, frame)

        signal.signal(signal.SIGTERM, on_term)

    def join(self, spec: str) -> None:
        """Find the others; a rank that leads gives its node's ranks the spec."""
        if self.several and self._store is None:
            self._store = _connected(self.rank)
        if self.several and self.leads:
            self._store.set(f"{_SPEC}/{self._node}", spec)

    def spec(self) -> str:
        """The spec that this node's first rank was given."""
        self.join("")
        return bytes(self._store.get(f"{_SPEC}/{self._node}")).decode()

    def begin(self, device: Any) -> None:
        """Make the group in which the ranks compute together."""
        if not self.several:
            return
        import torch.distributed as dist

        dist.init_process_group(
            "nccl" if device.type == "cuda" else "gloo",
            store=dist.PrefixStore("group", self._store),
            rank=self.rank,
            world_size=self.world_size,
        )

    # --- how it ends -----------------------------------------------------------------------------------

    def watch(self, tell: Callable[[EndEvent], object]) -> None:
        """End this process, with the words of another rank, as soon as that one has failed."""
        if not self.several or not self.leads:
            return
        store = _connected(self.rank)  # of its own: the main thread may be waiting in the other one

        def look() -> None:
            while True:
                time.sleep(_LOOK_S)
                try:
                    end = self._failure_of_another(store)
                    if end is not None:
                        tell(end)
                        store.set(_ENDED, "1")
                        os._exit(1)
                except RuntimeError:  # torchrun is gone, and its store
                    return

        threading.Thread(target=look, name="other ranks", daemon=True).start()

    def failed(self, end: EndEvent, *, alike: bool) -> EndEvent:
        """The end of all: another rank's, if it failed before; else this one's, and the others hear of it.

        ``alike``: every rank fails like this, so there is nobody to wait for.
        """
        if not self.several or self._store is None:
            return end
        until = time.monotonic() + (0.0 if alike or not self.leads else _OTHERS_WORD_S)
        while True:
            other = self._failure_of_another(self._store)
            if other is not None:
                return other
            if time.monotonic() >= until:
                break
            time.sleep(_LOOK_S)
        if not alike:
            end = replace(end, message=f"rank {self.rank}: {end.message}")
        self._store.compare_set(_FAILED, "", json.dumps({"rank": self.rank, "end": event_to_line(end)}))
        return end

    def gathered(self, result: TrialResult, gpu: TrialGpu | None) -> TrialResult:
        """The results of all ranks: each one's figures, and of memory those of the fullest rank."""
        if not self.several:
            return result
        mine = {"result": to_fields(result), "rank": to_fields(_figures(self.rank, result, gpu))}
        self._store.set(f"{_RESULT}/{self.rank}", json.dumps(mine))
        if not self.leads:
            return result
        told = [json.loads(bytes(self._store.get(f"{_RESULT}/{rank}"))) for rank in range(self.world_size)]
        ranks = tuple(from_fields(RankResult, one["rank"]) for one in told)
        fullest = max(told, key=lambda one: one["result"].get("peak_allocated_bytes") or 0)
        memory = from_fields(TrialResult, fullest["result"])
        return replace(
            result,
            ranks=ranks,
            peak_allocated_bytes=memory.peak_allocated_bytes,
            peak_reserved_bytes=memory.peak_reserved_bytes,
            peak_device_bytes=_largest(rank.peak_device_bytes for rank in ranks),
            peak_phase=memory.peak_phase,
            phases=memory.phases,
            top_tensors=memory.top_tensors,
        )

    def leave(self, end: EndEvent) -> int:
        """The code to leave with: torchrun ends all other ranks when one has failed."""
        if not self.several:
            return 0
        if self._store is not None:
            try:
                if self.leads:
                    self._store.set(_ENDED, "1")
                elif end.status is not TrialStatus.STOPPED:
                    # Peers whose connection breaks would tell that instead of what has happened.
                    self._store.wait([_ENDED], timedelta(seconds=_LEAVE_S))
            except RuntimeError:  # nobody is there any more
                pass
        return 0 if end.status is TrialStatus.OK else 1

    def _failure_of_another(self, store: Any) -> EndEvent | None:
        if not store.check([_FAILED]):
            return None
        said = json.loads(bytes(store.get(_FAILED)))
        if said["rank"] == self.rank:
            return None
        end = event_from_line(said["end"])
        assert isinstance(end, EndEvent)
        return end


def first_of(nodes: str) -> str:
    """The first name of Slurm's list of nodes: ``gpu[03-05,9],login`` begins with gpu03."""
    name, bracket, rest = nodes.partition("[")
    if not bracket or "," in name:
        return nodes.partition(",")[0]
    return name + re.split("[-,\\]]", rest)[0]


ALONE = Ranks({})
"""One process, as without torchrun."""


def _connected(rank: int) -> Any:
    """torchrun's store, where it keeps one; else the one of the first rank."""
    import torch.distributed as dist

    kept_by_torchrun = os.environ.get("TORCHELASTIC_USE_AGENT_STORE") == "True"
    store = dist.TCPStore(
        os.environ["MASTER_ADDR"],
        int(os.environ["MASTER_PORT"]),
        is_master=rank == 0 and not kept_by_torchrun,
        timeout=_JOIN,
        wait_for_workers=False,
        multi_tenant=True,
    )
    return dist.PrefixStore("gpuplanner", store)


def _figures(rank: int, result: TrialResult, gpu: TrialGpu | None) -> RankResult:
    return RankResult(
        rank,
        host=socket.gethostname(),
        gpu_name="" if gpu is None else gpu.name,
        gpu_uuid="" if gpu is None else gpu.uuid,
        peak_allocated_bytes=result.peak_allocated_bytes,
        peak_reserved_bytes=result.peak_reserved_bytes,
        peak_device_bytes=result.peak_device_bytes,
        peak_phase=result.peak_phase,
        phases={phase.name: phase.allocated_bytes for phase in result.phases},
        step_time_s=result.step_time_s,
    )


def _largest(sizes: Any) -> int | None:
    return max((size for size in sizes if size is not None), default=None)

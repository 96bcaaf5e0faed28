"""Which way of sharing a plan asks for, and which are not run."""

from __future__ import annotations

from gpuplanner.core.plan import Quantization, Sharding
from gpuplanner.core.trial import TrialSpec
from gpuplanner.worker.ranks import Ranks
from gpuplanner.worker.refusal import Refused
from gpuplanner.worker.sharded import Alone, Replicated, Sharded, Shared
from gpuplanner.worker.zero import STAGES, Partitioned


def shared_by(spec: TrialSpec, ranks: Ranks) -> Shared:
    """What the plan says.

    Raises:
        Refused: it cannot be run here, in words for the user.
    """
    plan = spec.plan
    if not ranks.several:
        return Alone()
    if plan.n_gpus != ranks.world_size:
        raise Refused(f"the plan has {plan.n_gpus} GPUs, and torchrun has started {ranks.world_size} ranks")
    if plan.fused_loss:
        raise Refused("a fused loss leaves the path along which ranks see a step; try fused_loss false")
    if plan.sharding is Sharding.DDP:
        return Replicated()
    if plan.sharding is Sharding.FSDP:
        if plan.quantization not in (None, Quantization.NONE):
            raise Refused("packed weights are not sharded here; try sharding ddp, or quantization none")
        return Sharded(spec)
    if plan.sharding in STAGES:
        return Partitioned(spec)
    asked = "none" if plan.sharding is None else plan.sharding.value
    raise Refused(f"several ranks are run by ddp, fsdp, zero2 or zero3, not by sharding {asked}")

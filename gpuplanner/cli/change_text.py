"""Changes of a plan in the words of the command line: what to do, and what it costs the user."""

from __future__ import annotations

from gpuplanner.core.estimate import Change, ChangeCost
from gpuplanner.core.fields import Value, write_value
from gpuplanner.core.plan import Offload, ResolvedPlan
from gpuplanner.core.sample_lengths import SampleLengths
from gpuplanner.core.units import gib, per_cent
from gpuplanner.estimator.parameters import inventory


def changed_fields(change: Change) -> dict[str, object]:
    """The changed fields with their new values, as JSON has them."""
    return {name: plain(value) for name, value in change.changed}


def plain(value: Value) -> object:
    """A field's value as JSON has it."""
    return getattr(value, "value", value)


def change_title(change: Change) -> str:
    """The options to give: ``--fused-loss true``."""
    return " ".join(f"--{name.replace('_', '-')} {_quoted(value)}" for name, value in change.changed)


def _quoted(value: Value) -> str:
    text = write_value(value)
    return f'"{text}"' if " " in text else text


def note_of(before: ResolvedPlan, change: Change, lengths: SampleLengths | None, taken_bytes: int) -> str:
    """What is lost, or that nothing is."""
    fields = dict(change.changed)
    for name, note in _notes(before, change, lengths, taken_bytes).items():
        if name in fields:
            return note
    return _BY_COST[change.cost]


_BY_COST = {
    ChangeCost.NOTHING: "same result",
    ChangeCost.OTHERS: "same result; other programs make room",
    ChangeCost.TIME: "same result, another time",
    ChangeCost.DATA: "cuts samples",
    ChangeCost.QUALITY: "less exact",
    ChangeCost.HARDWARE: "needs more hardware",
}


def _notes(
    before: ResolvedPlan, change: Change, lengths: SampleLengths | None, taken_bytes: int
) -> dict[str, str]:
    """A note by the field that decides it, in the order of their weight."""
    plan, after = before.plan, change.plan
    method = {
        "lora": "trains adapters only: less can be learned than by training everything",
        "qlora": "trains adapters on a base in 4 bits: less exact, and not merged without loss",
    }
    batch = "same samples per step" if plan.samples_per_step == after.samples_per_step else "smaller batches"
    return {
        "model": f"a weaker model, {_billions(before, change)}",
        "method": method.get(str(plain(after.method)), "other weights are trained"),
        "seq_len": _cut(change, lengths),
        "budget": f"gives back {gib(taken_bytes)} GiB that other programs hold: close them, or move the "
        "display to another GPU",
        "gpu": f"another card: {gib(before.gpu.memory_bytes, 2)} GiB are too few",
        "gpus_per_node": f"{after.gpus_per_node} GPUs in each node instead of {plan.gpus_per_node}",
        "offload": "the optimizer's states lie in host memory"
        if after.offload is Offload.OPTIMIZER
        else "the weights lie in host memory",
        "micro_batch_size": batch,
        "fused_loss": "same gradients",
        "grad_checkpointing": "same result; activations are computed twice",
        "attention": "same result by another kernel",
        "optimizer": "same result"
        if change.cost is ChangeCost.NOTHING
        else "moments in 8 bits, paged to the host: about the same result",
        "sharding": "same result; the GPUs divide the states, and communicate more",
        "quantization": "weights in fewer bits: less exact",
        "kv_cache_precision": "a cache in 8 bits: less exact",
        "precision": "weights and moments in 16 bits: less exact",
        "adapter_precision": "adapters and moments in 16 bits: small updates may be lost",
        "lora_rank": "adapters of a lower rank learn less",
        "lora_targets": "fewer layers are adapted",
    }


def _cut(change: Change, lengths: SampleLengths | None) -> str:
    length = change.plan.seq_len
    if lengths is None:
        return "cuts the samples that are longer (how many: --lengths FILE.jsonl)"
    if lengths.longest <= length:
        return f"no sample is longer than {lengths.longest:,} tokens"
    return f"cuts {per_cent(lengths.truncated_share(length))} of samples"


def _billions(before: ResolvedPlan, change: Change) -> str:
    here = inventory(before.llm).n_parameters / 1e9
    return f"{change.plan.model} instead of {here:.1f} B parameters"

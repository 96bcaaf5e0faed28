"""Sentences about one plan in the report's language: title, verdict, what it rests on, changes."""

from __future__ import annotations

from gpuplanner.core.estimate import Change, Estimate, Fits, MeasuredPeak
from gpuplanner.core.plan import PLAN_FIELD, Method, Plan, Quantization, ResolvedPlan
from gpuplanner.core.units import gib, signed
from gpuplanner.estimator.estimate import PHYSICS
from gpuplanner.estimator.parameters import inventory, lora_parameters
from gpuplanner.report.blocks import Bullets, VerdictBlock
from gpuplanner.report.cases import Case
from gpuplanner.report.words import Words

_WIDE = 0.9


def gpus_of(words: Words, resolved: ResolvedPlan) -> str:
    """ "one RTX 4090", "4 × A100", "2 × 2 × A100"."""
    plan = resolved.plan
    if plan.nodes > 1:
        return words("gpus_nodes", nodes=plan.nodes, n=plan.gpus_per_node, card=resolved.gpu.name)
    if plan.gpus_per_node > 1:
        return words("gpus_many", n=plan.gpus_per_node, card=resolved.gpu.name)
    return words("gpus_one", card=resolved.gpu.name)


def plan_title(words: Words, resolved: ResolvedPlan) -> str:
    """ "QLoRA of Qwen-14B at 4,096 tokens"."""
    plan = resolved.plan
    key = "title_inference" if plan.method is Method.INFERENCE else "title_one"
    method = words.choice(plan.method)
    return words(
        key, method=method[:1].upper() + method[1:], model=resolved.llm.name, length=f"{plan.seq_len:,}"
    )


def plan_name(words: Words, case: Case) -> str:
    """A plan in a table: its own name, or model, method, length and GPUs."""
    if case.name:
        return case.name
    plan = case.resolved.plan
    return f"{case.resolved.llm.name} {words.choice(plan.method)} {plan.seq_len:,}"


def reason(words: Words, case: Case) -> str:
    """Why the verdict is what it is, in one sentence."""
    answer = case.answer.estimate
    if answer.measured is not None:
        return measured_reason(words, answer, answer.measured)
    spare = answer.budget_bytes - answer.memory.peak_device_bytes
    if answer.fits is Fits.YES:
        return words("reason_yes", free=gib(spare))
    if answer.fits is Fits.TIGHT:
        above = answer.memory.peak_device_bytes > _WIDE * answer.budget_bytes
        return words("reason_tight" if above else "reason_tight_range", free=gib(spare))
    longest = case.answer.chart.tight_to
    if longest is None:
        return words("reason_no_length", over=gib(-spare))
    return words("reason_no", over=gib(-spare), n=f"{longest:,}")


def measured_reason(words: Words, answer: Estimate, peak: MeasuredPeak) -> str:
    """Which row the verdict rests on, and what it took."""
    if peak.oom:
        key = "reason_measured_oom"
    else:
        key = "reason_measured_no" if answer.fits is Fits.NO else "reason_measured_tight"
    return words(
        key,
        row=peak.row + 1,
        gib=gib(peak.bytes),
        length=f"{peak.seq_len:,}",
        card=peak.gpu,
        over=gib(max(peak.bytes - answer.budget_bytes, 0)),
    )


def verdict_block(words: Words, case: Case) -> VerdictBlock:
    """The verdict in words and figures."""
    answer = case.answer.estimate
    memory = answer.memory
    return VerdictBlock(
        answer.fits,
        words(f"fits_{answer.fits.value}"),
        reason(words, case),
        gib(memory.peak_device_bytes),
        words("gib_per_gpu"),
        words("range_90", low=gib(memory.low_device_bytes), high=gib(memory.high_device_bytes)),
    )


def rests_on(words: Words, case: Case) -> Bullets:
    """What the estimate takes as given, and what was measured nearest to it."""
    answer = case.answer.estimate
    resolved, plan = answer.resolved, answer.resolved.plan
    alone = answer.calibration == PHYSICS.name
    items = [
        words(
            "rests_weights",
            model=resolved.llm.name,
            parameters=_count(inventory(resolved.llm).n_parameters),
            trainable=_count(trained_parameters(resolved)),
            method=words.choice(plan.method),
            weights=words.choice(
                plan.precision if plan.quantization is Quantization.NONE else plan.quantization
            ),
        ),
        words(
            "rests_settings",
            checkpointing=words.choice(plan.grad_checkpointing),
            attention=words.choice(plan.attention),
            fused=words.choice(plan.fused_loss),
            optimizer=words.choice(plan.optimizer),
            sharding=words.choice(plan.sharding),
        ),
        words(
            "rests_batch",
            micro=f"{plan.micro_batch_size:,}",
            accumulation=f"{plan.grad_accum_steps:,}",
            gpus=f"{plan.n_gpus:,}",
            samples=f"{plan.samples_per_step:,}",
        ),
        *_work(words, case),
        words("rests_budget", gib=gib(answer.budget_bytes, 2)),
        _nearest(words, case),
        words("rests_calibration", name=words("physics") if alone else answer.calibration),
    ]
    return Bullets(words("rests_on"), tuple(items))


def change_words(words: Words, before: Plan, change: Change) -> str:
    """ "Fused loss no → yes, accumulation 1 → 2"."""
    texts = [
        words(
            "change_one",
            field=words.field(PLAN_FIELD[name]),
            old=words.choice(getattr(before, name)),
            new=words.choice(value),
        )
        for name, value in change.changed
    ]
    return ", ".join(texts)


def trained_parameters(resolved: ResolvedPlan) -> int:
    """Parameters that the plan trains: everything, adapters, or adapters and second copies of embeddings."""
    plan, counted = resolved.plan, inventory(resolved.llm)
    if plan.method is Method.INFERENCE:
        return 0
    if plan.method is Method.FULL:
        return counted.n_parameters
    adapters = lora_parameters(resolved.llm, plan.lora_rank, plan.lora_targets)
    embeddings = counted.embedding_parameters + counted.head_parameters
    return adapters + (embeddings if plan.method is Method.LORA_EMB else 0)


def _work(words: Words, case: Case) -> list[str]:
    work = case.answer.estimate.work
    if case.work is None or work is None:
        return []
    samples, epochs = f"{case.work.samples:,}", f"{case.work.epochs:g}"
    return [words("rests_work", samples=samples, epochs=epochs, steps=f"{work.steps:,}")]


def _nearest(words: Words, case: Case) -> str:
    nearest = case.answer.nearest
    if nearest is None:
        return words("rests_nothing")
    return words(
        "rests_nearest",
        measured=gib(nearest.point.bytes),
        length=f"{nearest.point.length:,}",
        estimate=gib(nearest.estimate_bytes),
        error=signed(100 * (nearest.estimate_bytes / nearest.point.bytes - 1), 1),
    )


def _count(n: int) -> str:
    """A count of parameters: 7.72 B, 143 M."""
    return f"{n / 1e9:,.2f} B" if n >= 1e9 else f"{n / 1e6:,.0f} M" if n >= 1e6 else f"{n:,}"

"""Every term of one estimate with its formula, the numbers in it and its source, as plain data."""

from __future__ import annotations

from dataclasses import dataclass

from gpuplanner.core.estimate import Estimate
from gpuplanner.core.plan import ResolvedPlan
from gpuplanner.core.units import GB
from gpuplanner.estimator.columns import Array, columns_of
from gpuplanner.estimator.constants import MemoryConstants
from gpuplanner.estimator.memory_quantities import quantities
from gpuplanner.estimator.time_terms import TIME_TERMS
from gpuplanner.report.parts import part_figures
from gpuplanner.report.term_numbers import term_numbers

TIME = "time"
"""Name of the group that explains the step time."""


@dataclass(frozen=True)
class ExplainedTerm:
    """One share of a part: ``amount`` in bytes per GPU or in seconds, ``numbers`` empty where it has none."""

    name: str
    amount: float
    formula: str
    numbers: str
    source: str


@dataclass(frozen=True)
class ExplainedPart:
    """A part of the peak (`report.parts`) or the step time (`TIME`), its terms the largest first."""

    name: str
    amount: float
    terms: tuple[ExplainedTerm, ...]


@dataclass(frozen=True)
class Symbol:
    """A letter of the formulae, what it stands for, and its number in this plan."""

    letter: str
    meaning: str
    number: str


@dataclass(frozen=True)
class Explanation:
    """One estimate, opened."""

    peak_phase: str
    parts: tuple[ExplainedPart, ...]
    memory_symbols: tuple[Symbol, ...]
    time_symbols: tuple[Symbol, ...]

    def part(self, name: str) -> ExplainedPart:
        """A part by its name; KeyError where there is none."""
        for part in self.parts:
            if part.name == name:
                return part
        raise KeyError(name)


def explain(estimate: Estimate) -> Explanation:
    """Open an estimate: the parts of its peak in their order, then the step time."""
    memory = estimate.memory
    numbers = term_numbers(estimate.resolved, memory.terms)
    parts = [
        ExplainedPart(
            part.name,
            part.bytes,
            tuple(
                ExplainedTerm(term.name, term.bytes, term.formula, numbers.get(term.name, ""), term.source)
                for term in part.terms
            ),
        )
        for part in part_figures(memory, 1.0)
    ]
    return Explanation(
        memory.peak_phase,
        (*parts, _time(estimate)),
        _memory_symbols(estimate.resolved),
        _time_symbols(estimate.resolved),
    )


def _time(estimate: Estimate) -> ExplainedPart:
    known = {term.name: term for term in TIME_TERMS}
    shares = sorted(estimate.step.shares, key=lambda share: -share[1])
    terms = tuple(
        ExplainedTerm(name, seconds, known[name].formula, "", known[name].source)
        for name, seconds in shares
        if seconds > 0
    )
    return ExplainedPart(TIME, estimate.step.seconds, terms)


def _memory_symbols(resolved: ResolvedPlan) -> tuple[Symbol, ...]:
    c = columns_of([resolved])
    q, m = quantities(c), c.model
    figures = (
        _count("P", "parameters", m.parameters),
        _count("N", "adapter parameters", q.adapters),
        _count("C", "second copies of trained embeddings", q.copies),
        _count("T", "trained parameters", q.trained),
        _count("E", "embeddings", m.embedding),
        _count("H", "head", q.head_weights),
        _count("W", "linears of one layer", m.layer_weights),
        _count("h", "hidden size", m.hidden),
        _count("f", "width of the MLP", m.mlp_width),
        _count("L", "layers", m.layers),
        _count("V", "vocabulary", m.vocab),
        _count("t", "tokens of a micro batch", q.tokens),
        _count("g", "GPUs", c.gpus),
        _count("b", "bytes of a stored parameter", q.parameter_bytes),
        _count("d", "bytes of an adapter parameter", q.adapter_bytes),
        _count("a", "bytes of an activation", c.compute_bytes),
        _count("r", "bytes of the residual stream", c.stream_bytes),
    )
    k = MemoryConstants()
    constants = (
        Symbol("cache", "what the allocator keeps, bytes", f"{k.cache_bytes:,.0f}"),
        Symbol("share", "of the allocator's block overhead", f"{k.fragmentation_share:g}"),
        Symbol("lead", "layers gathered ahead", f"{k.gather_lead_layers:g}"),
    )
    return (*figures, *constants)


def _count(letter: str, meaning: str, value: Array) -> Symbol:
    return Symbol(letter, meaning, f"{float(value[0]):,.0f}")


def _time_symbols(resolved: ResolvedPlan) -> tuple[Symbol, ...]:
    c = columns_of([resolved])
    return (
        Symbol("P", "dense peak, TFLOP/s", f"{c.peak_flops[0] / 1e12:,.4g}"),
        Symbol("e", "measured share of the peak", f"{c.matmul_share[0]:.3g}"),
        Symbol("BW", "memory bandwidth, GB/s", f"{c.bandwidth[0] / GB:,.4g}"),
        Symbol("T", "tokens of a sequence", f"{c.seq_len[0]:,.0f}"),
        Symbol("", "tokens of a micro batch", f"{c.tokens[0]:,.0f}"),
        Symbol("", "micro batches per step", f"{c.accumulation[0]:,.0f}"),
        Symbol("q", "query width", f"{c.model.query_width[0]:,.0f}"),
        Symbol("h", "hidden size", f"{c.model.hidden[0]:,.0f}"),
        Symbol("V", "vocabulary", f"{c.model.vocab[0]:,.0f}"),
        Symbol("g", "GPUs", f"{c.gpus[0]:,.0f}"),
    )

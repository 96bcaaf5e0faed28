"""Options of the commands about what a GPU may give and how much is to be trained."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gpuplanner.cli.options import number_option
from gpuplanner.core.errors import InputError
from gpuplanner.core.estimate import Budget, WorkRequest
from gpuplanner.core.plan import ResolvedPlan
from gpuplanner.core.price import Per, Price, read_price
from gpuplanner.core.sample_lengths import Counted, SampleLengths
from gpuplanner.core.units import MEMORY_UNITS, per_cent
from gpuplanner.data.catalog import Catalog
from gpuplanner.data.lengths import DataSet, read_lengths, tokenizer_beside

if TYPE_CHECKING:
    from gpuplanner.monitor.samples import Sample

FREE = "free"
WORK_OPTIONS = ("samples", "epochs", "price_per_gpu_hour", "electricity_price", "lengths", "packing")
"""Options that are for one plan."""


@dataclass(frozen=True)
class Work:
    """How much is to be trained, and the data set that says so, if one was given."""

    request: WorkRequest | None = None
    data_set: DataSet | None = None
    packing: bool = False

    @property
    def lengths(self) -> SampleLengths | None:
        """The lengths of the samples, where they are known."""
        return None if self.data_set is None else self.data_set.lengths


def add_budget_options(parser: argparse.ArgumentParser) -> None:
    """``--budget`` and ``--reserve-bytes``."""
    parser.add_argument(
        "--budget",
        default="capacity",
        help="capacity (of the card), free (of the local one, now), or bytes such as 20e9 or 22GiB",
    )
    parser.add_argument(
        "--reserve-bytes", default="0", help="bytes of the budget to keep free, such as 1.5GiB"
    )


def add_lengths_option(parser: argparse.ArgumentParser) -> None:
    """``--lengths``."""
    parser.add_argument(
        "--lengths",
        metavar="FILE.jsonl",
        help="your data set, one JSON object per line: the lengths of its samples (counted by length, "
        "num_tokens or input_ids of each record, else by tokenizer.json in the model's folder if the "
        "package tokenizers is there, else approximated from the characters)",
    )


def add_work_options(parser: argparse.ArgumentParser) -> None:
    """``--samples``, ``--epochs``, the prices, ``--lengths``, ``--packing``."""
    parser.add_argument("--samples", help="samples of the data set: adds hours, GPU-hours, kWh")
    parser.add_argument("--epochs", help="passes over the data set; default: 1")
    add_price_options(parser)
    add_lengths_option(parser)
    parser.add_argument(
        "--packing",
        action="store_true",
        help="with --lengths: samples joined and cut at the sequence length, so without padding",
    )


def add_price_options(parser: argparse.ArgumentParser) -> None:
    """``--price-per-gpu-hour`` and ``--electricity-price``."""
    parser.add_argument("--price-per-gpu-hour", help="your price, such as 1.9 or '1.9 EUR'")
    parser.add_argument(
        "--electricity-price",
        metavar="PRICE",
        help="your price of a kWh, such as 0.3 or '0.3 EUR': the electricity alone, never added to the price "
        "of GPU-hours, which mostly includes it where GPUs are rented",
    )


def budget_of(options: argparse.Namespace, resolved: ResolvedPlan | None = None) -> Budget:
    """The budget that the options describe; ``free`` needs the plan's GPU.

    Raises:
        InputError: an amount cannot be read, or nothing says what is free.
    """
    reserve = _bytes(options.reserve_bytes, "--reserve-bytes")
    if options.budget != FREE:
        return Budget(None if options.budget == "capacity" else _bytes(options.budget, "--budget"), reserve)
    if resolved is None:
        raise InputError.of("needs the card of a plan", "--budget free", "give bytes")
    return Budget(_free_bytes(_look(), resolved), reserve)


def budgets_of(options: argparse.Namespace) -> Callable[[ResolvedPlan], Budget]:
    """The budget of each of many plans; the local cards are looked at once, and only for ``free``.

    The function raises InputError for a plan whose card is not there.

    Raises:
        InputError: an amount cannot be read, or nothing says what is free.
    """
    if options.budget != FREE:
        same = budget_of(options)
        return lambda resolved: same
    reserve = _bytes(options.reserve_bytes, "--reserve-bytes")
    sample = _look()
    return lambda resolved: Budget(_free_bytes(sample, resolved), reserve)


def work_of(options: argparse.Namespace, resolved: ResolvedPlan, catalog: Catalog) -> Work:
    """How much is to be trained; the samples are those of the data set unless they are given.

    Raises:
        InputError: a number or the data set cannot be read.
    """
    if options.lengths is None and options.packing:
        raise InputError.of("needs the lengths of the samples", "--packing", "add --lengths FILE.jsonl")
    data_set = None if options.lengths is None else data_set_of(options.lengths, resolved, catalog)
    if options.samples is None and data_set is None:
        return Work(request_of(options, None))
    count = _samples(options.samples, data_set)
    if options.packing and data_set is not None:
        # As many sequences as the tokens of that many samples fill.
        count = data_set.lengths.packed_sequences(resolved.plan.seq_len, count)
    return Work(request_of(options, count), data_set, options.packing)


def request_of(options: argparse.Namespace, count: int | None) -> WorkRequest | None:
    """So many samples, with the epochs and the prices of the options; None without samples.

    Raises:
        InputError: a number cannot be read, or there are epochs or a price for no samples.
    """
    epochs, price, electricity = options.epochs, options.price_per_gpu_hour, electricity_of(options)
    if count is None:
        if epochs is not None or price is not None or electricity is not None:
            raise InputError.of("hours and cost need the number of samples", "--samples", "add --samples N")
        return None
    passes = 1.0 if epochs is None else number_option(epochs, "--epochs")
    if price is None:
        return WorkRequest(count, passes, electricity=electricity)
    asked = price_option(price)
    return WorkRequest(count, passes, asked.amount, asked.currency, electricity)


def electricity_of(options: argparse.Namespace) -> Price | None:
    """The price of ``--electricity-price``; None without one.

    Raises:
        InputError: it cannot be read.
    """
    text = options.electricity_price
    return None if text is None else price_option(text, "--electricity-price", Per.KWH)


def price_option(text: str, option: str = "--price-per-gpu-hour", per: Per = Per.GPU_HOUR) -> Price:
    """The price that an option gives.

    Raises:
        InputError: it cannot be read.
    """
    try:
        return read_price(text, per)
    except ValueError as error:
        raise InputError.of(str(error), option) from error


def data_set_of(file: str, resolved: ResolvedPlan, catalog: Catalog) -> DataSet:
    """Read a data set with the tokenizer in the model's folder, if it has one; say which lines are bad.

    Raises:
        InputError: there is nothing to read.
    """
    tokenizer = tokenizer_beside(catalog.model_path(resolved.plan.model))
    live = sys.stderr.isatty()

    def progress(done: int, size: int) -> None:
        print(f"\r{file}: {100 * done // max(size, 1)} %", end="", file=sys.stderr, flush=True)

    found = read_lengths(Path(file), tokenizer, progress if live else None)
    if live:
        print("\r\033[K", end="", file=sys.stderr, flush=True)
    for problem in found.problems:
        print(problem.line(), file=sys.stderr)
    unnamed = found.n_bad_lines - len(found.problems)
    if unnamed:
        print(f"{file}: {unnamed:,} more lines that are no samples", file=sys.stderr)
    return found


def lengths_document(work: Work, seq_len: int) -> dict[str, Any] | None:
    """What ``estimate --json`` says of the data set, under ``work``; None without one."""
    if work.data_set is None or work.request is None:
        return None
    lengths = work.data_set.lengths
    return {
        "file": work.data_set.path,
        "samples": lengths.n_samples,
        "tokens": lengths.n_tokens,
        "counted": lengths.counted.value,
        "p50": lengths.percentile(50),
        "p95": lengths.percentile(95),
        "max": lengths.longest,
        "truncated_share": 0.0 if work.packing else lengths.truncated_share(seq_len),
        "padding_share": 0.0 if work.packing else lengths.padding_share(seq_len),
        "packing": work.packing,
        "sequences": work.request.samples,
        "bad_lines": work.data_set.n_bad_lines,
    }


def lengths_lines(work: Work, seq_len: int) -> list[str]:
    """The same in lines for people."""
    if work.data_set is None:
        return []
    lengths = work.data_set.lengths
    found = (
        f"  {lengths.n_samples:,} samples: p50 {lengths.percentile(50):,} · p95 {lengths.percentile(95):,} "
        f"· max {lengths.longest:,} tokens"
    )
    cut, padding = lengths.truncated_share(seq_len), lengths.padding_share(seq_len)
    if work.packing and work.request is not None:
        lines = [f"{found}; packed into {work.request.samples:,} sequences of {seq_len:,}"]
    else:
        lines = [f"{found}; {per_cent(cut)} cut at {seq_len:,}; padded to it, {per_cent(padding)} is padding"]
    if lengths.counted in (Counted.APPROXIMATED, Counted.MIXED):
        lines.append(
            "  lengths approximated at 0.3 tokens a character (0.6 in Chinese, Japanese, Korean): "
            "give num_tokens in each record for exact ones"
        )
    return lines


def _samples(text: str | None, data_set: DataSet | None) -> int:
    if text is None:
        assert data_set is not None, "asked for samples where there are none"
        return data_set.lengths.n_samples
    return samples_in(text)


def samples_in(text: str) -> int:
    """``--samples`` as a whole number.

    Raises:
        InputError: it is none.
    """
    number = number_option(text, "--samples", 1)
    if not number.is_integer():
        raise InputError.of(f"{text} is not a whole number", "--samples")
    return int(number)


def _bytes(text: str, option: str) -> int:
    """A number of bytes, with a unit or without."""
    for unit, size in MEMORY_UNITS.items():
        number = text.removesuffix(unit)
        # "22MB" is no 22M B: a unit that is not known is refused rather than cut in two.
        if number != text and not number.rstrip()[-1:].isalpha():
            return int(number_option(number, option) * size)
    return int(number_option(text, option))


def _look() -> Sample:
    """The local cards as they are now."""
    # Here, as the binding of NVML takes longer to load than an estimate.
    from gpuplanner.monitor.free import HINT, look_once

    sample, state = look_once()
    if sample is None:
        raise InputError.of(state.what, "--budget free", HINT)
    return sample


def _free_bytes(sample: Sample, resolved: ResolvedPlan) -> int:
    """What is free on the plan's GPU, on each of those that one machine has to give."""
    from gpuplanner.monitor.free import free_bytes

    return free_bytes(sample, resolved.gpu.nvml_name, resolved.plan.gpus_per_node)

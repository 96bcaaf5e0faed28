"""What exceptions mean; real ones where the CPU can raise them."""

from __future__ import annotations

from dataclasses import replace

import pytest
import torch

from gpuplanner.core.trial import TrialResult, TrialStatus
from gpuplanner.worker.failures import Failure, at_failure, failure_of


def test_that_more_than_the_host_has_is_out_of_host_memory() -> None:
    with pytest.raises(RuntimeError) as caught:
        torch.empty(2**60, dtype=torch.uint8)
    failure = failure_of(caught.value)
    assert (failure.status, failure.wanted_bytes, failure.exhausted) == (TrialStatus.OOM, 2**60, "host")
    assert failure.message == (
        "the host has run out of memory when 1,152,921,504,606,846,976 bytes were asked for"
    )


def test_that_a_memory_error_of_python_is_out_of_host_memory() -> None:
    with pytest.raises(MemoryError) as caught:
        bytearray(2**60)
    assert failure_of(caught.value) == Failure(
        TrialStatus.OOM, "the host has run out of memory", None, "host"
    )


CARD = [
    (
        torch.OutOfMemoryError(
            "CUDA out of memory. Tried to allocate 20.00 GiB. GPU 0 has a total capacity of 79.25 GiB of "
            "which 3.12 GiB is free."
        ),
        20 * 2**30,
    ),
    (torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 512.00 MiB (GPU 0; 7.93 GiB)"), 2**29),
    (torch.OutOfMemoryError("other words in another version"), None),
    (torch.AcceleratorError("CUDA error: out of memory"), None),
    (RuntimeError("CUDA error: CUBLAS_STATUS_ALLOC_FAILED when calling `cublasCreate(handle)`"), None),
    (RuntimeError("cuDNN error: CUDNN_STATUS_ALLOC_FAILED"), None),
    (RuntimeError("NCCL Error 1: unhandled cuda error: Cuda failure 2 'out of memory'"), None),
]


@pytest.mark.parametrize(("error", "wanted"), CARD)
def test_that_the_cards_exhaustion_is_known_by_type_or_words(error: RuntimeError, wanted: int | None) -> None:
    failure = failure_of(error)
    assert (failure.status, failure.wanted_bytes, failure.exhausted) == (TrialStatus.OOM, wanted, "card")


def test_that_the_number_of_an_accelerators_error_counts_whatever_it_says() -> None:
    error = torch.AcceleratorError("CUDA error: Speicher voll")
    assert failure_of(error).status is TrialStatus.FAILED
    error.error_code = 2
    assert failure_of(error).status is TrialStatus.OOM


def test_that_a_cause_deep_in_the_chain_is_found() -> None:
    error = ValueError("could not load the model")
    error.__cause__ = TypeError("no attribute")
    error.__cause__.__context__ = torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 2.00 MiB")
    assert failure_of(error).wanted_bytes == 2**21


@pytest.mark.parametrize(
    "error",
    [
        RuntimeError("mat1 and mat2 shapes cannot be multiplied"),
        RuntimeError("Storage size calculation overflowed"),
        torch.AcceleratorError("CUDA error: an illegal memory access was encountered"),
        ValueError("out of memory"),
    ],
)
def test_that_other_errors_are_failures_in_their_own_words(error: Exception) -> None:
    failure = failure_of(error)
    assert (failure.status, failure.exhausted) == (TrialStatus.FAILED, "")
    assert failure.message == f"{type(error).__name__}: {error}"


def test_that_a_circle_of_causes_ends() -> None:
    error = ValueError("a")
    error.__context__ = other = ValueError("b")
    other.__context__ = error
    assert failure_of(error).status is TrialStatus.FAILED


def test_that_the_result_keeps_what_was_measured() -> None:
    so_far = TrialResult("cuda", peak_allocated_bytes=7, notes=("a",))
    failure = Failure(TrialStatus.OOM, "", 9, "card")
    expected = replace(so_far, failed_phase="loss", failed_step=3, wanted_bytes=9, exhausted="card")
    assert at_failure(so_far, failure, "loss", 3) == expected  # no card was used in this process

"""Out-of-memory messages of every wording become figures; any text is read in a moment."""

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gpuplanner.core.oom_message import MAX_CHARACTERS, OomKind, OomMessage, looks_like_oom, read_oom

MIB, GIB = 2**20, 2**30

# The wordings as c10/cuda/CUDACachingAllocator.cpp composes them, with figures of our own.
OLD = (
    "RuntimeError: CUDA out of memory. Tried to allocate 1.16 GiB (GPU 1; 23.69 GiB total capacity; "
    "20.00 GiB already allocated; 600.50 MiB free; 22.50 GiB reserved in total by PyTorch)"
)
OLD_20 = OLD + (
    " If reserved memory is >> allocated memory try setting max_split_size_mb to avoid fragmentation.  See "
    "documentation for Memory Management and PYTORCH_CUDA_ALLOC_CONF"
)
CACHED = (
    "CUDA out of memory. Tried to allocate 20.00 MiB (GPU 0; 7.79 GiB total capacity; 6.00 GiB already "
    "allocated; 10.00 MiB free; 1.00 GiB cached)"
)
NEW = (
    "torch.OutOfMemoryError: CUDA out of memory. Tried to allocate 1.16 GiB. GPU 0 has a total capacity of "
    "31.36 GiB of which 471.69 MiB is free. Including non-PyTorch memory, this process has 16.63 GiB memory "
    "in use. Process 19239 has 14.26 GiB memory in use. Of the allocated memory 15.03 GiB is allocated by "
    "PyTorch, and 1.00 GiB is reserved by PyTorch but unallocated. If reserved but unallocated memory is "
    "large try setting PYTORCH_CUDA_ALLOC_CONF=expandable_segments:True to avoid fragmentation."
)
V21 = NEW.replace("capacity", "capacty").replace("torch.OutOf", "torch.cuda.OutOf")
POOLS = (
    "HIP out of memory. Tried to allocate 2.00 MiB. GPU 0 has a total capacity of 255.98 GiB of which 244.65 "
    "GiB is free. 1.05 GiB allowed; Of the allocated memory 1017.01 MiB is allocated by PyTorch, with 17.00 "
    "MiB allocated in private pools (e.g., HIP Graphs), and 54.99 MiB is reserved by PyTorch but unallocated."
)
CONTAINER = (
    "CUDA out of memory. Tried to allocate 224.00 MiB. GPU 0 has a total capacity of 14.75 GiB of which "
    "11.06 MiB is free. Process 3258 has 14.73 GiB memory in use. Of the allocated memory 14.04 GiB is "
    "allocated by PyTorch, and 509.85 MiB is reserved by PyTorch but unallocated."
)


def read(text: str) -> OomMessage:
    message = read_oom(text)
    assert message is not None
    return message


@pytest.mark.parametrize("text", [OLD, OLD_20])
def test_that_the_wording_up_to_torch_20_is_read(text: str) -> None:
    message = read(text)
    assert message.kind is OomKind.ALLOCATOR
    assert message.device == 1
    assert message.attempted_bytes == round(1.16 * GIB)
    assert message.total_bytes == round(23.69 * GIB)
    assert message.allocated_bytes == 20 * GIB
    assert message.free_bytes == round(600.5 * MIB)
    assert message.reserved_bytes == round(22.5 * GIB)
    assert message.unallocated_bytes == round(2.5 * GIB)
    assert message.process_bytes is None


def test_that_what_old_torch_calls_cached_is_beside_what_is_allocated() -> None:
    message = read(CACHED)
    assert message.reserved_bytes == 7 * GIB
    assert message.wording == "torch up to 1.3"


@pytest.mark.parametrize(("text", "wording"), [(NEW, "torch ≥ 2.2"), (V21, "torch 2.1")])
def test_that_the_wording_since_torch_21_is_read(text: str, wording: str) -> None:
    message = read(text)
    assert message.total_bytes == round(31.36 * GIB)
    assert message.free_bytes == round(471.69 * MIB)
    assert message.process_bytes == round(16.63 * GIB)
    assert message.others == ((19239, round(14.26 * GIB)),)
    assert message.allocated_bytes == round(15.03 * GIB)
    assert message.unallocated_bytes == GIB
    assert message.wording == wording


def test_that_limits_private_pools_and_hip_are_read() -> None:
    message = read(POOLS)
    assert message.allowed_bytes == round(1.05 * GIB)
    assert message.private_pool_bytes == 17 * MIB
    assert message.unallocated_bytes == round(54.99 * MIB)


def test_that_the_process_of_a_container_is_known_by_what_it_holds() -> None:
    message = read(CONTAINER)
    assert message.process_bytes == round(14.73 * GIB)
    assert message.others == ()


def test_that_the_drivers_not_available_is_no_figure() -> None:
    text = NEW.replace("this process has 16.63 GiB", "this process has 17179869184.00 GiB")
    assert read(text).process_bytes is None


def test_that_nothing_allocated_is_a_figure() -> None:
    text = NEW.replace("15.03 GiB is allocated", "0 bytes is allocated")
    message = read(text)
    assert (message.allocated_bytes, message.reserved_bytes) == (0, GIB)


def test_that_a_traceback_with_colours_prefixes_and_broken_lines_is_read() -> None:
    lines = [
        "Traceback (most recent call last):",
        '  File "train.py", line 3, in <module>',
        "    loss = self.loss_function(logits=logits, labels=labels)",
        *NEW.split(". "),
    ]
    for prefix in ("[rank3]: ", "(RayTrainWorker pid=123, ip=10.0.0.1) ", "2: ", "> ", "\x1b[31m"):
        message = read(
            "\n".join(f"{prefix}{line}" for line in lines).replace("\n[rank3]: GPU", ".\n[rank3]: GPU")
        )
        assert message.attempted_bytes == round(1.16 * GIB), prefix
        assert message.total_bytes == round(31.36 * GIB), prefix
        assert message.moment == "loss", prefix


@pytest.mark.parametrize(
    ("line", "moment"),
    [
        ("    self.optimizer.step()", "optimizer"),
        ("    loss.backward()", "backward"),
        ("    logits = self.lm_head(hidden)", "loss"),
        ("    model = AutoModelForCausalLM.from_pretrained(name)", "load"),
        ("    hidden, _ = self.self_attn(", "forward"),
        ("    something()", ""),
    ],
)
def test_that_the_traceback_tells_the_moment(line: str, moment: str) -> None:
    before = "Traceback (most recent call last):\n    self.optimizer.step()\nValueError: x\n"
    text = f"{before}Traceback (most recent call last):\n{line}\n{NEW}"
    assert read(text).moment == moment


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        (
            "RuntimeError: CUDA error: CUBLAS_STATUS_ALLOC_FAILED when calling `cublasCreate(handle)`",
            OomKind.CUBLAS,
        ),
        ("enqueue.cc:1085 NCCL WARN Cuda failure 2 'out of memory'", OomKind.NCCL),
        ("Error out of memory at line 351 in file csrc/pythonInterface.c", OomKind.BITSANDBYTES),
        ("RuntimeError: CUDA error: out of memory\nCUDA kernel errors might be", OomKind.DRIVER),
        ("root cause: exitcode: -9 (pid: 41)", OomKind.KILLED),
        ("CUDA out of memory, sorry", OomKind.DRIVER),
    ],
)
def test_that_other_libraries_are_known(text: str, kind: OomKind) -> None:
    message = read(text)
    assert message.kind is kind
    assert message.attempted_bytes is None


@pytest.mark.parametrize("words", ["can't allocate memory", "not enough memory"])
def test_that_the_hosts_allocator_is_read(words: str) -> None:
    message = read(
        f"[enforce fail at alloc_cpu.cpp:75] err == 0. DefaultCPUAllocator: {words}: you tried to allocate "
        "132426121216 bytes. Error code 12 (Cannot allocate memory)"
    )
    assert (message.kind, message.attempted_bytes) == (OomKind.HOST, 132426121216)


def test_that_the_last_of_several_messages_is_read() -> None:
    message = read(f"{OLD}\nretrying\n{NEW}")
    assert (message.n_messages, message.device) == (2, 0)


@pytest.mark.parametrize("text", ["", "memory", "All is well: 3 GiB free;", "Tried to allocate 5 GiB"])
def test_that_other_texts_are_no_message(text: str) -> None:
    assert not looks_like_oom(text)


PIECES = [
    "CUDA out of memory. ",
    "Tried to allocate ",
    "1.16 GiB",
    "Process 1 has ",
    " memory in use",
    "9" * 60,
]


@settings(max_examples=300, deadline=None)
@given(st.lists(st.one_of(st.sampled_from([*PIECES, NEW, OLD, "\n", "\x1b["]), st.text(max_size=20))))
def test_that_any_text_is_read_without_harm(pieces: list[str]) -> None:
    read_oom("".join(pieces))


@pytest.mark.parametrize(
    "piece",
    [
        "9" * 100,
        "1.16 GiB ",
        "CUDA out of memory. ",
        "\x1b[" + "0;" * 50,
        "(a pid=1",
        "Process 1 has ",
        " ",
        "\n",
    ],
)
def test_that_no_text_takes_long(piece: str) -> None:
    text = piece * (2 * MAX_CHARACTERS // len(piece)) + NEW
    start = time.monotonic()
    assert read_oom(text) is not None
    assert time.monotonic() - start < 20

"""Reads an out-of-memory message, as torch, its libraries and launchers print it, into bytes.

Wordings checked against PyTorch's ``c10/cuda/CUDACachingAllocator.cpp`` through its history: up to 1.3
"(GPU 0; … already allocated; … cached)", to 2.0 "… reserved in total by PyTorch)", 2.1 "total capacty of"
(its own spelling), then "… of which … is free. Process N has … Including non-PyTorch memory, this process
has …", with private pools since PR #124673; ``c10/xpu`` and hipified builds say XPU and HIP.  The host's:
``c10/core/impl/alloc_cpu.cpp``.  Libraries: bitsandbytes#464 ("Error out of memory at line"), cuBLAS
(bitsandbytes#278), NCCL (``Cuda failure 2 'out of memory'``).

The text may be anything: it is cut to its end, and every pattern is bounded, so that reading takes a moment.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum

MAX_CHARACTERS = 2**20
"""Of a long log only the end is read; the message is there."""
_WINDOW = 2500
"""Characters of one message, with room for the lines of many processes."""

_ANSI = re.compile(r"\x1b\[[0-9;:?]{0,40}[ -/]{0,4}[@-~]")
_PREFIX = re.compile(
    r"^(?:\[rank\d{1,6}\]:|\([A-Za-z_][^()\n]{0,80}\bpid=\d{1,10}[^()\n]{0,60}\)|\d{1,4}: |[>#] )\s{0,8}"
)
_SPACES = re.compile(r"\s+")
_SIZE = r"(\d{1,18}(?:\.\d{1,6})?) ?(bytes|[KMGT]i?B)"
_UNITS = {"bytes": 1, "KiB": 2**10, "MiB": 2**20, "GiB": 2**30, "TiB": 2**40}
_UNITS |= {"KB": 2**10, "MB": 2**20, "GB": 2**30, "TB": 2**40}
"""torch writes GiB; its MPS allocator writes GB and means the same."""

_START = re.compile(r"\b(CUDA|HIP|XPU|NPU|MLU|MUSA|MPS)(?: backend)? out of memory\b")
_TRIED = re.compile(r"[Tt]ried to allocate " + _SIZE)
_GPU = re.compile(r"\b(?:GPU|NPU|MLU|Device) (\d{1,4})\b")
_TOTAL = re.compile(r"total capaci?ty of " + _SIZE + "|" + _SIZE + " total capacity")
_FREE = re.compile(r"of which " + _SIZE + " ?is free|" + _SIZE + " free;")
_OLD_ALLOCATED = re.compile(_SIZE + " already allocated")
_OLD_RESERVED = re.compile(_SIZE + r" reserved in total by PyTorch")
_OLD_CACHED = re.compile(_SIZE + r" cached\)")
_ALLOCATED = re.compile(r"Of the allocated memory " + _SIZE + " is allocated by PyTorch")
_UNALLOCATED = re.compile(_SIZE + " is reserved by PyTorch but unallocated")
_POOLS = re.compile(r"with " + _SIZE + " allocated in private pools")
_OTHER = re.compile(r"Process (\d{1,10}) has " + _SIZE + " memory in use")
_OWN = re.compile(r"this process has " + _SIZE + " memory in use")
_ALLOWED = re.compile(_SIZE + r" allowed;|max allowed: " + _SIZE)
_CPU = re.compile(r"(?:can't allocate memory|not enough memory): you tried to allocate (\d{1,18}) bytes")
_ABSURD = 2**50
"""NVML's "not available" is printed as 17179869184 GiB."""


class OomKind(str, Enum):
    """Who ran out, which decides how much the message says."""

    ALLOCATOR = "allocator"
    """torch's own allocator on the card: all figures."""
    HOST = "host"
    """The machine's memory, by torch's allocator: what was asked for."""
    KILLED = "killed"
    """The system ended the process, mostly for want of host memory."""
    CUBLAS = "cublas"
    NCCL = "nccl"
    BITSANDBYTES = "bitsandbytes"
    DRIVER = "driver"
    """The driver, asked by something else than torch's allocator."""


_LIBRARIES: tuple[tuple[str, OomKind], ...] = (
    ("CUBLAS_STATUS_ALLOC_FAILED", OomKind.CUBLAS),
    ("CUBLAS_STATUS_NOT_INITIALIZED", OomKind.CUBLAS),
    ("CUDNN_STATUS_ALLOC_FAILED", OomKind.CUBLAS),
    ("Cuda failure 2 'out of memory'", OomKind.NCCL),
    ("Cuda failure 'out of memory'", OomKind.NCCL),
    ("Error out of memory at line", OomKind.BITSANDBYTES),
    ("CUDA error: out of memory", OomKind.DRIVER),
    ("CUDA driver error: out of memory", OomKind.DRIVER),
    ("HIP error: out of memory", OomKind.DRIVER),
    ("cudaErrorMemoryAllocation", OomKind.DRIVER),
    ("CUDA_ERROR_OUT_OF_MEMORY", OomKind.DRIVER),
    ("exitcode: -9", OomKind.KILLED),
    ("exit code: -9", OomKind.KILLED),
    ("Signal 9 (SIGKILL)", OomKind.KILLED),
    ("died with <Signals.SIGKILL", OomKind.KILLED),
    ("oom-kill", OomKind.KILLED),
)

_MOMENTS: tuple[tuple[str, tuple[str, ...]], ...] = (
    (
        "optimizer",
        ("optimizer.step(", "exp_avg", "_multi_tensor_", "_init_group", "optim/adam", "optim/lion"),
    ),
    ("backward", ("loss.backward(", "accelerator.backward(", "autograd.backward(", "run_backward(")),
    ("loss", ("cross_entropy", "loss_function(", "loss_utils", "lm_head(", "logits.float()", "log_softmax")),
    (
        "load",
        ("from_pretrained(", "load_state_dict", "core_model_loading", "_load_pretrained", "module.cuda("),
    ),
    ("forward", ("model(**inputs", "_attn(", "self_attn(", "self.mlp(", "scaled_dot_product", "checkpoint(")),
)


@dataclass(frozen=True)
class OomMessage:
    """What a message says; None where it says nothing.

    ``reserved_bytes`` holds ``allocated_bytes``.  Figures were rounded when they were printed: a size is
    exact to ``step_bytes`` of it.
    """

    kind: OomKind
    attempted_bytes: int | None = None
    total_bytes: int | None = None
    free_bytes: int | None = None
    allocated_bytes: int | None = None
    reserved_bytes: int | None = None
    process_bytes: int | None = None
    """All that this process holds of the card, as the driver says."""
    others: tuple[tuple[int, int], ...] = ()
    """Other processes on the card: (number, bytes)."""
    private_pool_bytes: int | None = None
    allowed_bytes: int | None = None
    """A limit that the process was given (``set_per_process_memory_fraction``)."""
    device: int | None = None
    attempted_step_bytes: int = 0
    moment: str = ""
    """The phase of a step that the traceback points to, or nothing."""
    wording: str = ""
    """Which versions of torch write so."""
    n_messages: int = 1
    """Messages in the text; the last is read."""

    @property
    def unallocated_bytes(self) -> int | None:
        """What torch holds and does not use."""
        if self.reserved_bytes is None or self.allocated_bytes is None:
            return None
        return max(0, self.reserved_bytes - self.allocated_bytes)


def looks_like_oom(text: str) -> bool:
    """Whether a text, such as the clipboard's, is worth reading."""
    return read_oom(text) is not None


def read_oom(text: str) -> OomMessage | None:
    """The last out-of-memory message of a text; None when there is none."""
    plain = _plain(text)
    moment = _moment(plain)
    starts = [match.start() for match in _START.finditer(plain)]
    found = [start for start in starts if _TRIED.search(plain, start, start + _WINDOW)]
    if found:
        return _allocator(plain, found, moment)
    host = list(_CPU.finditer(plain))
    if host:
        asked = int(host[-1][1])
        return OomMessage(OomKind.HOST, attempted_bytes=asked, moment=moment, n_messages=len(host))
    for mark, kind in _LIBRARIES:
        count = plain.count(mark)
        if count:
            return OomMessage(kind, moment=moment, n_messages=count)
    return OomMessage(OomKind.DRIVER, moment=moment, n_messages=len(starts)) if starts else None


def _plain(text: str) -> str:
    """The end of the text without colours, line prefixes and line breaks."""
    text = _ANSI.sub("", text[-MAX_CHARACTERS:])
    lines = [_PREFIX.sub("", line.strip()) for line in text.splitlines()]
    return _SPACES.sub(" ", " ".join(lines))


def _allocator(plain: str, starts: list[int], moment: str) -> OomMessage:
    start = starts[-1]
    message = plain[start : start + _WINDOW]
    tried = _TRIED.search(message)
    assert tried is not None, "looked for before"
    allocated = _size(_ALLOCATED.search(message) or _OLD_ALLOCATED.search(message))
    unallocated = _size(_UNALLOCATED.search(message))
    reserved = _size(_OLD_RESERVED.search(message))
    cached = _size(_OLD_CACHED.search(message))
    if reserved is None and allocated is not None:
        more = unallocated if unallocated is not None else cached
        reserved = None if more is None else allocated + more
    total = _size(_TOTAL.search(message))
    own, others = _processes(message, reserved)
    gpu = _GPU.search(message)
    return OomMessage(
        OomKind.ALLOCATOR,
        attempted_bytes=_size(tried),
        total_bytes=total,
        free_bytes=_size(_FREE.search(message)),
        allocated_bytes=allocated,
        reserved_bytes=reserved,
        process_bytes=own,
        others=others,
        private_pool_bytes=_size(_POOLS.search(message)),
        allowed_bytes=_size(_ALLOWED.search(message)),
        device=None if gpu is None else int(gpu[1]),
        attempted_step_bytes=_step(tried),
        moment=moment,
        wording=_wording(message),
        n_messages=len(starts),
    )


def _processes(message: str, reserved: int | None) -> tuple[int | None, tuple[tuple[int, int], ...]]:
    """What this process holds, and what others do.

    In a container the driver knows the process by another number, so that torch takes it for a stranger:
    where it does not name itself, the stranger that holds what torch reserved is this very process.
    """
    own = _believable(_size(_OWN.search(message)))
    others = []
    for match in _OTHER.finditer(message):
        size = _believable(_bytes(match[2], match[3]))
        if size is not None:
            others.append((int(match[1]), size))
    if own is None and reserved:
        # The context takes 0.2 to 1.5 GiB beside what torch reserved.
        alike = [item for item in others if 0.98 * reserved <= item[1] <= reserved + 2 * 2**30]
        if alike:
            itself = min(alike, key=lambda item: item[1] - reserved)
            others.remove(itself)
            own = itself[1]
    return own, tuple(others)


def _believable(size: int | None) -> int | None:
    return size if size is not None and size < _ABSURD else None


def _size(match: re.Match[str] | None) -> int | None:
    """The bytes of the first size in a match."""
    if match is None:
        return None
    groups = [group for group in match.groups() if group is not None]
    return _bytes(groups[0], groups[1])


def _bytes(number: str, unit: str) -> int:
    size: float = float(number) * _UNITS[unit]
    return round(size)


def _step(match: re.Match[str]) -> int:
    """How far a printed size can be from the real one."""
    decimals = len(match[1].partition(".")[2])
    step: float = _UNITS[match[2]] / 10.0**decimals
    return max(1, round(step))


def _moment(plain: str) -> str:
    """The phase whose words stand nearest to the end of the last traceback, or nothing."""
    start = max(plain.rfind("Traceback (most recent call last)"), 0)
    places = {name: max(plain.rfind(word, start) for word in words) for name, words in _MOMENTS}
    best = max(places, key=lambda name: places[name])
    return best if places[best] >= 0 else ""


def _wording(message: str) -> str:
    if "total capacty" in message:
        return "torch 2.1"
    if "total capacity;" in message:
        if "cached)" in message:
            return "torch up to 1.3"
        return "torch 1.10 to 2.0" if "max_split_size_mb" in message else "torch 1.4 to 1.9"
    if "PYTORCH_ALLOC_CONF" in message:
        return "torch ≥ 2.9"
    return "torch ≥ 2.2" if "total capacity of" in message else ""

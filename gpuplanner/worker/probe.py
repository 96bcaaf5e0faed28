"""Says what a Python has for a trial, in JSON lines on stdout: a script of its own, started by the launcher.

Standard library only, and words that Python 3.5 can read: an old Python has to come far enough to be told
that it is too old.  Before each import that may hang or crash, a line says what is being tried.
"""

import importlib
import json
import os
import sys
import sysconfig
import time

# The folder of this file holds modules named `build` and `train`, which a library may mean otherwise.
if sys.path and os.path.basename(sys.path[0]) == "worker":  # noqa: PTH119  (before pathlib is imported)
    del sys.path[0]

_STACK = ("torch", "transformers", "peft", "bitsandbytes")
"""What a trial imports; the rest is told by its version only."""
_NAMED = (*_STACK, "accelerate", "safetensors", "deepspeed", "flash_attn")
_OLDEST = (3, 10)


def main() -> None:
    """Tell all, line by line."""
    events = os.dup(1)
    os.dup2(2, 1)  # libraries print
    sys.stdout = sys.stderr

    def say(**fields: object) -> None:
        os.write(events, (json.dumps(fields) + "\n").encode())

    say(at="start", python=".".join(map(str, sys.version_info[:3])), **_place())
    if sys.version_info < _OLDEST:
        return
    found = _found()
    say(versions={name: text for name, (text, _) in found.items()}, installer=_installer(found))
    for name in _STACK:
        if name not in found:
            continue
        say(at=name)
        start = time.time()
        try:
            importlib.import_module(name)
        except BaseException as error:  # a library may even call sys.exit
            text = str(error).strip().splitlines()
            reason = type(error).__name__ + (": " + text[0][:400] if text else "")
            say(failed=name, reason=reason)
        else:
            say(imported=name, seconds=round(time.time() - start, 3))
            if name == "torch":
                say(at="cards")
                say(**_cards())
    say(at="end")


def _place() -> dict:  # type: ignore[type-arg]
    paths = sysconfig.get_paths()
    standard = paths.get("stdlib", "")
    return {
        "prefix": sys.prefix,
        "is_venv": sys.prefix != getattr(sys, "base_prefix", sys.prefix),
        "is_conda": os.path.isdir(os.path.join(sys.prefix, "conda-meta")),  # noqa: PTH112, PTH118
        "is_managed": os.path.exists(os.path.join(standard, "EXTERNALLY-MANAGED")),  # noqa: PTH110, PTH118
        "folders": sorted({paths[name] for name in ("purelib", "platlib") if name in paths}),
    }


def _found() -> dict:  # type: ignore[type-arg]
    """Version and installer of each package that is there, from its metadata or, without, from its folder."""
    from importlib.metadata import PackageNotFoundError, distribution
    from importlib.util import find_spec

    found = {}
    for name in (*_NAMED, "pip"):
        try:
            package = distribution(name)
            found[name] = (package.version, (package.read_text("INSTALLER") or "").strip())
        except PackageNotFoundError:
            try:
                spec = find_spec(name)
            except (ImportError, ValueError):
                spec = None
            if spec is not None and spec.origin:  # a checkout on the path
                found[name] = ("", "")
    return found


def _installer(found: dict) -> str:  # type: ignore[type-arg]
    return str(found.get("torch", ("", ""))[1])


def _cards() -> dict:  # type: ignore[type-arg]
    """What torch was built for, and which cards it sees."""
    torch = sys.modules["torch"]
    cuda, problem, cards = "", "", []
    try:
        cuda = str(torch.version.cuda or "")
        if torch.cuda.is_available():
            built_for = list(torch.cuda.get_arch_list())
            cards = [_card(torch, index, built_for) for index in range(torch.cuda.device_count())]
        elif not cuda:
            problem = "torch is built without CUDA"
        else:
            torch.cuda.init()  # says why
            problem = "torch sees no card"
    except Exception as error:  # drivers fail in many ways
        problem = (str(error).strip().splitlines() or [type(error).__name__])[0][:300]
    version = str(getattr(torch, "__version__", ""))
    return {"torch": version, "cuda": cuda, "cards": cards, "problem": problem}


def _card(torch: object, index: int, built_for: list) -> dict:  # type: ignore[type-arg]
    about = torch.cuda.get_device_properties(index)  # type: ignore[attr-defined]
    major, minor = about.major, about.minor
    uuid = str(getattr(about, "uuid", ""))
    return {
        "name": about.name,
        "uuid": uuid if not uuid or uuid.startswith(("GPU-", "MIG-")) else "GPU-" + uuid,
        "capacity_bytes": about.total_memory,
        "compute_capability": str(major) + "." + str(minor),
        "supported": _runs(major, minor, built_for),
    }


def _runs(major: int, minor: int, built_for: list) -> bool:  # type: ignore[type-arg]
    """Code for sm_80 runs on 8.x from 8.0 on; code for compute_80 is compiled for any later card."""
    for name in built_for:
        kind, _, number = name.partition("_")
        number = "".join(letter for letter in number if letter.isdigit())
        if not number:
            continue
        of = int(number[:-1] or 0), int(number[-1])
        if kind == "sm" and of[0] == major and of[1] <= minor:
            return True
        if kind == "compute" and of <= (major, minor):
            return True
    return not built_for


if __name__ == "__main__":
    main()
    sys.stderr.flush()
    os._exit(0)  # libraries of a card may take seconds to clear up, or crash

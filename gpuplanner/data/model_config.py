"""Read a model's shape from a ``config.json`` of any name, or from a folder that holds one.

The file is a stranger's: it is opened without waiting (a pipe must not hang the program), read up to a
limit, and every way in which it can be wrong ends in one `InputError` that says where and what to do.
"""

from __future__ import annotations

import errno
import json
import os
import stat
from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from gpuplanner.core.errors import InputError
from gpuplanner.core.llm import Llm
from gpuplanner.core.units import MIB, shorten
from gpuplanner.data.config_keys import MOST_LAYERS, ConfigKeys
from gpuplanner.data.model_families import LLAMA_LIKE, Family
from gpuplanner.data.model_families_experts import WITH_EXPERTS
from gpuplanner.data.model_families_own import OWN_WORDS
from gpuplanner.estimator.parameters import inventory

CONFIG_NAME = "config.json"
MAX_BYTES = MIB
MAX_PARAMETERS = 10**14
"""A hundred times the largest published model; above it a shape is a slip of the pen."""

FAMILIES: Mapping[str, Family] = {**LLAMA_LIKE, **OWN_WORDS, **WITH_EXPERTS}
"""Every model type that is known, with the function that reads it."""

_SNAPSHOT = "models--"


def read_config(path: str | os.PathLike[str]) -> Llm:
    """Read the shape from a file, or from a folder's ``config.json``; it is named after the folder or file.

    Raises:
        InputError: with one problem.
    """
    file, values = read_config_values(path)
    return config_from_mapping(values, str(file), name=_name_of(file))


def read_config_values(path: str | os.PathLike[str]) -> tuple[Path, Mapping[str, object]]:
    """The file itself (of a folder: its ``config.json``) and its keys, word for word.

    Raises:
        InputError: with one problem.
    """
    where = Path(path)
    file = where
    try:
        if stat.S_ISDIR(where.stat().st_mode):
            file = where / CONFIG_NAME
        data = _read(file)
    except FileNotFoundError:
        if file is where:
            raise InputError.of("there is no such file or folder", str(where), "check the path") from None
        raise InputError.of(
            f"the folder has no {CONFIG_NAME}",
            str(where),
            "choose a model folder as Hugging Face lays it out",
        ) from None
    except (OSError, ValueError) as error:
        raise InputError.of(_why(error), str(file), "choose another file") from None
    return file, _parse(data, str(file))


def config_from_mapping(values: Mapping[str, object], where: str, *, name: str) -> Llm:
    """The shape that the keys of a ``config.json`` describe; ``where`` is what messages call it.

    Raises:
        InputError: with one problem.
    """
    keys = ConfigKeys(values, where)
    if "peft_type" in values:
        raise InputError.of("describes an adapter, not a model", where, "choose the base model's config.json")
    model_type = keys.text("model_type")
    family = FAMILIES.get(model_type)
    if family is None:
        raise InputError.of(
            f"the model type {shorten(model_type)!r} is not known",
            where,
            f"known are {', '.join(sorted(FAMILIES))}",
        )
    llm = replace(family(keys, model_type), name=name)
    count = inventory(llm).n_parameters
    if count > MAX_PARAMETERS:
        raise InputError.of(
            f"the sizes make {count:.1e} parameters, more than any model has", where, "correct the file"
        )
    return llm


def outline_from_mapping(values: Mapping[str, object], where: str, *, name: str) -> Llm:
    """The sizes that a file of an unknown model type says in the usual words; what it does not say is 0.

    Enough to run such a model by transformers, not to count or to estimate it.

    Raises:
        InputError: with one problem.
    """
    keys = ConfigKeys(values, where)
    layers = ("num_hidden_layers", "n_layer", "n_layers", "num_layers")
    keys.need(layers, "vocab_size")
    return Llm(
        name=name,
        model_type=keys.text("model_type"),
        hidden_size=keys.integer(("hidden_size", "n_embd", "d_model", "dim"), 0, low=0),
        num_hidden_layers=keys.integer(layers, high=MOST_LAYERS),
        num_attention_heads=keys.integer(("num_attention_heads", "n_head", "n_heads"), 0, low=0),
        num_key_value_heads=keys.integer("num_key_value_heads", 0, low=0),
        head_dim=keys.integer("head_dim", 0, low=0),
        intermediate_size=keys.integer(("intermediate_size", "ffn_dim", "n_inner"), 0, low=0),
        vocab_size=keys.integer("vocab_size"),
        tie_word_embeddings=keys.flag("tie_word_embeddings", True),
    )


def _read(file: Path) -> bytes:
    """The file's bytes.  Raises OSError, or ValueError with a reason for the user."""
    # Without O_NONBLOCK, opening a pipe waits for its writer, for ever if there is none.
    flags = (
        os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0) | getattr(os, "O_CLOEXEC", 0)
    )
    handle = os.open(file, flags)
    with os.fdopen(handle, "rb") as stream:
        if not stat.S_ISREG(os.fstat(handle).st_mode):
            raise ValueError("is not a plain file")
        data = stream.read(MAX_BYTES + 1)
    if len(data) > MAX_BYTES:
        raise ValueError(f"is larger than {MAX_BYTES // MIB} MiB, which no {CONFIG_NAME} is")
    return data


def _why(error: OSError | ValueError) -> str:
    if not isinstance(error, OSError):
        return "the path holds a null character" if "null" in str(error) else str(error)
    if isinstance(error, PermissionError):
        return "may not be read"
    return {
        errno.ELOOP: "is a loop of links",
        errno.ENAMETOOLONG: "the path is too long",
        errno.ENOTDIR: "a part of the path is a file, not a folder",
        errno.ENXIO: "is not a plain file",
        errno.EISDIR: "is not a plain file",
    }.get(error.errno or 0, f"cannot be read ({error.strerror or type(error).__name__})")


def _parse(data: bytes, where: str) -> dict[str, object]:
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise InputError.of("is not UTF-8 text", where, "save it as UTF-8") from None
    try:
        values = json.loads(text, object_pairs_hook=_distinct, parse_constant=_refuse_constant)
    except json.JSONDecodeError as error:
        what = f"is not JSON (line {error.lineno}, column {error.colno})" if text.strip() else "is empty"
        raise InputError.of(what, where, "choose a config.json") from None
    except RecursionError:
        raise InputError.of("is nested too deeply", where, "choose a config.json") from None
    except ValueError as error:
        reason = str(error) if isinstance(error, _Refused) else "holds a number of too many digits"
        raise InputError.of(reason, where, "correct the file") from None
    if not isinstance(values, dict):
        raise InputError.of("holds no object with keys", where, "choose a config.json")
    return values


class _Refused(ValueError):
    """JSON that Python would read, but that says nothing certain."""


def _distinct(pairs: list[tuple[str, object]]) -> dict[str, object]:
    values = dict(pairs)
    if len(values) < len(pairs):
        twice = next(key for key, n in Counter(key for key, _ in pairs).items() if n > 1)
        raise _Refused(f"has the key {shorten(twice)!r} twice")
    return values


def _refuse_constant(word: str) -> object:
    raise _Refused(f"holds {word}, which is not a number")


def _name_of(file: Path) -> str:
    """The folder's name for a ``config.json``, else the file's; the model's in Hugging Face's own cache."""
    if file.name != CONFIG_NAME:
        return file.stem
    parts = Path(os.path.normpath(file.absolute())).parts[:-1]
    for part in reversed(parts):
        if part.startswith(_SNAPSHOT):
            return part.split("--")[-1]
    return parts[-1] if len(parts) > 1 else file.stem

"""Reads the keyword arguments of the calls in a Python file, which is parsed and never run."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from dataclasses import dataclass, field

from gpuplanner.core.errors import InputError

_DEPTH = 20
_TORCH_TYPES = ("bfloat16", "float16", "float32", "half", "float")


class Unreadable:
    """The value of an argument that is made when the program runs."""


UNREADABLE = Unreadable()


@dataclass
class Call:
    """One call: the last part of its name, its arguments, and the line."""

    name: str
    arguments: list[object]
    keywords: dict[str, object]
    line: int
    unread: list[str] = field(default_factory=list)
    """Keywords whose value is not written out."""


def read_calls(text: str, where: str) -> list[Call]:
    """Every call of the file, in the order of its lines.

    Raises:
        InputError: it is no Python.
    """
    try:
        tree = ast.parse(text)
    except SyntaxError as error:
        raise InputError.of(
            f"is no Python ({error.msg})", f"{where}, line {error.lineno or 1}", "correct the file"
        ) from None
    except (ValueError, RecursionError, MemoryError) as error:
        raise InputError.of("is no Python that can be read", where, "correct the file") from error
    names = _constants(tree)
    calls = [_call(node, names) for node in ast.walk(tree) if isinstance(node, ast.Call)]
    return sorted((call for call in calls if call.name), key=lambda call: call.line)


def _constants(tree: ast.Module) -> dict[str, object]:
    """Names that are given one plain value, wherever; one that is given two values is not certain."""
    found: dict[str, object] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign | ast.AnnAssign):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            for target in targets:
                if isinstance(target, ast.Name) and node.value is not None:
                    value = _value(node.value, {})
                    twice = target.id in found
                    found[target.id] = UNREADABLE if twice else value
    return {name: value for name, value in found.items() if not isinstance(value, Unreadable)}


def _call(node: ast.Call, names: Mapping[str, object]) -> Call:
    call = Call(_last_name(node.func), [_value(item, names) for item in node.args], {}, node.lineno)
    for keyword in node.keywords:
        value = _value(keyword.value, names)
        if keyword.arg is None:
            if isinstance(value, Mapping):
                call.keywords.update({str(key): item for key, item in value.items()})
            else:
                call.unread.append("**")
        elif isinstance(value, Unreadable):
            call.unread.append(keyword.arg)
        else:
            call.keywords[keyword.arg] = value
    return call


def _last_name(node: ast.expr) -> str:
    if isinstance(node, ast.Name):
        return node.id
    return node.attr if isinstance(node, ast.Attribute) else ""


def _value(node: ast.expr, names: Mapping[str, object], depth: int = 0) -> object:
    """A plain value, a name that stands for one, or one of torch's types by its name."""
    if depth > _DEPTH:
        return UNREADABLE
    if isinstance(node, ast.Constant):
        return node.value
    if isinstance(node, ast.Name):
        return names.get(node.id, UNREADABLE)
    if isinstance(node, ast.Attribute) and node.attr in _TORCH_TYPES:
        return node.attr
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        inner = _value(node.operand, names, depth + 1)
        return -inner if isinstance(inner, int | float) else UNREADABLE
    if isinstance(node, ast.List | ast.Tuple):
        items = [_value(item, names, depth + 1) for item in node.elts]
        return UNREADABLE if any(isinstance(item, Unreadable) for item in items) else items
    if isinstance(node, ast.Dict):
        return _dict(node, names, depth)
    if isinstance(node, ast.Call) and _last_name(node.func) == "dict" and not node.args:
        pairs = [(word.arg, _value(word.value, names, depth + 1)) for word in node.keywords]
        plain = all(name is not None and not isinstance(value, Unreadable) for name, value in pairs)
        return dict(pairs) if plain else UNREADABLE
    return UNREADABLE


def _dict(node: ast.Dict, names: Mapping[str, object], depth: int) -> object:
    found: dict[object, object] = {}
    for key, item in zip(node.keys, node.values, strict=True):
        name = UNREADABLE if key is None else _value(key, names, depth + 1)
        value = _value(item, names, depth + 1)
        if isinstance(value, Unreadable) or not isinstance(name, str | int | float):
            return UNREADABLE
        found[name] = value
    return found

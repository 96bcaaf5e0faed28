"""Reads and writes YAML: the only door to PyYAML, and one that no stranger's file can break.

PyYAML's safe loader makes plain values and runs nothing.  Left out of it here: merge keys (``<<``), which can
grow without bounds, and keys that stand twice, of which YAML would silently keep the last.
"""

from __future__ import annotations

from collections.abc import Mapping

import yaml

from gpuplanner.core.errors import InputError
from gpuplanner.core.units import shorten


class _Refused(yaml.YAMLError):  # type: ignore[misc]
    """Something that YAML would allow, but that says nothing certain."""


class _Loader(yaml.SafeLoader):  # type: ignore[misc]
    """The safe loader, with distinct keys and without merges."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[object, object]:
        seen: set[str] = set()
        for key, _ in node.value:
            if key.tag == "tag:yaml.org,2002:merge":
                raise _Refused("uses a merge key (<<), which is not read here")
            if isinstance(key, yaml.ScalarNode):
                if key.value in seen:
                    raise _Refused(f"has the key {shorten(key.value)!r} twice")
                seen.add(key.value)
        values: dict[object, object] = super().construct_mapping(node, deep)
        return values

    def flatten_mapping(self, node: yaml.MappingNode) -> None:
        """Nothing to do: there are no merges."""


def read_yaml(text: str, where: str) -> Mapping[str, object]:
    """The keys of a YAML file.

    Raises:
        InputError: it is no YAML, or holds no keys; with the line where it can be told.
    """
    try:
        values = yaml.load(text, Loader=_Loader)
    except _Refused as error:
        raise InputError.of(str(error), where, "write each key once, in full") from None
    except yaml.MarkedYAMLError as error:
        place = "" if error.problem_mark is None else f", line {error.problem_mark.line + 1}"
        what = shorten(str(error.problem or "cannot be read"), 80)
        raise InputError.of(f"is no YAML ({what})", where + place, "correct the file") from None
    except (yaml.YAMLError, ValueError, OverflowError) as error:
        raise InputError.of(f"is no YAML ({shorten(str(error), 80)})", where, "correct the file") from None
    except RecursionError:
        raise InputError.of("is nested too deeply", where, "correct the file") from None
    if not isinstance(values, Mapping):
        raise InputError.of("holds no keys", where, "choose a recipe, which is a list of key: value")
    return {str(key): value for key, value in values.items()}


def write_yaml(values: Mapping[str, object]) -> str:
    """YAML of plain values, in their order."""
    text: str = yaml.safe_dump(dict(values), sort_keys=False, allow_unicode=True, default_flow_style=False)
    return text

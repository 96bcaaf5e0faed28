"""What else the catalogue has for a plan: cards, and smaller models of the family, told by their names."""

from __future__ import annotations

import contextlib
import re

from gpuplanner.core.errors import InputError
from gpuplanner.core.llm import Llm
from gpuplanner.data.catalog import Catalog
from gpuplanner.estimator.candidates import Alternatives
from gpuplanner.estimator.parameters import inventory

_SIZE = re.compile(r"(?:(?<=^)|(?<=[-_]))A?\d+(?:[._]\d+)?[BM](?=$|[-_])", re.IGNORECASE)
"""The part of a model's name that tells its size: ``14B``, ``30B-A3B``."""
_VARIANT = re.compile(r"[-_](?:chat|instruct|base|hf|it|pt|\d{4})$", re.IGNORECASE)


def alternatives(catalog: Catalog, llm: Llm) -> Alternatives:
    """Every card, and the smaller relatives of a model."""
    return Alternatives(tuple(map(catalog.gpu, catalog.gpu_names)), smaller_relatives(catalog, llm))


def smaller_relatives(catalog: Catalog, llm: Llm) -> tuple[Llm, ...]:
    """Models of the catalogue whose name is the same but for the size, and that have fewer parameters.

    A variant (``-Chat``) is answered by the same variant where the catalogue has it.
    """
    if _SIZE.search(llm.name) is None:
        return ()
    family, variant = _family(llm.name), _VARIANT.search(llm.name)
    found = []
    for name in catalog.model_names:
        if name == llm.name or _SIZE.search(name) is None or _family(name) != family:
            continue
        relative = catalog.model(name)
        if variant is not None and not name.endswith(variant[0]):
            with contextlib.suppress(InputError):  # the catalogue may have its plain name only
                relative = catalog.model(_VARIANT.sub("", name) + variant[0])
        if inventory(relative).n_parameters < inventory(llm).n_parameters:
            found.append(relative)
    return tuple(found)


def _family(name: str) -> str:
    return re.sub(r"[-_]+", "-", _SIZE.sub("", _VARIANT.sub("", name))).strip("-").casefold()

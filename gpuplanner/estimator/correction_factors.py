"""How much of a measurement carries over from plan to plan, for every doubt: judgements, not fits per row.

Chosen by what the code does (a card changes the context but not the tensors; a model's own code decides its
activations), then checked by leaving series of the Qwen profile out (`tests/benchmarks/correction.py`).
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from gpuplanner.estimator.correction_terms import MEMORY_DOUBTS, TIME_DOUBTS
from gpuplanner.estimator.posterior import Doubts
from gpuplanner.estimator.similarity import CONTEXT

_MEMORY = {
    # CONTEXT:       framework family model method quant. settings sharding card software
    "activations": (0.0, 0.75, 0.9, 0.7, 0.9, 0.5, 0.9, 0.95, 0.9),
    "logits": (0.0, 0.9, 0.95, 0.8, 0.95, 0.5, 0.9, 0.95, 0.9),
    "temporary": (0.0, 0.7, 0.9, 0.5, 0.6, 0.5, 0.7, 0.95, 0.9),
    "kv_cache": (0.0, 0.9, 0.95, 1.0, 0.95, 0.5, 1.0, 0.95, 0.9),
    "fragmentation": (0.0, 0.8, 0.9, 0.6, 0.9, 0.6, 0.7, 0.9, 0.8),
    "fixed": (0.0, 0.95, 0.95, 0.9, 0.95, 0.95, 0.9, 0.7, 0.9),
    "allocated": (0.0, 0.6, 0.5, 0.3, 0.6, 0.6, 0.6, 0.9, 0.9),
    "overhead": (0.0, 0.6, 0.5, 0.3, 0.6, 0.6, 0.6, 0.7, 0.9),
}
_TIME = (0.0, 0.8, 0.9, 0.8, 0.8, 0.8, 0.7, 0.5, 0.9)
_UNEXPLAINED_TIME = (0.0, 0.6, 0.5, 0.5, 0.5, 0.6, 0.5, 0.5, 0.9)

assert all(len(factors) == len(CONTEXT) for factors in (*_MEMORY.values(), _TIME, _UNEXPLAINED_TIME))

MEMORY = Doubts(
    np.array([_MEMORY[name] for name in MEMORY_DOUBTS]),
    np.array([name in ("allocated", "overhead") for name in MEMORY_DOUBTS]),
    octaves=3.0,
)
TIME = Doubts(
    np.array([_UNEXPLAINED_TIME if name == "time" else _TIME for name in TIME_DOUBTS]),
    np.array([name == "time" for name in TIME_DOUBTS]),
    octaves=2.0,
)

# One length identifies an offset: what is the same at every length moves, all else near that length only.
MEMORY_OF_ONE_LENGTH = replace(
    MEMORY, local=np.array([name != "fixed" for name in MEMORY_DOUBTS]), octaves=3.0
)
TIME_OF_ONE_LENGTH = replace(TIME, local=np.array([name != "host" for name in TIME_DOUBTS]), octaves=2.0)

MEMORY_NOISE, TIME_NOISE = 0.025, 0.03
"""Standard deviation of a published figure measured again, with what no doubt explains: the Qwen profile
against a second table of the same team differs by 2.5 %."""
TRIAL_NOISE, TRIAL_TIME_NOISE = 0.01, 0.02
"""The same for a trial of our own (a dry run is exact but for what the real step does otherwise)."""
LEAST_SPREAD = 0.025
"""No corrected interval gets narrower than this standard deviation: the noise floor."""
MEMORY_TRUST, TIME_TRUST = 0.8, 0.7
"""Share of the explained variance that the interval gives up; with all of it, 90 % intervals of left-out
cells of the profile hold 89 % (memory) and 85 % (time), with these 93 % and 89 %."""

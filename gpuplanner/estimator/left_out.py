"""Corrected estimates of rows, none of which is corrected by itself."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields, replace

import numpy as np

from gpuplanner.core.correction import Correction
from gpuplanner.core.plan import ResolvedPlan
from gpuplanner.estimator.correction import without
from gpuplanner.estimator.estimate import EstimateColumns, corrected_by, estimate_many


def estimate_left_out(
    plans: Sequence[ResolvedPlan], keys: Sequence[str], corrections: Sequence[Correction]
) -> EstimateColumns:
    """Estimates of rows by their plans; a row that a correction has seen is left out of it for itself.

    ``keys`` are those of the rows (`core.correction.row_key`).
    """
    columns = estimate_many(plans, corrected_by(corrections))
    seen = {found.key for layer in corrections if layer.active for found in layer.evidence}
    phases = list(columns.peak_phases)
    names = [spec.name for spec in fields(columns) if spec.name != "peak_phases"]
    values = {name: np.array(getattr(columns, name)) for name in names}
    for i, (plan, key) in enumerate(zip(plans, keys, strict=True)):
        if key in seen:
            alone = estimate_many([plan], corrected_by(without(corrections, {key})))
            for name in names:
                values[name][i] = getattr(alone, name)[0]
            phases[i] = alone.peak_phases[0]
    return replace(columns, **values, peak_phases=tuple(phases))

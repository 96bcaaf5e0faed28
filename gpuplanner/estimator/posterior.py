"""What measured rows say about the doubts of other plans: one linear Gaussian model, solved exactly.

residual of row j = Σ over doubts d of loading(d, j) · ε(d, j) + noise;  the ε are standard normal, and
ε(d, ·) of two plans are correlated as `similarity` says, times the nearness of their lengths where a doubt
is local.  A run that ended out of memory enters as a lower bound: its Gaussian is moment-matched.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from gpuplanner.estimator.columns import Array, Mask
from gpuplanner.estimator.similarity import correlations

_PORTION = 2000
"""Plans that are worked on at a time: some ten megabytes per hundred points."""


@dataclass(frozen=True)
class Doubts:
    """How the doubts of one figure (memory, time) carry over from plan to plan."""

    factors: Array
    """By doubt and field of the context, see `correlations`."""
    local: Array
    """Where a doubt belongs to a length and its neighbours, shape (doubts,)."""
    octaves: float
    """Distance in log2(tokens) over which a local doubt is shared."""


@dataclass(frozen=True)
class Points:
    """Measured figures, m of them."""

    contexts: Sequence[tuple[str, ...]]
    octave: Array
    loadings: Array
    """Shape (doubts, m)."""
    residual: Array
    noise: Array
    at_least: Mask
    """Where the residual is a lower bound, shape (m,)."""


class Posterior:
    """The model with its points; made once, asked often."""

    def __init__(self, doubts: Doubts, points: Points) -> None:
        self._doubts, self._points = doubts, points
        loadings = points.loadings
        m = loadings.shape[1]
        self._places: dict[tuple[str, ...], int] = {}
        self._place = np.array(
            [self._places.setdefault(context, len(self._places)) for context in points.contexts]
        )
        covariance = np.zeros((m, m))
        for d, known in self._known(points.contexts, points.octave, np.full(m, True)):
            covariance += loadings[d][:, None] * known
        target, noise = points.residual.copy(), points.noise**2
        self._used = ~points.at_least
        self._solve(covariance, target, noise)
        for index in np.flatnonzero(points.at_least).tolist():
            site = self._site(covariance, index, points.residual[index], noise[index])
            if site is not None:
                target[index], noise[index] = site
                self._used[index] = True
                self._solve(covariance, target, noise)

    @property
    def used(self) -> Mask:
        """Which points say something, shape (m,)."""
        return self._used

    def left_out(self) -> Array:
        """What the other points say about each point's residual, its own left out, shape (m,)."""
        expected = self._points.residual.copy()
        # Leaving one point out of a Gaussian process needs no second solution (Rasmussen & Williams, 5.12).
        expected[self._used] = self._target[self._used] - self._weights / np.diag(self._inverse)
        return expected

    def shifts(
        self, contexts: Sequence[tuple[str, ...]], octave: Array, loadings: Array
    ) -> tuple[Array, Array]:
        """Where the doubts of n plans stand, in standard deviations (doubts, n), and the share of the
        variance of their sum that is explained (n,).  One context may stand for all n."""
        n = np.broadcast_shapes(octave.shape, loadings.shape[1:])[0]
        octave, loadings = np.broadcast_to(octave, n), np.broadcast_to(loadings, (len(loadings), n))
        shifts, explained = np.zeros((len(loadings), n)), np.zeros(n)
        if not self._used.any():
            return shifts, explained
        for first in range(0, n, _PORTION):
            some = slice(first, first + _PORTION)
            near = contexts if len(contexts) == 1 else contexts[some]
            shifts[:, some], explained[some] = self._portion(near, octave[some], loadings[:, some])
        return shifts, explained

    def _portion(
        self, contexts: Sequence[tuple[str, ...]], octave: Array, loadings: Array
    ) -> tuple[Array, Array]:
        shifts = np.empty(loadings.shape)
        across = np.zeros((loadings.shape[1], len(self._weights)))
        for d, known in self._known(contexts, octave, self._used):
            shifts[d] = known @ self._weights
            across += loadings[d][:, None] * known
        prior = np.maximum((loadings**2).sum(axis=0), 1e-30)
        explained = ((across @ self._inverse) * across).sum(axis=1) / prior
        return shifts, np.clip(explained, 0.0, 1.0)

    def _known(
        self, contexts: Sequence[tuple[str, ...]], octave: Array, used: Mask
    ) -> Iterator[tuple[int, Array]]:
        """(doubt, what each of m used points says about it for n plans: correlation · loading), the array
        of shape (n, m), or (1, m) where all plans have one context and the doubt is not local."""
        places: dict[tuple[str, ...], int] = {}
        place = np.array([places.setdefault(context, len(places)) for context in contexts])
        far = correlations(self._doubts.factors, list(places), list(self._places))
        apart = np.abs(np.asarray(octave)[:, None] - self._points.octave[None, used])
        near = np.exp(-apart / self._doubts.octaves)
        for d, is_local in enumerate(self._doubts.local.tolist()):
            # By distinct context first: sweeps and tables have few of them.
            of_context = far[d][:, self._place[used]] * self._points.loadings[d, used]
            known: Array = of_context[place]
            yield d, known * near if is_local else known

    def _solve(self, covariance: Array, target: Array, noise: Array) -> None:
        used = self._used
        kept = covariance[np.ix_(used, used)] + np.diag(noise[used])
        self._inverse = np.linalg.inv(kept) if used.any() else np.zeros((0, 0))
        self._weights = self._inverse @ target[used]
        self._target = target

    def _site(self, covariance: Array, index: int, bound: float, noise: float) -> tuple[float, float] | None:
        """The Gaussian that stands for "at least ``bound``" at one point; None where that is no news."""
        across = covariance[index, self._used]
        mean = float(across @ self._weights)
        latent = float(covariance[index, index] - across @ self._inverse @ across)
        spread = math.sqrt(max(latent, 0.0) + noise)
        z = (bound - mean) / spread
        if latent <= 1e-12 or z < -2.0:
            return None
        # Moments of a normal cut off below z: mean + spread·h, variance spread²·(1 − h·(h − z)).
        tail = max(0.5 * math.erfc(z / math.sqrt(2)), 1e-12)
        hazard = math.exp(-z * z / 2) / math.sqrt(2 * math.pi) / tail
        kept = 1 - latent / spread**2 * hazard * (hazard - z)
        new_mean = mean + latent / spread * hazard
        new_latent = latent * max(kept, 1e-3)
        site = 1 / (1 / new_latent - 1 / latent)
        return (new_mean * (latent + site) - mean * site) / latent, site

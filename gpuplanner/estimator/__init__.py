"""Formulae: numbers in, numbers out.  `gpuplanner.estimator.estimate` is the only door."""

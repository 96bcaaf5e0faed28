"""Trials: start the worker on a Python with the training stack, and turn what it says into events.

Nothing here imports torch or Qt.  Window and command line use `launcher` for the spec, `environment` for the
Python, a `backend` to run, and `result_row` for the row that comes of it.
"""

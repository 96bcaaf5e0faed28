"""The table of measured rows: view, model, editing."""

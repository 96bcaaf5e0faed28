"""The Monitor page and its source of samples."""

"""Files and tables: the catalogue, rows, documents and settings."""

"""The table as it was published: a line for each setting, a column for each length."""

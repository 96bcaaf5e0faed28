"""What is doubtful about a table's rows: found, said and, where it can be, mended; never refused."""

"""What a report or a chart says, as plain data."""

"""What things are: plans, models, GPUs, rows, estimates and the problems users can solve. Standard library only."""

"""What things are: plans, models, GPUs, rows, estimates, and problems. Standard library only."""

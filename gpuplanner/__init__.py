"""GPU Planner: will this fine-tune fit my GPU, how long will it take, and what is the cheapest change."""

__version__ = "0.1.0"

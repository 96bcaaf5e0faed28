"""Bring a bare machine to where GPU Planner runs. Standard library only; started by packaging/go.py."""

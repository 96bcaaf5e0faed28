"""The strip of local GPUs, and the gauge that it folds into."""

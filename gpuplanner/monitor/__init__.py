"""The local GPUs, read through NVML: samples, their history, recordings, and jobs that are watched."""

"""Makes the desktop app: what is frozen, and the packages made of it (``packaging/build.py``)."""

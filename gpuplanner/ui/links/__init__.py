"""What joins a page to the window: one module for each page or service, furnished by `Program`."""

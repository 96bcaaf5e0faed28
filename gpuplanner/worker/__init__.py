"""The trial's own process: started, never imported; it needs the core and the training stack only."""

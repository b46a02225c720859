"""gonzhi service."""

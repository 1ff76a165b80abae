"""HTTP: the only floor that knows the web framework."""

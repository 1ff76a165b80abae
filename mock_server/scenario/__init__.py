"""Scenarios: what shall go otherwise than usual, as rules in YAML, and the engine that decides by them."""

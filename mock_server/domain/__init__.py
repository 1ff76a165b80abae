"""What finAPI does, as tables and pure functions. Nothing here knows HTTP, the store or the clock."""

"""What each operation does: one function per operationId, from `Call` to `Reply`."""

"""What one mandator's world remembers."""

from mock_server.store.memory import MemoryStore
from mock_server.store.records import Key, Record, Saved, Store

__all__ = ["Key", "MemoryStore", "Record", "Saved", "Store"]

"""What one mandator's world remembers."""

from mock_server.store.memory import MemoryStore
from mock_server.store.records import Key, Record, Store

__all__ = ["Key", "MemoryStore", "Record", "Store"]

"""What one mandator's world remembers."""

from mock_server.store.memory import MemoryStore
from mock_server.store.records import Kept, Key, Record, Store

__all__ = ["Kept", "Key", "MemoryStore", "Record", "Store"]

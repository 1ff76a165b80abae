"""How fast the emulator is, always beside something else in the same run. See README.md in this folder."""

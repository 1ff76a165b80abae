"""The operations of finAPI Access V2."""

"""finapi-mock: an offline, stateful stand-in for finAPI Access V2 and Web Form 2.0."""

__version__ = "0.1.0"

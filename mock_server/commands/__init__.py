"""Verbs of the command line that talk to a running server, a module for each part of the control API.

`cli.py` imports a module when one of its verbs is called: a start of the server needs none of them.
"""

"""The outside world behind protocols: the content store, the node that is asked and sent through, and the
wall clock.

Owns I/O that is not SQL and not HTTP; never decides anything.
"""

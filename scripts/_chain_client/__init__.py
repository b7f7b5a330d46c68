"""Calls and transactions of the contracts, signed by one local account.

It owns encoding, signing, sending, waiting for receipts and turning a revert into an error with a next step.
It keeps no state of its own: terms that an action presents again are read back from the logs and checked by
their hash. It never decides a rule, never sees another member's key, and never asks the HTTP API:
a relay that pays the gas is a function that it is given.
"""

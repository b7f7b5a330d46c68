"""The chain, as facts: follows blocks, decodes logs into typed events and folds them into tables anyone
can rebuild.

It never decides what a fact means to a member, holds no key, and keeps no data that is not on the chain.
"""

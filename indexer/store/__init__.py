"""The indexer's tables and how they are opened, written, unwound and hashed.

Owns every SQL statement that writes the `chain` schema. It never talks to a node, never decides what an event
means (`indexer.projections` does) and never holds names, texts or anything else that is not on the chain.
"""

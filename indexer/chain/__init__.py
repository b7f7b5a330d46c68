"""What the indexer knows of the chain itself: artefacts, typed events, deployments and how to ask a node.

It never writes to a table and never sends a transaction.
"""

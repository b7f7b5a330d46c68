"""What the page of a demo may do that no other page may: move time, stop the indexer, hand out play money,
reach the chain. Mounted under /api/demo by `allmende demo` alone; elsewhere these paths do not exist. It
knows the demo's folder, its chain and its public keys, and nothing that a member's wallet holds.
"""

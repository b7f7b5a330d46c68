"""The demo: a chain of its own, the contracts, a small lending library in Vienna, the indexer and the API.

It owns which processes run, what the library holds, and the two stories that check the whole way. It uses
the same clients as every other command, and it never reads a table or a key that a member could not.
"""

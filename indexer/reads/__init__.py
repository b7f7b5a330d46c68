"""The only door for readers of the chain tables: functions from a connection to frozen values.

Values hold bytes and integers. Nothing here writes, talks to a node or knows what time it is; lists are
paged by `(block_number, id)` of the last item seen, so that a page never shifts while new blocks arrive.
"""

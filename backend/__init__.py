"""People, promises and HTTP: sign-in, descriptions, search, the timeline of a deal, and the reminders that
follow.

Owns the `app` tables, the content store and every HTTP answer. It reads the chain only through
`indexer.reads`, never writes a chain table, and never holds a member's key, plaintext or money. It submits no
transaction but those that members signed and `relay` pays the gas of.
"""

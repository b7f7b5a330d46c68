"""What an event means for the rows: pure functions, one module a slice.

`keys(event)` names the rows a fold must see, `fold(event, at, rows)` returns the rows as they are
afterwards. The same events in the same order always give the same rows; there is no I/O, clock or
randomness here, and nothing is decided (the contracts did that). What follows from time alone is never
stored but derived: `state_at`, `decayed`.
"""

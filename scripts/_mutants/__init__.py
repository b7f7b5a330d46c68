"""Mutation testing of the contracts: one small fault at a time, and whether a unit test notices it.

It owns the operators that make faults, the record of which test runs which line, and the trials. It never
changes a source in place, and it leaves the state machines and the planted faults out: those are slow or made
by hand, and the unit tests must suffice.
"""

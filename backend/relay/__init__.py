"""Acts that a member signed and somebody else pays the gas for: what is sent for whom, and at what cost.

Owns the budget of each member and the transactions that were sent. It never signs for a member, never acts in
its own name where that would matter, and moves no money but its own gas.
"""

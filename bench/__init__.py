"""The benchmarks: each measures against a peer or a budget and says whether the goal is reached.

It never fills in a figure that was not measured, and nothing of the running system imports it.
"""

"""What can be booked: descriptions of resources, when they are free, and the requests for them.

Owns the description documents. Who may book and what is taken is decided by the contract; this slice only
reads it.
"""

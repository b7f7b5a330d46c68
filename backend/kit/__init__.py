"""Small parts without a word of the domain: canonical JSON, hexadecimal and numbers at the edge, paging.

Owns conversions between what travels and what is computed with; never knows a slice, a table or a request.
"""

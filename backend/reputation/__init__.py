"""What is known of a member from finished deals: decayed sums per service and source, the ratings behind
them, in words.

Owns the explanation. Ratings themselves are made, opened and weighed on chain; nothing here can change one.
"""

"""Who is near, free, affordable and trusted: offers ranked for a wish, with the reason for each rank.

Owns the matching formula (`rules`), the in-process grid that answers it fast (`grid`) and `GET /api/search`.
It never writes anything, never stores where somebody searched from, and knows positions only as coarse cells.
"""

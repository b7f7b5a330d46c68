"""Who somebody is towards this API: sign-in with a wallet (EIP-4361) and the sessions that follow.

Owns nonces and sessions. It never holds a key or a password, and a token only as its hash.
"""

"""The life of a deal as functions of values: what each role may do, who acts next, and who is to be reminded.

Follows the state machine of the `Escrow` contract and decides nothing that the contract does not. Times are
chain seconds (UTC); every window is half-open: an act is valid strictly before its deadline, expiry at or
after it. Amounts are integers in the smallest unit of the deal's token.
"""

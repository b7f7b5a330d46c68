# pragma version ~=0.4.3
# pragma nonreentrancy on
"""
@title Refusing an action, with words
@license AGPL-3.0-only
@notice Every guard is an `if` on what must not be, and this call. An `assert` with a reason would say the same, but the
        compiler writes out the encoding of the reason at each one: about 135 bytes instead of 65, a fifth of a large contract.
"""


@internal
@pure
def _refuse(reason: String[32]):
    """
    @notice Revert the whole transaction
    @param reason `"module: reason"`, at most 32 characters; the code of the error that members and the API see
    """
    raise reason

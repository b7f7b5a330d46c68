"""What can go wrong between the follower and a node.

    NodeError                   anything below
    ├─ NodeUnreachableError     no answer in time, after retries: wait and try again
    ├─ RpcError                 the node answered with an error (`code`, `message`)
    ├─ InconsistentNodeError    answers that contradict each other: nothing of them is stored
    └─ WrongChainError          another chain id than the deployment's: stop

`ReorganisedError` is no fault: the chain no longer contains the block the store ends with.
"""


class NodeError(Exception):
    """Base of everything a node can do wrong."""


class NodeUnreachableError(NodeError):
    """No answer in time."""


class RpcError(NodeError):
    """The node refused a call; `code` and the message are the node's own."""

    def __init__(self, code: int, message: str) -> None:
        super().__init__(f"{message} ({code})")
        self.code = code
        self.message = message


class InconsistentNodeError(NodeError):
    """Two answers of the node contradict each other."""


class WrongChainError(NodeError):
    """The node follows another chain than the one deployed to."""


class ReorganisedError(Exception):
    """The node's chain no longer contains the block the store ends with."""

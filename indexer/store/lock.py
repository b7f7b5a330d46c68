"""One writer for one store."""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


class StoreLockedError(RuntimeError):
    """Another process writes this store; stop it first."""


@contextmanager
def writer_lock(path: Path | str) -> Iterator[None]:
    """Hold the right to write the store in the file `path`.

    The operating system drops the lock with the process, however that ends, so a killed follower leaves
    nothing to clean up.

    Raises:
        StoreLockedError: somebody else holds it.
    """
    with Path(f"{path}.lock").open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise StoreLockedError(f"indexer: another process already writes {path}") from error
        yield

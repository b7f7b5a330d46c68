"""Who is asking: the session behind the bearer token of a request.

A session is looked up in the transaction of the request, where it has one. Which sessions exist is the
identity slice's affair; bootstrap hands its lookup in, because this module lies below every slice.
"""

from typing import Annotated

from fastapi import Depends
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from backend import db
from backend.context import Parts, Reading, Session, Writing
from backend.errors import NotSignedInError

_bearer = HTTPBearer(auto_error=False, description="The token that POST /api/session gave")
_Credentials = Annotated[HTTPAuthorizationCredentials | None, Depends(_bearer)]


def _reading_session(parts: Parts, conn: Reading, credentials: _Credentials) -> Session:
    if credentials is None:
        raise NotSignedInError("session: missing")
    return parts.sessions(conn, credentials.credentials, parts.wall_now())


def _writing_session(parts: Parts, conn: Writing, credentials: _Credentials) -> Session:
    if credentials is None:
        raise NotSignedInError("session: missing")
    return parts.sessions(conn, credentials.credentials, parts.wall_now())


def _session(parts: Parts, credentials: _Credentials) -> Session:
    if credentials is None:
        raise NotSignedInError("session: missing")
    with db.reading(parts.engine) as conn:
        return parts.sessions(conn, credentials.credentials, parts.wall_now())


# For routes that change nothing, for routes with a `Writing` transaction, and for routes that ask others
# outside of any transaction. All raise NotSignedInError.
ReadingMember = Annotated[Session, Depends(_reading_session)]
WritingMember = Annotated[Session, Depends(_writing_session)]
Member = Annotated[Session, Depends(_session)]

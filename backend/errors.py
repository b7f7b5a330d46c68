"""Every error the API can answer with: one tree, one registry.

    AllmendeError
    ├── BadRequestError   400 405 421 422   what was sent cannot be understood or is impossible
    ├── NotSignedInError  401         a session or a signature is missing, foreign or expired
    ├── NotPermittedError 403         signed in, but somebody else's
    ├── NotFoundError     404         no such thing at this block
    ├── ConflictError     409         it is there, but no longer in the state this needs
    ├── TooLargeError     413         more bytes than are taken at once
    └── UnavailableError  500 503     nothing the asker did

Codes are "module: reason". Those of the contracts are in `errors_chain`; `ERRORS` holds both, so a client
looks up a revert word and an API error in the same place.
"""

from typing import ClassVar

from backend.errors_chain import CHAIN_ERRORS
from backend.registry import ErrorSpec, merged

API_ERRORS: dict[str, ErrorSpec] = {
    # request: the form of what was sent
    "request: not json": ErrorSpec(400, "The body is not valid JSON.", "Send one JSON value in UTF-8."),
    "request: invalid": ErrorSpec(
        422, "A field is missing or has a value that cannot be.", "Correct the fields named in the details."
    ),
    "request: unknown field": ErrorSpec(
        422,
        "There is a field that nobody here knows.",
        "Leave out the fields named in the details or correct their names.",
    ),
    "request: nested too deeply": ErrorSpec(
        400, "The body has arrays or objects too deep inside one another.", "Send at most max_depth levels."
    ),
    "request: body too large": ErrorSpec(
        413,
        "The body is larger than is taken at once.",
        "Send at most max_bytes; split a list into several requests.",
    ),
    "request: unknown route": ErrorSpec(
        404, "There is nothing at this path.", "Look at /api/docs for the paths there are."
    ),
    "request: unknown method": ErrorSpec(
        405, "This path does not take that method.", "Look at /api/docs for the methods."
    ),
    "request: unknown host": ErrorSpec(
        421,
        "This server does not answer under that name.",
        "Open it under its own address; its operator may add the name to ALLMENDE_HOSTS.",
    ),
    "request: impossible time": ErrorSpec(
        422, "The time span ends before it begins or is empty.", "Send from_s < to_s, in UTC seconds."
    ),
    "request: span too long": ErrorSpec(
        422, "The time span is longer than is computed at once.", "Ask for at most max_s seconds."
    ),
    "server: internal": ErrorSpec(
        500, "Something broke on this server.", "Try again; tell the operator if it stays so."
    ),
    "chain: not indexed": ErrorSpec(
        503,
        "No block has been read yet.",
        "Start the indexer (`allmende index`) or wait until it has read its first block.",
    ),
    "chain: no deployment": ErrorSpec(
        503,
        "This installation does not know its contracts.",
        "Deploy them (`allmende deploy`) or set ALLMENDE_HOME.",
    ),
    "stream: too many listeners": ErrorSpec(
        503,
        "As many are listening to the stream as this server takes.",
        "Try again later, or ask /api/health now and then instead.",
    ),
    # session: signing in with a wallet (EIP-4361)
    "session: missing": ErrorSpec(
        401,
        "This needs you to be signed in.",
        "Sign in (a program: POST /api/session/nonce, then POST /api/session).",
    ),
    "session: unknown": ErrorSpec(401, "This session is not known.", "Sign in again."),
    "session: expired": ErrorSpec(401, "This session has ended.", "Sign in again."),
    "session: revoked": ErrorSpec(401, "This session was signed out.", "Sign in again."),
    "session: malformed message": ErrorSpec(
        400,
        "The text is not an EIP-4361 sign-in message.",
        "Sign the message exactly as /api/session/nonce gave it.",
    ),
    "session: unknown nonce": ErrorSpec(
        401,
        "This nonce was not given out here.",
        "Start signing in again: ask for a new nonce and sign that.",
    ),
    "session: used nonce": ErrorSpec(
        401, "This nonce was used before.", "Start signing in again: ask for a new nonce and sign that."
    ),
    "session: expired nonce": ErrorSpec(
        401, "This nonce is too old.", "Start signing in again: ask for a new nonce and sign that."
    ),
    "session: wrong domain": ErrorSpec(
        401,
        "The message was signed for another site.",
        "Sign only the message of this site; beware of who sent you the other.",
    ),
    "session: wrong uri": ErrorSpec(
        401, "The message names another address of the site.", "Sign the message given here."
    ),
    "session: wrong chain": ErrorSpec(
        401, "The message names another chain.", "Switch the wallet's network and sign again."
    ),
    "session: expired message": ErrorSpec(
        401, "The signed message has expired.", "Start signing in again: ask for a new message and sign that."
    ),
    "session: message not yet valid": ErrorSpec(
        401, "The signed message is valid only later.", "Check the clock of your device and sign again."
    ),
    "session: bad signature": ErrorSpec(
        401,
        "The signature is not that of the named address.",
        "Sign with the wallet of the address in the message.",
    ),
    "session: no node": ErrorSpec(
        503,
        "Contract wallets cannot sign in here: this server knows no node to ask them through.",
        "Sign in with a plain key; the operator can set ALLMENDE_RPC_URL.",
    ),
    "session: node unreachable": ErrorSpec(
        503,
        "Whether a contract wallet signed this could not be asked: the node gives no usable answer.",
        "Try again in a moment; the message stays good. Plain keys can sign in meanwhile.",
    ),
    "session: node busy": ErrorSpec(
        503,
        "Too many contract wallets are being asked at this moment.",
        "Try again in a moment; the message stays good.",
    ),
    # matching: a search that cannot be meant
    "matching: impossible position": ErrorSpec(
        422,
        "There is no such place.",
        "Choose a place by lat from -90 to 90 and lng from -180 to 180, in degrees.",
    ),
    "matching: impossible radius": ErrorSpec(
        422,
        "The radius is too small or too large.",
        "Choose a distance (radius_m) from 1 to max_m whole metres.",
    ),
    "matching: impossible limit": ErrorSpec(
        422, "So many results are not given at once.", "Ask for 1 to max results (limit)."
    ),
    "matching: half a time": ErrorSpec(
        422, "A time has a start and an end.", "Give both a start and an end (start_s, end_s), or neither."
    ),
    "matching: impossible time": ErrorSpec(
        422,
        "The time is empty, backwards or out of range.",
        "Choose an end after the start: 0 <= start_s < end_s, in UTC seconds.",
    ),
    "matching: time is past": ErrorSpec(
        422,
        "The time has begun already.",
        "Choose a later start: start_s not before now_s, the time of the chain.",
    ),
    "matching: budget and currency belong together": ErrorSpec(
        422,
        "A budget is an amount of a currency.",
        "Give both an amount and its currency (budget, currency), or neither.",
    ),
    "matching: impossible budget": ErrorSpec(
        422,
        "There is no such amount.",
        "Give an amount from 0: a whole number of the currency's smallest unit.",
    ),
    "matching: impossible criterion": ErrorSpec(
        422, "A criterion asks for an impossible number.", "Ask for numbers between -2**53 and 2**53."
    ),
    "matching: malformed criterion": ErrorSpec(
        422, "A criterion cannot be read.", "Send criteria=name:value, for instance criteria=accommodates:4."
    ),
    # descriptions and bookings
    "descriptions: unknown": ErrorSpec(404, "No description with this CID is stored here.", "Check the CID."),
    "descriptions: too large": ErrorSpec(
        413,
        "A description is larger than is taken.",
        "Shorten its text or criteria to max_bytes of canonical JSON.",
    ),
    "descriptions: malformed cid": ErrorSpec(
        422, "This is not a CIDv1 (raw, sha2-256, base32).", "Use the CID as POST /api/descriptions gave it."
    ),
    "photos: unknown": ErrorSpec(404, "No photo with this CID is stored here.", "Check the CID."),
    "photos: too large": ErrorSpec(
        413, "The photo has more bytes than are taken.", "Make it smaller: at most max_bytes."
    ),
    "photos: too many pixels": ErrorSpec(
        422, "The photo is wider or higher than is taken.", "Make it smaller: at most max_px each way."
    ),
    "photos: not a picture": ErrorSpec(
        422, "This is no JPEG or WebP picture that can be read whole.", "Save it again as JPEG or WebP."
    ),
    "photos: animated": ErrorSpec(422, "The picture moves.", "Send one frame of it."),
    "photos: carries metadata": ErrorSpec(
        422,
        "The file holds more than the picture: where and with what it was taken, a comment, a thumbnail.",
        "Save it again without metadata; nothing was stored.",
    ),
    "photos: too many": ErrorSpec(
        409,
        "As many photos of yours are stored as are taken from one member.",
        "Use one that is stored already: photos stay for ever, and max is the limit.",
    ),
    "content: damaged": ErrorSpec(
        500,
        "A stored block does not have the hash of its name.",
        "Send the document again; tell the operator.",
    ),
    "booking: unknown resource": ErrorSpec(
        404, "No such resource at this block.", "Check the id; a new one appears when its block is read."
    ),
    "booking: unknown request": ErrorSpec(
        404, "No such request at this block.", "Check the id; a new one appears when its block is read."
    ),
    "booking: unknown space": ErrorSpec(
        404, "No such space at this block.", "Check the id; a new one appears when its block is read."
    ),
    "booking: unknown ticket": ErrorSpec(
        404, "No such ticket at this block.", "Check the id; a new one appears when its block is read."
    ),
    "booking: unknown gathering": ErrorSpec(
        404, "No such gathering at this block.", "Check the id; a new one appears when its block is read."
    ),
    "escrow: unknown deal": ErrorSpec(
        404, "No such deal at this block.", "Check the id; a new one appears when its block is read."
    ),
    # relay: somebody else pays the gas of a signed act
    "relay: off": ErrorSpec(
        503,
        "This server pays for nobody's acts.",
        "Send the act yourself; the operator can start the server with a relayer.",
    ),
    "relay: not relayed": ErrorSpec(
        422,
        "This is no act that is relayed here.",
        "Send it yourself; GET /api/relay says which acts of which contracts are relayed.",
    ),
    "relay: unfit arguments": ErrorSpec(
        422,
        "An argument is missing, unknown or not of its type.",
        "Correct the field named in the details; names and types are those of the contract's ABI.",
    ),
    "relay: foreign contract": ErrorSpec(
        422,
        "The act would pass a signature on to a contract that is not ours.",
        "Name the contracts of this installation, as GET /api/chain has them.",
    ),
    "relay: nobody signed": ErrorSpec(
        422,
        "An authorisation in the act is empty, so that the relayer itself would act.",
        "Sign the act and name who signed; or send it yourself.",
    ),
    "relay: deadline too near": ErrorSpec(
        422,
        "The signature may be void before the act is in a block.",
        "Sign again with a deadline that is at least some minutes away.",
    ),
    "relay: too much gas": ErrorSpec(
        422,
        "The act needs more gas than is paid for at once.",
        "Split it into smaller ones, each below max_gas, or send it yourself.",
    ),
    "relay: refused": ErrorSpec(
        422,
        "A contract refuses the act in words that are not ours, or without any.",
        "Look at the details; check amounts, allowances and addresses.",
    ),
    "relay: one at a time": ErrorSpec(
        409,
        "An act of yours is under way and in no block yet.",
        "Wait until it is; GET /api/relay/budget names it.",
    ),
    "relay: budget spent": ErrorSpec(
        409,
        "What is paid for you in 24 hours does not suffice for this act.",
        "Try again later, or send it yourself.",
    ),
    "relay: failed too often": ErrorSpec(
        409,
        "Too many of your acts went well when they were tried and failed in their block.",
        "Try again tomorrow, or send the act yourself.",
    ),
    "relay: nothing left today": ErrorSpec(
        503,
        "What this server pays for all members in 24 hours is spent.",
        "Try again later, or send the act yourself.",
    ),
    "relay: gas too dear": ErrorSpec(
        503,
        "Gas costs more at this moment than this server pays.",
        "Try again later, or send the act yourself.",
    ),
    "relay: out of money": ErrorSpec(
        503,
        "The account that pays has not enough.",
        "Tell the operator; meanwhile you can send the act yourself.",
    ),
    "relay: busy": ErrorSpec(503, "Too many acts are being sent at this moment.", "Try again in a moment."),
    "relay: node unreachable": ErrorSpec(
        503,
        "The node through which acts are sent gives no usable answer.",
        "Try again in a moment; the same act is sent only once. Or send it yourself.",
    ),
    "relay: unknown transaction": ErrorSpec(
        404,
        "No such transaction was relayed here in the last week.",
        "Check the hash, or look the transaction up on the chain.",
    ),
}

ERRORS: dict[str, ErrorSpec] = {
    code: spec for code, spec in merged(API_ERRORS, CHAIN_ERRORS).items() if isinstance(spec, ErrorSpec)
}


class AllmendeError(Exception):
    """An error with a registered code. `details` are JSON values that say which field, block or limit."""

    statuses: ClassVar[frozenset[int]] = frozenset()

    def __init__(self, code: str, **details: object) -> None:
        spec = ERRORS[code]
        if spec.status not in self.statuses:
            raise ValueError(f"{code!r} has status {spec.status}, which {type(self).__name__} does not carry")
        super().__init__(code)
        self.code = code
        self.spec = spec
        self.details = details


class BadRequestError(AllmendeError):
    """What was sent cannot be understood or is impossible."""

    statuses = frozenset({400, 405, 421, 422})


class NotSignedInError(AllmendeError):
    """A session or a signature is missing, foreign or expired."""

    statuses = frozenset({401})


class NotPermittedError(AllmendeError):
    """Signed in, but somebody else's."""

    statuses = frozenset({403})


class NotFoundError(AllmendeError):
    """No such thing at this block."""

    statuses = frozenset({404})


class ConflictError(AllmendeError):
    """It is there, but no longer in the state this needs."""

    statuses = frozenset({409})


class TooLargeError(AllmendeError):
    """More bytes than are taken at once."""

    statuses = frozenset({413})


class UnavailableError(AllmendeError):
    """Nothing the asker did."""

    statuses = frozenset({500, 503})


def error_of(code: str, **details: object) -> AllmendeError:
    """The error of a registered code, of the class that carries its status. KeyError for an unknown code."""
    status = ERRORS[code].status
    kind = next(kind for kind in AllmendeError.__subclasses__() if status in kind.statuses)
    return kind(code, **details)

# pragma version ~=0.4.3
"""
@title A plain ERC-20 for local chains and tests
@license AGPL-3.0-only
@notice Anybody mints, so it is worth nothing. Trusts nobody and holds no funds; never deploy it where people pay with it.
        It calls nobody, so it carries no lock and costs what plain tokens cost. Holders allow and send by signature as well:
        `permit` is EIP-2612; the three authorisations are ERC-3009. The EIP-712 domain is the token's name, version "1".
"""

from ethereum.ercs import IERC20
from snekmate.tokens.interfaces import IERC20Permit
from snekmate.utils import eip712_domain_separator

initializes: eip712_domain_separator
implements: IERC20
implements: IERC20Permit

exports: eip712_domain_separator.eip712Domain


MALLEABILITY_THRESHOLD: constant(uint256) = 57896044618658097711785492504343953926418782139537452191302581570759080747168
PERMIT_TYPEHASH: constant(bytes32) = keccak256(
    "Permit(address owner,address spender,uint256 value,uint256 nonce,uint256 deadline)"
)
TRANSFER_TYPEHASH: constant(bytes32) = keccak256(
    "TransferWithAuthorization(address from,address to,uint256 value,uint256 validAfter,uint256 validBefore,bytes32 nonce)"
)
RECEIVE_TYPEHASH: constant(bytes32) = keccak256(
    "ReceiveWithAuthorization(address from,address to,uint256 value,uint256 validAfter,uint256 validBefore,bytes32 nonce)"
)
CANCEL_TYPEHASH: constant(bytes32) = keccak256("CancelAuthorization(address authorizer,bytes32 nonce)")


event AuthorizationUsed:
    authorizer: indexed(address)
    nonce: indexed(bytes32)


event AuthorizationCanceled:
    authorizer: indexed(address)
    nonce: indexed(bytes32)


# human name of the token
name: public(String[32])
# short symbol of the token
symbol: public(String[16])
# decimal places that a wallet shows
decimals: public(uint8)
# sum of all balances, smallest unit
totalSupply: public(uint256)
# holder → balance, smallest unit
balanceOf: public(HashMap[address, uint256])
# holder → spender → what the spender may still take, smallest unit
allowance: public(HashMap[address, HashMap[address, uint256]])
# holder → how many permits of his were used
nonces: public(HashMap[address, uint256])
# holder → nonce → whether an authorisation with it was used or cancelled
authorizationState: public(HashMap[address, HashMap[bytes32, bool]])


@deploy
def __init__(name: String[32], symbol: String[16], decimals: uint8):
    """
    @param name Human name of the token
    @param symbol Short symbol of the token
    @param decimals Decimal places that a wallet shows
    """
    self.name = name
    self.symbol = symbol
    self.decimals = decimals
    eip712_domain_separator.__init__(name, "1")


@external
def mint(to: address, amount: uint256) -> bool:
    """
    @notice Make new units out of nothing
    @param to Who receives them
    @param amount How many, smallest unit
    @return True
    """
    self.totalSupply += amount
    self.balanceOf[to] += amount
    log IERC20.Transfer(sender=empty(address), receiver=to, value=amount)
    return True


@external
def transfer(to: address, amount: uint256) -> bool:
    """
    @notice Send units of the caller
    @param to Who receives them
    @param amount How many, smallest unit
    @return True
    """
    self._move(msg.sender, to, amount)
    return True


@external
def transferFrom(owner: address, to: address, amount: uint256) -> bool:
    """
    @notice Send units that the caller was allowed to take
    @param owner Whose units
    @param to Who receives them
    @param amount How many, smallest unit
    @return True
    """
    allowed: uint256 = self.allowance[owner][msg.sender]
    if allowed != max_value(uint256):
        self.allowance[owner][msg.sender] = allowed - amount
    self._move(owner, to, amount)
    return True


@external
def approve(spender: address, amount: uint256) -> bool:
    """
    @notice Let somebody take units of the caller
    @param spender Who may take
    @param amount How many in sum, smallest unit; the greatest number means without end
    @return True
    """
    self.allowance[msg.sender][spender] = amount
    log IERC20.Approval(owner=msg.sender, spender=spender, value=amount)
    return True


@external
def permit(
    owner: address, spender: address, amount: uint256, deadline: uint256, v: uint8, r: bytes32, s: bytes32
):
    """
    @notice EIP-2612: let somebody take units of who signed this; anybody submits it
    @param owner Who signed
    @param spender Who may take
    @param amount How many in sum, smallest unit
    @param deadline UTC seconds; valid up to and including it
    @param v Of the signature over `Permit` with the owner's next nonce
    @param r Of the signature
    @param s Of the signature
    """
    assert block.timestamp <= deadline, "token: permit expired"
    nonce: uint256 = self.nonces[owner]
    self.nonces[owner] = nonce + 1
    struct_hash: bytes32 = keccak256(abi_encode(PERMIT_TYPEHASH, owner, spender, amount, nonce, deadline))
    self._check_signature(owner, struct_hash, v, r, s)
    self.allowance[owner][spender] = amount
    log IERC20.Approval(owner=owner, spender=spender, value=amount)


@external
@view
def DOMAIN_SEPARATOR() -> bytes32:
    """
    @notice EIP-2612: the domain that holders sign for
    @return Its hash on the current chain
    """
    return eip712_domain_separator._domain_separator_v4()


@external
def transferWithAuthorization(
    owner: address,
    to: address,
    amount: uint256,
    valid_after: uint256,
    valid_before: uint256,
    nonce: bytes32,
    v: uint8,
    r: bytes32,
    s: bytes32,
):
    """
    @notice ERC-3009: send units of who signed this; anybody submits it
    @param owner Who signed
    @param to Who receives them
    @param amount How many, smallest unit
    @param valid_after UTC seconds; valid strictly after it
    @param valid_before UTC seconds; valid strictly before it
    @param nonce Any 32 bytes that the owner has not used
    @param v Of the signature over `TransferWithAuthorization`
    @param r Of the signature
    @param s Of the signature
    """
    fields: Bytes[192] = abi_encode(owner, to, amount, valid_after, valid_before, nonce)
    self._authorize(TRANSFER_TYPEHASH, fields, owner, valid_after, valid_before, nonce, v, r, s)
    self._move(owner, to, amount)


@external
def receiveWithAuthorization(
    owner: address,
    to: address,
    amount: uint256,
    valid_after: uint256,
    valid_before: uint256,
    nonce: bytes32,
    v: uint8,
    r: bytes32,
    s: bytes32,
):
    """
    @notice ERC-3009: like `transferWithAuthorization`, but only the receiver submits, so nobody can come before him
    @param owner Who signed
    @param to Who receives them; has to be the caller
    @param amount How many, smallest unit
    @param valid_after UTC seconds; valid strictly after it
    @param valid_before UTC seconds; valid strictly before it
    @param nonce Any 32 bytes that the owner has not used
    @param v Of the signature over `ReceiveWithAuthorization`
    @param r Of the signature
    @param s Of the signature
    """
    assert to == msg.sender, "token: not the receiver"
    fields: Bytes[192] = abi_encode(owner, to, amount, valid_after, valid_before, nonce)
    self._authorize(RECEIVE_TYPEHASH, fields, owner, valid_after, valid_before, nonce, v, r, s)
    self._move(owner, to, amount)


@external
def cancelAuthorization(authorizer: address, nonce: bytes32, v: uint8, r: bytes32, s: bytes32):
    """
    @notice ERC-3009: make authorisations with a nonce worthless; anybody submits it
    @param authorizer Who signed
    @param nonce The nonce
    @param v Of the signature over `CancelAuthorization`
    @param r Of the signature
    @param s Of the signature
    """
    assert not self.authorizationState[authorizer][nonce], "token: authorisation used"
    self.authorizationState[authorizer][nonce] = True
    self._check_signature(authorizer, keccak256(abi_encode(CANCEL_TYPEHASH, authorizer, nonce)), v, r, s)
    log AuthorizationCanceled(authorizer=authorizer, nonce=nonce)


@internal
def _authorize(
    typehash: bytes32,
    fields: Bytes[192],
    owner: address,
    valid_after: uint256,
    valid_before: uint256,
    nonce: bytes32,
    v: uint8,
    r: bytes32,
    s: bytes32,
):
    assert block.timestamp > valid_after, "token: not valid yet"
    assert block.timestamp < valid_before, "token: no longer valid"
    assert not self.authorizationState[owner][nonce], "token: authorisation used"
    self.authorizationState[owner][nonce] = True
    self._check_signature(owner, keccak256(concat(typehash, fields)), v, r, s)
    log AuthorizationUsed(authorizer=owner, nonce=nonce)


@internal
@view
def _check_signature(signer: address, struct_hash: bytes32, v: uint8, r: bytes32, s: bytes32):
    assert convert(s, uint256) <= MALLEABILITY_THRESHOLD, "token: bad signature"
    found: address = ecrecover(
        eip712_domain_separator._hash_typed_data_v4(struct_hash),
        convert(v, uint256),
        convert(r, uint256),
        convert(s, uint256),
    )
    # a failed recovery gives zero
    assert found != empty(address) and found == signer, "token: bad signature"


@internal
def _move(owner: address, to: address, amount: uint256):
    self.balanceOf[owner] -= amount
    self.balanceOf[to] += amount
    log IERC20.Transfer(sender=owner, receiver=to, value=amount)

# pragma version ~=0.4.3
"""
@title An ERC-20 that believes that anybody signed
@license AGPL-3.0-only
@notice For tests. Its ERC-3009 looks at no signature, its domain is whatever it was told, and anybody mints; it trusts nobody and
        is worth nothing.
"""

# holder → balance, smallest unit
balanceOf: public(HashMap[address, uint256])
# the EIP-712 domain that it claims to have
DOMAIN_SEPARATOR: public(bytes32)


@external
def mint(to: address, amount: uint256):
    """
    @notice Make new units out of nothing
    @param to Who receives them
    @param amount How many, smallest unit
    """
    self.balanceOf[to] += amount


@external
def set_domain(domain: bytes32):
    """
    @notice Choose the domain
    @param domain Its hash, also that of another token
    """
    self.DOMAIN_SEPARATOR = domain


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
    @notice ERC-3009 without looking at the signature
    @param owner Whose units
    @param to Who receives them
    @param amount How many, smallest unit
    @param valid_after Not looked at
    @param valid_before Not looked at
    @param nonce Not looked at
    @param v Not looked at
    @param r Not looked at
    @param s Not looked at
    """
    self.balanceOf[owner] -= amount
    self.balanceOf[to] += amount

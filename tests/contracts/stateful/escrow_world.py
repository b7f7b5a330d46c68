"""What all runs of the escrow machine share: contracts, members, tokens, two bookings, and what is signed."""

from typing import Any

import boa
from contracts.booking_values import announcement, on_grid, request_of
from contracts.compiling import search_paths, source_path, typed_data
from contracts.escrow.deal import DAY_S, HOUR_S, NATIVE, Deal
from contracts.signing import EMPTY_AUTH, reachable
from contracts.stateful.funding_oracle import LATE, OTHER_TERMS, PERMITS
from eth_abi.abi import decode, encode
from eth_account import Account
from eth_utils.crypto import keccak

REQUEST = "(bytes32,address,uint256,uint256,uint256,bytes32,bytes32,bytes32)"
GENESIS_S = 1_800_000_000
# from here on the request that nobody answered has expired
UNANSWERED_S = GENESIS_S + 48 * HOUR_S
PLENTY = 10**30


class World:
    """What all runs share: deployed once, then rolled back after each run."""

    def __init__(self) -> None:
        boa.interpret.set_search_paths([str(path) for path in search_paths()])
        env = boa.env
        env.evm.patch.timestamp = GENESIS_S
        self.chain_id = int(env.evm.patch.chain_id)
        self.key = env.generate_address("key")
        self.stranger = env.generate_address("stranger")
        self.arbitrator = env.generate_address("arbitrator")
        self.escrow = boa.load(str(source_path("Escrow")))
        self.token = boa.load(str(source_path("MockHostileToken")))
        # one payer and one payee are contract wallets that may refuse the native coin
        self.wallets = [boa.load(str(source_path("MockWallet")), self.key) for _ in range(2)]
        self.payer_key = Account.from_key(b"\2" * 32)
        self.payers = [self.payer_key.address, str(self.wallets[0].address)]
        self.payee_key = Account.from_key(b"\1" * 32)
        self.payees = [self.payee_key.address, str(self.wallets[1].address)]
        self.second = env.generate_address("second arbitrator")
        self.members = [*self.payers, *self.payees, self.arbitrator, self.second]
        # one booking that never came about and one that nobody answers, as `unwind` takes them
        self.bookings = boa.load(str(source_path("Bookings")))
        self.lost, self.standing = (self.booked(env, label) for label in ("lost", "standing"))
        made = request_values(self.lost)
        self.bookings.deny(made, bytes(32), EMPTY_AUTH, sender=self.payees[0])
        # a token that takes signatures, and of which nobody allows anything at first
        self.signed_token = boa.load(str(source_path("MockToken")), "Demo Euro", "dEUR", 2)
        self.tokens = [NATIVE, str(self.token.address), str(self.signed_token.address)]
        for member in self.members:
            env.set_balance(member, PLENTY)
            self.token.mint(member, PLENTY)
            self.signed_token.mint(member, PLENTY)
            self.token.approve(self.escrow, 2**256 - 1, sender=member)

    def booked(self, env: Any, label: str) -> bytes:
        """A pending request for a thing of the first payee, ABI-encoded."""
        owner, asker = self.payees[0], self.payers[0]
        made = announcement(label)
        self.bookings.announce((made["terms"], made["digest"], made["salt"]), EMPTY_AUTH, sender=owner)
        resource = self.bookings.resource_id(owner, (made["terms"], made["digest"], made["salt"]))
        asked = request_of(resource, asker, on_grid(GENESIS_S + 5 * DAY_S))
        self.bookings.request(tuple(asked.values()), EMPTY_AUTH, sender=asker)
        return encode([REQUEST], [tuple(asked.values())])

    def booking_id(self, encoded: bytes) -> bytes:
        """The id of a request."""
        return keccak(encode(["uint256", "address"], [self.chain_id, str(self.bookings.address)]) + encoded)

    def domain(self, contract: Any, name: str) -> dict[str, Any]:
        """The EIP-712 domain of a contract."""
        address = str(contract.address)
        return {"name": name, "version": "1", "chainId": self.chain_id, "verifyingContract": address}

    def agreement(self, deal: Deal, to_payee: int) -> tuple[str, int, bytes]:
        """The payee's signature under a split of the deal as it stands."""
        found = deal.id_at(self.chain_id, str(self.escrow.address))
        word, deadline = int(self.escrow.word(found)), 2**40
        signed = self.payee_key.sign_typed_data(
            self.domain(self.escrow, "Allmende Escrow"),
            reachable(typed_data("Escrow"), "Split"),
            {"escrow": found, "to_payee": to_payee, "word": word, "deadline": deadline},
        )
        return self.payee_key.address, deadline, bytes(signed.signature)

    def funding(self, way: str, deal: Deal) -> tuple[int, int, int, bytes, bytes]:
        """What the payer who has a key signs for the token, so that it funds a deal."""
        escrow, now = str(self.escrow.address), int(boa.env.evm.patch.timestamp)
        deadline = now - 1 if way in LATE else now + HOUR_S
        if way in PERMITS:
            kind, name = 1, "Permit"
            nonce = self.signed_token.nonces(self.payer_key.address)
            owner = {"owner": self.payer_key.address, "spender": escrow, "value": deal.total}
            told = {**owner, "nonce": nonce, "deadline": deadline}
        else:
            kind, name = 2, "ReceiveWithAuthorization"
            terms = deal.but(price=deal.price + 1) if way == OTHER_TERMS else deal
            parties = {"from": deal.payer, "to": escrow, "value": deal.total}
            valid = {"validAfter": 0, "validBefore": deadline}
            told = {**parties, **valid, "nonce": terms.id_at(self.chain_id, escrow)}
        types = reachable(typed_data("MockToken"), name)
        signed = self.payer_key.sign_typed_data(self.domain(self.signed_token, "Demo Euro"), types, told)
        parts = bytes(signed.signature)
        return kind, deadline, parts[64], parts[:32], parts[32:64]


def request_values(encoded: bytes) -> tuple[Any, ...]:
    """The struct of an ABI-encoded request."""
    return tuple(decode([REQUEST], encoded)[0])

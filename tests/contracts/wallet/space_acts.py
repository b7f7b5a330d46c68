"""What the wallet does as the owner of a space, as a member of another's, and as a host."""

from typing import Any

from contracts.booking_values import DAY_S, HOUR_S, number, on_grid
from contracts.signing import EMPTY_AUTH
from contracts.space_values import CALLED_OFF, gathering_of, space_of, ticket_of
from contracts.wallet.multisig import Act
from contracts.wallet.world import Prepared, World


def create(world: World) -> Prepared:
    spaces, made = world.get("spaces"), space_of()
    act = Act(spaces, "create", (made,), "CreateSpace", {**made, "deadline": world.deadline})
    return act, lambda: spaces.is_open(spaces.space_id(world.me, made))


def close(world: World) -> Prepared:
    spaces, space = world.get("spaces"), own_space(world)
    act = _on_word(world, "close", "CloseSpace", spaces.space_word(space), {"space": space})
    return act, lambda: not spaces.is_open(space)


def hand_over(world: World) -> Prepared:
    spaces, space = world.get("spaces"), own_space(world)
    fields = {"space": space, "new_owner": world.stranger.address}
    act = _on_word(world, "hand_over", "HandOverSpace", spaces.space_word(space), fields)
    return act, lambda: spaces.space_word(space) % 2**160 == int(world.stranger.address, 16)


def set_gate(world: World) -> Prepared:
    spaces, ticket = world.get("spaces"), own_ticket(world)
    space, key = ticket["space"], bytes(spaces.ticket_id(ticket))
    fields = {"space": space, "ticket": key}
    act = _on_word(world, "set_gate", "SetGate", spaces.space_word(space), fields)
    return act, lambda: spaces.gate_of(space) == key


def issue(world: World) -> Prepared:
    spaces, made = world.get("spaces"), ticket_of(own_space(world))
    act = Act(spaces, "issue", (made,), "IssueTicket", {**made, "deadline": world.deadline})
    return act, lambda: spaces.ticket_word(spaces.ticket_id(made)) != 0


def give(world: World) -> Prepared:
    spaces, ticket = world.get("spaces"), own_ticket(world)
    key, members = spaces.ticket_id(ticket), [world.stranger.address, world.get("payee").address]
    message = {"ticket": key, "members": members, "word": spaces.ticket_word(key)}
    act = Act(spaces, "give", (ticket, members), "GiveTicket", message | {"deadline": world.deadline})
    return act, lambda: all(spaces.holds(key, member) for member in members)


def take_back(world: World) -> Prepared:
    ticket, members = world.do(give(world)).arguments
    spaces, member = world.get("spaces"), members[0]
    key = spaces.ticket_id(ticket)
    message = {"ticket": key, "member": member, "word": spaces.holding_word(key, member)}
    act = Act(spaces, "take_back", (ticket, member), "TakeBackTicket", message | {"deadline": world.deadline})
    return act, lambda: not spaces.holds(key, member)


def renounce(world: World) -> Prepared:
    spaces, ticket = gated_space(world)
    key = spaces.ticket_id(ticket)
    act = _on_word(world, "renounce", "RenounceTicket", spaces.holding_word(key, world.me), {"ticket": key})
    return act, lambda: not spaces.holds(key, world.me)


def host(world: World) -> Prepared:
    spaces, ticket = gated_space(world)
    start = on_grid(world.now() + 3 * DAY_S)
    made = gathering_of(ticket["space"], start, start + HOUR_S)
    act = Act(spaces, "host", (made,), "HostGathering", {**made, "deadline": world.deadline})
    return act, lambda: spaces.gathering_word(spaces.gathering_id(world.me, made)) != 0


def call_off(world: World) -> Prepared:
    spaces, hosted = world.get("spaces"), world.do(host(world)).arguments[0]
    key = spaces.gathering_id(world.me, hosted)
    word = spaces.gathering_word(key)
    act = _on_word(world, "call_off", "CallOffGathering", word, {"gathering": key})
    return act, lambda: bool(spaces.gathering_word(key) & CALLED_OFF)


def list_resources(world: World) -> Prepared:
    spaces, ticket = gated_space(world)
    fields = {
        "space": ticket["space"],
        "bookings": world.get("bookings").address,
        "resources": [number("drill"), number("saw")],
        "nonce": 5,
    }
    message = {**fields, "deadline": world.deadline}
    act = Act(spaces, "list_resources", tuple(fields.values()), "ListResources", message)
    blocks = world.get("chain").blocks

    def listed() -> bool:
        told = spaces.ResourceListed.range(0, blocks.head.number + 1)
        return [event.actor for event in told] == [world.me] * 2

    return act, listed


def own_space(world: World) -> bytes:
    """A space that the wallet created."""
    made = world.do(create(world)).arguments[0]
    return bytes(world.get("spaces").space_id(world.me, made))


def own_ticket(world: World) -> dict[str, Any]:
    """A ticket that the wallet issued for its space."""
    return dict(world.do(issue(world)).arguments[0])


def gated_space(world: World) -> tuple[Any, dict[str, Any]]:
    """Somebody else's space that only ticket holders enter; the wallet holds one."""
    spaces, owner = world.get("spaces"), world.get("owner")
    made = space_of()
    spaces.create(made, EMPTY_AUTH, sender=owner)
    space = spaces.space_id(owner, made)
    ticket = ticket_of(space)
    spaces.issue(ticket, EMPTY_AUTH, sender=owner)
    spaces.set_gate(space, spaces.ticket_id(ticket), EMPTY_AUTH, sender=owner)
    assert not spaces.is_member(space, world.me)
    spaces.give(ticket, [world.me], EMPTY_AUTH, sender=owner)
    assert spaces.is_member(space, world.me)
    return spaces, ticket


def _on_word(world: World, function: str, primary: str, word: int, fields: dict[str, Any]) -> Act:
    message = {**fields, "word": word, "deadline": world.deadline}
    return Act(world.get("spaces"), function, tuple(fields.values()), primary, message)


SPACE_ACTS = {
    "create": create,
    "close": close,
    "hand_over": hand_over,
    "set_gate": set_gate,
    "issue": issue,
    "give": give,
    "take_back": take_back,
    "renounce": renounce,
    "host": host,
    "call_off": call_off,
    "list_resources": list_resources,
}

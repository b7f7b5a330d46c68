"""What members, owners and strangers may try on the calendar: strategies of hypothesis for every act.

A drawn act is a tuple: the name of the machine's method, then its arguments. Most are such that they can
succeed; some are what must be refused.
"""

from typing import Any

from contracts.booking_values import DAY_S, HOUR_S
from contracts.stateful.calendar_oracle import DENY, GRANT, WAIT
from hypothesis import strategies as st

# How a policy answers: mode and word of `MockPolicy`, and what that counts as
ANSWERS = {
    "grants": (0, 1, GRANT),
    "waits": (0, 2, WAIT),
    "denies": (0, 3, DENY),
    "says what is no verdict": (0, 4, WAIT),
    "reverts": (1, 1, WAIT),
    "says too little": (5, 1, WAIT),
    "says too much": (6, 1, WAIT),
    "says nothing": (9, 1, WAIT),
    "looks at who asks": (8, 2, GRANT),
}
WHOLE, IN_PART, IN_DISORDER, TWICE, ALONE, MIXED = (
    "whole",
    "in part",
    "in disorder",
    "twice",
    "alone",
    "mixed",
)
AT_ONCE, WITH_ANOTHER = "granted at once", "with another request"
NIGH_STARTS = [-9, -5, -3, -2, -1, 0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 6, 7, 9, 12, 30, 9_000]
SOON = [1, 1, 2, 2, 3, 3, 4, 4, 5, 6, 7, 9]

which = st.integers(0, 10**6)
by_owner = st.sampled_from(["owner"] * 8 + ["requester", "other owner"])
by_requester = st.sampled_from(["requester"] * 8 + ["owner", "other owner"])
# the caller acts; a stranger sends what the actor signed; it is too late, or somebody else signed it
how = st.sampled_from(["direct"] * 20 + ["signed"] * 4 + ["late", "forged"])
conditions = st.sampled_from(["own"] * 20 + ["none", "foreign"])
answer = st.sampled_from([*["grants"] * 6, *["waits"] * 6, *ANSWERS])
later = st.sampled_from([*["grants"] * 6, *["denies"] * 3, *ANSWERS])
off_grid_s = st.sampled_from([0] * 12 + [1, 450])
salt = st.integers(0, 3)
units = st.sampled_from([1] * 12 + [2, 2, 3, 100, 254, 255, 0])
asker = st.sampled_from([0, 0, 0, 1, 1, 2])

REQUEST = st.tuples(
    st.just("request"),
    which,
    asker,
    st.sampled_from([True, True, False]),
    st.sampled_from(NIGH_STARTS),
    st.sampled_from([1, 2, 3, 4, 5, 6] * 6 + [0, 24, 25, 60, 61, 168, 256, 300, 600, 4_095]),
    off_grid_s,
    salt,
    units,
    st.sampled_from([False] * 12 + [True]),
    conditions,
    answer,
    how,
)
gap = st.sampled_from([1, 2, 3, 3, 4, 6, 7, 24, 24, 30 * 24])
SERIES = st.tuples(
    st.just("series"),
    which,
    asker,
    st.sampled_from(SOON),
    st.sampled_from([1, 1, 2, 2, 3, 0, 99]),
    st.one_of(
        st.lists(gap, max_size=3), st.lists(gap, max_size=4), st.sampled_from([[1] * 11, [2] * 11, [3, 0, 5]])
    ),
    salt,
    units,
    conditions,
    answer,
    how,
)
item = st.tuples(which, st.sampled_from(SOON), st.sampled_from([1, 1, 2, 2, 3, 5]), units)
BUNDLE = st.tuples(
    st.just("bundle"),
    st.lists(item, min_size=1, max_size=3),
    asker,
    st.booleans(),
    salt,
    st.sampled_from(
        [WHOLE] * 12 + [AT_ONCE, AT_ONCE, WITH_ANOTHER, IN_PART, IN_DISORDER, TWICE, ALONE, MIXED]
    ),
    answer,
)
GRANT_BUNDLE = st.tuples(
    st.just("grant_bundle"),
    which,
    st.sampled_from(["stranger", "owner"]),
    st.sampled_from([WHOLE] * 9 + [IN_PART, IN_DISORDER, TWICE, ALONE, MIXED]),
    st.sampled_from(["signed"] * 9 + ["direct", "late", "forged"]),
    st.sampled_from([*["grants"] * 9, *ANSWERS]),
)
CONFIRM = st.tuples(st.just("confirm"), which, by_owner, how)
DENIAL = st.tuples(st.just("deny"), which, by_owner, how)
CANCEL = st.tuples(st.just("cancel"), which, by_requester, how)
CANCEL_SERIES = st.tuples(
    st.just("cancel_series"),
    which,
    by_requester,
    st.sampled_from([1, 2, 3, 4, 5, 6, 8, 9, 0, 0xFF0, 1 << 200, 1 << 11 | 1]),
    how,
)
RETURN_EARLY = st.tuples(
    st.just("return_early"), which, by_requester, st.integers(-2, 4), st.sampled_from([0] * 9 + [7]), how
)
POKE = st.tuples(st.just("poke"), which, st.sampled_from([True] * 9 + [False]), later)
SEVERAL = st.tuples(
    st.just("several"), st.lists(which, min_size=2, max_size=3), st.sampled_from(["confirm", "cancel"])
)
SET_STATE = st.tuples(
    st.just("set_state"),
    which,
    st.sampled_from([True] * 5 + [False]),
    st.sampled_from([1] * 18 + [2] * 8 + [3, 3, 0, 4]),
    how,
)
CONFIRM_OTHER = st.tuples(st.just("confirm_what_was_never_asked"), which, st.integers(1, 3))
PASS_TIME = st.tuples(
    st.just("pass_time"), st.sampled_from([1, 299, 1_800, HOUR_S, 2 * HOUR_S, 7 * HOUR_S, DAY_S])
)
PASS_TIME_TO_AN_EDGE = st.tuples(st.just("pass_time_to_an_edge"), which, st.integers(0, 1))

WEIGHTS: list[tuple[st.SearchStrategy[tuple[Any, ...]], int]] = [
    (REQUEST, 14),
    (CONFIRM, 7),
    (SERIES, 4),
    (BUNDLE, 4),
    (GRANT_BUNDLE, 3),
    (DENIAL, 2),
    (CANCEL, 4),
    (CANCEL_SERIES, 2),
    (RETURN_EARLY, 2),
    (POKE, 3),
    (SEVERAL, 1),
    (SET_STATE, 2),
    (CONFIRM_OTHER, 1),
    (PASS_TIME, 2),
    (PASS_TIME_TO_AN_EDGE, 2),
]
ACT = st.sampled_from([kind for kind, weight in WEIGHTS for _ in range(weight)]).flatmap(lambda kind: kind)

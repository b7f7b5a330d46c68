"""What the six neighbours lend each other. Everything here is invented; positions are rough places in Vienna.

Prices and deposits are in whole dEUR, turned into the token's smallest unit when announced.
"""

from __future__ import annotations

from dataclasses import dataclass, field

# Where a search starts when nobody says otherwise: the courtyard of the Museumsquartier, where Amir works.
HERE = "48.2035,16.3588"
TIME_ZONE = "Europe/Vienna"
MONEY_EACH = 1_000  # dEUR


@dataclass(frozen=True, slots=True)
class Thing:
    """Something to lend. `rule` is "manual" or "first-come", `quantum_s` the grid of its bookings."""

    owner: str
    title: str
    text: str
    service: str
    lat: float
    lng: float
    price: int
    per: str
    deposit: int
    rule: str = "manual"
    criteria: dict[str, int | str | bool | list[str]] = field(default_factory=dict)
    quantum_s: int = 3_600
    longest_s: int = 14 * 86_400
    max_distance_m: int = 12_000


NEUBAU = (48.2045, 16.3420)  # Lena's library
JOSEFSTADT = (48.2105, 16.3545)  # Jonas
OTTAKRING = (48.2135, 16.3190)  # Mira's workshop
LEOPOLDSTADT = (48.2185, 16.3850)  # Sofia's kitchen
MARIAHILF = (48.1965, 16.3525)  # Amir

# The two drills of the check: Jonas is nearer, so he is first while nobody has a rating.
LENAS_DRILL = "Hilti hammer drill, SDS-plus, with dust collector"
JONAS_DRILL = "Bosch impact drill in its case"
JONAS_CARGO_BIKE = "Cargo bike with a long bed, carries a washing machine"
PROJECTOR = "Projector, full HD, with screen"

THINGS: tuple[Thing, ...] = (
    Thing(
        "lena",
        LENAS_DRILL,
        "For concrete and old brick. Bits from 5 to 16 mm lie in the box; bring ear protection or take ours.",
        "drill",
        *NEUBAU,
        4,
        "day",
        50,
        criteria={"hammer": True, "watts": 800, "bits_mm": ["6", "8", "10", "12", "16"]},
    ),
    Thing(
        "jonas",
        JONAS_DRILL,
        "Good for shelves and curtain rails, less so for concrete.",
        "drill",
        *JOSEFSTADT,
        4,
        "day",
        50,
        criteria={"hammer": True, "watts": 600, "bits_mm": ["5", "6", "8"]},
    ),
    Thing(
        "mira",
        "Cordless drill driver, two batteries",
        "Second battery charges while you work.",
        "drill",
        *OTTAKRING,
        4,
        "day",
        40,
        criteria={"hammer": False, "watts": 400},
    ),
    Thing(
        "lena",
        "Jigsaw with a set of blades",
        "Blades for wood, metal and laminate. Worn ones may stay in the box, we replace them.",
        "saw",
        *NEUBAU,
        3,
        "day",
        40,
        "first-come",
        {"kind": "jigsaw", "watts": 650},
    ),
    Thing(
        "mira",
        "Circular saw on a guide rail",
        "Cuts 55 mm. I show you how it works before the first time.",
        "saw",
        *OTTAKRING,
        6,
        "day",
        90,
        criteria={"kind": "circular", "watts": 1_200},
    ),
    Thing(
        "mira",
        "Tile cutter, 60 cm",
        "For bathrooms and kitchens; the wheel is new.",
        "saw",
        *OTTAKRING,
        5,
        "day",
        60,
        "first-come",
        {"kind": "tile"},
    ),
    Thing(
        "lena",
        PROJECTOR,
        "HDMI and USB-C. The screen is 2 m wide and needs two people to carry.",
        "projector",
        *NEUBAU,
        8,
        "booking",
        150,
        criteria={"lumens": 3_200, "screen": True},
        quantum_s=1_800,
    ),
    Thing(
        "sofia",
        "Small projector for a courtyard cinema",
        "Runs two hours on its battery.",
        "projector",
        *LEOPOLDSTADT,
        6,
        "booking",
        100,
        criteria={"lumens": 900, "screen": False},
        quantum_s=1_800,
    ),
    Thing(
        "jonas",
        JONAS_CARGO_BIKE,
        "Electric, 80 km. Please lock frame and rear wheel.",
        "cargo-bike",
        *JOSEFSTADT,
        3,
        "hour",
        200,
        "first-come",
        {"electric": True, "load_kg": 100},
        1_800,
        2 * 86_400,
    ),
    Thing(
        "amir",
        "Box bike for two children",
        "Rain cover and belts included.",
        "cargo-bike",
        *MARIAHILF,
        2,
        "hour",
        150,
        criteria={"electric": False, "load_kg": 80},
        quantum_s=1_800,
    ),
    Thing(
        "lena",
        "Ladder, 3 × 9 rungs",
        "Reaches a stairwell's ceiling. Does not fit into the tram.",
        "ladder",
        *NEUBAU,
        2,
        "day",
        30,
        "first-come",
        {"metres": 6},
    ),
    Thing(
        "lena",
        "Sewing machine, mechanical",
        "Sews jeans and tarpaulin. Thread and needles are in the drawer.",
        "sewing-machine",
        *NEUBAU,
        3,
        "day",
        60,
        criteria={"overlock": False},
    ),
    Thing(
        "lena",
        "Loudspeaker on a stand with two microphones",
        "For a yard, a demonstration or a wedding. Battery for six hours.",
        "loudspeaker",
        *NEUBAU,
        10,
        "booking",
        120,
        criteria={"watts": 200, "microphones": 2},
    ),
    Thing(
        "lena",
        "Three beer tables with benches",
        "Seats 24. Heavy: come with a bike trailer or a friend.",
        "tables",
        *NEUBAU,
        6,
        "booking",
        40,
        "first-come",
        {"seats": 24},
    ),
    Thing(
        "jonas",
        "Hand truck for moving house",
        "Solid tyres, carries 200 kg up the stairs.",
        "hand-truck",
        *JOSEFSTADT,
        0,
        "booking",
        20,
        "first-come",
        {"load_kg": 200},
    ),
    Thing(
        "jonas",
        "Raclette for eight",
        "Comes clean, goes back clean.",
        "cookware",
        *JOSEFSTADT,
        2,
        "booking",
        15,
        "first-come",
        {"people": 8},
    ),
    Thing(
        "mira",
        "3D printer, bed of 22 cm",
        "In the workshop. Bring your own filament or pay by weight.",
        "3d-printer",
        *OTTAKRING,
        1,
        "hour",
        0,
        criteria={"bed_mm": 220},
    ),
    Thing(
        "mira",
        "Soldering station with fume extractor",
        "A bench of your own, two evenings a week.",
        "soldering",
        *OTTAKRING,
        1,
        "hour",
        20,
        "first-come",
        {"celsius": 450},
    ),
    Thing(
        "sofia",
        "Dough mixer, 20 litres",
        "Kneads for a whole street festival. 230 volts are enough.",
        "mixer",
        *LEOPOLDSTADT,
        9,
        "day",
        150,
        criteria={"litres": 20},
    ),
    Thing(
        "sofia",
        "Pots for a hundred portions of goulash",
        "Three pots, two ladles, a gas burner without bottle.",
        "cookware",
        *LEOPOLDSTADT,
        7,
        "booking",
        60,
        criteria={"people": 100},
    ),
    Thing(
        "amir",
        "Family tent for five",
        "Pitched in ten minutes, dried for three days: please give it back dry.",
        "tent",
        *MARIAHILF,
        4,
        "day",
        60,
        criteria={"people": 5},
    ),
)

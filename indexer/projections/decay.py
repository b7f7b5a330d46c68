"""The ledger's exponential decay in integers, equal to `contracts/reputation/decay.vy` bit for bit."""

WAD = 10**18
HALF_LIFE_S = 180 * 86_400
LN2_WAD = 693_147_180_559_945_309
_LN2_96 = 54_916_777_467_707_473_351_141_471_128  # ln 2 in units of 2**-96
_WORD = 1 << 256


def _divide(x: int, y: int) -> int:
    """The EVM's SDIV: rounds towards zero, where Python rounds down."""
    quotient = abs(x) // abs(y)
    return quotient if (x < 0) == (y < 0) else -quotient


def wad_exp(x: int) -> int:
    """e**(x / 1e18) * 1e18, rounded as snekmate 0.1.2 `math._wad_exp` rounds it.

    A line by line port (Remco Bloemen, "Exp and ln", https://2π.com/22/exp-ln); Python's `>>` is the EVM's
    SAR.

    Raises:
        OverflowError: the result does not fit a signed 256-bit integer.
    """
    if x <= -41_446_531_673_892_822_313:
        return 0
    if x >= 135_305_999_368_893_231_589:
        raise OverflowError("math: wad_exp overflow")
    x = _divide(x << 78, 5**18)
    k = (_divide(x << 96, _LN2_96) + 2**95) >> 96
    x -= k * _LN2_96
    y = (x + 1_346_386_616_545_796_478_920_950_773_328) * x >> 96
    y += 57_155_421_227_552_351_082_224_309_758_442
    p = (y + x - 94_201_549_194_550_492_254_356_042_504_812) * y >> 96
    p = (p + 28_719_021_644_029_726_153_956_944_680_412_240) * x
    p += 4_385_272_521_454_847_904_659_076_985_693_276 << 96
    q = (x - 2_855_989_394_907_223_263_936_484_059_900) * x >> 96
    q += 50_020_603_652_535_783_019_961_831_881_945
    q = (q * x >> 96) - 533_845_033_583_426_703_283_633_433_725_380
    q = (q * x >> 96) + 3_604_857_256_930_695_427_073_651_918_091_429
    q = (q * x >> 96) - 14_423_608_567_350_463_180_887_372_962_807_573
    q = (q * x >> 96) + 26_449_188_498_355_588_339_934_803_723_976_023
    r = _divide(p, q)
    return (r * 3_822_833_074_963_236_453_042_738_258_902_158_003_155_416_615_667) % _WORD >> (195 - k)

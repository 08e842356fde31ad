"""The claims of a token as its disclosures complete them, and which place each disclosure has (RFC 9901, section 7.1).

1. Every digest stands where digests may: in an array of strings at `_sd`, or alone at `...` in an element of an array.
2. No digest is found twice, in the token or in what was disclosed.
3. A disclosure with a name belongs into an object that has no member of that name; one without, into an array.
4. Every disclosure has its place, directly or inside another.
5. What results is not deeper than any JSON that is read here.

A digest without a disclosure was withheld, or is a decoy: nobody but the issuer can tell, so only their number is known.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from vcwallet.errors import Malformed, Refused
from vcwallet.securing.sd_jwt.compact_form import UnverifiedSdJwt
from vcwallet.securing.sd_jwt.disclosure import ALGORITHM_CLAIM, RESERVED_NAMES, Disclosure, algorithm_of
from vcwallet.wire.json_pointer import join
from vcwallet.wire.strict_json import DEFAULT_LIMITS


@dataclass(frozen=True, slots=True)
class ProcessedClaims:
    """What a reader of the token sees.

    - `claims`: as if nothing had ever been hidden, without what was withheld, digests and `_sd_alg`.
    - `disclosed`: each disclosure by the place of its value, a JSON pointer into `claims`. What is at no such place, nor
      inside one, cannot be withheld.
    - `withheld`: how many digests without disclosure an object or array has, by its place in `claims`.
    """

    claims: dict[str, Any]
    disclosed: Mapping[str, Disclosure]
    withheld: Mapping[str, int]


def process(token: UnverifiedSdJwt) -> ProcessedClaims:
    """Put every disclosure into its place. Says nothing about signatures.

    Raises `Malformed` digest_malformed, json_too_deep and sd_alg_malformed; `Refused` disclosure_repeated,
    disclosure_unreferenced, disclosure_kind_wrong, disclosure_name_taken, digest_repeated and sd_alg_weak; `Undecided`
    sd_alg_unsupported.
    """
    algorithm = algorithm_of(token.unverified_claims)
    waiting: dict[str, Disclosure] = {}
    for number, disclosure in enumerate(token.disclosures, 1):
        digest = disclosure.digest(algorithm)
        if digest in waiting:
            raise Refused("disclosure_repeated", f"disclosure {number} is there twice")
        waiting[digest] = disclosure
    processing = _Processing(waiting)
    claims = processing.object(token.unverified_claims, "", DEFAULT_LIMITS.max_depth)
    if waiting:
        left = next(iter(waiting.values()))
        raise Refused(
            "disclosure_unreferenced",
            f"disclosure {token.disclosures.index(left) + 1} belongs to nothing that the issuer signed",
            hint="a disclosure belongs to one token: these may be of another, or were changed",
        )
    return ProcessedClaims(claims, MappingProxyType(processing.disclosed), MappingProxyType(processing.withheld))


class _Processing:
    """The state of one walk: which disclosures wait for their digest, and which digests were met."""

    def __init__(self, waiting: dict[str, Disclosure]) -> None:
        self.waiting = waiting
        self.met: set[str] = set()
        self.disclosed: dict[str, Disclosure] = {}
        self.withheld: dict[str, int] = {}

    def value(self, value: Any, pointer: str, levels_left: int) -> Any:
        if isinstance(value, dict):
            return self.object(value, pointer, levels_left)
        if isinstance(value, list):
            return self.array(value, pointer, levels_left)
        return value

    def object(self, signed: dict[str, Any], pointer: str, levels_left: int) -> dict[str, Any]:
        _check_level(levels_left)
        if "..." in signed:
            message = "expected ... only as the one member of an element of an array, with a digest"
            raise Malformed("digest_malformed", message, pointer=join(pointer, "..."))
        claims = {
            name: self.value(member, join(pointer, name), levels_left - 1)
            for name, member in signed.items()
            if name not in RESERVED_NAMES and not (name == ALGORITHM_CLAIM and pointer == "")
        }
        digests = signed.get("_sd", [])
        if not isinstance(digests, list) or not all(isinstance(digest, str) for digest in digests):
            message = "expected _sd to be an array of strings"
            raise Malformed("digest_malformed", message, pointer=join(pointer, "_sd"))
        for digest in digests:
            disclosure = self.open(digest, pointer)
            if disclosure is None:
                continue
            if disclosure.name is None:
                message = "a disclosure without a name stands in an object"
                raise Refused("disclosure_kind_wrong", message, pointer=pointer)
            place = join(pointer, disclosure.name)
            # `_sd_alg` is taken even where it is not there: it has its default then, and that was used.
            if disclosure.name in signed or disclosure.name in claims or place == f"/{ALGORITHM_CLAIM}":
                raise Refused("disclosure_name_taken", "a disclosed claim is there already", pointer=place)
            self.disclosed[place] = disclosure
            claims[disclosure.name] = self.value(disclosure.value, place, levels_left - 1)
        return claims

    def array(self, signed: list[Any], pointer: str, levels_left: int) -> list[Any]:
        _check_level(levels_left)
        elements: list[Any] = []
        for element in signed:
            if not (isinstance(element, dict) and "..." in element):
                elements.append(self.value(element, join(pointer, len(elements)), levels_left - 1))
                continue
            digest = element["..."]
            if len(element) != 1 or not isinstance(digest, str):
                message = "expected ... to be the one member of its object, with a digest"
                raise Malformed("digest_malformed", message, pointer=pointer)
            disclosure = self.open(digest, pointer)
            if disclosure is None:
                continue
            if disclosure.name is not None:
                raise Refused("disclosure_kind_wrong", "a disclosure with a name stands in an array", pointer=pointer)
            place = join(pointer, len(elements))
            self.disclosed[place] = disclosure
            elements.append(self.value(disclosure.value, place, levels_left - 1))
        return elements

    def open(self, digest: str, pointer: str) -> Disclosure | None:
        if digest in self.met:
            # RFC 9901 section 7.1 step 4; that includes digests which nothing was disclosed for.
            raise Refused("digest_repeated", "the same digest stands in two places", pointer=pointer)
        self.met.add(digest)
        disclosure = self.waiting.pop(digest, None)
        if disclosure is None:
            self.withheld[pointer] = self.withheld.get(pointer, 0) + 1
        return disclosure


def _check_level(levels_left: int) -> None:
    if levels_left == 0:
        # Each disclosure is within the limit by itself; one inside the other they need not be.
        message = f"claims nested more than {DEFAULT_LIMITS.max_depth} levels deep are not read"
        raise Malformed("json_too_deep", message)

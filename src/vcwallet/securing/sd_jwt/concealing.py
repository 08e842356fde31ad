"""The issuer's part: choose which claims can be withheld, and sign a token that has only digests of those.

A value inside of another can be chosen too, and then needs both disclosures to be seen. Digests of an object are sorted, so
that they do not show the order of the claims (RFC 9901, section 4.2.4.1); decoys hide how many there are.

Which claims a holder must not be able to withhold is for the caller to know. Values that cannot be guessed are hidden by
their salt; values that are left open inside a chosen object are seen whenever it is.
"""

import json
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final

from vcwallet.errors import Malformed, Refused
from vcwallet.keys.signer import Signer
from vcwallet.securing import jws
from vcwallet.securing.sd_jwt.compact_form import compact
from vcwallet.securing.sd_jwt.disclosure import (
    ALGORITHM_CLAIM,
    DEFAULT_ALGORITHM,
    RESERVED_NAMES,
    Disclosure,
    check_algorithm,
    digest,
    make_disclosure,
)
from vcwallet.wire.base_encodings import base64url_encode
from vcwallet.wire.json_pointer import join, resolve, split
from vcwallet.wire.strict_json import JsonValue, check

# RFC 9901 section 9.3: "base64url-encode 128 bits of cryptographically secure random data".
_SALT_BYTES: Final = 16
# As long as the longest digest, so that the hash of a decoy is as random as any.
_DECOY_BYTES: Final = 64

_NO_DECOYS: Final[Mapping[str, int]] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class ConcealedClaims:
    """Claims with digests in the place of those that can be withheld, and the disclosures of these."""

    claims: dict[str, Any]
    disclosures: tuple[Disclosure, ...]


def conceal(
    claims: Mapping[str, Any],
    *,
    disclosable: Collection[str],
    random_bytes: Callable[[int], bytes],
    algorithm: str = DEFAULT_ALGORITHM,
    decoys: Mapping[str, int] = _NO_DECOYS,
) -> ConcealedClaims:
    """Replace the values at these JSON pointers by digests. The claims given are not changed.

    `random_bytes(count)` must be secret and never give the same twice, such as `secrets.token_bytes`. `decoys` says how
    many digests without a disclosure an object or array gets, by its pointer. Raises `Malformed` disclosure_name_reserved
    and what `strict_json.check` raises, `Refused` pointer_not_found and not_disclosable, and `ValueError` for randomness
    that repeats itself.
    """
    check_algorithm(algorithm)
    document = dict(claims)
    check(document)
    if ALGORITHM_CLAIM in document:
        raise _reserved(f"/{ALGORITHM_CLAIM}", ALGORITHM_CLAIM)
    chosen = set()
    for pointer in disclosable:
        resolve(document, pointer)
        if not pointer:
            raise Refused("not_disclosable", "a token as a whole cannot be withheld from whoever reads it")
        chosen.add(split(pointer))
    wanted = {}
    for pointer, count in decoys.items():
        if not isinstance(resolve(document, pointer), dict | list) or count < 0:
            raise Refused("not_disclosable", "decoys can stand only in an object or array", pointer=pointer)
        wanted[split(pointer)] = count
    concealing = _Concealing(chosen, wanted, random_bytes, algorithm)
    concealed = concealing.value(document, ())
    assert isinstance(concealed, dict)
    return ConcealedClaims({**concealed, ALGORITHM_CLAIM: algorithm}, tuple(concealing.disclosures))


def issue(concealed: ConcealedClaims, signer: Signer, *, header: Mapping[str, Any]) -> str:
    """The token over concealed claims, with all disclosures: for the holder, who chooses among them.

    `header` has the members beside `alg`; it should have `typ`. Raises `Undecided` signer_failed.
    """
    payload = json.dumps(concealed.claims, ensure_ascii=False, separators=(",", ":")).encode()
    return compact(jws.sign(payload, signer, header=header), concealed.disclosures)


class _Concealing:
    """The state of one walk over the claims: what is chosen, and what came of it."""

    def __init__(
        self,
        chosen: set[tuple[str, ...]],
        decoys: Mapping[tuple[str, ...], int],
        random_bytes: Callable[[int], bytes],
        algorithm: str,
    ) -> None:
        self.chosen = chosen
        self.decoys = decoys
        self.random_bytes = random_bytes
        self.algorithm = algorithm
        self.drawn: set[bytes] = set()
        self.disclosures: list[Disclosure] = []

    def value(self, value: JsonValue, place: tuple[str, ...]) -> JsonValue:
        if isinstance(value, dict):
            return self.object(value, place)
        if isinstance(value, list):
            return self.array(value, place)
        return value

    def object(self, members: Mapping[str, Any], place: tuple[str, ...]) -> dict[str, Any]:
        result: dict[str, Any] = {}
        digests = [self.decoy() for _ in range(self.decoys.get(place, 0))]
        for name, member in members.items():
            if name in RESERVED_NAMES:
                raise _reserved(join("", *place, name), name)
            inner = self.value(member, (*place, name))
            if (*place, name) in self.chosen:
                digests.append(self.hide(name, inner))
            else:
                result[name] = inner
        if digests:
            result["_sd"] = sorted(digests)
        return result

    def array(self, elements: list[Any], place: tuple[str, ...]) -> list[Any]:
        result = []
        for index, element in enumerate(elements):
            inner = self.value(element, (*place, str(index)))
            is_chosen = (*place, str(index)) in self.chosen
            result.append({"...": self.hide(None, inner)} if is_chosen else inner)
        for _ in range(self.decoys.get(place, 0)):
            # Decoys that all stood at the end would be known for what they are.
            position = int.from_bytes(self.random_bytes(8), "big") % (len(result) + 1)
            result.insert(position, {"...": self.decoy()})
        return result

    def hide(self, name: str | None, value: JsonValue) -> str:
        disclosure = make_disclosure(base64url_encode(self.draw(_SALT_BYTES)), name, value)
        self.disclosures.append(disclosure)
        return disclosure.digest(self.algorithm)

    def decoy(self) -> str:
        return digest(base64url_encode(self.draw(_DECOY_BYTES)), self.algorithm)

    def draw(self, count: int) -> bytes:
        drawn = self.random_bytes(count)
        # RFC 9901 section 4.2.1: "The salt value MUST be unique for each claim".
        if len(drawn) != count or drawn in self.drawn:
            raise ValueError("expected new random bytes at every call")
        self.drawn.add(drawn)
        return drawn


def _reserved(pointer: str, name: str) -> Malformed:
    message = f"no claim can have the name {name}, which selective disclosure needs for itself"
    return Malformed("disclosure_name_reserved", message, pointer=pointer)

"""BBS signatures over many messages, and proofs that show some of the messages and hide the rest.

This is the scheme of draft-irtf-cfrg-bbs-signatures with the ciphersuite BLS12381-SHA-256, in the order of bytes that it
has had since version 06 and that the W3C vectors of bbs-2023 use: messages before the domain when signing, each index in
front of its message in a challenge. Messages are bytes here; what they stand for is not known.

What comes from outside is refused unless it is exactly what a signer or holder could have written:

1. signatures and proofs have the length of their parts; every scalar is between 1 and the order of the group;
2. every point is in its one compressed spelling, in the right subgroup, and not the identity;
3. positions of shown messages are among those of all messages, whose number follows from the proof;
4. there are at most `MAX_MESSAGES` of them.

The arithmetic is done by py-arkworks-bls12381, which comes with the extra "bbs" and is loaded when first used. It makes no
promise to take the same time for every secret, so `BbsSecretKey.sign` should not be reachable for strangers with a clock.
"""

import hashlib
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from types import ModuleType
from typing import TYPE_CHECKING, Final

from vcwallet.errors import Malformed, Refused, Undecided
from vcwallet.keys.public_key import PublicKey

if TYPE_CHECKING:
    from py_arkworks_bls12381 import G1Point, G2Point, Scalar

# A full badge has some 150 statements, a record of twenty badges 3,000. The generators for this many messages take
# about one second, once in the life of a process; proofs that claim more are not worth that.
MAX_MESSAGES: Final = 4096

SIGNATURE_BYTES: Final = 80
SECRET_KEY_BYTES: Final = 32
_SCALAR_BYTES: Final = 32
_POINT_BYTES: Final = 48
# Three points and four scalars; each hidden message adds a scalar.
_LEAST_PROOF_BYTES: Final = 3 * _POINT_BYTES + 4 * _SCALAR_BYTES
# Draft section 3.4.3: r1, r2, e~, r1~, r3~, and one for each hidden message.
_FIXED_RANDOM_SCALARS: Final = 5
# Draft section 3.4.1: the bytes from which a number is reduced modulo the order, so that it is uniform.
_EXPAND_BYTES: Final = 48
# Draft section 3.4.1: "key_material, it MUST be at least 32 bytes", "key_info … less than 65536 bytes".
_LEAST_KEY_MATERIAL_BYTES: Final = 32
_MAX_KEY_INFO_BYTES: Final = 65535

# The order of the groups of BLS12-381.
_ORDER: Final = 0x73EDA753299D7D483339D80809A1D80553BDA402FFFE5BFEFFFFFFFF00000001

_API_ID: Final = b"BBS_BLS12381G1_XMD:SHA-256_SSWU_RO_H2G_HM2S_"
# Draft section 7.2.2: P1 of the ciphersuite, a point whose logarithm nobody knows.
_P1: Final = bytes.fromhex(
    "a8ce256102840821a3e94ea9025e4662b205762f9776b3a766c872b948f1fd225e7c59698588e70d11406d161b4e28c9"
)

# Generators are made and kept in pieces of this many: small proofs pay for one piece, large ones for what is missing.
_BLOCK: Final = 64


@dataclass(frozen=True, slots=True)
class BbsSecretKey:
    """A secret key for BBS signatures. `repr` shows nothing of it; what writes it down is called `private_…`."""

    _number: int = field(repr=False)

    @classmethod
    def from_key_material(cls, key_material: bytes, key_info: bytes = b"") -> "BbsSecretKey":
        """The key that follows from at least 32 secret random bytes (draft section 3.4.1, KeyGen).

        Raises `ValueError` for fewer bytes, and for more than 65,535 bytes of key_info.
        """
        if len(key_material) < _LEAST_KEY_MATERIAL_BYTES or len(key_info) > _MAX_KEY_INFO_BYTES:
            raise ValueError("expected at least 32 bytes of key material, and at most 65,535 bytes of key info")
        data = key_material + len(key_info).to_bytes(2, "big") + key_info
        return cls(_hash_to_scalar(data, _API_ID + b"KEYGEN_DST_"))

    @classmethod
    def from_private_bytes(cls, data: bytes) -> "BbsSecretKey":
        """The key in its 32 bytes, big-endian. Raises `Malformed` private_key_malformed."""
        number = int.from_bytes(data, "big")
        if len(data) != SECRET_KEY_BYTES or not 0 < number < _ORDER:
            raise Malformed("private_key_malformed", f"expected a BBS secret key of {SECRET_KEY_BYTES} bytes")
        return cls(number)

    def private_bytes(self) -> bytes:
        """The key as 32 bytes, big-endian."""
        return self._number.to_bytes(SECRET_KEY_BYTES, "big")

    @property
    def public_key(self) -> PublicKey:
        """The public half, of type BLS12-381-G2. Raises `Undecided` bbs_unavailable."""
        curve = _curve()
        point: G2Point = curve.G2Point() * curve.Scalar(self._number)
        return PublicKey("BLS12-381-G2", bytes(point.to_compressed_bytes()))

    def sign(self, messages: Sequence[bytes], *, header: bytes) -> bytes:
        """The signature over the messages in this order, and over the header, which every proof must show.

        The same input gives the same signature. Raises `Undecided` bbs_unavailable and bbs_too_many_messages.
        """
        curve = _curve()
        _check_count(len(messages))
        statement = _statement(self.public_key, len(messages), header)
        scalars = [_message_scalar(message) for message in messages]
        data = b"".join(map(_octets, (self._number, *scalars, statement.domain)))
        e = _hash_to_scalar(data, _API_ID + b"H2S_")
        divisor = (self._number + e) % _ORDER
        if e == 0 or divisor == 0:  # One in 2^255; nobody has seen it.
            raise Undecided("bbs_no_signature", "there is no signature for this key, header and messages")
        point = statement.commitment(dict(enumerate(scalars))) * curve.Scalar(pow(divisor, -1, _ORDER))
        return bytes(point.to_compressed_bytes()) + _octets(e)


def verify(public_key: PublicKey, signature: bytes, messages: Sequence[bytes], *, header: bytes) -> None:
    """Return only if the signature is this key's, for exactly these messages in this order and this header.

    Raises `Malformed` bbs_signature_malformed and key_malformed, `Refused` signature_invalid, key_algorithm_mismatch and
    weak_key, `Undecided` bbs_too_many_messages and bbs_unavailable.
    """
    a, e = _parse_signature(signature)
    _check_count(len(messages))
    curve = _curve()
    key_point = _key_point(public_key)
    statement = _statement(public_key, len(messages), header)
    b = statement.commitment({place: _message_scalar(message) for place, message in enumerate(messages)})
    base = curve.G2Point()
    if not curve.GT.pairing_check([a, b], [key_point + base * curve.Scalar(e), -base]):
        raise Refused("signature_invalid", "the BBS signature does not fit the key, the header and the messages")


def make_proof(
    public_key: PublicKey,
    signature: bytes,
    messages: Sequence[bytes],
    *,
    header: bytes,
    presentation_header: bytes,
    disclosed_indexes: Collection[int],
    random_bytes: Callable[[int], bytes],
) -> bytes:
    """A proof that one signature covers the messages at `disclosed_indexes`, and nothing else about it or the others.

    `random_bytes(count)` must be secret and new for every proof, such as `secrets.token_bytes`; the presentation header
    binds the proof to an occasion. Whether the signature is good is not asked: verify it when it arrives. Raises
    `ValueError` for indexes beside the messages and for randomness that repeats itself, and as `verify` does.
    """
    a, e = _parse_signature(signature)
    _check_count(len(messages))
    disclosed = set(disclosed_indexes)
    if not all(_is_index(index, len(messages)) for index in disclosed) or len(disclosed) != len(disclosed_indexes):
        raise ValueError("expected each disclosed index once, and as the position of a message")
    curve = _curve()
    _key_point(public_key)
    statement = _statement(public_key, len(messages), header)
    scalars = {place: _message_scalar(message) for place, message in enumerate(messages)}
    hidden = [place for place in scalars if place not in disclosed]
    r1, r2, e_blind, r1_blind, r3_blind, *blinds = _random_scalars(_FIXED_RANDOM_SCALARS + len(hidden), random_bytes)

    d = statement.commitment(scalars) * curve.Scalar(r2)
    a_bar = a * curve.Scalar(r1 * r2 % _ORDER)
    b_bar = _combination((d, a_bar), (r1, -e))
    t1 = _combination((a_bar, d), (e_blind, r1_blind))
    t2 = _combination((d, *(statement.points[place] for place in hidden)), (r3_blind, *blinds))
    challenge = statement.challenge(
        [a_bar, b_bar, d, t1, t2], {place: scalars[place] for place in sorted(disclosed)}, presentation_header
    )
    r3 = pow(r2, -1, _ORDER)
    responses = (
        e_blind + e * challenge,
        r1_blind - r1 * challenge,
        r3_blind - r3 * challenge,
        *(blind + scalars[place] * challenge for place, blind in zip(hidden, blinds, strict=True)),
        challenge,
    )
    points = (bytes(point.to_compressed_bytes()) for point in (a_bar, b_bar, d))
    return b"".join((*points, *(_octets(number % _ORDER) for number in responses)))


def verify_proof(
    public_key: PublicKey,
    proof: bytes,
    disclosed_messages: Mapping[int, bytes],
    *,
    header: bytes,
    presentation_header: bytes,
) -> None:
    """Return only if the holder has a signature by this key that has these messages at these positions.

    Raises `Malformed` bbs_proof_malformed, bbs_index_out_of_range and key_malformed, `Refused` signature_invalid,
    key_algorithm_mismatch and weak_key, `Undecided` bbs_too_many_messages and bbs_unavailable.
    """
    hidden_count, remainder = divmod(len(proof) - _LEAST_PROOF_BYTES, _SCALAR_BYTES)
    if hidden_count < 0 or remainder:
        raise Malformed(
            "bbs_proof_malformed",
            f"expected a BBS proof of {_LEAST_PROOF_BYTES} bytes, and 32 more for each hidden message; "
            f"found {len(proof)}",
        )
    count = len(disclosed_messages) + hidden_count
    _check_count(count)
    for index in disclosed_messages:
        if not _is_index(index, count):
            raise Malformed("bbs_index_out_of_range", f"the proof is about {count} messages; none has this position")
    numbers = [
        _scalar(proof[place : place + _SCALAR_BYTES], "bbs_proof_malformed")
        for place in range(3 * _POINT_BYTES, len(proof), _SCALAR_BYTES)
    ]
    curve = _curve()
    a_bar, b_bar, d = (
        _point(proof[place : place + _POINT_BYTES], "bbs_proof_malformed")
        for place in range(0, 3 * _POINT_BYTES, _POINT_BYTES)
    )
    key_point = _key_point(public_key)
    statement = _statement(public_key, count, header)
    e_hat, r1_hat, r3_hat, *hidden_hats, challenge = numbers
    shown = {index: _message_scalar(disclosed_messages[index]) for index in sorted(disclosed_messages)}
    hidden = [place for place in range(count) if place not in shown]

    t1 = _combination((b_bar, a_bar, d), (challenge, e_hat, r1_hat))
    t2 = _combination(
        (statement.commitment(shown), d, *(statement.points[place] for place in hidden)),
        (challenge, r3_hat, *hidden_hats),
    )
    fits = challenge == statement.challenge([a_bar, b_bar, d, t1, t2], shown, presentation_header)
    if not fits or not curve.GT.pairing_check([a_bar, b_bar], [key_point, -curve.G2Point()]):
        raise Refused("signature_invalid", "the BBS proof does not fit the key, the headers and the messages shown")


def is_available() -> bool:
    """The extra "bbs" is installed."""
    try:
        _curve()
    except Undecided:
        return False
    return True


# --- what a signature or proof is about ----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Statement:
    """The points of the messages, and the number that stands for key, header and how many messages there are."""

    domain_point: "G1Point"
    points: "tuple[G1Point, ...]"
    domain: int

    def commitment(self, scalars: Mapping[int, int]) -> "G1Point":
        """B of the draft: P1 + Q1 · domain + H_i · message_i for the messages given."""
        base: G1Point = _curve().G1Point.from_compressed_bytes(_P1)
        points = (base, self.domain_point, *(self.points[place] for place in scalars))
        return _combination(points, (1, self.domain, *scalars.values()))

    def challenge(self, points: "Sequence[G1Point]", shown: Mapping[int, int], presentation_header: bytes) -> int:
        """Draft section 3.7.4, ProofChallengeCalculate. `shown` is in ascending order."""
        parts = [_length(len(shown))]
        for place, scalar in shown.items():
            parts += (_length(place), _octets(scalar))
        parts += (bytes(point.to_compressed_bytes()) for point in points)
        parts += (_octets(self.domain), _length(len(presentation_header)), presentation_header)
        return _hash_to_scalar(b"".join(parts), _API_ID + b"H2S_")


def _statement(public_key: PublicKey, count: int, header: bytes) -> _Statement:
    points: list[G1Point] = []
    encoded = b""
    for number in range(count // _BLOCK + 1):
        block = _generators(number)
        points += block.points
        encoded += block.encoded
    # Draft section 3.7.3, calculate_domain. The first generator is Q1.
    encoded = encoded[: _POINT_BYTES * (count + 1)]
    data = b"".join((public_key.data, _length(count), encoded, _API_ID, _length(len(header)), header))
    return _Statement(points[0], tuple(points[1 : count + 1]), _hash_to_scalar(data, _API_ID + b"H2S_"))


@dataclass(frozen=True, slots=True)
class _Generators:
    points: "tuple[G1Point, ...]"
    encoded: bytes
    seed: bytes


@lru_cache(maxsize=MAX_MESSAGES // _BLOCK + 1)
def _generators(number: int) -> _Generators:
    """One piece of the endless list of generators (draft section 3.7.1). Earlier pieces must have been asked for first."""
    hash_to_curve: Callable[[bytes, bytes], G1Point] = _curve().G1Point.hash_to_curve
    seed_tag = _API_ID + b"SIG_GENERATOR_SEED_"
    if number == 0:
        seed = _expand_message(_API_ID + b"MESSAGE_GENERATOR_SEED", seed_tag, _EXPAND_BYTES)
    else:
        seed = _generators(number - 1).seed
    points: list[G1Point] = []
    for place in range(number * _BLOCK + 1, (number + 1) * _BLOCK + 1):
        seed = _expand_message(seed + _length(place), seed_tag, _EXPAND_BYTES)
        points.append(hash_to_curve(seed, _API_ID + b"SIG_GENERATOR_DST_"))
    return _Generators(tuple(points), b"".join(bytes(point.to_compressed_bytes()) for point in points), seed)


# --- reading -------------------------------------------------------------------------------------------------------


def _parse_signature(signature: bytes) -> "tuple[G1Point, int]":
    if len(signature) != SIGNATURE_BYTES:
        raise Malformed(
            "bbs_signature_malformed", f"a BBS signature has {SIGNATURE_BYTES} bytes, found {len(signature)}"
        )
    e = _scalar(signature[_POINT_BYTES:], "bbs_signature_malformed")
    return _point(signature[:_POINT_BYTES], "bbs_signature_malformed"), e


def _scalar(data: bytes, code: str) -> int:
    number = int.from_bytes(data, "big")
    if not 0 < number < _ORDER:
        raise Malformed(code, "expected every scalar to be between 1 and the order of the group")
    return number


def _point(data: bytes, code: str) -> "G1Point":
    curve = _curve()
    try:
        point: G1Point = curve.G1Point.from_compressed_bytes(data)  # checks that it is in the subgroup
    except ValueError:
        raise Malformed(code, "expected compressed points of G1 of BLS12-381, in the right subgroup") from None
    # The library takes any bytes behind the flag of the identity for it; every other point has one spelling there.
    if point == curve.G1Point.identity():
        raise Malformed(code, "expected points of the group other than the one at infinity")
    return point


def _key_point(public_key: PublicKey) -> "G2Point":
    if public_key.key_type != "BLS12-381-G2":
        message = f"BBS signatures need a key of type BLS12-381-G2, found {public_key.key_type}"
        raise Refused("key_algorithm_mismatch", message)
    curve = _curve()
    try:
        point: G2Point = curve.G2Point.from_compressed_bytes(public_key.data)
    except ValueError:
        raise Malformed("key_malformed", "expected a compressed point of G2 of BLS12-381, in the subgroup") from None
    if point == curve.G2Point.identity():
        raise Refused("weak_key", "the BBS key is the point at infinity, for which signatures mean nothing")
    return point


def _check_count(count: int) -> None:
    if count > MAX_MESSAGES:
        raise Undecided("bbs_too_many_messages", f"BBS over more than {MAX_MESSAGES:,} messages is not computed")


def _is_index(index: object, count: int) -> bool:
    return isinstance(index, int) and not isinstance(index, bool) and 0 <= index < count


# --- numbers -------------------------------------------------------------------------------------------------------


def _curve() -> ModuleType:
    try:
        import py_arkworks_bls12381  # noqa: PLC0415 - an extra, loaded when first used
    except ImportError as exc:
        raise Undecided(
            "bbs_unavailable",
            "BBS signatures need the library py-arkworks-bls12381, which is not installed",
            hint="install vcwallet with its extra: pip install 'vcwallet[bbs]'",
        ) from exc
    return py_arkworks_bls12381


def _combination(points: "Sequence[G1Point]", numbers: Sequence[int]) -> "G1Point":
    """The sum of each point times its number."""
    assert len(points) == len(numbers), "the library would compute with the shorter list"
    curve = _curve()
    scalars: list[Scalar] = [curve.Scalar(number % _ORDER) for number in numbers]
    result: G1Point = curve.G1Point.multiexp_unchecked(list(points), scalars)
    return result


def _random_scalars(count: int, random_bytes: Callable[[int], bytes]) -> list[int]:
    # Draft section 4.2.1, calculate_random_scalars. Equal blinding numbers would show how the hidden messages differ.
    numbers = [int.from_bytes(random_bytes(_EXPAND_BYTES), "big") % _ORDER for _ in range(count)]
    if 0 in numbers or len(set(numbers)) != count:
        raise ValueError("expected new random bytes at every call")
    return numbers


def _message_scalar(message: bytes) -> int:
    return _hash_to_scalar(message, _API_ID + b"MAP_MSG_TO_SCALAR_AS_HASH_")


def _hash_to_scalar(data: bytes, tag: bytes) -> int:
    return int.from_bytes(_expand_message(data, tag, _EXPAND_BYTES), "big") % _ORDER


def _expand_message(message: bytes, tag: bytes, length: int) -> bytes:
    """RFC 9380 section 5.3.1, expand_message_xmd with SHA-256."""
    tail = tag + bytes([len(tag)])
    first = hashlib.sha256(bytes(64) + message + length.to_bytes(2, "big") + b"\0" + tail).digest()
    block = hashlib.sha256(first + b"\1" + tail).digest()
    result = block
    for number in range(2, -(-length // 32) + 1):
        mixed = (int.from_bytes(first, "big") ^ int.from_bytes(block, "big")).to_bytes(32, "big")
        block = hashlib.sha256(mixed + bytes([number]) + tail).digest()
        result += block
    return result[:length]


def _octets(number: int) -> bytes:
    return number.to_bytes(_SCALAR_BYTES, "big")


def _length(number: int) -> bytes:
    return number.to_bytes(8, "big")

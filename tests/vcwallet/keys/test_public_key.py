"""Which keys are taken, which signatures fit, and that weak keys cannot verify anything by any road."""

import hashlib
import pickle

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa, x25519
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from hypothesis import given
from hypothesis import strategies as st

from vcwallet.errors import Malformed, Refused, VcwalletError
from vcwallet.keys.public_key import COORDINATE_BYTES, KEY_TYPE_OF_ALGORITHM, PublicKey

CURVES = {"P-256": ec.SECP256R1(), "P-384": ec.SECP384R1(), "P-521": ec.SECP521R1(), "secp256k1": ec.SECP256K1()}
ED25519_KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
RSA_KEY = rsa.generate_private_key(65537, 2048)
HASHES = {"256": hashes.SHA256(), "384": hashes.SHA384(), "512": hashes.SHA512()}
MESSAGE = b"what is signed"


def ed25519_public():
    return PublicKey.checked("Ed25519", ED25519_KEY.public_key().public_bytes_raw())


def ec_pair(key_type):
    private = ec.derive_private_key(0xC0FFEE, CURVES[key_type])
    point = private.public_key().public_bytes(Encoding.X962, PublicFormat.CompressedPoint)
    return private, PublicKey.checked(key_type, point)


def rsa_public():
    der = RSA_KEY.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return PublicKey.checked("RSA", der)


def raw(der_signature, size):
    r, s = decode_dss_signature(der_signature)
    return r.to_bytes(size, "big") + s.to_bytes(size, "big")


def signed(algorithm, message=MESSAGE):
    """A key and its signature of the message."""
    if algorithm == "Ed25519":
        return ed25519_public(), ED25519_KEY.sign(message)
    digest = HASHES[algorithm[2:]]
    if algorithm.startswith("ES"):
        private, key = ec_pair(KEY_TYPE_OF_ALGORITHM[algorithm])
        return key, raw(private.sign(message, ec.ECDSA(digest)), COORDINATE_BYTES[key.key_type])
    rule = padding.PSS(padding.MGF1(digest), digest.digest_size) if algorithm == "PS256" else padding.PKCS1v15()
    return rsa_public(), RSA_KEY.sign(message, rule, digest)


def refusal(kind, function, *args, **options):
    with pytest.raises(kind) as refused:
        function(*args, **options)
    return refused.value


ALGORITHMS = pytest.mark.parametrize("algorithm", sorted(KEY_TYPE_OF_ALGORITHM))


# --- signatures ----------------------------------------------------------------------------------------------------


@ALGORITHMS
def test_a_signature_fits_its_key_and_message(algorithm):
    key, signature = signed(algorithm)
    key.verify(signature, MESSAGE, algorithm=algorithm)


@ALGORITHMS
def test_a_changed_message_or_signature_does_not_fit(algorithm):
    key, signature = signed(algorithm)
    changed = bytes([signature[0] ^ 1]) + signature[1:]
    wrong = [
        (signature, MESSAGE + b"."),
        (signature, b""),
        (changed, MESSAGE),
        (signature[:-1] + bytes([signature[-1] ^ 1]), MESSAGE),
        (signature[:-1], MESSAGE),
        (signature + b"\0", MESSAGE),
        (b"\0" + signature, MESSAGE),
        (bytes(len(signature)), MESSAGE),
        (b"", MESSAGE),
    ]
    for bad_signature, message in wrong:
        assert refusal(Refused, key.verify, bad_signature, message, algorithm=algorithm).code == "signature_invalid"


@ALGORITHMS
def test_a_signature_does_not_fit_another_key(algorithm):
    _, signature = signed(algorithm)
    others = {
        "Ed25519": PublicKey.checked("Ed25519", Ed25519PrivateKey.generate().public_key().public_bytes_raw()),
        "RSA": PublicKey.checked(
            "RSA",
            rsa.generate_private_key(65537, 2048)
            .public_key()
            .public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo),
        ),
    }
    key_type = KEY_TYPE_OF_ALGORITHM[algorithm]
    if key_type in CURVES:
        point = ec.derive_private_key(7, CURVES[key_type]).public_key()
        others[key_type] = PublicKey.checked(key_type, point.public_bytes(Encoding.X962, PublicFormat.CompressedPoint))
    assert (
        refusal(Refused, others[key_type].verify, signature, MESSAGE, algorithm=algorithm).code == "signature_invalid"
    )


def test_algorithms_of_one_kind_of_key_are_not_mixed_up():
    for made_by in ("RS256", "RS384", "RS512", "PS256"):
        key, signature = signed(made_by)
        for algorithm in ("RS256", "RS384", "RS512", "PS256"):
            if algorithm != made_by:
                refused = refusal(Refused, key.verify, signature, MESSAGE, algorithm=algorithm)
                assert refused.code == "signature_invalid"


@ALGORITHMS
def test_a_key_of_another_kind_is_refused(algorithm):
    keys = [ed25519_public(), rsa_public(), *(ec_pair(name)[1] for name in CURVES)]
    for key in keys:
        if key.key_type != KEY_TYPE_OF_ALGORITHM[algorithm]:
            refused = refusal(Refused, key.verify, bytes(64), MESSAGE, algorithm=algorithm)
            assert refused.code == "key_algorithm_mismatch"


@pytest.mark.parametrize("key_type", ["P-256", "P-384", "P-521"])
def test_a_der_signature_is_never_taken(key_type):
    private, key = ec_pair(key_type)
    algorithm = {"P-256": "ES256", "P-384": "ES384", "P-521": "ES512"}[key_type]
    signature = private.sign(MESSAGE, ec.ECDSA(HASHES[algorithm[2:]]))
    assert refusal(Refused, key.verify, signature, MESSAGE, algorithm=algorithm).code == "signature_invalid"


def test_a_pss_salt_has_the_length_of_the_digest():
    key = rsa_public()
    for length in (0, 20, 31, 33, padding.PSS.MAX_LENGTH):
        signature = RSA_KEY.sign(MESSAGE, padding.PSS(padding.MGF1(hashes.SHA256()), length), hashes.SHA256())
        assert refusal(Refused, key.verify, signature, MESSAGE, algorithm="PS256").code == "signature_invalid"


@pytest.mark.parametrize("algorithm", ["none", "HS256", "EdDSA", "ES521", ""])
def test_an_algorithm_that_is_not_known_here_is_misuse(algorithm):
    with pytest.raises(ValueError, match="unknown signature algorithm"):
        ed25519_public().verify(bytes(64), MESSAGE, algorithm=algorithm)


# --- Ed25519 points ------------------------------------------------------------------------------------------------

P = 2**255 - 19
D = -121665 * pow(121666, -1, P) % P


def add(a, b):
    """Twisted Edwards addition, affine (RFC 8032 section 5.1.4): slow, and independent of the code under test."""
    (x1, y1), (x2, y2) = a, b
    t = D * x1 * x2 * y1 * y2 % P
    return (x1 * y2 + x2 * y1) * pow(1 + t, -1, P) % P, (y1 * y2 + x1 * x2) * pow(1 - t, -1, P) % P


def square_root(n):
    root = pow(n, (P + 3) // 8, P)
    return root if root * root % P == n % P else root * pow(2, (P - 1) // 4, P) % P


def encode(point):
    x, y = point
    return (y | (x & 1) << 255).to_bytes(32, "little")


def small_order_points():
    # A point of order 8 solves d·y⁴ + 2y² − 1 = 0 and generates all eight.
    y = square_root((-1 + square_root(1 + D)) * pow(D, -1, P))
    if (D * y**4 + 2 * y**2 - 1) % P:
        y = square_root((-1 - square_root(1 + D)) * pow(D, -1, P))
    generator = (square_root((y * y - 1) * pow(D * y * y + 1, -1, P)), y)
    points = [(0, 1)]
    while (following := add(points[-1], generator)) != (0, 1):
        points.append(following)
    return points


def test_there_are_eight_points_of_small_order():
    assert len(small_order_points()) == 8


def small_order_encodings():
    encodings = {encode(point) for point in small_order_points()}
    # Other spellings that decoders let through: y + p where it fits, and the wrong sign of x = 0.
    for text in set(encodings):
        number = int.from_bytes(text, "little")
        sign, y = number >> 255, number & (2**255 - 1)
        encodings |= {
            ((y + P * k) | s << 255).to_bytes(32, "little")
            for k in (0, 1)
            for s in (sign, 1 - sign)
            if y + P * k < 2**255
        }
    return sorted(encodings)


@pytest.mark.parametrize("data", small_order_encodings(), ids=lambda data: data.hex()[:8])
def test_an_ed25519_key_of_small_order_is_refused_by_every_road(data):
    key = PublicKey("Ed25519", data)

    assert refusal(Refused, PublicKey.checked, "Ed25519", data, pointer="/k").code == "weak_key"
    assert refusal(Refused, key.verify, bytes(64), MESSAGE, algorithm="Ed25519").code == "weak_key"


def test_the_library_alone_would_accept_a_constant_signature():
    # hazards.md 3.7: R = A = the neutral element and S = 0 fit every message. This is why the check is ours.
    neutral = encode((0, 1))
    Ed25519PublicKey.from_public_bytes(neutral).verify(neutral + bytes(32), b"anything")


@pytest.mark.parametrize("y", [3, 4, 5, 6, 9, 10, 14, 15, 16, 17, 18])
@pytest.mark.parametrize("sign", [0, 1])
def test_a_second_spelling_of_an_ed25519_point_is_refused(y, sign):
    data = ((y + P) | sign << 255).to_bytes(32, "little")
    assert refusal(Refused, PublicKey.checked, "Ed25519", data).code == "weak_key"


@given(st.binary(min_size=32, max_size=32))
def test_thirty_two_bytes_are_an_ed25519_point_exactly_when_x_exists(data):
    y = int.from_bytes(data, "little") & (2**255 - 1)
    x_squared = (y * y - 1) * pow(D * y * y + 1, -1, P) % P
    is_point = square_root(x_squared) ** 2 % P == x_squared
    try:
        key = PublicKey.checked("Ed25519", data)
    except Malformed:
        accepted = False
    except Refused:  # weak: the tests above
        return
    else:
        accepted = key.data == data
    assert accepted == is_point


# --- other keys ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("key_type", CURVES)
def test_a_point_is_the_same_key_however_it_is_written(key_type):
    public = ec.derive_private_key(12345, CURVES[key_type]).public_key()
    compressed = public.public_bytes(Encoding.X962, PublicFormat.CompressedPoint)
    uncompressed = public.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)

    key = PublicKey.checked(key_type, uncompressed)

    assert key == PublicKey.checked(key_type, compressed)
    assert key.data == compressed
    assert len({key, PublicKey.checked(key_type, compressed)}) == 1


@pytest.mark.parametrize("key_type", CURVES)
def test_what_is_no_point_of_the_curve_is_malformed(key_type):
    public = ec.derive_private_key(12345, CURVES[key_type]).public_key()
    compressed = public.public_bytes(Encoding.X962, PublicFormat.CompressedPoint)
    uncompressed = public.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    hybrid = bytes([6 + (uncompressed[-1] & 1)]) + uncompressed[1:]
    moved = uncompressed[:-1] + bytes([uncompressed[-1] ^ 1])
    beyond = b"\x02" + b"\xff" * (len(compressed) - 1)
    for data in (
        b"",
        b"\0",
        compressed[1:],
        compressed + b"\0",
        compressed[:-1],
        hybrid,
        moved,
        beyond,
        b"\x05" + compressed[1:],
    ):
        assert refusal(Malformed, PublicKey.checked, key_type, data, pointer="/k").code == "key_malformed"


def test_a_point_of_another_curve_is_malformed():
    _, key = ec_pair("secp256k1")
    uncompressed = ec.EllipticCurvePublicKey.from_encoded_point(CURVES["secp256k1"], key.data).public_bytes(
        Encoding.X962, PublicFormat.UncompressedPoint
    )
    assert refusal(Malformed, PublicKey.checked, "P-256", uncompressed).code == "key_malformed"


@pytest.mark.parametrize("key_type", ["Ed25519", "X25519"])
@pytest.mark.parametrize("length", [0, 31, 33, 64])
def test_a_key_of_the_wrong_length_is_malformed(key_type, length):
    assert refusal(Malformed, PublicKey.checked, key_type, b"\x09" * length).code == "key_malformed"


def test_a_key_for_agreement_is_read_and_verifies_nothing():
    data = x25519.X25519PrivateKey.generate().public_key().public_bytes_raw()
    key = PublicKey.checked("X25519", data)
    assert refusal(Refused, key.verify, bytes(64), MESSAGE, algorithm="Ed25519").code == "key_algorithm_mismatch"


@pytest.mark.parametrize(
    ("key_type", "first", "length", "kind", "code"),
    [
        ("BLS12-381-G1", 0x80, 47, Malformed, "key_malformed"),
        ("BLS12-381-G1", 0x80, 96, Malformed, "key_malformed"),
        ("BLS12-381-G2", 0x80, 48, Malformed, "key_malformed"),
        ("BLS12-381-G1", 0x17, 48, Malformed, "key_malformed"),
        ("BLS12-381-G2", 0xC0, 96, Refused, "weak_key"),
        ("BLS12-381-G1", 0xC0, 48, Refused, "weak_key"),
        ("BLS12-381-G1", 0x9F, 48, Malformed, "key_malformed"),
        ("BLS12-381-G2", 0xBF, 96, Malformed, "key_malformed"),
    ],
)
def test_a_bls_key_is_a_compressed_point_within_its_field(key_type, first, length, kind, code):
    data = bytes([first]) + b"\xff" * (length - 1)
    assert refusal(kind, PublicKey.checked, key_type, data).code == code


def test_both_halves_of_a_g2_key_are_within_the_field():
    assert PublicKey.checked("BLS12-381-G2", b"\x80" + b"\x01" * 95).key_type == "BLS12-381-G2"
    data = b"\x80" + b"\x01" * 47 + b"\xff" * 48
    assert refusal(Malformed, PublicKey.checked, "BLS12-381-G2", data).code == "key_malformed"


def rsa_der(modulus, exponent, form=PublicFormat.SubjectPublicKeyInfo):
    return rsa.RSAPublicNumbers(exponent, modulus).public_key().public_bytes(Encoding.DER, form)


MODULUS = RSA_KEY.public_key().public_numbers().n


@pytest.mark.parametrize("exponent", [3, 5, 17, 257, 65535, 2**256 + 1])
def test_an_rsa_key_with_an_unusual_exponent_is_weak(exponent):
    der = rsa_der(MODULUS, exponent)
    assert refusal(Refused, PublicKey.checked, "RSA", der, pointer="/k").code == "weak_key"
    assert refusal(Refused, PublicKey("RSA", der).verify, bytes(256), MESSAGE, algorithm="RS256").code == "weak_key"


@pytest.mark.parametrize("bits", [512, 1024, 2047, 16385])
def test_an_rsa_key_of_the_wrong_size_is_weak(bits):
    assert refusal(Refused, PublicKey.checked, "RSA", rsa_der((1 << bits) - 1, 65537)).code == "weak_key"


def test_an_rsa_key_with_the_fingerprint_of_roca_is_weak():
    # Numbers like those the broken generator took for primes: k·M + 65537^a mod M with M the product of the first primes.
    product = 1
    for n in range(2, 168):
        if all(n % divisor for divisor in range(2, n)):
            product *= n
    factors = [
        int.from_bytes(hashlib.shake_256(seed).digest(100), "big") * product + pow(65537, 31, product)
        for seed in (b"p", b"q")
    ]
    modulus = factors[0] * factors[1]
    assert refusal(Refused, PublicKey.checked, "RSA", rsa_der(modulus, 65537)).code == "weak_key"


def test_an_rsa_key_is_the_same_key_however_it_is_written():
    key = PublicKey.checked("RSA", rsa_der(MODULUS, 65537, PublicFormat.PKCS1))
    assert key == rsa_public()


@pytest.mark.parametrize(
    "der",
    [
        b"",
        b"0",
        rsa_der(MODULUS, 65537) + b"\0",
        rsa_der(MODULUS, 65537)[:-1],
        ec_pair("P-256")[0].public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo),
        # rsaEncryption (1.2.840.113549.1.1.1) replaced by id-RSASSA-PSS (…1.10): the same numbers, another kind of key.
        rsa_der(MODULUS, 65537).replace(bytes.fromhex("2a864886f70d010101"), bytes.fromhex("2a864886f70d01010a")),
    ],
    ids=["empty", "no DER", "too long", "cut off", "P-256", "PSS"],
)
def test_what_is_no_rsa_key_in_der_is_malformed(der):
    assert refusal(Malformed, PublicKey.checked, "RSA", der).code == "key_malformed"


def test_a_key_that_is_not_in_canonical_form_verifies_nothing():
    key = PublicKey("RSA", rsa_der(MODULUS, 65537, PublicFormat.PKCS1))
    assert refusal(Malformed, key.verify, bytes(256), MESSAGE, algorithm="RS256").code == "key_malformed"


def test_a_place_is_reported_where_it_is_known():
    refused = refusal(Malformed, PublicKey.checked, "Ed25519", b"", pointer="/verificationMethod/0")
    assert refused.pointer == "/verificationMethod/0"


def test_an_unknown_kind_of_key_is_misuse():
    with pytest.raises(ValueError, match="unknown key type"):
        PublicKey.checked("Ed448", bytes(57))


@ALGORITHMS
def test_a_key_that_has_been_used_survives_pickling(algorithm):
    key, signature = signed(algorithm)
    key.verify(signature, MESSAGE, algorithm=algorithm)

    copy = pickle.loads(pickle.dumps(key))

    assert copy == key
    copy.verify(signature, MESSAGE, algorithm=algorithm)


@given(
    st.sampled_from(["Ed25519", "P-256", "P-384", "P-521", "RSA", "secp256k1", "BLS12-381-G1"]), st.binary(max_size=140)
)
def test_arbitrary_bytes_are_a_key_or_refused(key_type, data):
    try:
        key = PublicKey.checked(key_type, data)
    except VcwalletError:
        return
    assert PublicKey.checked(key_type, key.data) == key


@given(st.sampled_from(sorted(KEY_TYPE_OF_ALGORITHM)), st.binary(max_size=300))
def test_arbitrary_bytes_are_no_signature(algorithm, signature):
    key, _ = signed(algorithm)
    assert refusal(Refused, key.verify, signature, MESSAGE, algorithm=algorithm).code == "signature_invalid"

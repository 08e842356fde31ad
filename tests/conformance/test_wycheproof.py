"""Wycheproof's known attacks on signatures, through our own entry points: `PublicKey.verify`, and JWS with a JWK.

For a signature alone the expectation is kept to the letter. A whole token or key set may be refused although Wycheproof
calls it valid, because Open Badges allow less; `NARROWER` says where and why. What Wycheproof calls invalid never passes.
"""

import json
from collections import Counter

import pytest

from tests.shared_data import cases
from vcwallet.errors import VcwalletError
from vcwallet.keys.jwk import check_jwk_may_verify, public_key_from_jwk
from vcwallet.keys.public_key import PublicKey
from vcwallet.securing import jws

# Every asymmetric algorithm that jws.py implements, so that the files are tried as widely as possible.
ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "ES256", "ES384", "ES512", "EdDSA")

NARROWER = {
    "HS256": "an HMAC is no signature: whoever can check it can make it",
    "PS384": "PSS with SHA-384 is not implemented: no Open Badge in circulation has it",
    "PS512": "PSS with SHA-512 is not implemented: no Open Badge in circulation has it",
    "ES521": "the JWK names an algorithm that does not exist; that of P-521 is called ES512",
    "short": "RSA keys below 2048 bits are weak",
    "spelling": "a character that is not of base64url is refused and not skipped",
    "other alg": "the JWK says that it is for another algorithm than the token uses",
}


def _groups(name):
    def load(path):
        for group in json.loads((path / name).read_text())["testGroups"]:
            for test in group["tests"]:
                yield pytest.param((group, test), id=f"{name.removesuffix('_test.json')}-{test['tcId']}")

    return load


SIGNATURES = [
    *cases("vectors/wycheproof", 151, _groups("ed25519_test.json")),
    *cases("vectors/wycheproof", 262, _groups("ecdsa_secp256r1_sha256_p1363_test.json")),
    *cases("vectors/wycheproof", 280, _groups("ecdsa_secp384r1_sha384_p1363_test.json")),
    *cases("vectors/wycheproof", 318, _groups("ecdsa_secp521r1_sha512_p1363_test.json")),
]


@pytest.mark.parametrize("case", SIGNATURES)
def test_a_signature_passes_exactly_when_it_is_valid(case):
    group, test = case
    key, algorithm = _key_of(group)

    try:
        key.verify(bytes.fromhex(test["sig"]), bytes.fromhex(test["msg"]), algorithm=algorithm)
        passed = True
    except VcwalletError:
        passed = False

    assert passed == (test["result"] == "valid")


def _key_of(group):
    described = group["publicKey"]
    if group["type"] == "EddsaVerify":
        return PublicKey("Ed25519", bytes.fromhex(described["pk"])), "Ed25519"
    point = bytes.fromhex(described["uncompressed"])
    size = (len(point) - 1) // 2
    compressed = bytes([2 + (point[-1] & 1)]) + point[1 : 1 + size]
    key_type, algorithm = {32: ("P-256", "ES256"), 48: ("P-384", "ES384"), 66: ("P-521", "ES512")}[size]
    return PublicKey(key_type, compressed), algorithm


def _verifies(token, jwk):
    try:
        taken_apart = jws.parse_compact(token)
        check_jwk_may_verify(jwk, taken_apart.header["alg"])
        jws.verify(taken_apart, public_key_from_jwk(jwk), algorithms=ALGORITHMS)
    except VcwalletError as error:
        return False, error
    return True, None


def _why_narrower(token, jwk, error):
    if error.code == "jws_malformed":
        return "spelling"
    alg = jws.parse_compact(token).header["alg"]
    if alg in NARROWER:
        return alg
    if error.code == "weak_key":
        return "short"
    if jwk.get("alg") in NARROWER:
        return jwk["alg"]
    return "other alg" if error.code == "jwk_not_for_verifying" else None


@pytest.mark.parametrize("case", cases("vectors/wycheproof", 401, _groups("json_web_signature_test.json")))
def test_a_token_passes_only_if_it_is_valid(case):
    group, test = case
    jwk = group.get("public") or group["private"]
    if not isinstance(test["jws"], str):
        # JSON serialization: a token is a string for us, and nothing else gets near this code.
        assert test["result"] == "invalid"
        return

    passed, error = _verifies(test["jws"], jwk)

    if test["result"] == "invalid":
        assert not passed
    elif not passed:
        assert _why_narrower(test["jws"], jwk, error) in NARROWER, error


def test_the_tokens_that_we_refuse_more_strictly_are_these():
    counted = Counter()
    for parameter in cases("vectors/wycheproof", 401, _groups("json_web_signature_test.json")):
        if parameter.values[0] is None:
            pytest.skip("official data absent: vectors/wycheproof")
        group, test = parameter.values[0]
        if test["result"] == "valid":
            passed, error = _verifies(test["jws"], group.get("public") or group["private"])
            counted[
                "passed" if passed else _why_narrower(test["jws"], group.get("public") or group["private"], error)
            ] += 1

    assert counted == EXPECTED_COUNTS


EXPECTED_COUNTS = Counter({"passed": 24, "HS256": 8, "PS384": 6, "PS512": 4, "ES521": 2, "spelling": 2})


@pytest.mark.parametrize("case", cases("vectors/wycheproof", 26, _groups("json_web_key_test.json")))
def test_no_key_of_a_set_makes_an_invalid_token_pass(case):
    group, test = case
    keys = group["private"].get("keys", [group["private"]])

    passed = [key for key in keys if _verifies(test["jws"], {k: v for k, v in key.items() if k not in "dpqk"})[0]]

    if test["result"] == "invalid":
        assert passed == []

"""SD-JWT: the examples of RFC 9901, and every test case of the reference implementation, in both directions.

The reference implementation (`sd-jwt` on PyPI) makes and reads tokens beside ours. It keeps the JSON form of an early draft,
so the cases that want JSON are run in the compact form; the JSON form is that of the examples of RFC 9901.
"""

import json
import secrets
from datetime import UTC, datetime
from pathlib import Path

import pytest
from jwcrypto.jwk import JWK
from sd_jwt.common import SDObj
from sd_jwt.holder import SDJWTHolder
from sd_jwt.issuer import SDJWTIssuer
from sd_jwt.utils.yaml_specification import load_yaml_specification, remove_sdobj_wrappers
from sd_jwt.verifier import SDJWTVerifier

from tests.shared_data import SHARED_DATA, cases, is_available
from vcwallet import Policy, SdJwtVc, StaticFetcher, standard_toolkit, verify
from vcwallet.errors import Malformed, Refused
from vcwallet.keys.jwk import public_key_from_jwk
from vcwallet.keys.signer import LocalSigner
from vcwallet.securing import jws
from vcwallet.securing.sd_jwt.compact_form import parse_json_form, parse_sd_jwt
from vcwallet.securing.sd_jwt.concealing import conceal, issue
from vcwallet.securing.sd_jwt.disclosing import disclose
from vcwallet.securing.sd_jwt.key_binding import ExpectedBinding, bind, confirmation, verify_key_binding
from vcwallet.securing.sd_jwt.processed_claims import process
from vcwallet.securing.sd_jwt.token_kinds import check_sd_jwt_vc, token_kind
from vcwallet.wire.json_pointer import join

RFC_EXAMPLES = "vectors/sd-jwt/rfc9901-examples.json"
ISSUER, HOLDER = LocalSigner.generate("P-256"), LocalSigner.generate("P-256")
AUDIENCE, NONCE = "https://verifier.example", "1234567890"


def verified(token):
    jws.verify(token.unverified_jws, ISSUER.public_key, algorithms=("ES256",))
    return process(token)


def by_reference(presentation, *, is_bound=False, key=None):
    public = JWK(**(key or ISSUER.private_jwk()))
    named = {"expected_aud": AUDIENCE, "expected_nonce": NONCE} if is_bound else {}
    return SDJWTVerifier(presentation, lambda *_: public, **named).get_verified_payload()


# --- RFC 9901 --------------------------------------------------------------------------------------------------------


def _examples(path):
    document = json.loads(path.read_text())
    key = document["keys"][0]["jwk"]
    for number, example in enumerate(document["examples"], 1):
        name = example["section"].split(".", 2)[-1].strip()[:30].replace(" ", "-")
        yield pytest.param((key, example), id=f"{number}-{name}")


@pytest.mark.parametrize("example", cases(RFC_EXAMPLES, 11, _examples))
def test_an_example_of_rfc_9901(example):
    key, example = example
    if "json_serialization" in example:
        tokens = parse_json_form(example["json_serialization"])
    else:
        tokens = (parse_sd_jwt(example["sd_jwt"]),)
        assert tokens[0].unverified_claims == example["payload"]
        found = [[each.salt, *([] if each.name is None else [each.name]), each.value] for each in tokens[0].disclosures]
        assert found == example["disclosures"]
        assert (tokens[0].key_binding_jwt is not None) == example["key_binding"]
    jws.verify(tokens[0].unverified_jws, public_key_from_jwk(key), algorithms=("ES256",))
    for token in tokens:
        processed = process(token)
        assert len(processed.disclosed) == len(token.disclosures)
        if token.key_binding_jwt is None:
            if token is tokens[0]:
                assert by_reference(token.presentation, key=key) == processed.claims
            continue
        binding = json.loads(jws.parse_compact(token.key_binding_jwt).payload)
        expected = ExpectedBinding(binding["aud"], "1234567890", datetime.fromtimestamp(binding["iat"], UTC))
        good = verify_key_binding(token, processed.claims, expected, algorithms=("ES256",))
        assert good.audience == "https://verifier.example.org"


@pytest.mark.parametrize("example", cases(RFC_EXAMPLES, 11, _examples))
def test_an_example_of_rfc_9901_that_is_a_credential_is_verified_whole(example):
    """Those of SD-JWT VC are valid; the others have a typ that is of no credential, and are refused for it."""
    key, example = example
    if "sd_jwt" not in example:
        pytest.skip("the JSON form is for no credential that verify() reads")
    token = parse_sd_jwt(example["sd_jwt"])
    issuer = token.unverified_claims.get("iss", "")
    world = {f"{issuer}/.well-known/jwt-vc-issuer": {"issuer": issuer, "jwks": {"keys": [key]}}}
    binding = json.loads(jws.parse_compact(token.key_binding_jwt).payload) if token.key_binding_jwt else {}
    moment = datetime.fromtimestamp(binding.get("iat", 1740000000), UTC)

    report = verify(
        example["sd_jwt"],
        toolkit=standard_toolkit(StaticFetcher(world)),
        policy=Policy(challenge=binding.get("nonce"), domain=binding.get("aud"), require_holder_binding=bool(binding)),
        at=moment,
    )

    if token.unverified_jws.header["typ"] == "dc+sd-jwt":
        assert report, report.problems
        assert report.require_verified().types == ("urn:eudi:pid:de:1",)
        assert report.check("holder").code == ("holder_bound" if binding else "holder_not_asked")
    else:
        assert (report.verdict, report.problems[0].code) == ("invalid", "jose_type_wrong")


# --- the test cases of the reference implementation ------------------------------------------------------------------


def _specifications(folder):
    for path in sorted(folder.glob("**/specification.yml")):
        family = path.relative_to(folder).parts[0]
        yield pytest.param(path, id=f"{family}-{path.parent.name}")


def _disclosable(claims, place=""):
    """The pointers of what is marked in a specification, and the same claims without marks."""
    if isinstance(claims, dict):
        for key, value in claims.items():
            name = key.value if isinstance(key, SDObj) else key
            if isinstance(key, SDObj):
                yield join(place, name)
            yield from _disclosable(value, join(place, name))
    elif isinstance(claims, list):
        for index, value in enumerate(claims):
            if isinstance(value, SDObj):
                yield join(place, index)
            yield from _disclosable(value.value if isinstance(value, SDObj) else value, join(place, index))


def _is_wanted(pointer, choice):
    """A choice is a tree with something that is neither false nor "None" where a value is to be disclosed."""
    for token in pointer.split("/")[1:]:
        if isinstance(choice, dict):
            choice = choice.get(token)
        elif isinstance(choice, list):
            choice = choice[int(token)] if int(token) < len(choice) else None
        else:
            return False
    return choice not in (None, False)


def _read(path):
    specification = load_yaml_specification(path)
    claims = specification["user_claims"]
    return specification, claims, remove_sdobj_wrappers(claims)


SPECIFICATIONS = cases("vectors/sd-jwt", 47, _specifications)


@pytest.mark.parametrize("path", SPECIFICATIONS)
def test_what_the_reference_makes_is_read_here(path):
    specification, claims, _ = _read(path)
    is_bound = specification.get("key_binding", False)
    made = SDJWTIssuer(
        claims,
        JWK(**ISSUER.private_jwk()),
        holder_key=JWK(**HOLDER.private_jwk()) if is_bound else None,
        add_decoy_claims=specification.get("add_decoy_claims", False),
        extra_header_parameters=specification.get("extra_header_parameters", {}),
    )
    holder = SDJWTHolder(made.sd_jwt_issuance)
    choice = specification["holder_disclosed_claims"]
    binding = (NONCE, AUDIENCE, JWK(**HOLDER.private_jwk())) if is_bound else ()
    holder.create_presentation(choice, *binding)

    token = parse_sd_jwt(holder.sd_jwt_presentation)
    processed = verified(token)

    assert processed.claims == by_reference(holder.sd_jwt_presentation, is_bound=is_bound)
    if "expect_verified_user_claims" in specification:
        found = {name: value for name, value in processed.claims.items() if name != "cnf"}
        assert found == specification["expect_verified_user_claims"]
    if is_bound:
        expected = ExpectedBinding(AUDIENCE, NONCE, datetime.now(UTC))
        assert verify_key_binding(token, processed.claims, expected, algorithms=("ES256",)).key == HOLDER.public_key


@pytest.mark.parametrize("path", SPECIFICATIONS)
def test_what_is_made_here_is_read_by_the_reference(path):
    specification, claims, plain = _read(path)
    pointers = set(_disclosable(claims))
    is_bound = specification.get("key_binding", False)
    if is_bound:
        plain["cnf"] = confirmation(HOLDER.public_key)
    decoys = {"": 3} if specification.get("add_decoy_claims") else {}
    concealed = conceal(plain, disclosable=pointers, random_bytes=secrets.token_bytes, decoys=decoys)
    token = issue(
        concealed, ISSUER, header={"typ": "example+sd-jwt", **specification.get("extra_header_parameters", {})}
    )
    choice = specification["holder_disclosed_claims"]

    assert by_reference(token) == plain == process(parse_sd_jwt(token)).claims
    presentation = disclose(token, withhold={pointer for pointer in pointers if not _is_wanted(pointer, choice)})
    if is_bound:
        presentation = bind(presentation, HOLDER, audience=AUDIENCE, nonce=NONCE, at=datetime.now(UTC))
    processed = verified(parse_sd_jwt(presentation))
    assert processed.claims == by_reference(presentation, is_bound=is_bound)
    if "expect_verified_user_claims" in specification:
        found = {name: value for name, value in processed.claims.items() if name != "cnf"}
        assert found == specification["expect_verified_user_claims"]
    chosen = {pointer for pointer in pointers if _is_wanted(pointer, choice)}
    assert len(processed.disclosed) == len(chosen)


# --- our vectors, made with the reference implementation --------------------------------------------------------------

VECTORS = json.loads((Path(__file__).parents[2] / "vectors" / "sd-jwt" / "cases.json").read_text())
VECTOR_CASES = {case["id"]: case for case in VECTORS["cases"]}


def _claims_of(case):
    """What a verifier does, in its order."""
    token = parse_sd_jwt(case["token"])
    processed = process(token)
    if token_kind(token, processed) == "dc+sd-jwt":
        check_sd_jwt_vc(processed)
    jws.verify(token.unverified_jws, public_key_from_jwk(VECTORS["issuer"]), algorithms=("EdDSA",))
    if case["key_binding"] is not None:
        expected = ExpectedBinding(**case["key_binding"], at=datetime.fromtimestamp(case["at"], UTC))
        verify_key_binding(token, processed.claims, expected, algorithms=("EdDSA",))
    return processed.claims


@pytest.mark.parametrize("case", VECTOR_CASES.values(), ids=VECTOR_CASES)
def test_a_vector(case):
    if case["expect"] == "good":
        assert _claims_of(case) == case["claims"]
        return
    with pytest.raises((Malformed, Refused)) as caught:
        _claims_of(case)
    assert caught.value.code == case["expect"]
    assert VECTOR_CASES[case["accepted_neighbour"]]["expect"] == "good"


COLLEGE = "https://college.example"
_METHOD = {
    "id": f"{COLLEGE}#1",
    "type": "JsonWebKey",
    "controller": COLLEGE,
    "publicKeyJwk": {**VECTORS["issuer"], "kid": "1"},
}
WORLD = {
    f"{COLLEGE}/.well-known/jwt-vc-issuer": {"issuer": COLLEGE, "jwks": {"keys": [{**VECTORS["issuer"], "kid": "1"}]}},
    COLLEGE: {"id": COLLEGE, "verificationMethod": [_METHOD], "assertionMethod": [f"{COLLEGE}#1"]},
}


@pytest.mark.parametrize("case", VECTOR_CASES.values(), ids=VECTOR_CASES)
def test_a_vector_by_verify(case):
    """The whole road, for SD-JWT VC and for a badge of the W3C's data model."""
    asked = case["key_binding"] or {}
    report = verify(
        case["token"],
        toolkit=standard_toolkit(StaticFetcher(WORLD)),
        policy=Policy(challenge=asked.get("nonce"), domain=asked.get("audience")),
        at=datetime.fromtimestamp(case["at"], UTC),
    )

    if case["expect"] == "good":
        assert report, report.problems
        says = {
            name: value
            for name, value in case["claims"].items()
            if isinstance(report.credential, SdJwtVc) or name != "cnf"
        }
        assert report.require_verified().document == says
        return
    assert report.verdict in ("invalid", "malformed")
    assert case["expect"] in {problem.code for problem in report.problems}


def test_whatever_the_reference_refuses_is_refused_here():
    assert {case["makers_say"] for case in VECTOR_CASES.values() if case["expect"] == "good"} == {"good"}
    lenient = sum(case["makers_say"] == "good" for case in VECTOR_CASES.values() if case["expect"] != "good")
    assert lenient == 8


# --- the inputs of the W3C's suite for VC-JOSE-COSE ------------------------------------------------------------------

W3C = "vectors/vc-jose-cose-test-suite/input"
# What becomes of each; the suite wants the first three of these to be verified, the others not.
W3C_OUTCOMES = {
    "credential-sdjwt-selective": ("vm-p384", "vc+sd-jwt"),
    "presentation-sdjwt-selective": ("vm-p384", "vp+sd-jwt"),
    "credential-sdjwt-nested": ("vm-p521", "vc+sd-jwt"),
    "credential-sdjwt-bad-signature": ("vm-p384", "signature_invalid"),
    "credential-sdjwt-bad-media-type": ("vm-ed25519", "jose_type_wrong"),
    "presentation-sdjwt-bad-media-type": ("vm-ed25519", "jose_type_wrong"),
    "presentation-sdjwt-bad-credential": ("vm-p521", "jose_type_wrong"),
}


@pytest.mark.skipif(not is_available(W3C), reason=f"official data absent: {W3C}")
@pytest.mark.parametrize("name", W3C_OUTCOMES)
def test_an_input_of_the_w3c_suite(name):
    key_name, expected = W3C_OUTCOMES[name]
    jwk = json.loads((SHARED_DATA / W3C / f"{key_name}.json").read_text())["publicKeyJwk"]
    token = parse_sd_jwt((SHARED_DATA / W3C / f"{name}.txt").read_text().strip())
    processed = process(token)

    assert len(processed.disclosed) == len(token.disclosures) > 0
    try:
        found = token_kind(token, processed)
        jws.verify(token.unverified_jws, public_key_from_jwk(jwk), algorithms=("ES256", "ES384", "ES512", "EdDSA"))
    except Refused as no:
        found = no.code
    assert found == expected

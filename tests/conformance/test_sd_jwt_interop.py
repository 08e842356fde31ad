"""SD-JWTs between us and others: what openvc-core and jose made is verified here, and what they said of ours (development only).

`tools/confirm_sd_jwt.py` asked them. Whatever somebody refuses is listed below with the reason.
"""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from vcwallet import Policy, StaticFetcher, standard_toolkit, verify
from vcwallet.wire.base_encodings import base64url_decode, base64url_encode

FOLDER = Path(__file__).parents[2] / "vectors" / "sd-jwt-interop"
OURS, THEIRS, CONFIRMED = (
    json.loads((FOLDER / f"{name}.json").read_text()) for name in ("ours", "theirs", "confirmed")
)
AT = datetime.fromtimestamp(OURS["at"], UTC)
COLLEGE = "https://college.example"
KEY = {name: value for name, value in OURS["keys"]["issuer"].items() if name != "d"}
METHOD = {"id": f"{COLLEGE}#1", "type": "JsonWebKey", "controller": COLLEGE, "publicKeyJwk": KEY}
WORLD = {
    f"{COLLEGE}/.well-known/jwt-vc-issuer": {"issuer": COLLEGE, "jwks": {"keys": [KEY]}},
    COLLEGE: {"id": COLLEGE, "verificationMethod": [METHOD], "assertionMethod": [f"{COLLEGE}#1"]},
}
LISTS = next(iter(THEIRS["status_lists"].values()))

# (who, which token): the reason why it is not read there.
REFUSALS: dict[tuple[str, str], str] = {}

MADE_BY_OTHERS = [(maker, name) for maker, tokens in THEIRS["tokens"].items() for name in tokens]


def check(token, **documents):
    is_bound = not token.endswith("~")
    policy = Policy(challenge=OURS["nonce"], domain=OURS["audience"]) if is_bound else Policy()
    toolkit = standard_toolkit(StaticFetcher({**WORLD, THEIRS["list"]: LISTS["good"], **documents}))
    return verify(token, toolkit=toolkit, policy=policy, at=AT)


def changed(token):
    header, claims, rest = token.split(".", 2)
    said = json.loads(base64url_decode(claims)) | {"grade": "A"}
    return f"{header}.{base64url_encode(json.dumps(said).encode())}.{rest}"


@pytest.mark.parametrize(("maker", "name"), MADE_BY_OTHERS)
def test_what_others_made_is_verified_and_a_claim_more_is_noticed(maker, name):
    token = THEIRS["tokens"][maker][name]
    report = check(token)

    assert report, report.problems
    assert report.require_verified().document["given_name"] == "Ada"
    assert check(changed(token)).verdict in ("invalid", "malformed")


@pytest.mark.parametrize(
    ("name", "code"), [("good", "not_withdrawn"), ("revoked", "revoked"), ("suspended", "suspended")]
)
def test_status_lists_by_openvc_core_say_here_what_they_say_there(name, code):
    tokens = next(tokens for maker, tokens in THEIRS["tokens"].items() if maker.startswith("openvc-core"))
    report = check(tokens["diploma-revocable"], **{THEIRS["list"]: LISTS[name]})

    assert report.check("status").code == code
    assert report.verdict == ("valid" if name == "good" else "invalid")


@pytest.mark.parametrize("name", OURS["tokens"])
def test_what_we_made_is_verified_here_too(name):
    report = check(OURS["tokens"][name])

    assert report, report.problems


@pytest.mark.parametrize(("reader", "name"), [(reader, name) for reader in CONFIRMED for name in OURS["tokens"]])
def test_what_others_say_of_ours(reader, name):
    said = CONFIRMED[reader][name]

    assert said["changed"] is not True
    who = reader.split()[0]
    assert (said["verified"] is True) == ((who, name) not in REFUSALS), said


def test_two_others_were_asked():
    assert [reader.split()[0] for reader in CONFIRMED] == ["openvc-core", "jose"]

"""Fifty credentials that are good and fifty that are not, of every kind: what faults are injected into.

A `Case` is what is verified, how, and what stands in the outside world meanwhile. To add one, add a line to `good()` or
`bad()`; whatever else a case needs to be published, goes through `world` (an `OutsideWorld`). A case that is not for
`verify()` names the function that asks, with the same parameters.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

from tests import small_pictures
from tests.learner_records import (
    ANA,
    COLLEGE,
    EVA,
    FORGER,
    MOMENT,
    UNIVERSITY,
    WORKSHOP,
    changed,
    endorsed_places,
    endorsement,
    endorsement_token,
    member,
    record,
    record_token,
    signed_badge,
)
from tools.make_examples import COLLEGE_DID, OB_NAMESPACE, UNIVERSITY_URL, badge
from vcwallet import Policy, Recipient, standard_toolkit, verify
from vcwallet.fetching.evidence import Evidence
from vcwallet.images import png, svg
from vcwallet.policy import DEFAULT_REQUIRED_CHECKS
from vcwallet.testing.outside_world import OUTAGES, OutsideWorld
from vcwallet.testing.signing import SampleKey, add_proof, badge_claims, to_jwt
from vcwallet.wire.base_encodings import base64url_encode

AT = datetime(2026, 3, 1, tzinfo=UTC)
DID_DOCUMENT = "https://noordzee-college.example/.well-known/did.json"
KEY_ADDRESS = "https://sur.example/keys/1"
SCHEMA = "https://noordzee-college.example/schema.json"
REFRESH = "https://noordzee-college.example/refresh/1"
EXTENSIONS = "https://purl.imsglobal.org/spec/ob/v3p0/extensions.json"
# A schema that cannot be had counts too, so that losing the answer never goes unnoticed.
DEMANDING = Policy(required_checks=DEFAULT_REQUIRED_CHECKS | {"schema"})


@dataclass(frozen=True)
class Case:
    """What is verified, by which policy and when, who publishes what, and `more` parameters of the function that asks."""

    data: Any
    policy: Policy = DEMANDING
    publish: Mapping[str, Any] = field(default_factory=dict)
    ask: Callable[..., Any] = verify
    more: Mapping[str, Any] = field(default_factory=dict)
    at: datetime = AT

    def world(self) -> OutsideWorld:
        """The college, the university and a school without a website, and what this case needs besides."""
        world = OutsideWorld()
        world.issuer_opens(COLLEGE_DID, COLLEGE)
        world.issuer_opens(UNIVERSITY_URL, UNIVERSITY)
        world.key_set_of(UNIVERSITY_URL, UNIVERSITY, rsa_key())
        for url, answer in self.publish.items():
            world.publish(url, answer)
        return world


@lru_cache(maxsize=1)
def rsa_key() -> SampleKey:
    return SampleKey.new_rsa()


def by_college(document: Mapping[str, Any], key: SampleKey = COLLEGE, **options: Any) -> dict[str, Any]:
    return add_proof(document, key, **{"verificationMethod": f"{COLLEGE_DID}#key-1"} | options)


def by_university(document: Mapping[str, Any], key: SampleKey = UNIVERSITY, **options: Any) -> dict[str, Any]:
    return add_proof(document, key, **{"verificationMethod": f"{UNIVERSITY_URL}#key-1"} | options)


def token(document: Mapping[str, Any], key: SampleKey, header: Mapping[str, Any] | None = None, **claims: Any) -> str:
    return to_jwt(badge_claims(document, MOMENT, **claims), key, **(header or {}))


def older(number: int, key: SampleKey) -> dict[str, Any]:
    """A badge of data model 1.1."""
    document = badge(number, key.did, f"Course {number}", issuanceDate="2026-01-15T09:00:00Z")
    document["@context"] = ["https://www.w3.org/2018/credentials/v1", document["@context"][1]]
    document["name"] = f"Course {number}"
    del document["validFrom"]
    return document


def older_contexts() -> list[str]:
    """For an embedded proof: what defines its terms is not part of data model 1.1."""
    return [*older(6, COLLEGE)["@context"], "https://w3id.org/security/data-integrity/v2"]


def with_extensions(document: Mapping[str, Any], **members: Any) -> dict[str, Any]:
    return {**document, "@context": [*document["@context"], EXTENSIONS], **members}


def archive() -> Evidence:
    """What a verification of the college's badge left behind."""
    case = Case(by_college(badge(1, COLLEGE_DID, "Seamanship")))
    return verify(case.data, toolkit=standard_toolkit(case.world()), at=datetime(2026, 2, 1, tzinfo=UTC)).evidence


def refreshable(valid_from: str, key: SampleKey = COLLEGE, **members: Any) -> dict[str, Any]:
    service = {"id": REFRESH, "type": "1EdTechCredentialRefresh"}
    return add_proof(with_extensions(member(1), validFrom=valid_from, refreshService=service) | members, key)


def did_jwk(key: SampleKey) -> str:
    return "did:jwk:" + base64url_encode(json.dumps(key.jwk, separators=(",", ":")).encode())


def endorsed(place: str, key: SampleKey = WORKSHOP, *, as_token: bool = False, about: str | None = None) -> Any:
    """A badge with one endorsement at that place."""
    document, pointer, whom = endorsed_places()[place]
    about = about or whom
    name = "endorsementJwt" if as_token else "endorsement"
    claims = badge_claims(endorsement(1, about), MOMENT)
    entry = to_jwt(claims, key) if as_token else add_proof(endorsement(1, about), key)
    return add_proof(changed(document, f"{pointer}/{name}".strip("/"), [entry]), COLLEGE)


def in_png(text: str) -> bytes:
    return png.put_text(small_pictures.png(), "openbadgecredential", text)


def in_svg(text: svg.SvgText) -> bytes:
    return svg.put_element(small_pictures.svg(), OB_NAMESPACE, "credential", text)


def swapped_members() -> dict[str, Any]:
    one, two = signed_badge(1), signed_badge(2)
    path = "credentialSubject/verifiableCredential/{}/credentialSubject/achievement"
    document = add_proof(record(one, two), UNIVERSITY)
    document = changed(document, path.format(0), two["credentialSubject"]["achievement"])
    return changed(document, path.format(1), one["credentialSubject"]["achievement"])


def without(document: Mapping[str, Any], name: str) -> dict[str, Any]:
    return {key: value for key, value in document.items() if key != name}


def chained(document: Mapping[str, Any], first: SampleKey, second: SampleKey) -> dict[str, Any]:
    one = add_proof(document, first, id="urn:uuid:first")
    covered = {**without(one, "proof"), "proof": [one["proof"]]}
    return add_proof(one, second, covered=covered, previousProof="urn:uuid:first", id="urn:uuid:second")


@lru_cache(maxsize=1)
def good() -> dict[str, Case]:
    """By what is special about each."""
    ana = Policy(recipient=Recipient("emailAddress", "ana@campus.example"))
    college, university = badge(1, COLLEGE_DID, "Seamanship"), badge(2, UNIVERSITY_URL, "Oceanography")
    kid = {"kid": f"{UNIVERSITY_URL}#key-1"}
    schema = {"credentialSchema": [{"id": SCHEMA, "type": "JsonSchema"}]}
    good_endorsement = {"endorsement": [add_proof(endorsement(1, member(1)["id"]), WORKSHOP)]}
    refresh = Policy(refresh=True)
    found = {
        f"{suite} by {key.key_type}": add_proof(badge(3, key.did, "Knots"), key, suite=suite)
        for key, suites in (
            (COLLEGE, ("eddsa-rdfc-2022", "eddsa-jcs-2022", "eddsa-2022")),
            (UNIVERSITY, ("ecdsa-rdfc-2019", "ecdsa-jcs-2019")),
            (WORKSHOP, ("ecdsa-rdfc-2019", "ecdsa-jcs-2019")),
        )
        for suite in suites
    }
    found |= {
        "did:web, graph": by_college(college),
        "did:web, JSON": by_college(college, suite="eddsa-jcs-2022"),
        "https issuer, graph": by_university(university),
        "https issuer, JSON": by_university(university, suite="ecdsa-jcs-2019"),
        "did:jwk": add_proof(
            badge(4, did_jwk(UNIVERSITY), "Knots"), UNIVERSITY, verificationMethod=did_jwk(UNIVERSITY) + "#0"
        ),
        "two proofs": by_college(add_proof(college, WORKSHOP)),
        "a chain of proofs": chained(member(5), COLLEGE, WORKSHOP),
        "data model 1.1": add_proof(changed(older(6, COLLEGE), "@context", older_contexts()), COLLEGE),
        "with an end": add_proof(member(7, validUntil="2027-01-01T00:00:00Z"), COLLEGE),
        "an endorsement": add_proof(endorsement(1, "urn:uuid:x"), WORKSHOP),
        "an endorsement as token": endorsement_token(1, "urn:uuid:x"),
        "from the archive": Case(
            by_college(college), publish={DID_DOCUMENT: OUTAGES["no such host"]}, more={"evidence": archive()}
        ),
        "for Ana": Case(by_college(college), ana),
        "of a trusted issuer": Case(by_college(college), Policy(trusted_issuers=[COLLEGE_DID])),
        "with its own schema": Case(by_college(college | schema), publish={SCHEMA: {"required": ["validFrom"]}}),
        "with a published schema": by_college(
            with_extensions(
                college,
                credentialSchema=[
                    {
                        "id": "https://purl.imsglobal.org/spec/ob/v3p0/schema/json/"
                        "ob_v3p0_achievementcredential_schema.json",
                        "type": "1EdTechJsonSchemaValidator2019",
                    }
                ],
            )
        ),
        "refreshed": Case(
            refreshable("2026-01-15T09:00:00Z"), refresh, {REFRESH: refreshable("2026-02-01T09:00:00Z", name="New")}
        ),
        "not refreshed": Case(refreshable("2026-01-15T09:00:00Z"), refresh, {REFRESH: {"error": "login"}}),
        "token EdDSA": token(member(8), COLLEGE),
        "token ES384": token(member(8, WORKSHOP), WORKSHOP),
        "token by did:web": token(college, COLLEGE, {"kid": f"{COLLEGE_DID}#key-1"}),
        "token by key set": token(university, UNIVERSITY, kid),
        "token with its key": token(university, UNIVERSITY, {"kid": None, "jwk": UNIVERSITY.jwk}),
        "token RS256": token(university, rsa_key(), {"kid": None, "jwk": rsa_key().jwk}),
        "token with a key at its own address": Case(
            token(university, UNIVERSITY, {"kid": KEY_ADDRESS}),
            publish={KEY_ADDRESS: {**UNIVERSITY.jwk, "kid": KEY_ADDRESS}},
        ),
        "token of data model 1.1": to_jwt(
            {"iss": COLLEGE.did, "jti": older(9, COLLEGE)["id"], "nbf": MOMENT, "vc": older(9, COLLEGE)}, COLLEGE
        ),
        "PNG with JSON": in_png(json.dumps(by_college(college))),
        "PNG with token": in_png(token(university, UNIVERSITY, kid)),
        "SVG with JSON": in_svg(svg.SvgText(body=json.dumps(by_college(college)))),
        "SVG with token": in_svg(svg.SvgText(verify=token(university, UNIVERSITY, kid))),
        "record, graph": add_proof(record(signed_badge(1), signed_badge(2)), UNIVERSITY),
        "record, JSON": add_proof(record(signed_badge(1), by_college(college)), UNIVERSITY, suite="ecdsa-jcs-2019"),
        "record, token": record_token(record(signed_badge(1), by_university(university))),
        "record with an expired member": record_token(record(signed_badge(1, validUntil="2026-02-15T00:00:00Z"))),
        "record with a vouched member": Case(
            record_token(record(signed_badge(1), member(2))), Policy(accept_vouched_members=True)
        ),
        "record with an endorsed member": record_token(record(add_proof(member(1) | good_endorsement, COLLEGE))),
        "record in a record": record_token(
            record(add_proof(record(signed_badge(1)) | {"id": "urn:uuid:inner"}, UNIVERSITY))
        ),
    }
    for place in endorsed_places():
        found[f"endorsed {place}"] = endorsed(place)
    for place in ("credential", "achievement", "issuer"):
        found[f"endorsed {place} by token"] = endorsed(place, as_token=True)
    return _cases(found)


@lru_cache(maxsize=1)
def bad() -> dict[str, Case]:
    """By what is wrong with each; none may ever be valid, whatever fails."""
    college, university = badge(1, COLLEGE_DID, "Seamanship"), badge(2, UNIVERSITY_URL, "Oceanography")
    kid = {"kid": f"{UNIVERSITY_URL}#key-1"}
    schema = {"credentialSchema": [{"id": SCHEMA, "type": "JsonSchema"}]}
    withdrawn = Case(None).world()
    document = json.loads(withdrawn.fetch(DID_DOCUMENT).content)
    document["verificationMethod"][0]["revoked"] = "2026-02-01T00:00:00Z"
    good_token = token(university, UNIVERSITY, kid)
    about = member(1)["id"]
    found: dict[str, Any] = {
        f"changed after {suite}": add_proof(badge(3, key.did, "Knots"), key, suite=suite) | {"name": "Admiral"}
        for key, suite in (
            (COLLEGE, "eddsa-rdfc-2022"),
            (COLLEGE, "eddsa-jcs-2022"),
            (COLLEGE, "eddsa-2022"),
            (UNIVERSITY, "ecdsa-rdfc-2019"),
            (UNIVERSITY, "ecdsa-jcs-2019"),
        )
    }
    found |= {
        "unsigned": member(1),
        "no proof in the array": member(1) | {"proof": []},
        "signed by a stranger": add_proof(college, FORGER),
        "signed in the name of the college": by_college(college, FORGER),
        "signed in the name of the university": by_university(university, FORGER),
        "key in the fragment": add_proof(university, FORGER, verificationMethod=f"{UNIVERSITY_URL}#{FORGER.multikey}"),
        "key that was withdrawn": Case(by_college(college), publish={DID_DOCUMENT: document}),
        "one of two proofs": add_proof(by_college(college, created="2026-01-02T00:00:00Z"), COLLEGE) | {"name": "x"},
        "broken chain": chained(member(5), COLLEGE, WORKSHOP)
        | {"proof": chained(member(5), COLLEGE, WORKSHOP)["proof"][1]},
        "proof for logging in": add_proof(member(1), COLLEGE, proofPurpose="authentication"),
        "proof that is over": add_proof(member(1), COLLEGE, expires="2026-02-01T00:00:00Z"),
        "proof from the future": add_proof(member(1), COLLEGE, created="2027-01-01T00:00:00Z"),
        "changed, and an archive": Case(
            by_college(college) | {"name": "Admiral"},
            publish={DID_DOCUMENT: OUTAGES["no such host"]},
            more={"evidence": archive()},
        ),
        "expired": by_college(badge(1, COLLEGE_DID, "x", validUntil="2026-02-01T00:00:00Z")),
        "not yet valid": add_proof(member(1, validFrom="2026-06-01T00:00:00Z"), COLLEGE),
        "no date": add_proof(member(1, validUntil="never"), COLLEGE, suite="eddsa-jcs-2022"),
        "no achievement": add_proof(
            changed(member(1), "credentialSubject", {"id": ANA, "type": ["AchievementSubject"]}), COLLEGE
        ),
        "a word that nobody defines": add_proof(member(1), COLLEGE, suite="eddsa-jcs-2022") | {"honours": "summa"},
        "an undefined word, signed as JSON": add_proof(member(1, honours="summa"), COLLEGE, suite="eddsa-jcs-2022"),
        "hidden end": without(add_proof(member(1, validUntil="2026-02-01T00:00:00Z"), COLLEGE), "validUntil")
        | {
            "https://www.w3.org/2018/credentials#validUntil": {
                "@value": "2026-02-01T00:00:00Z",
                "@type": "http://www.w3.org/2001/XMLSchema#dateTime",
            }
        },
        "for Eva": Case(by_college(college), Policy(recipient=Recipient("emailAddress", "eva@campus.example"))),
        "of an issuer that is not trusted": Case(by_college(college), Policy(trusted_issuers=[UNIVERSITY_URL])),
        "of an issuer that is not listed": Case(by_college(college), Policy(require_listed_issuer=True)),
        "without its holder": Case(by_college(college), Policy(require_holder_binding=True)),
        "without the challenge": Case(by_college(college), Policy(challenge="c-1")),
        "against its own schema": Case(by_college(college | schema), publish={SCHEMA: {"required": ["awardedDate"]}}),
        "a newer version that is over": Case(
            refreshable("2026-01-15T09:00:00Z", validUntil="2026-02-20T00:00:00Z"),
            Policy(refresh=True),
            {REFRESH: refreshable("2026-02-01T09:00:00Z", validUntil="2026-02-15T00:00:00Z")},
        ),
        "over, and a forged newer version": Case(
            refreshable("2026-01-15T09:00:00Z", validUntil="2026-02-15T00:00:00Z"),
            Policy(refresh=True),
            {REFRESH: refreshable("2026-02-01T09:00:00Z", FORGER)},
        ),
        "token by a stranger": token(college, FORGER),
        "token in the name of the university": token(university, FORGER, kid),
        "token with a stranger's key": token(university, FORGER, {"kid": None, "jwk": FORGER.jwk}),
        "token with another signature": good_token[:-8] + ("AAAAAAAA" if good_token[-8:] != "AAAAAAAA" else "BBBBBBBB"),
        "token of another issuer": token(university, UNIVERSITY, kid, iss="https://other.example/"),
        "token that is over": token(university, UNIVERSITY, kid, exp=MOMENT + 60),
        "token without algorithm": token(university, UNIVERSITY, kid | {"alg": "none"}),
        "PNG with a changed badge": in_png(json.dumps(by_college(college) | {"name": "Admiral"})),
        "SVG with a forged badge": in_svg(svg.SvgText(body=json.dumps(by_college(college, FORGER)))),
        "record with a forged member": add_proof(record(signed_badge(1), add_proof(member(2), FORGER)), UNIVERSITY),
        "record with an unsigned member": record_token(record(signed_badge(1), member(2))),
        "record with a changed member": record_token(record(signed_badge(1) | {"name": "Admiral"})),
        "record with a member for Eva": record_token(record(changed(signed_badge(1), "credentialSubject/id", EVA))),
        "record with swapped members": swapped_members(),
        "record, vouched for over the graph": Case(
            add_proof(record(member(1)), UNIVERSITY), Policy(accept_vouched_members=True)
        ),
        "record with its own id inside": record_token(
            record(add_proof(member(1) | {"id": record()["id"]}, COLLEGE)),
        ),
        "record with a forged endorsement inside": record_token(
            record(add_proof(member(1) | {"endorsement": [add_proof(endorsement(1, about), FORGER)]}, COLLEGE))
        ),
        "forged endorsement": endorsed("credential", FORGER),
        "forged endorsement of the achievement": endorsed("achievement", FORGER),
        "forged endorsement as token": endorsed("issuer", FORGER, as_token=True),
        "a badge for an endorsement": add_proof(member(1) | {"endorsement": [signed_badge(2)]}, COLLEGE),
        "no endorsement": add_proof(member(1) | {"endorsementJwt": ["e30.e30.e30"]}, COLLEGE),
    }
    return _cases(found)


def _cases(found: Mapping[str, Any]) -> dict[str, Case]:
    return {name: value if isinstance(value, Case) else Case(value) for name, value in found.items()}

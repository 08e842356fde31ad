"""Make `vectors/issued`: what vcwallet issues and presents, in every way that it can, for others to verify.

Keys follow from names, and so the signatures are the same in every run. What other implementations say of the files is in
`confirmed.json`; tools/vectors/confirm_issued.js and tools/confirm_issued.py ask them.
"""

import json
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

from tools.make_vectors import VECTORS, write_family
from tools.signing import SampleKey
from vcwallet import (
    Achievement,
    Alignment,
    Association,
    BadgeEvidence,
    Endorsement,
    Identity,
    Image,
    IssuerIdentity,
    LearnerRecord,
    LocalSigner,
    OpenBadge,
    Profile,
    PublishedKey,
    Result,
    ResultDescription,
    Signed,
    issue,
    present,
)

AT = datetime(2026, 3, 1, 12, tzinfo=UTC)
WEB = "did:web:issued.example"
HTTPS = "https://issued.example/issuers/1"
KEYS = {
    "Ed25519": SampleKey.from_seed("issued").signer,
    "P-256": SampleKey.from_seed("issued", "P-256").signer,
    "P-384": SampleKey.from_seed("issued", "P-384").signer,
    "RSA": SampleKey.from_seed("issued", "RSA").signer,
}
LEARNER = SampleKey.from_seed("learner").signer
LEARNER_P_384 = SampleKey.from_seed("learner", "P-384").signer
CHALLENGE, DOMAIN = "b4f0-8c11", "https://employer.example"

GRADE = ResultDescription(
    "urn:uuid:1c5b8a54-5f0e-4a53-8a6e-c0ffee000001", "Grade", "LetterGrade", allowed_values=["C", "B", "A"]
)
NAVIGATION = Achievement(
    "https://issued.example/achievements/navigation",
    "Coastal navigation",
    description="Finds the way along a coast, by day and by night.",
    criteria="Two passages of *twenty* miles.\n\nWithout electronics.",
    criteria_url="https://issued.example/achievements/navigation/criteria",
    achievement_type="Certificate",
    image=Image("https://issued.example/navigation.png", "A compass rose"),
    tags=["navigation", "zeevaart", "航海"],
    alignments=[Alignment("Watchkeeping", "https://frameworks.example/watch", target_type="ceasn:Competency")],
    result_descriptions=[GRADE],
    creator=Profile("https://frameworks.example/", "The framework"),
    in_language="en",
)


def _issuer(signer: LocalSigner) -> Profile:
    return Profile(
        signer.controller,
        "Zeevaartschool",
        url="https://issued.example/",
        image=Image("https://issued.example/logo.png"),
    )


def badge(signer: LocalSigner, number: int) -> dict[str, Any]:
    """A badge with a little of everything."""
    return OpenBadge(
        id=f"urn:uuid:00000000-0000-4000-8000-{number:012d}",
        issuer=_issuer(signer),
        recipient=[LEARNER.controller, Identity.email("ana@campus.example", salt="zout")],
        achievement=NAVIGATION,
        valid_from=AT - timedelta(days=30),
        valid_until=AT + timedelta(days=3650),
        awarded_date=AT - timedelta(days=31),
        name="Coastal navigation",
        narrative='With a "sharp" pencil, on paper; fog & rain <half the time>.',
        results=[Result(description=GRADE, value="A")],
        evidence=[BadgeEvidence(id="https://issued.example/logbook/1", narrative="The logbook.", name="Logbook")],
    ).to_document()


def _older(signer: LocalSigner) -> dict[str, Any]:
    """The same in data model 1.1, as it was until 2024."""
    document = badge(signer, 90)
    document["@context"] = [
        "https://www.w3.org/2018/credentials/v1",
        "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.1.json",
        "https://w3id.org/security/data-integrity/v2",
    ]
    document["issuanceDate"] = document.pop("validFrom")
    document["expirationDate"] = document.pop("validUntil")
    del document["awardedDate"], document["credentialSubject"]["achievement"]["inLanguage"]
    return document


def identities() -> list[IssuerIdentity]:
    """The issuers that publish something."""
    return [
        IssuerIdentity(
            issuer,
            tuple(
                PublishedKey(f"{issuer}#{key_type}", key.public_key, form=form)
                for key_type, key in KEYS.items()
            ),
        )
        for issuer, form in ((WEB, "Multikey"), (HTTPS, "JsonWebKey"))
    ]  # fmt: skip


def credentials() -> Iterator[tuple[str, str, Signed]]:
    """Name, description and credential."""
    number = 0
    for key_type in ("Ed25519", "P-256", "P-384"):
        family = "eddsa" if key_type == "Ed25519" else "ecdsa"
        year = "2022" if family == "eddsa" else "2019"
        for transformation in ("rdfc", "jcs"):
            number += 1
            signer, suite = KEYS[key_type], f"{family}-{transformation}-{year}"
            name = suite if family == "eddsa" else f"{suite}-{key_type.lower().replace('-', '')}"
            yield (
                name,
                f"{suite} with a key on {key_type}.",
                issue(badge(signer, number), signer, securing=suite, at=AT),
            )
    for key_type, algorithm in (("Ed25519", "eddsa"), ("P-256", "es256"), ("P-384", "es384"), ("RSA", "rs256")):
        number += 1
        signer = KEYS[key_type].named(f"{HTTPS}#{key_type}")
        token = issue(badge(signer, number), signer, securing="vc-jwt", at=AT)
        yield f"vc-jwt-{algorithm}", f"VC-JWT by {algorithm.upper()}, of an https issuer.", token
        own = KEYS[key_type] if key_type != "RSA" else KEYS["RSA"].named(f"{WEB}#RSA")
        token = issue(badge(own, number + 20), own, securing="vc+jwt", at=AT)
        yield f"vc-jose-{algorithm}", f"vc+jwt by {algorithm.upper()}.", token
    signer = KEYS["P-256"]
    yield "vc-jwt-did-key", "VC-JWT with a did:key.", issue(badge(signer, 60), signer, securing="vc-jwt", at=AT)
    old = _older(signer)
    yield "data-model-1-1", "Data model 1.1, with its context for proofs.", issue(old, signer, at=AT)
    old_token = {**old, "@context": old["@context"][:2]}
    yield "vc-jwt-data-model-1-1", "The vc claim of data model 1.1.", issue(old_token, signer, securing="vc-jwt", at=AT)
    for issuer, name in ((WEB, "did-web"), (HTTPS, "https-issuer")):
        signer = KEYS["Ed25519"].named(f"{issuer}#Ed25519")
        yield name, f"Signed with a key that {issuer} publishes.", issue(badge(signer, 61), signer, at=AT)
    yield from _several_proofs()
    yield from _inside_each_other()


def _several_proofs() -> Iterator[tuple[str, str, Signed]]:
    signer, name = KEYS["Ed25519"], "urn:uuid:00000000-0000-4000-8000-0000000000aa"
    first = issue(badge(signer, 70), signer, at=AT, proof_id=name)
    both = issue(first.document, signer, securing="eddsa-jcs-2022", at=AT)
    yield "proof-set", "Two proofs beside each other.", both
    chain = issue(first.document, signer, at=AT, previous_proof=(name,))
    yield "proof-chain", "A proof on top of another.", chain


def _inside_each_other() -> Iterator[tuple[str, str, Signed]]:
    signer, other = KEYS["Ed25519"], KEYS["P-256"]
    endorsement = issue(
        Endorsement(
            id="urn:uuid:00000000-0000-4000-8000-000000000080",
            issuer=_issuer(other),
            about=NAVIGATION,
            name="A good course",
            comment="We take everybody who has it.",
            valid_from=AT,
        ).to_document(),
        other,
        at=AT,
    )
    yield "endorsement", "An endorsement of an achievement.", endorsement
    first, second = (issue(badge(key, number), key, at=AT) for key, number in ((signer, 81), (other, 82)))
    steering = Achievement("urn:uuid:00000000-0000-4000-8000-0000000000bb", "Steering", description="S.", criteria="S.")
    record = LearnerRecord(
        id="urn:uuid:00000000-0000-4000-8000-000000000083",
        issuer=_issuer(signer),
        recipient=LEARNER.controller,
        name="Everything at the Zeevaartschool",
        badges=[first, second],
        achievements=[steering],
        associations=[Association(steering, "precedes", NAVIGATION)],
        partial=True,
        valid_from=AT,
        awarded_date=AT,
    )
    yield "learner-record", "A ClrCredential with two badges inside.", issue(record.to_document(), signer, at=AT)


def presentations() -> Iterator[tuple[str, Signed]]:
    """Name and presentation. What is in them is among the credentials."""
    found = {name: signed for name, _, signed in credentials()}
    badges = [found["eddsa-rdfc-2022"], found["ecdsa-rdfc-2019-p256"]]
    options = {"challenge": CHALLENGE, "domain": DOMAIN, "at": AT}
    yield "presentation-eddsa-rdfc-2022", present(badges, LEARNER, **options)
    yield "presentation-eddsa-jcs-2022", present(badges[:1], LEARNER, securing="eddsa-jcs-2022", **options)
    yield "presentation-ecdsa-rdfc-2019-p384", present(badges, LEARNER_P_384, **options)
    yield "presentation-with-token", present([*badges, found["vc-jose-es256"]], LEARNER, **options)
    yield "presentation-vp-jose", present([*badges, found["vc-jose-es256"]], LEARNER, securing="vp+jwt", **options)


def world() -> dict[str, Any]:
    """What the issuers publish, by address."""
    return {address: json.loads(text) for issuer in identities() for address, text in issuer.files().items()}


def files() -> dict[str, bytes]:
    """Every file of the family but the confirmations."""
    made = {"world.json": _json(world())}
    for name, description, signed in credentials():
        file = "credential.jwt" if signed.is_token else "credential.json"
        case = {
            "id": f"issued/{name}",
            "description": description,
            "input": file,
            "at": "2026-03-01T12:00:00Z",
            "expect": {"verdict": "valid", "checks": []},
            "reason": "vcwallet issues only what is right in every respect.",
        }
        made |= {f"{name}/case.json": _json(case), f"{name}/{file}": signed.data}
    for name, signed in presentations():
        made[f"presentations/{name}.{'jwt' if signed.is_token else 'json'}"] = signed.data
    made["presentations/asked-with.json"] = _json({"challenge": CHALLENGE, "domain": DOMAIN})
    return made


def _json(value: Any) -> bytes:
    return (json.dumps(value, ensure_ascii=False, indent=2) + "\n").encode()


def main() -> None:
    confirmed = VECTORS / "issued" / "confirmed.json"
    made = files()
    if confirmed.exists():
        made["confirmed.json"] = confirmed.read_bytes()
    origin = "Made for this project with its own code. People, institutions and keys are inventions."
    passport = {"title": "What vcwallet issues and presents, and what others say of it", "origin": origin}
    passport |= {"generator": "tools/make_issued.py", "licence": "Apache-2.0", "date": "2026-11-24"}
    write_family("issued", made, passport)
    sys.stdout.write(f"made vectors/issued: {len(made)} files\n")


if __name__ == "__main__":
    main()

"""More credentials that are good and that are not, for faults to be injected into: in other forms than a badge with a proof.

Badges that say how they can be withdrawn, what a holder cut, tokens of other kinds, badges of Open Badges 2.0, and
presentations. `Case` and the rest are in `good_and_bad_credentials`; the numbers of cases there are of both modules.
"""

import json
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from tests import sd_jwt_vc_samples as diploma
from tests import small_pictures
from tests.divisible_badges import COLLEGE as DIVIDER
from tests.divisible_badges import full_badge
from tests.good_and_bad_credentials import AT, DEMANDING, Case, by_college, token, without
from tests.learner_records import COLLEGE, FORGER, MOMENT, UNIVERSITY, WORKSHOP
from tools.make_examples import COLLEGE_DID, UNIVERSITY_URL, badge
from vcwallet import Policy, bind, derive, issue, present, verify_presentation
from vcwallet.images import png
from vcwallet.keys import bbs
from vcwallet.keys.bbs_signer import BbsSigner
from vcwallet.keys.public_pem import public_key_to_pem
from vcwallet.securing.sd_jwt.key_binding import confirmation
from vcwallet.testing import make_case
from vcwallet.testing.signing import SampleKey, add_proof, to_jwt

CHALLENGE, DOMAIN = "u7hK2", "jobs.example"
ASKED = Policy(challenge=CHALLENGE, domain=DOMAIN)
HOLDER = diploma.HOLDER
LISTS = {
    "revocation": "eddsa-rdfc-2022",
    "suspension": "vc+jwt ES256",
    "message": "eddsa-jcs-2022",
    "StatusList2021": "VC-JWT ES256",
    "1EdTechRevocationList": "ecdsa-jcs-2019 P-256",
}

OLD_CONTEXT = "https://w3id.org/openbadges/v2"
OLD_HOST = "https://college.example"
OLD_ISSUER, OLD_BADGE, OLD_AWARD = f"{OLD_HOST}/issuer", f"{OLD_HOST}/badges/knots", f"{OLD_HOST}/awards/1"
OLD_KEY, OLD_LIST = f"{OLD_HOST}/keys/1", f"{OLD_HOST}/revoked"


@lru_cache(maxsize=1)
def good() -> dict[str, Case]:
    """By what is special about each."""
    found = {f"not withdrawn, {status}": _of_the_kit(status=status, securing=how) for status, how in LISTS.items()}
    found |= {
        "a record with a status in SVG": _of_the_kit(kind="learner-record", status="revocation", carrier="svg"),
        "vc+jwt": Case(_vc_jwt()),
        "vc+jwt by did:web": Case(_vc_jwt(COLLEGE_DID, COLLEGE, f"{COLLEGE_DID}#key-1")),
        "vc+sd-jwt, whole": Case(_divisible("vc+sd-jwt")),
        "vc+sd-jwt, cut": Case(_cut("vc+sd-jwt")),
        "vc+sd-jwt, bound to its holder": Case(_bound(), ASKED),
        "ecdsa-sd-2023, whole": Case(_divisible("ecdsa-sd-2023"), Policy(accept_base_proofs=True)),
        "ecdsa-sd-2023, cut": Case(_cut("ecdsa-sd-2023")),
        "SD-JWT VC": _diploma(diploma.token()),
        "SD-JWT VC with a status": _diploma(_with_status(0), status_list=diploma.status_list()),
        "SD-JWT VC, bound": _diploma(diploma.bound(diploma.token()), diploma.ASKED),
        "hosted": _old(_old_award()),
        "hosted, as a picture": _old(_old_picture()),
        "signed, Open Badges 2.0": _old(_old_token()),
        "presented": _shown(_presentation()),
        "presented, JSON": _shown(_presentation(securing="eddsa-jcs-2022")),
        "presented, vp+jwt": _shown(_presentation(_vc_jwt(), securing="vp+jwt")),
        "presented, data model 1.1": _shown(_older_presentation()),
        "presented, cut": _shown(_presentation(_cut("ecdsa-sd-2023"), by_college(badge(1, COLLEGE_DID, "Knots")))),
        "presented, with a status": _shown(**_status_in_a_presentation(None)),
    }
    if bbs.is_available():
        found["bbs-2023, whole"] = Case(_divisible("bbs-2023"), Policy(accept_base_proofs=True))
        found["bbs-2023, cut"] = Case(_cut("bbs-2023"))
    return found


@lru_cache(maxsize=1)
def bad() -> dict[str, Case]:
    """By what is wrong with each; none may ever be valid, whatever fails."""
    withdrawn = {status: "revoked" for status in LISTS if status not in ("suspension", "message")}
    withdrawn["suspension"] = "suspended"
    found = {
        f"withdrawn, {status}": _of_the_kit(status=status, securing=LISTS[status], fault=fault)
        for status, fault in withdrawn.items()
    }
    found |= {
        "a forged list": _of_the_kit(status="revocation", fault="list forged"),
        "a changed list": _of_the_kit(status="revocation", securing="VC-JWT EdDSA", fault="list changed"),
        "a stranger's list": _of_the_kit(status="revocation", fault="list of a stranger"),
        "a revoked record in SVG": _of_the_kit(
            kind="learner-record", status="revocation", carrier="svg", fault="revoked"
        ),
        "vc+jwt by a stranger": Case(
            _vc_jwt(key=SampleKey.from_seed("a stranger", "P-256"), kid=f"{UNIVERSITY_URL}#key-1")
        ),
        "vc+jwt of another issuer": Case(_vc_jwt(iss="https://other.example/")),
        "vc+jwt that is over": Case(_vc_jwt(exp=MOMENT + 60)),
        "vc+sd-jwt, changed": Case(_with_another_signature(_cut("vc+sd-jwt"))),
        "vc+sd-jwt, bound for another": Case(_bound(), Policy(challenge=CHALLENGE, domain="other.example")),
        "vc+sd-jwt, not bound": Case(_cut("vc+sd-jwt"), ASKED),
        "ecdsa-sd-2023, changed": Case(_changed(_cut("ecdsa-sd-2023"))),
        "ecdsa-sd-2023, whole, for others": Case(_divisible("ecdsa-sd-2023")),
        "SD-JWT VC by a stranger": _diploma(diploma.token(signer=diploma.STRANGER)),
        "SD-JWT VC that is over": _diploma(diploma.token(exp=diploma.NOW - 3600)),
        "SD-JWT VC, revoked": _diploma(_with_status(1), status_list=diploma.status_list()),
        "SD-JWT VC, a stranger's list": _diploma(
            _with_status(0), status_list=diploma.status_list(signer=diploma.STRANGER)
        ),
        "SD-JWT VC, bound by a stranger": _diploma(_bound_by_a_stranger(), diploma.ASKED),
        "hosted, a copy that differs": _old(_old_award(issuedOn="2020-01-15T09:00:00Z")),
        "hosted, expired": _old(*[_old_award(expires="2026-02-01T00:00:00Z")] * 2),
        "hosted, revoked": _old(_old_award(), _old_award(revoked=True)),
        "hosted, on the issuer's list": _old(_old_award(), revoked=[OLD_AWARD]),
        "signed by a stranger, Open Badges 2.0": _old(_old_token(_another_rsa_key())),
        "signed, Open Badges 2.0, revoked": _old(_old_token(), revoked=["urn:uuid:old-1"]),
        "presented by a stranger": _shown(_presented_by_a_stranger()),
        "presented for another": _shown(_presentation(), Policy(challenge=CHALLENGE, domain="other.example")),
        "presented to an old question": _shown(_presentation(), Policy(challenge="another", domain=DOMAIN)),
        "presented, vp+jwt, changed": _shown(
            _with_another_signature(_presentation(_vc_jwt(), securing="vp+jwt"), end="")
        ),
        "presented, with a changed badge": _shown(_presentation(by_college(_college()) | {"name": "Admiral"})),
        "presented, with a forged badge": _shown(_presentation(by_college(_college(), FORGER))),
        "presented, somebody else's": _shown(
            _presentation(by_college(_college())),
            Policy(challenge=CHALLENGE, domain=DOMAIN, require_holder_binding=True),
        ),
        "presented, revoked": _shown(**_status_in_a_presentation("revoked")),
    }
    if bbs.is_available():
        found["bbs-2023, changed"] = Case(_changed(_cut("bbs-2023")))
    return found


def _of_the_kit(**choice: Any) -> Case:
    case = make_case(**choice)
    return Case(case.data, case.policy, case.world, at=case.at)


def _college() -> dict[str, Any]:
    return badge(1, COLLEGE_DID, "Seamanship")


def _vc_jwt(issuer: str = UNIVERSITY_URL, key: SampleKey = UNIVERSITY, kid: str = "", **claims: Any) -> str:
    return to_jwt(badge(2, issuer, "Oceanography") | claims, key, typ="vc+jwt", kid=kid or f"{issuer}#key-1")


@lru_cache(maxsize=8)
def _divisible(securing: str) -> str:
    signer = BbsSigner.from_private_bytes(bytes(31) + b"\7") if securing == "bbs-2023" else DIVIDER
    document = full_badge(signer.controller)
    holder = {} if securing != "vc+sd-jwt" else {"holder": HOLDER.public_key}
    return issue(document, signer, securing=securing, at=AT, **holder).text


@lru_cache(maxsize=8)
def _cut(securing: str) -> str:
    return derive(_divisible(securing), withhold=["/credentialSubject/result"]).text


def _bound() -> str:
    return bind(_cut("vc+sd-jwt"), HOLDER, audience=DOMAIN, challenge=CHALLENGE, at=AT).text


def _changed(text: str) -> dict[str, Any]:
    return json.loads(text) | {"name": "Admiral"}


def _with_another_signature(text: str, end: str = "~") -> str:
    """The first part of an SD-JWT, or a whole token, with a signature that does not fit."""
    signed, _, rest = text.partition("~")
    changed = signed[:-8] + ("AAAAAAAA" if not signed.endswith("AAAAAAAA") else "BBBBBBBB")
    return changed + end + rest


def _diploma(data: str, policy: Policy = DEMANDING, status_list: str | None = None) -> Case:
    published = {diploma.METADATA: diploma.metadata()} | ({diploma.LIST: status_list} if status_list else {})
    return Case(data, policy, published, at=diploma.AT)


def _bound_by_a_stranger() -> str:
    """The key binding that a stranger made for a token of their own, at the end of Ana's."""
    theirs = diploma.bound(diploma.token(cnf=confirmation(diploma.STRANGER.public_key)), diploma.STRANGER)
    return diploma.token() + theirs.rpartition("~")[2]


def _with_status(index: int) -> str:
    return diploma.token(**diploma.status_of(index))


# --- Open Badges 2.0 -------------------------------------------------------------------------------------------------


@lru_cache(maxsize=1)
def _old_rsa_key() -> SampleKey:
    return SampleKey.new_rsa()


@lru_cache(maxsize=1)
def _another_rsa_key() -> SampleKey:
    return SampleKey.new_rsa()


def _old_document(kind: str, address: str, **members: Any) -> dict[str, Any]:
    return {"@context": OLD_CONTEXT, "type": kind, "id": address, **members}


def _old_award(address: str = OLD_AWARD, **members: Any) -> dict[str, Any]:
    award = {
        "recipient": {"type": "email", "hashed": False, "identity": "ana@campus.example"},
        "badge": OLD_BADGE,
        "verification": {"type": "HostedBadge"},
        "issuedOn": "2026-01-15T09:00:00Z",
    }
    return _old_document("Assertion", address, **(award | members))


def _old_picture() -> bytes:
    return png.put_text(small_pictures.png(), "openbadges", json.dumps(_old_award()))


def _old_token(key: SampleKey | None = None) -> str:
    claims = _old_award("urn:uuid:old-1", verification={"type": "SignedBadge", "creator": OLD_KEY})
    return to_jwt(claims, key or _old_rsa_key(), kid=None)


def _old(data: Any, hosted: Mapping[str, Any] | None = None, revoked: list[str] | None = None) -> Case:
    """A badge of a college that hosts its badges, keeps a list of revoked ones, and publishes a key."""
    profile = {"name": "Noordzee College", "url": OLD_HOST, "email": "badges@college.example"}
    class_of = {"name": "Knots", "description": "Ties ten knots", "image": f"{OLD_HOST}/knots.png"}
    pem = public_key_to_pem(_old_rsa_key().public_key).decode()
    documents = [
        _old_document("Issuer", OLD_ISSUER, publicKey=OLD_KEY, revocationList=OLD_LIST, **profile),
        _old_document("BadgeClass", OLD_BADGE, criteria=f"{OLD_HOST}/knots.html", issuer=OLD_ISSUER, **class_of),
        _old_document("CryptographicKey", OLD_KEY, owner=OLD_ISSUER, publicKeyPem=pem),
        _old_document("RevocationList", OLD_LIST, revokedAssertions=revoked or []),
        hosted or _old_award(),
    ]
    return Case(data, Policy(), {document["id"]: document for document in documents})


# --- presentations ----------------------------------------------------------------------------------------------------


def _presentation(*credentials: Any, securing: str | None = None) -> str:
    shown = credentials or (by_college(_college()),)
    return present(shown, HOLDER, challenge=CHALLENGE, domain=DOMAIN, securing=securing, at=AT).text


def _presented_by_a_stranger() -> dict[str, Any]:
    """Whoever signed it, used the name of another's key."""
    theirs = json.loads(_presentation())
    options = {"proofPurpose": "authentication", "challenge": CHALLENGE, "domain": DOMAIN}
    return add_proof(without(theirs, "proof"), FORGER, verificationMethod=HOLDER.verification_method, **options)


def _older_presentation() -> str:
    """A presentation of data model 1.1 in the claim vp, with a VC-JWT inside."""
    inside = {
        "@context": ["https://www.w3.org/2018/credentials/v1"],
        "type": ["VerifiablePresentation"],
        "verifiableCredential": [token(badge(8, WORKSHOP.did, "Bends"), WORKSHOP)],
    }
    return to_jwt({"iss": COLLEGE.did, "vp": inside, "nonce": CHALLENGE, "aud": [DOMAIN]}, COLLEGE)


def _shown(data: Any, policy: Policy = ASKED, publish: Mapping[str, Any] | None = None, at: Any = AT) -> Case:
    return Case(data, policy, publish or {}, ask=verify_presentation, at=at)


def _status_in_a_presentation(fault: str | None) -> dict[str, Any]:
    case = make_case(status="revocation", fault=fault)
    shown = present([case.data], HOLDER, challenge=CHALLENGE, domain=DOMAIN, at=case.at)
    return {"data": shown.text, "publish": case.world, "at": case.at}

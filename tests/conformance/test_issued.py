"""What we issue and present, as other implementations see it: `vectors/issued` and their answers in `confirmed.json`.

Every file is accepted by at least one implementation that is not ours; nobody accepts one with a word changed; and each
refusal has a reason that is not ours, listed here.
"""

import json
import re
from pathlib import Path

import pytest

from tools.make_issued import files

FOLDER = Path(__file__).resolve().parents[2] / "vectors" / "issued"
CONFIRMED = json.loads((FOLDER / "confirmed.json").read_text())
LIBRARIES = [name.rpartition(" ")[0] for name in CONFIRMED]

# What a library does not read: library, file, and what it says. The first that fits is the reason.
UNREAD = [
    (
        "@digitalbazaar/vc",
        "presentation-with-token",
        "first in the list of contexts",
    ),  # no EnvelopedVerifiableCredential
    ("openvc-core", "proof-(set|chain)", "has no `proof`"),  # an array of proofs is none to it
    ("openvc-core", "vc-jwt-(did-key|data)", "no embedded `vc` object"),  # the form of data model 1.1 alone
    (
        "openvc-core",
        "vc-jwt-",
        "pass jwt_vc_issuer_fetch",
    ),  # keys of https issuers at another place than Open Badges has
    ("openvc-core", "(vc-jose-)", "no issuer"),  # wants iss, which VC-JOSE-COSE does not
    ("openvc-core", "did-web|https-issuer", "KeyResolutionError"),  # would ask the network
    # Hashes inside the canonicalization with SHA-256 for P-384 too, where VC-DI-ECDSA 3.2.3 has SHA-384; the W3C's own
    # vector is reproduced by us, and Digital Bazaar's library agrees.
    ("openvc-core", "ecdsa-rdfc-2019-p384", "SignatureInvalid"),
    (
        "openvc-core",
        "learner-record|data-model-1-1",
        "not in compacted form",
    ),  # has no room for scoped contexts of others
    ("openbadgeslib", "data-model-1-1", "use validUntil/validFrom"),  # data model 2.0 alone
    ("openbadgeslib", "(ecdsa|eddsa)-(rdfc|jcs)", "no supported Data Integrity proof"),
    ("openbadgeslib", "proof-chain", "multiple supported Data Integrity proofs"),
    ("openbadgeslib", "endorsement|learner-record", "not an OpenBadgeCredential"),
    ("openbadgeslib", "vc-j", "UnknownKeyType"),  # tokens with a did:key
    ("openbadgeslib", "vc-jose-", "required 'iss' claim"),
]


def _answers():
    for named, answers in CONFIRMED.items():
        for file, answer in answers.items():
            yield named.rpartition(" ")[0], file, answer["verified"], answer["changed"]


def test_the_files_are_what_we_issue_today():
    made = files()

    assert {name: (FOLDER / name).read_bytes() for name in made} == made


@pytest.mark.parametrize("file", [name for name in files() if "credential." in name or "/presentation-" in name])
def test_every_file_is_accepted_by_somebody_else(file):
    accepting = [library for library, name, verified, _ in _answers() if name == file and verified is True]

    # The one library here that reads presentations knows no tokens inside of them.
    assert accepting or file == "presentations/presentation-with-token.json"


def test_nobody_accepts_a_changed_file():
    assert [(library, file) for library, file, _, changed in _answers() if changed is True] == []


@pytest.mark.parametrize(
    ("library", "file", "said"),
    [(library, file, verified) for library, file, verified, _ in _answers() if verified is not True],
)
def test_every_refusal_has_a_reason_that_is_not_ours(library, file, said):
    assert [
        reason for name, pattern, reason in UNREAD if name == library and re.search(pattern, file) and reason in said
    ], said


def test_all_four_libraries_accepted_something():
    assert set(LIBRARIES) == {library for library, _, verified, _ in _answers() if verified is True}
    assert len(LIBRARIES) == 4

"""The test vectors of the did:key method: each identifier resolves to the key that is printed beside it."""

import json

import pytest

from tests.shared_data import cases
from vcwallet.dids.did_key import DidKey
from vcwallet.dids.resolution import find_verification_method
from vcwallet.errors import Undecided
from vcwallet.fetching.fetcher import NoNetwork
from vcwallet.keys.jwk import public_key_from_jwk
from vcwallet.keys.multikey import multikey_from_public_key

METHODS = {"key": DidKey()}


def _load(path):
    for file in sorted(path.glob("*.json")):
        for name, entry in json.loads(file.read_text()).items():
            yield pytest.param((name, entry), id=f"{file.stem}-{name[-12:]}")


@pytest.mark.parametrize("case", cases("vectors/did-key/test-vectors", 27, _load))
def test_the_identifier_resolves_to_the_key(case):
    did, entry = case
    if not did.startswith("did:key:"):
        pytest.skip("the one entry that is a document and not an identifier")
    document = DidKey().resolve(did, NoNetwork())
    (method,) = document.methods_for("assertionMethod")

    try:
        key = method.key
    except Undecided:
        key = None
    if key is None:
        with pytest.raises(Undecided, match="key_type_unsupported"):
            method.key  # noqa: B018
        return

    assert f"did:key:{multikey_from_public_key(key)}" == did
    printed = entry.get("verificationMethod", entry.get("verificationKeyPair", {}))
    if "publicKeyJwk" in printed and printed["publicKeyJwk"].get("kty") != "OKP":
        assert public_key_from_jwk(printed["publicKeyJwk"]) == key
    url = f"{did}#{did.removeprefix('did:key:')}"
    assert find_verification_method(url, purpose="assertionMethod", methods=METHODS, fetcher=NoNetwork()).key == key

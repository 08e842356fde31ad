"""did:key where there is no key behind the identifier. Its published vectors are in tests/conformance."""

import pytest

from vcwallet.dids.did_key import DidKey
from vcwallet.errors import Undecided
from vcwallet.fetching.fetcher import NoNetwork
from vcwallet.wire.base_encodings import multibase_encode, multicodec_wrap


def did(code):
    return f"did:key:{multibase_encode(multicodec_wrap(code, bytes(range(32))))}"


@pytest.mark.parametrize("code", [0x46, 0x12, 0xA2, 0x1211, 0x3FFFFF])
def test_a_code_that_is_of_no_type_of_public_key_has_no_document(code):
    with pytest.raises(Undecided, match="key_type_unsupported"):
        DidKey().resolve(did(code), NoNetwork())


@pytest.mark.parametrize("code", [0xEE, 0x1203, 0x1206])
def test_a_type_of_public_key_that_is_only_not_read_here_has_one(code):
    (method,) = DidKey().resolve(did(code), NoNetwork()).methods_for("assertionMethod")

    with pytest.raises(Undecided, match="key_type_unsupported"):
        method.key  # noqa: B018

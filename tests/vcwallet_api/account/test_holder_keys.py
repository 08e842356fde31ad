"""The key of every account, and how it is kept."""

import pytest

from tools.make_learner_example import ANA
from vcwallet_api.account.holder_keys import open_private_key
from vcwallet_api.protection import Protection
from vcwallet_api.storage.tables import HolderKey

SECRET, OTHER = b"s" * 32, b"o" * 32


def test_every_account_has_a_key_that_is_encrypted_and_opens(wallet):
    ana = wallet.signed_in(ANA)
    (row,) = wallet.rows(HolderKey)

    key = open_private_key(wallet.parts.protection, row)

    assert ana.get("/me").json()["holder_did"] == row.did
    assert row.did.startswith("did:jwk:")
    assert key.private_bytes_raw() not in row.encrypted_private_key
    assert key.private_bytes_raw().hex() not in ana.get("/me").text
    key.public_key().verify(key.sign(b"message"), b"message")


def test_what_is_encrypted_opens_for_its_owner_purpose_and_secret_only():
    sealed = Protection(SECRET).encrypt("holder key", b"key", belongs_to="ana")

    assert Protection(SECRET).decrypt("holder key", sealed, belongs_to="ana") == b"key"
    assert Protection(OTHER, [SECRET]).decrypt("holder key", sealed, belongs_to="ana") == b"key"
    for protection, purpose, owner in (
        (Protection(SECRET), "holder key", "ben"),
        (Protection(SECRET), "other", "ana"),
        (Protection(OTHER), "holder key", "ana"),
    ):
        with pytest.raises(ValueError, match=r"encrypted|damaged"):
            protection.decrypt(purpose, sealed, belongs_to=owner)
    with pytest.raises(ValueError, match="damaged"):
        Protection(SECRET).decrypt("holder key", sealed[:-1] + bytes([sealed[-1] ^ 1]), belongs_to="ana")

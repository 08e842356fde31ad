"""Public keys as PEM: written, read again, and never taken from a private key."""

import pytest
from cryptography.hazmat.primitives.asymmetric import dsa, ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_pem_public_key

from vcwallet.errors import Malformed, Refused, Undecided
from vcwallet.keys.public_key import PublicKey
from vcwallet.keys.public_pem import public_key_from_pem, public_key_to_pem
from vcwallet.keys.signer import LocalSigner


@pytest.mark.parametrize("key_type", ["Ed25519", "P-256", "P-384", "RSA"])
def test_a_key_is_read_as_it_was_written(key_type):
    signer = LocalSigner.generate(key_type, rsa_bits=2048)
    pem = public_key_to_pem(signer.public_key)

    assert public_key_from_pem(pem) == signer.public_key
    assert load_pem_public_key(pem).public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo) == pem
    with pytest.raises(Refused, match="key_file_is_private"):
        public_key_from_pem(signer.private_pem(passphrase=None))


@pytest.mark.parametrize("pem", [b"", b"-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n", b" " * 20_000])
def test_what_is_no_key_is_malformed(pem):
    with pytest.raises(Malformed, match="key_malformed"):
        public_key_from_pem(pem)


def test_keys_that_do_not_sign_credentials_are_not_known():
    for key in (ec.generate_private_key(ec.SECP521R1()), dsa.generate_private_key(1024)):
        with pytest.raises(Undecided, match="key_type_unsupported"):
            public_key_from_pem(key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo))
    with pytest.raises(ValueError, match="X25519"):
        public_key_to_pem(PublicKey("X25519", bytes(32)))

"""Issuer documents for official samples whose issuers publish none: the world as it would be if they did.

Nearly all samples write their key into the URL of the verification method, or into the header of the token, and the
public validator believes it there. We do not; so for a test to reach the rest, the issuer has to publish that key.
"""

import json

from tests.credential_samples import parsed
from vcwallet.credentials.embedded import embedded_credentials
from vcwallet.errors import VcwalletError
from vcwallet.securing.envelope import CompactJwt, recognise


def documents_for(data: bytes | str) -> dict[str, object]:
    """What the issuer of a sample would publish: controller documents for its proofs, a key set for its token."""
    try:
        secured = recognise(data)
    except VcwalletError:
        return {}
    if isinstance(secured, CompactJwt):
        document = parsed(data if isinstance(data, str) else data.decode())
        header = secured.unverified_jws.header
        issuer = document["issuer"]["id"] if isinstance(document["issuer"], dict) else document["issuer"]
        if not issuer.startswith("https://") or "jwk" not in header:
            return {}
        host = issuer.split("/")[2]
        return {f"https://{host}/.well-known/jwks.json": {"keys": [header["jwk"]]}}
    return _controller_documents(secured.unverified_document)


def _controller_documents(document):
    """Those of the issuer, and of the issuers of everything inside."""
    found = {
        url: controller
        for proof in _proofs(document)
        for url, controller in _controller_document(proof.get("verificationMethod"))
    }
    for inside in embedded_credentials(document):
        if isinstance(inside.value, dict):
            found |= _controller_documents(inside.value)
    return found


def _proofs(document):
    proofs = document.get("proof", [])
    return [proof for proof in (proofs if isinstance(proofs, list) else [proofs]) if isinstance(proof, dict)]


def _controller_document(method):
    if not isinstance(method, str) or not method.startswith("https://") or "#" not in method:
        return
    address, _, fragment = method.partition("#")
    listed = {"id": method, "type": "Multikey", "controller": address, "publicKeyMultibase": fragment}
    yield address, json.loads(json.dumps({"id": address, "verificationMethod": [listed], "assertionMethod": [method]}))

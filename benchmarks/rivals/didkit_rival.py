"""didkit: Spruce's Rust library through its Python package.

It reads data model 1.1 only and cannot be given contexts by their addresses. So the same badge is restated in 1.1, with the
Open Badges context written into it, and signed by didkit itself; what is timed is its verification of that, or the signing.
"""

import asyncio
import json
from collections.abc import Callable
from pathlib import Path

import didkit
from serving import serve

V1 = "https://www.w3.org/2018/credentials/v1"
OB_301 = "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.1.json"


LOOP = asyncio.new_event_loop()


def prepare(file: Path) -> tuple[str, str, str]:
    """The document of data model 1.1, the options to sign it, and a key."""
    document = json.loads(file.read_text())
    if "verifiableCredential" in document["credentialSubject"]:
        raise ValueError("learner records are of data model 2.0")
    contexts = json.loads((file.parent / "contexts.json").read_text())
    key = didkit.generate_ed25519_key()
    document["@context"] = [V1, contexts[OB_301]["@context"]]
    document["issuer"]["id"] = didkit.key_to_did("key", key)
    document["issuanceDate"] = document.pop("validFrom")
    del document["proof"]

    async def method() -> str:
        return await didkit.key_to_verification_method("key", key)

    return json.dumps(document), json.dumps({"verificationMethod": LOOP.run_until_complete(method())}), key


def sign(file: Path) -> Callable[[], str]:
    document, options, key = prepare(file)

    async def run() -> str:
        return await didkit.issue_credential(document, options, key)

    return lambda: LOOP.run_until_complete(run())


def verify(file: Path) -> Callable[[], object]:
    signed = sign(file)()

    async def run() -> None:
        result = json.loads(await didkit.verify_credential(signed, json.dumps({"proofPurpose": "assertionMethod"})))
        if result["errors"]:
            raise ValueError(str(result["errors"])[:150])

    return lambda: LOOP.run_until_complete(run())


serve({"verify": verify, "sign": sign})

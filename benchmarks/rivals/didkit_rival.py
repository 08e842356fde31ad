"""didkit: Spruce's Rust library through its Python package.

It reads data model 1.1 only and cannot be given contexts by their addresses. So the same badge is restated in 1.1, with the
Open Badges context written into it, and signed by didkit itself; what is timed is its verification of that.
"""

import asyncio
import json
from collections.abc import Callable
from pathlib import Path

import didkit
from serving import serve

V1 = "https://www.w3.org/2018/credentials/v1"
OB_301 = "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.1.json"


def prepare(file: Path) -> Callable[[], object]:
    document = json.loads(file.read_text())
    if "verifiableCredential" in document["credentialSubject"]:
        raise ValueError("learner records are of data model 2.0")
    contexts = json.loads((file.parent / "contexts.json").read_text())
    key = didkit.generate_ed25519_key()
    document["@context"] = [V1, contexts[OB_301]["@context"]]
    document["issuer"]["id"] = didkit.key_to_did("key", key)
    document["issuanceDate"] = document.pop("validFrom")
    del document["proof"]
    loop = asyncio.new_event_loop()

    async def sign() -> str:
        method = await didkit.key_to_verification_method("key", key)
        return await didkit.issue_credential(json.dumps(document), json.dumps({"verificationMethod": method}), key)

    async def verify() -> None:
        result = json.loads(await didkit.verify_credential(signed, json.dumps({"proofPurpose": "assertionMethod"})))
        if result["errors"]:
            raise ValueError(str(result["errors"])[:150])

    signed = loop.run_until_complete(sign())
    return lambda: loop.run_until_complete(verify())


serve(prepare)

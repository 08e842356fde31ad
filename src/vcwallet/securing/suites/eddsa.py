"""The EdDSA cryptosuites (https://www.w3.org/TR/vc-di-eddsa/) and their draft, all over Ed25519."""

from vcwallet.securing.suites.hash_then_sign import ED25519, HashThenSign

EDDSA_RDFC_2022 = HashThenSign("eddsa-rdfc-2022", "rdfc", (ED25519,))
EDDSA_JCS_2022 = HashThenSign("eddsa-jcs-2022", "jcs", (ED25519,))

# The name that eddsa-rdfc-2022 had in drafts; Open Badges issued in 2023 carry it.
EDDSA_2022 = HashThenSign("eddsa-2022", "rdfc", (ED25519,), is_legacy=True)

# Ed25519Signature2020 is a proof type of its own and hashes like eddsa-rdfc-2022 (VC-DI-EDDSA 3.1): most credentials
# in circulation from the days of data model 1.1 carry it. Verified, never made. Some, such as those of DIDKit, bring the
# context that defines it in the proof, and not in the document.
ED25519_SIGNATURE_2020 = HashThenSign(
    None,
    "rdfc",
    (ED25519,),
    proof_type="Ed25519Signature2020",
    is_legacy=True,
    context_in_proof="https://w3id.org/security/suites/ed25519-2020/v1",
)

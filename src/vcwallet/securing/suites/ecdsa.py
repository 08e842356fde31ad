"""The ECDSA cryptosuites without selective disclosure (https://www.w3.org/TR/vc-di-ecdsa/), over P-256 and P-384.

The key decides the hash: SHA-256 for P-256, SHA-384 for P-384, also inside the canonicalization (VC-DI-ECDSA 3.2.3).
"""

from vcwallet.securing.suites.hash_then_sign import P_256, P_384, HashThenSign

ECDSA_RDFC_2019 = HashThenSign("ecdsa-rdfc-2019", "rdfc", (P_256, P_384))
ECDSA_JCS_2019 = HashThenSign("ecdsa-jcs-2019", "jcs", (P_256, P_384))

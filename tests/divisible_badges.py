"""A badge that uses what selective disclosure finds hard: lists, terms with two meanings, JSON literals, languages."""

import copy
from typing import Any

from tools.make_examples import CONTEXTS
from vcwallet.keys.signer import LocalSigner

JSON_CONTEXT = {"sourceData": {"@id": "https://college.example/terms#sourceData", "@type": "@json"}}

COLLEGE = LocalSigner.from_private_multikey("z42twTcNeSYcnqg1FLuSFs2bsGH3ZqbRHFmvS9XMsYhjxvHN")


def full_badge(issuer: str = COLLEGE.controller, **members: Any) -> dict[str, Any]:
    """Results with lists, an address with a place, evidence, and an alignment."""
    return (
        copy.deepcopy(
            {
                "@context": CONTEXTS,
                "id": "urn:uuid:00000000-0000-4000-8000-0000000005d0",
                "type": ["VerifiableCredential", "OpenBadgeCredential"],
                "name": "Coastal Rowing",
                "issuer": {
                    "id": issuer,
                    "type": ["Profile"],
                    "name": "Harbour College",
                    "address": {
                        "type": ["Address"],
                        "addressLocality": "Porto",
                        "geo": {"type": "GeoCoordinates", "latitude": 41.15, "longitude": -8.61},
                    },
                },
                "validFrom": "2026-01-15T09:00:00Z",
                "validUntil": "2029-01-15T09:00:00Z",
                "credentialSubject": {
                    "id": "did:example:ana",
                    "type": ["AchievementSubject"],
                    "achievement": {
                        "id": "urn:uuid:00000000-0000-4000-8000-0000000005d1",
                        "type": ["Achievement"],
                        "name": "Coastal Rowing",
                        "description": "Rows safely along the coast.",
                        "criteria": {"narrative": "Passes the test."},
                        "tag": ["rowing", "sea"],
                        "alignment": [
                            {
                                "type": ["Alignment"],
                                "targetName": "Seamanship",
                                "targetUrl": "https://frameworks.example/seamanship",
                            }
                        ],
                        "resultDescription": [
                            {
                                "id": "urn:uuid:00000000-0000-4000-8000-0000000005d2",
                                "type": ["ResultDescription"],
                                "name": "Grade",
                                "resultType": "LetterGrade",
                                "allowedValue": ["A", "B", "C"],
                            }
                        ],
                    },
                    "result": [
                        {
                            "type": ["Result"],
                            "resultDescription": "urn:uuid:00000000-0000-4000-8000-0000000005d2",
                            "value": "A",
                        },
                        {
                            "type": ["Result"],
                            "resultDescription": "urn:uuid:00000000-0000-4000-8000-0000000005d2",
                            "value": "B",
                        },
                    ],
                },
                "evidence": [
                    {
                        "id": "https://college.example/evidence/1",
                        "type": ["Evidence"],
                        "name": "Film of the test",
                        "narrative": "Ana rows around the lighthouse.",
                    }
                ],
            }
        )
        | members
    )

"""What the suites send: every input file of theirs that is at hand, through the endpoints, with the status that it must get.

`test_vectors.py` has what the specifications publish signed. A file gets here the status that its suite wants; where it is
another, a table says why, and docs/reference/vc-api.md says it to whoever runs the suite.
"""

import json
from datetime import UTC, datetime

import pytest

from tests.data_model_inputs import ASKED, DATES, INPUTS, inputs, secured_presentation
from tests.shared_data import cases
from tests.vcwallet_api.vc_api.callers import (
    LISTS_OF_OTHERS,
    V2,
    ask_to_issue,
    ask_to_verify,
    ask_to_verify_presentation,
    codes,
    controller,
    credential_for,
    issued_for_verifiers,
)

# --- data model 2.0 ----------------------------------------------------------------------------------------------------

# When the suite's dates are past and future.
IN_2026 = datetime(2026, 3, 1, tzinfo=UTC)
# Name of the input → our code, where we refuse what its name calls right. The suite itself uses neither.
REFUSED_PRESENTATIONS = {
    "presentation-enveloped-vc-ok": "presented_undecided",  # a media type of an early draft, signed by nobody known
    "presentation-self-asserted-vc-ok": "presented_invalid",  # a credential that nobody signed as its issuer
}


def _prepared(document, name, issuer):
    """As the suite prepares its inputs: dates, and the issuer of the endpoint where the input has one."""
    document = {
        member: DATES.get(value, value) if isinstance(value, str) else value for member, value in document.items()
    }
    value = document.get("issuer")
    is_address = isinstance(value, str) and ":" in value
    if is_address or ("issuer" not in document and name != "credential-no-issuer-fail"):
        document["issuer"] = issuer
    elif isinstance(value, dict) and (":" in (value.get("id") or "") or value.get("id", "") == ""):
        document["issuer"] = value | {"id": issuer}
    if name.endswith("-ok"):
        document.pop("proof", None)
    return document


@pytest.mark.parametrize("file", cases(INPUTS, 120, inputs))
def test_an_input_of_the_data_model_suite_gets_the_status_that_its_name_says(client, clock, file):
    name, document = file.stem, json.loads(file.read_text())
    clock[0] = IN_2026

    if name.startswith("presentation"):
        answer, good = ask_to_verify_presentation(client, secured_presentation(document, name), **ASKED), 200
    else:
        credential = _prepared(document, name, controller("eddsa-jcs-2022"))
        answer, good = ask_to_issue(client, "eddsa-jcs-2022", credential), 201

    if name in REFUSED_PRESENTATIONS:
        assert (answer.status_code, codes(answer)) == (422, [REFUSED_PRESENTATIONS[name]])
    elif name.endswith("-ok"):
        assert answer.status_code == good, answer.text
        assert not answer.json().get("errors")
    else:
        assert answer.status_code in (400, 422)
        assert answer.json()["errors"]


# --- Data Integrity: what is to be signed ------------------------------------------------------------------------------


def _unsigned(folder, profiles):
    def load(path):
        for name in ("unsigned", "employmentAuth", "prCredUnsigned", "windDoc", "FeatureInputs/license"):
            for profile in profiles if (path / f"{name}.json").exists() else ():
                yield pytest.param(path / f"{name}.json", profile, id=f"{folder}-{name}-{profile}")

    return load


UNSIGNED = [
    *cases("vectors/vc-di-eddsa/TestVectors", 4, _unsigned("eddsa", ("eddsa-rdfc-2022", "eddsa-jcs-2022"))),
    *cases(
        "vectors/vc-di-ecdsa/TestVectors",
        15,
        _unsigned(
            "ecdsa",
            (
                "ecdsa-rdfc-2019-p256",
                "ecdsa-rdfc-2019-p384",
                "ecdsa-jcs-2019-p256",
                "ecdsa-jcs-2019-p384",
                "ecdsa-sd-2023",
            ),
        ),
    ),
    *cases("vectors/vc-di-bbs/TestVectors", 3, _unsigned("bbs", ("bbs-2023",))),
]


# What only the specification's own examples have, and no input of a suite.
NOT_ISSUED = {
    "windDoc": "inline_context_keyword",  # a context of its own with @vocab, which would give every misspelt term a meaning
    "license": "context_unavailable",  # for the features beyond the baseline, and in a context that is not published
}


@pytest.mark.parametrize(("file", "profile"), UNSIGNED)
def test_an_unsigned_document_of_the_specifications_is_issued_and_verifies_or_argued(client, file, profile):
    document = json.loads(file.read_text()) | {"issuer": controller(profile)}

    if file.stem in NOT_ISSUED:
        answer = ask_to_issue(client, profile, document)
        assert (answer.status_code, codes(answer)) == (422, [NOT_ISSUED[file.stem]])
    else:
        assert ask_to_verify(client, issued_for_verifiers(client, profile, document)).status_code == 200


# --- VC-JOSE-COSE ------------------------------------------------------------------------------------------------------

# A day on which the token of the presentations has been made and has not expired; the suite ignores exp.
IN_2024 = datetime(2024, 12, 16, 12, tzinfo=UTC)
# Number of the case → status and code, where they are not those that its result stands for.
OTHERWISE = {
    3: (422, "jws_malformed"),  # the header of the token inside cannot be read
    4: (422, "securing_unsupported"),  # among the credentials is one in COSE
    5: (201, None),  # the examples' context has @vocab, so that no term of the document is without a meaning
    7: (422, "invalid_iri"),  # the id of its third credential ends with a line break
    9: (
        200,
        None,
    ),  # its issuer signed it; the suite hands out another key of the same issuer, and here none is handed out
    11: (422, "proof_missing"),
    30: (400, "input_not_recognised"),
    **dict.fromkeys((19, 27, 28), (404, None)),  # presentations as SD-JWT, and COSE, are not signed
    **dict.fromkeys((29, 31, 32, 33, 34, 35), (422, "securing_unsupported")),  # COSE is undecided
}
PROFILE_OF_FEATURE = {
    "credential_jose": "vc-jose",
    "credential_sdjwt": "vc-sd-jwt",
    "presentation_jose": "vc-jose",
}


def _jose_cases(path):
    for case in json.loads((path / "test-mapping.json").read_text()).values():
        yield pytest.param((path / "input", case), id=f"{case['number']}-{case['feature']}-{case['fn']}")


@pytest.mark.parametrize("case", cases("vectors/vc-jose-cose-test-suite", 35, _jose_cases))
def test_an_input_of_the_jose_cose_suite_gets_the_status_of_its_result(client, clock, case):
    folder, case = case
    text = (folder / case["input_file"]).read_text().strip()
    clock[0] = IN_2024
    profile = PROFILE_OF_FEATURE.get(case["feature"], case["feature"])

    if case["fn"] == "issue":
        answer = _asked_to_sign(client, case["feature"], profile, json.loads(text))
    elif case["feature"].startswith("presentation"):
        answer = ask_to_verify_presentation(client, _document_or_token(text))
    else:
        answer = ask_to_verify(client, _document_or_token(text), options={})

    good = 201 if case["fn"] == "issue" else 200
    status, code = OTHERWISE.get(case["number"], (good if case["expected_result"] == "success" else "refused", None))
    assert answer.status_code in ((400, 422) if status == "refused" else (status,)), answer.text
    if code is not None:
        assert code in codes(answer)
    if answer.status_code in (400, 422):
        assert answer.json()["verified"] is False


def _document_or_token(text):
    return json.loads(text) if text.startswith("{") else text


def _asked_to_sign(client, feature, profile, document):
    if feature.startswith("credential"):
        return ask_to_issue(client, profile, document | {"issuer": controller("vc-jose")})
    document = {name: value for name, value in document.items() if name != "holder"}
    return client.post(f"/vc/{profile}/presentations", json={"presentation": document})


# --- Bitstring Status List ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("published", cases("vectors/bitstring", 1, lambda path: [path / "spec-examples.json"]))
def test_the_list_of_the_bitstring_specification_is_issued_read_and_sets_nothing(client, published):
    (example,) = json.loads(published.read_text())
    subject = {"type": "BitstringStatusList", "statusPurpose": "revocation", "encodedList": example["encodedList"]}
    types = ["VerifiableCredential", "BitstringStatusListCredential"]
    document = credential_for("eddsa-rdfc-2022", type=types, credentialSubject=subject) | {"@context": [V2]}

    issued = ask_to_issue(client, "eddsa-rdfc-2022", document)
    answers = [_with_entry(client, index) for index in (0, example["bits"] - 1, example["bits"])]

    assert issued.status_code == 201, issued.text
    assert ask_to_verify(client, issued.json()["verifiableCredential"]).status_code == 200
    assert [answer.status_code for answer in answers] == [200, 200, 422]


def _with_entry(client, index):
    """The answer about a credential with an entry in the specification's list, which another issuer publishes."""
    entry = {
        "type": "BitstringStatusListEntry",
        "statusPurpose": "revocation",
        "statusListIndex": str(index),
        "statusListCredential": LISTS_OF_OTHERS,
    }
    credential = ask_to_issue(client, "eddsa-rdfc-2022", credential_for("eddsa-rdfc-2022", credentialStatus=entry))
    assert credential.status_code == 201, credential.text
    options = {"checks": ["proof", "credentialStatus"]}
    return ask_to_verify(client, credential.json()["verifiableCredential"], options=options)

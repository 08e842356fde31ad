"""The command that the W3C test suite of VC-JOSE-COSE calls: `python -m vcwallet_api.vc_api.jose_cose issue|verify …`.

It signs or verifies one file with the key of another, and writes `{"result": …, "data": …}` into a third:

- success: it is signed, and `data` is the token; or it verifies, and `data` is the document that it secures;
- failure: it must not be signed, or does not verify; `data` says why;
- indeterminate: this cannot be decided here, as anything in COSE, signing with keys of P-521, and presentations as SD-JWT;
- error: the command was used wrongly, or a file cannot be read.

A key file is a verification method as JSON, with `secretKeyJwk` for signing. Issuers are known by the key files beside it
that have the same controller; what is verified must be signed by the one that is given.
"""

import base64
import json
import re
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any, Final

import click

from vcwallet import (
    LocalSigner,
    Malformed,
    NotSigned,
    PresentationReport,
    Refused,
    Signed,
    StaticFetcher,
    Toolkit,
    Undecided,
    VcwalletError,
    VerificationReport,
    issue,
    present,
    standard_toolkit,
    verify,
    verify_presentation,
)
from vcwallet_api.clock import system_clock

FEATURES: Final = tuple(f"{kind}_{how}" for kind in ("credential", "presentation") for how in ("jose", "sdjwt", "cose"))
_SECURING: Final[Mapping[str, str]] = {
    "credential_jose": "vc+jwt",
    "credential_sdjwt": "vc+sd-jwt",
    "presentation_jose": "vp+jwt",
}
_WORDS: Final[Mapping[str, str]] = {
    "valid": "success",
    "invalid": "failure",
    "malformed": "failure",
    "indeterminate": "indeterminate",
}
# As the suite writes places: credentialSubject.phoneNumbers[0]
_STEP: Final = re.compile(r"([^.\[\]]+)|\[([0-9]{1,9})\]")
_FILE: Final = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command()
@click.argument("act", type=click.Choice(["issue", "verify"]))
@click.option("--input", "input_file", required=True, type=_FILE)
@click.option("--key", "key_file", required=True, type=_FILE)
@click.option("--feature", required=True, type=click.Choice(FEATURES))
@click.option("--sd", "disclosable", default="[]", help="What can be withheld: a JSON array of places such as a.b[0].")
@click.option("--output", "output_file", required=True, type=click.Path(dir_okay=False, path_type=Path))
def main(act: str, input_file: Path, key_file: Path, feature: str, disclosable: str, output_file: Path) -> None:
    """Issue or verify for the W3C test suite of VC-JOSE-COSE."""
    try:
        if act == "issue":
            signed = _issued(_object(input_file), _object(key_file), feature, pointers(disclosable), at=system_clock())
            result, data = "success", signed.text
        else:
            result, data = _verified(input_file.read_bytes(), key_file, feature, at=system_clock())
    except Undecided as error:
        result, data = "indeterminate", str(error)
    except (Malformed, Refused, NotSigned) as error:
        result, data = "failure", str(error)
    except (VcwalletError, OSError, ValueError, TypeError, KeyError) as error:
        result, data = "error", f"{type(error).__name__}: {error}"
    output_file.write_text(json.dumps({"result": result, "data": data}) + "\n", encoding="utf-8")


def pointers(places: str) -> tuple[str, ...]:
    """JSON pointers for the places in the suite's notation. Raises `ValueError` for what is no array of them."""
    listed = json.loads(places)
    if not isinstance(listed, list) or not all(isinstance(place, str) for place in listed):
        raise ValueError("expected a JSON array of places")
    return tuple(_pointer(place) for place in listed)


def _pointer(place: str) -> str:
    steps = _STEP.findall(place)
    written = "".join(f".{name}" if name else f"[{index}]" for name, index in steps).removeprefix(".")
    if written != place:
        raise ValueError(f"expected a place such as a.b[0], found {place[:200]!r}")
    return "".join("/" + (name or index).replace("~", "~0").replace("/", "~1") for name, index in steps)


def _issued(
    document: Mapping[str, Any], key: Mapping[str, Any], feature: str, disclosable: tuple[str, ...], *, at: datetime
) -> Signed:
    securing = _SECURING.get(feature)
    if securing is None:
        raise Undecided("securing_unsupported", f"{feature} cannot be signed here")
    signer = _signer(key)
    if securing != "vp+jwt":
        selective = disclosable if securing == "vc+sd-jwt" else None
        return issue(document, signer, securing=securing, at=at, disclosable=selective)
    if document.get("holder") not in (None, signer.controller):
        raise Refused("holder_is_not_signer", f"expected {signer.controller} as holder, who signs", pointer="/holder")
    credentials = document.get("verifiableCredential", [])
    return present(
        credentials if isinstance(credentials, list) else [credentials],
        signer,
        challenge=None,
        domain=None,
        securing=securing,
        at=at,
        presentation_id=document.get("id"),
    )


def _signer(key: Mapping[str, Any]) -> LocalSigner:
    return LocalSigner.from_private_jwk(key["secretKeyJwk"]).named(key["id"], controller=key["controller"])


def _verified(data: bytes, key_file: Path, feature: str, *, at: datetime) -> tuple[str, Any]:
    key = _object(key_file)
    _refuse_another_key(data, key)
    toolkit = _world(key, key_file.parent)
    report: VerificationReport | PresentationReport
    if feature.startswith("presentation"):
        report = verify_presentation(data, toolkit=toolkit, at=at)
    else:
        report = verify(data, toolkit=toolkit, at=at)
    if report.verdict != "valid":
        return _WORDS[report.verdict], "; ".join(f"{problem.message} [{problem.code}]" for problem in report.problems)
    secured = report.presentation if isinstance(report, PresentationReport) else report.credential
    return "success", dict(secured.document) if secured is not None else {}


def _refuse_another_key(data: bytes, key: Mapping[str, Any]) -> None:
    """Raise `Refused` when a token says that it is signed by another key than the one that it is to be verified with.

    Nothing else is concluded from the header here: whether it is one at all is for the verification to say.
    """
    head = data.partition(b".")[0].strip()
    try:
        header = json.loads(base64.urlsafe_b64decode(head + b"=" * (-len(head) % 4)))
    except ValueError:
        return
    kid = header.get("kid") if isinstance(header, dict) else None
    if isinstance(kid, str) and kid not in (key["id"], key["publicKeyJwk"].get("kid")):
        raise Refused("key_not_given", "the token says that another key signed it than the one that was given")


def _world(key: Mapping[str, Any], folder: Path) -> Toolkit:
    """The controller of the key, whose other keys are in the files beside it."""
    methods = [key, *(_object(path) for path in sorted(folder.glob("vm-*.json")))]
    listed = {
        method["id"]: {name: method[name] for name in ("id", "type", "controller", "publicKeyJwk")}
        for method in methods
        if method.get("controller") == key["controller"]
    }
    document = {
        "id": key["controller"],
        "verificationMethod": list(listed.values()),
        "assertionMethod": list(listed),
        "authentication": list(listed),
    }
    return standard_toolkit(StaticFetcher({key["controller"]: document}))


def _object(path: Path) -> dict[str, Any]:
    value = json.loads(path.read_bytes())
    if not isinstance(value, dict):
        raise ValueError(f"{path} has no JSON object")  # noqa: TRY004 - its contents are wrong, not its type
    return value


if __name__ == "__main__":
    main()

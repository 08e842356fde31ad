"""Status lists of an invented college, as a verifier would get them, and a source that hands them out."""

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

from vcwallet.errors import FetchFailed
from vcwallet.status.bitstring import with_values
from vcwallet.status.bitstring_list import encode_list
from vcwallet.status.method import OpenedList

AT = datetime(2026, 3, 1, 12, tzinfo=UTC)
FETCHED = AT - timedelta(minutes=1)
ISSUER = "did:web:college.example"
URL = "https://college.example/status/1"
CREDENTIAL_ID = "https://college.example/credentials/7"
BYTES = 131_072 // 8


@dataclass(frozen=True)
class Source:
    """Hands out what it is given, and remembers what it was asked for (`vcwallet.status.method.ListSource`)."""

    documents: dict = field(default_factory=dict)
    fetched_at: datetime = FETCHED
    asked: list = field(default_factory=list)

    def open_credential(self, url, *, pointer):
        return self._open("credential", url)

    def open_json(self, url, *, pointer):
        return self._open("json", url)

    def _open(self, kind, url):
        self.asked.append((kind, url))
        if url not in self.documents:
            raise FetchFailed("unreachable", f"{url} cannot be reached")
        return OpenedList(self.documents[url], self.fetched_at)

    def at(self, moment):
        return replace(self, fetched_at=moment)


def bits_with(values, size=1, entries=131_072):
    return with_values(bytes((entries * size + 7) // 8), values, size)


def list_document(values=(), *, bits=None, subject=None, **members):
    """A list credential with these indexes set, or with these values if it is a mapping."""
    values = values if isinstance(values, dict) else dict.fromkeys(values, 1)
    return {
        "@context": ["https://www.w3.org/ns/credentials/v2"],
        "id": URL,
        "type": ["VerifiableCredential", "BitstringStatusListCredential"],
        "issuer": ISSUER,
        "validFrom": "2026-02-01T00:00:00Z",
        "credentialSubject": {
            "id": f"{URL}#list",
            "type": "BitstringStatusList",
            "statusPurpose": "revocation",
            "encodedList": encode_list(bits_with(values) if bits is None else bits),
            **(subject or {}),
        },
        **members,
    }


def list_entry(index="94567", **members):
    return {
        "id": f"{URL}#entry",
        "type": "BitstringStatusListEntry",
        "statusPurpose": "revocation",
        "statusListIndex": index,
        "statusListCredential": URL,
        **members,
    }


def without(document, *names):
    return {name: value for name, value in document.items() if name not in names}

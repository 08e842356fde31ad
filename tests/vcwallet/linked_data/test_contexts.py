"""The bundled contexts themselves: what they say, where they come from, and that they are in the package."""

import hashlib
import json
import re
from importlib import resources

import pytest

from tests.shared_data import SHARED_DATA, is_available, needs
from vcwallet.linked_data.context_loader import standard_contexts
from vcwallet.wire import strict_json

FOLDER = resources.files("vcwallet.linked_data") / "contexts"
INDEX = json.loads((FOLDER / "index.json").read_bytes())
PUBLISHED_INDEX = (
    json.loads((SHARED_DATA / "contexts" / "INDEX.json").read_bytes()) if is_available("contexts", "INDEX.json") else {}
)

OB = "https://purl.imsglobal.org/spec/ob/v3p0/"
CLR = "https://purl.imsglobal.org/spec/clr/v2p0/"
EXPECTED = {
    "https://www.w3.org/2018/credentials/v1",
    "https://www.w3.org/ns/credentials/v2",
    "https://www.w3.org/2018/credentials/examples/v1",
    "https://www.w3.org/ns/odrl.jsonld",
    "https://www.w3.org/ns/credentials/examples/v2",
    "https://www.w3.org/ns/credentials/undefined-terms/v2",
    "https://www.w3.org/ns/credentials/status/v1",
    "https://w3id.org/vc/status-list/2021/v1",
    "https://w3id.org/security/data-integrity/v1",
    "https://w3id.org/security/data-integrity/v2",
    "https://w3id.org/security/multikey/v1",
    "https://w3id.org/security/jwk/v1",
    "https://www.w3.org/ns/cid/v1",
    "https://www.w3.org/ns/did/v1",
    "https://w3id.org/security/suites/ed25519-2018/v1",
    "https://w3id.org/security/suites/ed25519-2020/v1",
    "https://w3id.org/security/suites/jws-2020/v1",
    "https://w3id.org/security/v1",
    "https://w3id.org/security/v2",
    "https://w3id.org/citizenship/v4rc1",
    "https://w3id.org/vdl/v1",
    OB + "context.json",
    OB + "context-3.0.1.json",
    OB + "context-3.0.2.json",
    OB + "context-3.0.3.json",
    OB + "extensions.json",
    CLR + "context.json",
    CLR + "context-2.0.1.json",
    "https://w3id.org/openbadges/v2",
}
# Digests that the specifications themselves state for their contexts.
STATED = {
    "https://www.w3.org/2018/credentials/v1": "ab4ddd9a531758807a79a5b450510d61ae8d147eab966cc9a200c07095b0cdcc",
    "https://www.w3.org/ns/credentials/v2": "59955ced6697d61e03f2b2556febe5308ab16842846f5b586d7f1f7adec92734",
    "https://w3id.org/security/data-integrity/v2": "67f21e6e33a6c14e5ccfd2fc7865f7474fb71a04af7e94136cb399dfac8ae8f4",
    "https://w3id.org/security/multikey/v1": "ba2c182de2d92f7e47184bcca8fcf0beaee6d3986c527bf664c195bbc7c58597",
    "https://w3id.org/security/jwk/v1": "0f14b62f6071aafe00df265770ea0c7508e118247d79b7d861a406d2aa00bece",
}


def exact(value):
    """JSON text that is equal only for equal JSON values: in Python, True == 1 == 1.0."""
    return json.dumps(value, sort_keys=True)


def test_the_contexts_that_credentials_and_vectors_need_are_bundled():
    assert set(INDEX) == EXPECTED


@pytest.mark.parametrize("url", sorted(EXPECTED))
def test_a_bundled_context_has_the_value_that_its_publisher_serves(url):
    if not PUBLISHED_INDEX:
        pytest.skip("official data absent: contexts")
    published = (SHARED_DATA / "contexts" / PUBLISHED_INDEX[url]["file"]).read_bytes()
    bundled = (FOLDER / INDEX[url]["file"]).read_bytes()

    assert exact(strict_json.parse(bundled)) == exact(json.loads(published))
    assert INDEX[url]["published_sha256"] == hashlib.sha256(published).hexdigest()


@pytest.mark.parametrize("url", sorted(EXPECTED))
def test_the_index_gives_the_digest_of_each_file_and_where_it_comes_from(url):
    entry = INDEX[url]
    data = (FOLDER / entry["file"]).read_bytes()

    assert entry["sha256"] == hashlib.sha256(data).hexdigest()
    assert re.fullmatch(r"[0-9a-f]{64}", entry["published_sha256"])
    assert re.fullmatch(r"(npm|pypi) \S+ [0-9.]+: \S+|written out: tools/contexts/written_out\.toml", entry["source"])
    assert entry["licence"]
    assert set(entry) == {"file", "sha256", "published_sha256", "source", "licence"}


def test_the_folder_holds_the_indexed_files_and_nothing_else():
    found = sorted(file.name for file in FOLDER.iterdir())

    assert found == sorted(["README.md", "index.json", *(entry["file"] for entry in INDEX.values())])


def test_no_file_has_line_ends_that_git_or_an_editor_would_change():
    for entry in INDEX.values():
        assert b"\r" not in (FOLDER / entry["file"]).read_bytes()


@pytest.mark.parametrize(("url", "sha256"), STATED.items())
def test_the_digests_that_specifications_state_are_those_of_the_index(url, sha256):
    assert standard_contexts().digest(url) == sha256


def test_the_base_context_is_the_published_file_byte_for_byte():
    entry = INDEX["https://www.w3.org/ns/credentials/v2"]

    assert entry["sha256"] == entry["published_sha256"]


@needs("contexts", "validator-variants", "ob3-context-3.0.3.validator.json")
def test_of_the_two_bodies_of_open_badges_3_0_3_the_published_one_is_bundled():
    variant = SHARED_DATA / "contexts" / "validator-variants" / "ob3-context-3.0.3.validator.json"
    bundled = standard_contexts().load(OB + "context-3.0.3.json")

    assert exact(bundled) != exact(json.loads(variant.read_bytes()))
    assert "endorsementJwt" not in json.dumps(bundled)


def test_datatypes_that_the_publisher_left_unresolved_stay_so():
    # Signatures over these contexts exist, so their oddities are part of what was signed.
    clr = standard_contexts().load(CLR + "context-2.0.1.json")["@context"]

    assert clr["Association"]["@context"]["sourceId"]["@type"] == "xsd:anyURI"
    assert "xsd" not in clr


def test_no_bundled_context_needs_a_context_that_is_not_bundled():
    def named(value):
        if isinstance(value, list):
            return [url for item in value for url in named(item)]
        if isinstance(value, dict):
            inner = [url for member in value.values() for url in named_in(member)]
            return ([value["@import"]] if "@import" in value else []) + inner
        return [value] if isinstance(value, str) else []

    def named_in(definition):
        return named(definition["@context"]) if isinstance(definition, dict) and "@context" in definition else []

    loader = standard_contexts()
    missing = {
        (url, needed)
        for url in loader.pinned_urls()
        for needed in named(loader.load(url)["@context"])
        if not loader.is_pinned(needed)
    }

    assert missing == set()

"""The take-out bundle: nothing is lost on the way, what was altered is named, and no archive can do harm."""

import hashlib
import io
import json
import struct
import zipfile
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tools.make_examples import samples
from vcwallet.bundle import credential_path, open_bundle, write_bundle
from vcwallet.bundle.manifest import is_bundle_name
from vcwallet.errors import Malformed, Refused, Undecided, VcwalletError

AT = datetime(2024, 6, 1, 12, tzinfo=UTC)
CREDENTIALS = list(samples().values())
COLLECTIONS = [
    {"name": "For the ferry job", "items": [{"credential": credential_path(CREDENTIALS[2]), "note": "the best one"}]},
    {"name": "Empty", "items": []},
]


def made(credentials=(), sections=None, **options):
    file = io.BytesIO()
    write_bundle(file, credentials, sections, at=AT, **options)
    return file


def opened(content, **options):
    return open_bundle(io.BytesIO(content) if isinstance(content, bytes) else content, **options)


def codes(bundle):
    return [problem.code for problem in bundle.problems()]


def refused(content, **options):
    with pytest.raises(VcwalletError) as caught:
        opened(content, **options)
    return caught.value.code


# --- there and back ----------------------------------------------------------------------------------------------------


def test_j1_every_credential_comes_back_byte_for_byte():
    with opened(made(CREDENTIALS)) as bundle:
        assert bundle.problems() == []
        assert [data for _, data in bundle.credentials()] == CREDENTIALS
        for path, data in bundle.credentials():
            assert hashlib.sha256(data).hexdigest() in path
        kinds = {path.rpartition(".")[2] for path, _ in bundle.credentials()}
        assert kinds == {"json", "jwt", "png", "svg"}


def test_j2_sections_come_back_as_they_were():
    sections = {
        "backpack": [{"credential": credential_path(CREDENTIALS[0]), "source": "award"}],
        "collections": COLLECTIONS,
        "pathways": [{"pathway": "https://harbour-college.example/pathways/deck-officer", "version": 1}],
        "shares": [{"label": "Ferry job", "kind": "record", "ends_at": "2024-07-01T12:00:00Z"}],
        "identifiers": [{"type": "email", "value": "ana@campus.example"}],
        "activity": [],
        "settings": {"locale": "nl"},
    }
    with opened(made(CREDENTIALS, sections)) as bundle:
        assert bundle.problems() == []
        assert {name: bundle.section(name) for name in sections} == sections
        assert bundle.manifest.counts["collections"] == 2
        assert bundle.manifest.created_at == AT
    with opened(made(CREDENTIALS)) as bundle:
        assert bundle.section("shares") is None


def test_the_same_input_gives_the_same_bytes_and_equal_credentials_are_one():
    assert made(CREDENTIALS).getvalue() == made(CREDENTIALS).getvalue()
    assert made([b"{}", b"{}"]).getvalue() == made([b"{}"]).getvalue()


def test_any_zip_program_can_read_it():
    with zipfile.ZipFile(made(CREDENTIALS, {"collections": COLLECTIONS})) as archive:
        assert archive.testzip() is None
        assert json.loads(archive.read("collections.json")) == COLLECTIONS
        assert b"14 badges" not in archive.read("README.html")
        assert f"{len(CREDENTIALS)} badges".encode() in archive.read("README.html")


def test_it_can_be_written_into_a_pipe():
    class Pipe(io.RawIOBase):
        def __init__(self):
            super().__init__()
            self.content = b""

        def writable(self):
            return True

        def write(self, data):
            self.content += bytes(data)
            return len(data)

    for passphrase in (None, "correct horse"):
        pipe = Pipe()
        write_bundle(pipe, CREDENTIALS, at=AT, passphrase=passphrase)
        with opened(pipe.content, passphrase=passphrase) as bundle:
            assert bundle.problems() == []


def test_credentials_are_taken_one_at_a_time():
    """A generator that is asked for the next only after the last was written: nothing is collected first."""
    sizes = []
    target = io.BytesIO()

    def credentials():
        for number in range(50):
            sizes.append(target.tell())
            yield b"{" + hashlib.shake_256(b"%d" % number).hexdigest(5000).encode() + b"}"

    write_bundle(target, credentials(), at=AT)

    assert sizes[-1] > sizes[10] > sizes[1]


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53) + 1, 2**53 - 1)
    | st.text(alphabet=st.characters(codec="utf-8"), max_size=20),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(["a", "b", "note", "名"]), inner, max_size=4)
    ),
    max_leaves=20,
)


@given(st.lists(st.binary(max_size=200), max_size=6), JSON)
def test_anything_comes_back(credentials, value):
    with opened(made(credentials, {"activity": value})) as bundle:
        assert bundle.problems() == []
        assert [data for _, data in bundle.credentials()] == list(dict.fromkeys(credentials))
        assert bundle.section("activity") == value


# --- what must not go in -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("section", "value"),
    [
        ("shares", [{"token": "4x"}]),
        ("shares", [{"tokenHash": "4x"}]),
        ("shares", [{"token_hash": "4x"}]),
        ("shares", [{"code": "ferry"}]),
        ("shares", [{"url": "https://host/s/4x"}]),
        ("settings", {"deep": [{"access-token": "4x"}]}),
        ("activity", [{"Password": "4x"}]),
    ],
)
def test_j1_secrets_do_not_leave_the_wallet(section, value):
    file = io.BytesIO()
    with pytest.raises(Refused) as caught:
        write_bundle(file, [], {section: value}, at=AT)
    assert caught.value.code == "bundle_has_a_secret"
    assert caught.value.pointer
    assert file.getvalue() == b""


def test_an_ordinary_member_is_no_secret():
    made([], {"shares": [{"label": "token of thanks", "kind": "record"}], "activity": [{"url": "https://a.example"}]})


def test_a_reference_to_a_credential_that_is_not_there_is_refused():
    file = io.BytesIO()
    with pytest.raises(Refused) as caught:
        write_bundle(file, [], {"collections": COLLECTIONS}, at=AT)
    assert (caught.value.code, caught.value.pointer) == ("bundle_reference_missing", "/0/items/0/credential")
    assert refused(file.getvalue()) == "bundle_not_readable"


def test_misuse_is_a_value_error():
    for misuse in ({"sections": {"nonsense": []}}, {"passphrase": "short"}):
        with pytest.raises(ValueError, match=r"section|passphrase"):
            made(**misuse)
    with pytest.raises(ValueError, match="time zone"):
        write_bundle(io.BytesIO(), [], at=AT.replace(tzinfo=None))
    with opened(made()) as bundle, pytest.raises(ValueError, match="section"):
        bundle.section("nonsense")


# --- altered ---------------------------------------------------------------------------------------------------------------


def rezipped(change, source=None):
    """A bundle taken apart and put together again as somebody with a ZIP program would."""
    source = source or made(CREDENTIALS[:3], {"collections": COLLECTIONS})
    with zipfile.ZipFile(source) as archive:
        files = {info.filename: archive.read(info) for info in archive.infolist()}
    change(files)
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return target.getvalue()


def test_putting_it_together_again_changes_nothing():
    with opened(rezipped(lambda files: None)) as bundle:
        assert bundle.problems() == []


def test_j3_an_altered_file_is_named_and_the_rest_can_be_read():
    path, other = credential_path(CREDENTIALS[0]), credential_path(CREDENTIALS[1])

    def alter(files):
        files[path] = files[path].replace(b"Seamanship", b"Seamanshop")

    with opened(rezipped(alter)) as bundle:
        (problem,) = bundle.problems()
        assert problem.code == "bundle_file_altered"
        assert path in problem.message
        assert problem.pointer == "/files/0"
        assert bundle.read(other) == CREDENTIALS[1]
        with pytest.raises(Refused):
            bundle.read(path)
        with pytest.raises(Refused):
            list(bundle.credentials())


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (lambda files: files.pop(credential_path(CREDENTIALS[1])), "bundle_file_missing"),
        (lambda files: files.update({credential_path(b"{}"): b"{}"}), "bundle_file_unlisted"),
        (lambda files: files.update({credential_path(CREDENTIALS[1]): b"longer" * 999}), "bundle_file_altered"),
        (lambda files: files.update({"README.html": b"<script>"}), "bundle_file_altered"),
    ],
)
def test_what_is_not_as_the_manifest_says_is_named(change, code):
    with opened(rezipped(change)) as bundle:
        assert code in codes(bundle)


def with_manifest(change):
    def alter(files):
        manifest = json.loads(files["manifest.json"])
        change(manifest)
        files["manifest.json"] = json.dumps(manifest).encode()

    return rezipped(alter)


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (lambda m: m.update(type="Other"), "bundle_manifest"),
        (lambda m: m.update(version=2), "bundle_version_unknown"),
        (lambda m: m.update(files=None), "bundle_manifest"),
        (lambda m: m.update(counts=3), "bundle_manifest"),
        (lambda m: m["files"].append("x"), "bundle_manifest"),
        (lambda m: m["files"].append(m["files"][0]), "bundle_manifest"),
        (lambda m: m["files"][0].update(path="../x"), "bundle_manifest"),
        (lambda m: m["files"][0].update(bytes=-1), "bundle_manifest"),
        (lambda m: m["files"][0].update(bytes=True), "bundle_manifest"),
        (lambda m: m["files"][0].update(sha256="00"), "bundle_manifest"),
        (lambda m: m.update(createdAt="yesterday"), "timestamp_syntax"),
        (lambda m: m["files"].extend([{}] * 20_001), "bundle_manifest"),
    ],
)
def test_a_manifest_that_is_none_is_refused(change, code):
    assert refused(with_manifest(change)) == code


def test_a_newer_version_is_undecided():
    with pytest.raises(Undecided):
        opened(with_manifest(lambda m: m.update(version=2)))


def test_an_archive_without_a_manifest_is_no_bundle():
    assert refused(rezipped(lambda files: files.pop("manifest.json"))) == "bundle_manifest"


def test_a_section_that_is_no_json_is_named():
    text = b'{"a": 1, "a": 2}'

    def alter(files):
        files["collections.json"] = text
        manifest = json.loads(files["manifest.json"])
        entry = next(entry for entry in manifest["files"] if entry["path"] == "collections.json")
        entry.update(bytes=len(text), sha256=hashlib.sha256(text).hexdigest())
        files["manifest.json"] = json.dumps(manifest).encode()

    with opened(rezipped(alter)) as bundle:
        assert codes(bundle) == ["json_duplicate_member"]


# --- hostile archives ------------------------------------------------------------------------------------------------------

BAD_NAMES = [
    "../evil.json",
    "/etc/passwd",
    "credentials/../../evil.json",
    "C:\\evil.json",
    "credentials\\evil.json",
    "credentials/",
    "credentials/short.json",
    f"credentials/{'0' * 64}.exe",
    f"credentials/{'0' * 64}.json/x",
    f"credentials/{'A' * 64}.json",
    "Manifest.json",
    "notes.txt",
    "manifest.json\n",
    "shares.json ",
    "％2e％2e/x",
]


@pytest.mark.parametrize("name", BAD_NAMES)
def test_no_name_leads_anywhere(name):
    assert not is_bundle_name(name)
    assert refused(rezipped(lambda files: files.update({name: b"x"}))) in {"bundle_name_refused", "bundle_not_readable"}


def test_a_name_with_a_nul_is_refused():
    content = rezipped(lambda files: files.update({f"credentials/{'0' * 64}.jwtXevil": b"x"}))

    assert refused(content.replace(b".jwtXevil", b".jwt\0evil")) == "bundle_name_refused"


def test_one_name_twice_is_refused():
    target = io.BytesIO(made(CREDENTIALS[:1]).getvalue())
    with zipfile.ZipFile(target, "a") as archive, pytest.warns(UserWarning, match="Duplicate"):
        archive.writestr("README.html", b"another")

    assert refused(target.getvalue()) == "bundle_name_repeated"


def test_a_link_is_refused():
    target = io.BytesIO(made().getvalue())
    info = zipfile.ZipInfo("settings.json")
    info.create_system, info.external_attr = 3, 0o120777 << 16
    with zipfile.ZipFile(target, "a") as archive:
        archive.writestr(info, "/etc/passwd")

    assert refused(target.getvalue()) == "bundle_name_refused"


def _bomb(size):
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive, archive.open("activity.json", "w") as file:
        for _ in range(size // (1 << 20)):
            file.write(bytes(1 << 20))
    return target.getvalue()


def test_a_bomb_is_refused_by_its_size():
    content = _bomb(65 << 20)

    assert len(content) < 100_000
    assert refused(content) == "bundle_too_large"


def test_a_bomb_that_lies_about_its_size_gives_no_more_than_it_says():
    """Its directory and header promise 10 bytes, and 20 MiB are inside."""
    text = bytes(20 << 20)
    listed = {"path": "activity.json", "bytes": 10, "sha256": hashlib.sha256(text[:10]).hexdigest()}

    def alter(files):
        files["activity.json"] = text
        manifest = json.loads(files["manifest.json"])
        manifest["files"].append(listed)
        files["manifest.json"] = json.dumps(manifest).encode()

    lying = rezipped(alter).replace(struct.pack("<I", len(text)), struct.pack("<I", 10))
    with opened(lying) as bundle:
        assert codes(bundle) == ["bundle_file_altered"]


def _central_entries(content):
    place, found = 0, []
    while (place := content.find(b"PK\1\2", place)) >= 0:
        found.append(place)
        place += 4
    return found


def test_files_that_share_bytes_are_refused():
    content = bytearray(made(CREDENTIALS[:3]).getvalue())
    first, second = _central_entries(bytes(content))[:2]
    content[second + 42 : second + 46] = content[first + 42 : first + 46]

    assert refused(bytes(content)) == "bundle_files_overlap"


@pytest.mark.parametrize(("place", "value"), [(8, 0x1), (8, 0x40), (10, 12), (10, 99)])
def test_encrypted_and_strangely_compressed_entries_are_refused(place, value):
    content = bytearray(made(CREDENTIALS[:1]).getvalue())
    entry = _central_entries(bytes(content))[0]
    content[entry + place : entry + place + 2] = struct.pack("<H", value)

    assert refused(bytes(content)) == "bundle_not_readable"


def test_nothing_may_stand_before_between_or_behind():
    content = made(CREDENTIALS[:1]).getvalue()

    assert refused(b"MZ" + content) == "bundle_not_readable"
    assert refused(content + b"x") == "bundle_not_readable"
    assert refused(content[:-1]) == "bundle_not_readable"
    assert refused(b"") == "bundle_not_readable"
    assert refused(b"%PDF-1.7" * 99) == "bundle_not_readable"


def test_a_comment_of_the_archive_is_refused():
    """It would not be read by us, and so could hold another archive for another reader."""
    content = made(CREDENTIALS[:1]).getvalue()
    # The comment is a directory of its own, whose end says that it has a comment, too.
    assert refused(content[:-2] + struct.pack("<H", 1)) == "bundle_not_readable"


def test_a_directory_that_is_too_large_is_not_read():
    content = made().getvalue()
    many = content[:-14] + struct.pack("<HH", 30_000, 30_000) + content[-10:]
    large = content[:-10] + struct.pack("<I", 99 << 20) + content[-6:]

    assert refused(many) == "bundle_too_large"
    assert refused(large) == "bundle_too_large"


@given(st.data())
def test_a_spoiled_archive_is_refused_or_named(data):
    content = bytearray(made(CREDENTIALS[:2], {"settings": {"locale": "nl"}}).getvalue())
    for _ in range(data.draw(st.integers(1, 3))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    try:
        bundle = opened(bytes(content))
    except VcwalletError:
        return
    with bundle:
        bundle.problems()


# --- under a passphrase ------------------------------------------------------------------------------------------------------

PASSPHRASE = "correct horse"


def counting():
    """Randomness that is the same every time, for tests."""
    made_so_far = iter(range(1000))
    return lambda size: hashlib.shake_256(b"%d" % next(made_so_far)).digest(size)


@pytest.fixture(scope="module")
def sealed():
    # Larger than one chunk, so that there is an order to be kept.
    large = [b"\x89PNG\r\n\x1a\n" + hashlib.shake_256(b"%d" % number).digest(60_000) for number in range(4)]
    return made([*CREDENTIALS, *large], passphrase=PASSPHRASE, randomness=counting()).getvalue()


def test_it_opens_with_its_passphrase_only(sealed):
    with opened(sealed, passphrase=PASSPHRASE) as bundle:
        assert bundle.is_encrypted
        assert bundle.problems() == []
        assert [data for _, data in bundle.credentials()][: len(CREDENTIALS)] == CREDENTIALS
    assert refused(sealed) == "bundle_needs_passphrase"
    assert refused(sealed, passphrase="wrong horse") == "bundle_passphrase_wrong"
    assert b"manifest" not in sealed


def test_letters_may_be_composed_or_not():
    content = made(passphrase="Núñez y mar").getvalue()

    with opened(content, passphrase="Nu\u0301n\u0303ez y mar") as bundle:
        assert bundle.problems() == []


def test_two_bundles_under_one_passphrase_have_nothing_in_common():
    one, other = (made(CREDENTIALS[:1], passphrase=PASSPHRASE).getvalue() for _ in range(2))

    assert one[20:60] != other[20:60]


CHUNK, HEADER = 65536 + 16, 75

ALTERED = {
    "one bit of the first chunk": lambda b: b[:HEADER] + bytes([b[HEADER] ^ 1]) + b[HEADER + 1 :],
    "one bit of the last chunk": lambda b: b[:-1] + bytes([b[-1] ^ 1]),
    "the last chunk left out": lambda b: b[: HEADER + (len(b) - HEADER) // CHUNK * CHUNK],
    "the first chunk left out": lambda b: b[:HEADER] + b[HEADER + CHUNK :],
    "two chunks exchanged": lambda b: (
        b[:HEADER] + b[HEADER + CHUNK : HEADER + 2 * CHUNK] + b[HEADER : HEADER + CHUNK] + b[HEADER + 2 * CHUNK :]
    ),
    "a chunk repeated": lambda b: b[: HEADER + CHUNK] + b[HEADER:],
    "cut in the middle of a chunk": lambda b: b[:-40],
    "the nonce prefix changed": lambda b: b[:36] + bytes([b[36] ^ 1]) + b[37:],
}


@pytest.mark.parametrize("name", ALTERED)
def test_no_chunk_can_be_changed_moved_or_left_out(sealed, name):
    try:
        with opened(ALTERED[name](sealed), passphrase=PASSPHRASE) as bundle:
            found = set(codes(bundle))
    except Refused as error:
        found = {error.code}

    assert found == {"bundle_altered"}


@pytest.mark.parametrize(
    ("place", "value"),
    [
        (8, b"\2"),
        (9, b"\2"),
        (10, struct.pack(">I", 1 << 30)),
        (10, struct.pack(">I", 1)),
        (14, struct.pack(">I", 1000)),
        (14, struct.pack(">I", 0)),
        (18, b"\0"),
        (18, b"\xff"),
        (19, b"\x1f"),
    ],
)
def test_a_header_cannot_ask_for_too_much(sealed, place, value):
    content = sealed[:place] + value + sealed[place + len(value) :]

    assert refused(content, passphrase=PASSPHRASE) == "bundle_not_readable"


@pytest.mark.parametrize("size", [8, 40, HEADER, HEADER + 1, HEADER + 16])
def test_a_header_alone_is_refused(sealed, size):
    assert refused(sealed[:size], passphrase=PASSPHRASE) in {"bundle_not_readable", "bundle_altered"}


def test_what_failed_while_it_was_written_cannot_be_opened():
    file = io.BytesIO()
    with pytest.raises(Refused):
        write_bundle(
            file, CREDENTIALS, {"collections": [{"credential": "credentials/x"}]}, at=AT, passphrase=PASSPHRASE
        )

    assert refused(file.getvalue(), passphrase=PASSPHRASE) in {"bundle_altered", "bundle_not_readable"}


def test_the_format_is_the_documented_one(sealed):
    """Opened by hand, with the numbers of the module's description and nothing of its code."""
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM
    from cryptography.hazmat.primitives.hashes import SHA256
    from cryptography.hazmat.primitives.kdf.argon2 import Argon2id
    from cryptography.hazmat.primitives.kdf.hkdf import HKDF

    header = sealed[:75]
    assert header[:10] == b"vcwallet\x01\x01"
    memory, passes = struct.unpack(">II", header[10:18])
    secret = Argon2id(salt=header[20:36], length=32, iterations=passes, lanes=header[18], memory_cost=memory)
    material = HKDF(SHA256(), 64, None, b"vcwallet bundle 1").derive(secret.derive(PASSPHRASE.encode()))
    assert material[32:] == header[43:75]
    chunks = [sealed[place : place + 65552] for place in range(75, len(sealed), 65552)]
    plain = b"".join(
        AESGCM(material[:32]).decrypt(
            header[36:43] + struct.pack(">IB", number, number == len(chunks) - 1), chunk, header
        )
        for number, chunk in enumerate(chunks)
    )

    assert len(chunks) > 2
    with opened(plain) as bundle:
        assert bundle.problems() == []


def test_the_manifest_is_a_value():
    with opened(made()) as bundle:
        assert replace(bundle.manifest).to_dict()["type"] == "VcwalletBundle"
    assert issubclass(Malformed, VcwalletError)

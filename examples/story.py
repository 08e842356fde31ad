"""A badge and its life: made, baked into a picture, shown, verified offline, revoked; and two forgeries.

    python examples/story.py

Everything that the story needs is made in it: no file is read, nothing is fetched, and nothing is kept.
"""

import sys
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

from vcwallet import (
    Achievement,
    Identity,
    IssuerIdentity,
    LocalSigner,
    OpenBadge,
    Policy,
    Profile,
    PublishedKey,
    Recipient,
    StaticFetcher,
    VerificationReport,
    allocate_indexes,
    bake,
    issue,
    new_status_list,
    present,
    set_status,
    standard_toolkit,
    status_list_document,
    unbake,
    verify,
)
from vcwallet.terminal.report_lines import show_brief
from vcwallet.terminal.screen import Screen
from vcwallet.testing.pictures import svg_picture

COLLEGE = "did:web:noordzee-college.example"
LIST = "https://noordzee-college.example/status/1"
ADDRESS = "ana@campus.example"
TODAY = datetime(2026, 3, 2, 9, tzinfo=UTC)
TOMORROW = TODAY + timedelta(days=1)


def tell() -> dict[str, VerificationReport]:
    """Tell the story, and give what the verifier found in it, by chapter."""
    screen = Screen(sys.stdout)
    chapter = _Chapters(screen)

    chapter("A college makes a key and publishes it as", COLLEGE)
    college = LocalSigner.generate().named(f"{COLLEGE}#key-2026")
    identity = IssuerIdentity(COLLEGE, (PublishedKey(college.verification_method, college.public_key),))
    internet = dict(identity.files())

    chapter("It publishes a list, so that it can withdraw what it issues:", LIST)
    status_list = new_status_list(LIST, COLLEGE, "revocation")
    status_list, (index,) = allocate_indexes(status_list)
    listed = issue(status_list_document(status_list, valid_from=TODAY, previous=None), college, at=TODAY)
    internet[LIST] = listed.data

    chapter("It issues a badge to Ana, whom it knows by her address, and bakes it into a picture.")
    badge = OpenBadge(
        issuer=Profile(COLLEGE, "Noordzee College"),
        recipient=Identity.email(ADDRESS),
        achievement=Achievement(
            "https://noordzee-college.example/achievements/seamanship",
            "Seamanship",
            description="Handles a boat in harbour and at sea.",
            criteria="Shown in practice, and assessed by two teachers.",
        ),
        valid_from=TODAY,
        status=status_list.entry_for(index),
    )
    picture = bake(svg_picture(), issue(badge.to_document(), college, at=TODAY))

    chapter("Ana shows it to a shipyard that asked her, signed with a key of her own.")
    ana = LocalSigner.generate()
    shown = present([unbake(picture)], ana, challenge="8f3b", domain="https://shipyard.example", at=TODAY)

    chapter("The shipyard verifies the badge, without a network: it has what the college publishes.")
    received = shown.document["verifiableCredential"][0]
    policy = Policy(recipient=Recipient("emailAddress", ADDRESS))

    def shipyard(credential: bytes | Mapping[str, object], at: datetime = TODAY) -> VerificationReport:
        return verify(credential, toolkit=standard_toolkit(StaticFetcher(internet)), policy=policy, at=at)

    found = {"shown": shipyard(received), "picture": shipyard(picture)}
    show_brief(screen, found["shown"], "what Ana shows", indent=2)
    show_brief(screen, found["picture"], "her picture", indent=2)

    chapter("A forger makes an admiral of her, in the same picture.")
    forged = unbake(picture).replace("Seamanship", "Admiralty")
    found["changed"] = shipyard(bake(svg_picture(), forged))
    show_brief(screen, found["changed"], "the changed badge", indent=2)

    chapter("Another one signs a badge of his own, and names the college's key below it.")
    forger = LocalSigner.generate().named(college.verification_method)
    found["signed by a stranger"] = shipyard(issue(badge.to_document(), forger, at=TODAY).data)
    show_brief(screen, found["signed by a stranger"], "the forged badge", indent=2)

    chapter("The college finds out that Ana's test was somebody else's, and revokes the badge.")
    status_list = set_status(status_list, index)
    document = status_list_document(status_list, valid_from=TOMORROW, previous=listed.document)
    internet[LIST] = issue(document, college, at=TOMORROW).data
    found["revoked"] = shipyard(picture, TOMORROW)
    show_brief(screen, found["revoked"], "her picture, a day later", indent=2)
    return found


class _Chapters:
    """Numbers what happens."""

    def __init__(self, screen: Screen) -> None:
        self._screen = screen
        self._number = 0

    def __call__(self, *words: str) -> None:
        self._number += 1
        self._screen.line(" ".join(words), label=(f"{self._number}.",), column=3)


if __name__ == "__main__":
    tell()

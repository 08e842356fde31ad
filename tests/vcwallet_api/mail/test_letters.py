"""A mail as it goes over the wire."""

from datetime import UTC, datetime

from vcwallet_api.mail.sender import MailToSend, letter_of

# As long as the links in our mails are.
UNSUBSCRIBE = "https://wallet.harbour-college.example/claim/SdgRKFjo8iFmVDBniVTFmB9zIhUBXozK6Umsz9xF5Kw/decline"


def test_the_address_to_unsubscribe_is_on_the_wire_as_it_is():
    """It was sent as an encoded word, because it is longer than a line likes to be; no mail program looks into one."""
    mail = MailToSend(
        mail_id="1",
        to_address="ana@campus.example",
        subject="Harbour College awarded you a badge: الملاحة",
        text="Text",
        html="<p>Text</p>",
        unsubscribe_url=UNSUBSCRIBE,
        created_at=datetime(2024, 6, 1, tzinfo=UTC),
    )

    sent = letter_of(mail, "Wallet <wallet@wallet.example>").as_bytes()

    assert f"\r\nList-Unsubscribe: <{UNSUBSCRIBE}>\r\n".encode() in sent

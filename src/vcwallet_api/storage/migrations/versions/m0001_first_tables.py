"""The first tables: accounts, addresses, sign-ins, Backpack, deliveries, mail and jobs."""

import sqlalchemy as sa
from alembic import op

import vcwallet_api.storage.column_types

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make them."""
    op.create_table(
        "account",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("display_name", sa.Text(), nullable=False),
        sa.Column("language", sa.String(length=16), nullable=False),
        sa.Column("created_at", vcwallet_api.storage.column_types.Moment(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_account")),
    )
    op.create_table(
        "declined_mail",
        sa.Column("address_digest", sa.LargeBinary(), nullable=False),
        sa.Column("declined_at", vcwallet_api.storage.column_types.Moment(), nullable=False),
        sa.PrimaryKeyConstraint("address_digest", name=op.f("pk_declined_mail")),
    )
    op.create_table(
        "delivery",
        sa.Column("match_key", sa.Text(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("received", sa.LargeBinary(), nullable=False),
        sa.Column("media_type", sa.String(length=100), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("idempotency_key", sa.Text(), nullable=True),
        sa.Column("evidence", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("issuer_name", sa.Text(), nullable=False),
        sa.Column("language", sa.String(length=16), nullable=False),
        sa.Column("created_at", vcwallet_api.storage.column_types.Moment(), nullable=False),
        sa.Column("checked_at", vcwallet_api.storage.column_types.Moment(), nullable=False),
        sa.Column("arrived_at", vcwallet_api.storage.column_types.Moment(), nullable=True),
        sa.PrimaryKeyConstraint("match_key", "id", name=op.f("pk_delivery")),
        sa.UniqueConstraint("match_key", "idempotency_key", name=op.f("uq_delivery_match_key_idempotency_key")),
        sa.UniqueConstraint("match_key", "sha256", name=op.f("uq_delivery_match_key_sha256")),
    )
    op.create_table(
        "job",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("payload", sa.JSON(), nullable=False),
        sa.Column("once_key", sa.String(length=200), nullable=True),
        sa.Column("run_at", vcwallet_api.storage.column_types.Moment(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("last_error", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_job")),
        sa.UniqueConstraint("once_key", name=op.f("uq_job_once_key")),
    )
    op.create_index(op.f("ix_job_run_at"), "job", ["run_at"], unique=False)
    op.create_table(
        "activity",
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("item_id", sa.Uuid(), nullable=True),
        sa.Column("once_key", sa.String(length=64), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.Column("at", vcwallet_api.storage.column_types.Moment(), nullable=False),
        sa.Column("seen_at", vcwallet_api.storage.column_types.Moment(), nullable=True),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_activity_account_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("account_id", "id", name=op.f("pk_activity")),
        sa.UniqueConstraint(
            "account_id", "kind", "item_id", "once_key", name=op.f("uq_activity_account_id_kind_item_id_once_key")
        ),
    )
    op.create_table(
        "address",
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("match_key", sa.Text(), nullable=False),
        sa.Column("is_primary", sa.Boolean(), nullable=False),
        sa.Column("verified_at", vcwallet_api.storage.column_types.Moment(), nullable=True),
        sa.Column("created_at", vcwallet_api.storage.column_types.Moment(), nullable=False),
        sa.Column("spellings", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_address_account_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("account_id", "id", name=op.f("pk_address")),
        sa.UniqueConstraint("account_id", "match_key", name=op.f("uq_address_account_id_match_key")),
    )
    op.create_table(
        "challenge",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("purpose", sa.String(length=32), nullable=False),
        sa.Column("match_key", sa.Text(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=True),
        sa.Column("language", sa.String(length=16), nullable=False),
        sa.Column("code_digest", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", vcwallet_api.storage.column_types.Moment(), nullable=False),
        sa.Column("sent_at", vcwallet_api.storage.column_types.Moment(), nullable=False),
        sa.Column("expires_at", vcwallet_api.storage.column_types.Moment(), nullable=False),
        sa.Column("tries_left", sa.Integer(), nullable=False),
        sa.Column("used_at", vcwallet_api.storage.column_types.Moment(), nullable=True),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_challenge_account_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_challenge")),
    )
    op.create_index(op.f("ix_challenge_match_key_created_at"), "challenge", ["match_key", "created_at"], unique=False)
    op.create_table(
        "claim_link",
        sa.Column("token_sha256", sa.LargeBinary(), nullable=False),
        sa.Column("match_key", sa.Text(), nullable=False),
        sa.Column("delivery_id", sa.Uuid(), nullable=False),
        sa.Column("expires_at", vcwallet_api.storage.column_types.Moment(), nullable=False),
        sa.ForeignKeyConstraint(
            ["match_key", "delivery_id"],
            ["delivery.match_key", "delivery.id"],
            name=op.f("fk_claim_link_match_key_delivery_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("token_sha256", name=op.f("pk_claim_link")),
    )
    op.create_index(
        op.f("ix_claim_link_match_key_delivery_id"), "claim_link", ["match_key", "delivery_id"], unique=False
    )
    op.create_table(
        "holder_key",
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("did", sa.Text(), nullable=False),
        sa.Column("encrypted_private_key", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", vcwallet_api.storage.column_types.Moment(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_holder_key_account_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("account_id", "id", name=op.f("pk_holder_key")),
    )
    op.create_table(
        "outbox_mail",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=True),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("to_address", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("html", sa.Text(), nullable=False),
        sa.Column("language", sa.String(length=16), nullable=False),
        sa.Column("unsubscribe_url", sa.Text(), nullable=True),
        sa.Column("created_at", vcwallet_api.storage.column_types.Moment(), nullable=False),
        sa.Column("sent_at", vcwallet_api.storage.column_types.Moment(), nullable=True),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_outbox_mail_account_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outbox_mail")),
    )
    op.create_index(op.f("ix_outbox_mail_account_id"), "outbox_mail", ["account_id"], unique=False)
    op.create_index(op.f("ix_outbox_mail_created_at"), "outbox_mail", ["created_at"], unique=False)
    op.create_table(
        "passkey",
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("credential_id", sa.LargeBinary(), nullable=False),
        sa.Column("public_key", sa.LargeBinary(), nullable=False),
        sa.Column("sign_count", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("created_at", vcwallet_api.storage.column_types.Moment(), nullable=False),
        sa.Column("last_used_at", vcwallet_api.storage.column_types.Moment(), nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_passkey_account_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("account_id", "id", name=op.f("pk_passkey")),
        sa.UniqueConstraint("account_id", "credential_id", name=op.f("uq_passkey_account_id_credential_id")),
    )
    op.create_table(
        "passkey_ceremony",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=True),
        sa.Column("challenge", sa.LargeBinary(), nullable=False),
        sa.Column("expires_at", vcwallet_api.storage.column_types.Moment(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_passkey_ceremony_account_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_passkey_ceremony")),
    )
    op.create_table(
        "personal_token",
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("scopes", sa.JSON(), nullable=False),
        sa.Column("secret_sha256", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", vcwallet_api.storage.column_types.Moment(), nullable=False),
        sa.Column("expires_at", vcwallet_api.storage.column_types.Moment(), nullable=True),
        sa.Column("last_used_at", vcwallet_api.storage.column_types.Moment(), nullable=True),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_personal_token_account_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("account_id", "id", name=op.f("pk_personal_token")),
    )
    op.create_table(
        "sign_in",
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("secret_sha256", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", vcwallet_api.storage.column_types.Moment(), nullable=False),
        sa.Column("proved_at", vcwallet_api.storage.column_types.Moment(), nullable=False),
        sa.Column("last_seen_at", vcwallet_api.storage.column_types.Moment(), nullable=False),
        sa.Column("device", sa.String(length=120), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_sign_in_account_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("account_id", "id", name=op.f("pk_sign_in")),
    )
    op.create_table(
        "backpack_item",
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("received", sa.LargeBinary(), nullable=False),
        sa.Column("media_type", sa.String(length=100), nullable=False),
        sa.Column("source", sa.String(length=16), nullable=False),
        sa.Column("source_url", sa.Text(), nullable=True),
        sa.Column("added_at", vcwallet_api.storage.column_types.Moment(), nullable=False),
        sa.Column("acceptance", sa.String(length=16), nullable=False),
        sa.Column("address_id", sa.Uuid(), nullable=True),
        sa.Column("binding", sa.String(length=16), nullable=False),
        sa.Column("evidence", sa.Text(), nullable=False),
        sa.Column("checked_at", vcwallet_api.storage.column_types.Moment(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("securing", sa.String(length=64), nullable=False),
        sa.Column("credential_id", sa.Text(), nullable=True),
        sa.Column("issuer_id", sa.Text(), nullable=True),
        sa.Column("credential_key", sa.Text(), nullable=True),
        sa.Column("issuer_key", sa.Text(), nullable=True),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("name_key", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("issuer_name", sa.Text(), nullable=False),
        sa.Column("issuer_name_key", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("search_text", sa.Text(), nullable=False),
        sa.Column("awarded_at", vcwallet_api.storage.column_types.Moment(), nullable=False),
        sa.Column("valid_from", vcwallet_api.storage.column_types.Moment(), nullable=True),
        sa.Column("valid_until", vcwallet_api.storage.column_types.Moment(), nullable=True),
        sa.Column("verdict", sa.String(length=16), nullable=False),
        sa.Column("is_revoked", sa.Boolean(), nullable=False),
        sa.Column("revocation_reason", sa.Text(), nullable=False),
        sa.Column("matched_spelling", sa.Text(), nullable=True),
        sa.Column("report", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id", "address_id"],
            ["address.account_id", "address.id"],
            name=op.f("fk_backpack_item_account_id_address_id"),
        ),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_backpack_item_account_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("account_id", "id", name=op.f("pk_backpack_item")),
        sa.UniqueConstraint(
            "account_id",
            "issuer_key",
            "credential_key",
            name=op.f("uq_backpack_item_account_id_issuer_key_credential_key"),
        ),
        sa.UniqueConstraint("account_id", "sha256", name=op.f("uq_backpack_item_account_id_sha256")),
    )
    op.create_index(
        op.f("ix_backpack_item_account_id_awarded_at_id"),
        "backpack_item",
        ["account_id", "awarded_at", "id"],
        unique=False,
    )
    op.create_index(
        op.f("ix_backpack_item_account_id_issuer_name_key_id"),
        "backpack_item",
        ["account_id", "issuer_name_key", "id"],
        unique=False,
    )
    op.create_index(
        op.f("ix_backpack_item_account_id_name_key_id"), "backpack_item", ["account_id", "name_key", "id"], unique=False
    )
    op.create_index(op.f("ix_backpack_item_checked_at"), "backpack_item", ["checked_at"], unique=False)
    op.create_table(
        "verified_address",
        sa.Column("match_key", sa.Text(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("address_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id", "address_id"],
            ["address.account_id", "address.id"],
            name=op.f("fk_verified_address_account_id_address_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("match_key", name=op.f("pk_verified_address")),
    )
    op.create_index(
        op.f("ix_verified_address_account_id_address_id"),
        "verified_address",
        ["account_id", "address_id"],
        unique=False,
    )

"""Activities: the first tables."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from village_hub.kernel.db import Moment

revision = "activities"
down_revision = "invitations"


def upgrade() -> None:
    op.create_table(
        "activity",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("description", sa.String(), nullable=False),
        sa.Column("village_id", sa.Uuid(), sa.ForeignKey("village.id")),
        sa.Column("municipality_id", sa.Uuid(), sa.ForeignKey("municipality.id")),
        sa.Column("club_id", sa.Uuid(), sa.ForeignKey("club.id"), index=True),
        sa.Column("topic_id", sa.Uuid(), sa.ForeignKey("topic.id")),
        sa.Column("venue_id", sa.Uuid(), sa.ForeignKey("venue.id")),
        sa.Column("place_text", sa.String(), nullable=False),
        sa.Column("address", sa.String(), nullable=False),
        sa.Column("instructor_id", sa.Uuid(), sa.ForeignKey("person.id"), index=True),
        sa.Column("instructor_name", sa.String(), nullable=False),
        sa.Column("host", sa.String(), nullable=False),
        sa.Column("phone", sa.String(), nullable=False),
        sa.Column("homepage", sa.String(), nullable=False),
        sa.Column("seats", sa.Integer()),
        sa.Column("minimum", sa.Integer()),
        sa.Column("fee", sa.Integer(), nullable=False),
        sa.Column("enrol_from", Moment()),
        sa.Column("enrol_until", Moment()),
        sa.Column("from_date", sa.Date()),
        sa.Column("until_date", sa.Date()),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("invitation_id", sa.Uuid(), sa.ForeignKey("invitation.id"), unique=True),
        sa.Column("source_key", sa.String(), unique=True),
        sa.Column("source", sa.JSON(none_as_null=True)),
        sa.Column("created_by", sa.Uuid(), sa.ForeignKey("person.id")),
        sa.Column("created_at", Moment(), nullable=False),
        sa.Column("updated_seq", sa.Integer(), nullable=False),
        sa.CheckConstraint("kind IN ('event', 'course', 'lecture', 'campaign', 'festival')", name="kind_is_known"),
        sa.CheckConstraint("state IN ('scheduled', 'cancelled', 'ended')", name="state_is_known"),
        sa.CheckConstraint("seats IS NULL OR seats > 0", name="seats_are_positive"),
        sa.CheckConstraint("minimum IS NULL OR minimum > 0", name="minimum_is_positive"),
        sa.CheckConstraint("fee >= 0", name="fee_is_not_negative"),
        sa.CheckConstraint("state <> 'cancelled' OR reason <> ''", name="cancelled_has_a_reason"),
    )
    op.create_index("ix_activity_village_id_state", "activity", ["village_id", "state"])
    op.create_table(
        "activity_session",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("activity_id", sa.Uuid(), sa.ForeignKey("activity.id"), nullable=False),
        sa.Column("starts_at", Moment(), nullable=False),
        sa.Column("ends_at", Moment(), nullable=False),
        sa.Column("venue_id", sa.Uuid(), sa.ForeignKey("venue.id")),
        sa.Column("hold_id", sa.Uuid(), sa.ForeignKey("hold.id")),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("code", sa.String()),
        sa.CheckConstraint("state IN ('planned', 'completed', 'cancelled')", name="state_is_known"),
        sa.CheckConstraint("starts_at < ends_at", name="ends_after_it_starts"),
    )
    op.create_index("ix_activity_session_activity_id", "activity_session", ["activity_id", "starts_at"])
    op.create_index("ix_activity_session_starts_at", "activity_session", ["starts_at"])
    _unique_where("uq_activity_session_code", "activity_session", ["code"], "state = 'planned'")
    op.create_table(
        "enrolment",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("activity_id", sa.Uuid(), sa.ForeignKey("activity.id"), nullable=False),
        sa.Column("person_id", sa.Uuid(), sa.ForeignKey("person.id"), nullable=False, index=True),
        sa.Column("guest_no", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("seat_no", sa.Integer()),
        sa.Column("place_in_line", sa.Integer(), nullable=False),
        sa.Column("enrolled_at", Moment(), nullable=False),
        sa.Column("cancelled_at", Moment()),
        sa.CheckConstraint("state IN ('seated', 'waiting', 'cancelled')", name="state_is_known"),
        sa.CheckConstraint("seat_no IS NULL OR seat_no > 0", name="seat_is_positive"),
        sa.CheckConstraint("guest_no >= 0", name="guest_is_not_negative"),
        sa.UniqueConstraint("activity_id", "place_in_line"),
    )
    active = ["activity_id", "person_id", "guest_no"]
    _unique_where("uq_enrolment_active", "enrolment", active, "state <> 'cancelled'")
    _unique_where("uq_enrolment_seat", "enrolment", ["activity_id", "seat_no"], "state = 'seated'")
    op.create_table(
        "attendance",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("session_id", sa.Uuid(), sa.ForeignKey("activity_session.id"), nullable=False, index=True),
        sa.Column("person_id", sa.Uuid(), sa.ForeignKey("person.id"), index=True),
        sa.Column("walk_in_name", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("marked_at", Moment(), nullable=False),
        sa.Column("marked_by", sa.Uuid(), sa.ForeignKey("person.id")),
        sa.CheckConstraint("state IN ('present', 'absent', 'excused')", name="state_is_known"),
        sa.CheckConstraint("person_id IS NOT NULL OR walk_in_name <> ''", name="is_somebody"),
        sa.UniqueConstraint("session_id", "person_id"),
    )
    op.create_table(
        "completion",
        sa.Column("activity_id", sa.Uuid(), sa.ForeignKey("activity.id"), primary_key=True),
        sa.Column("person_id", sa.Uuid(), sa.ForeignKey("person.id"), primary_key=True, index=True),
        sa.Column("completed_at", Moment(), nullable=False),
    )


def downgrade() -> None:
    for table in ("completion", "attendance", "enrolment", "activity_session", "activity"):
        op.drop_table(table)


def _unique_where(name: str, table: str, columns: list[str], condition: str) -> None:
    only = sa.text(condition)
    op.create_index(name, table, columns, unique=True, sqlite_where=only, postgresql_where=only)

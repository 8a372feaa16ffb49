"""people bring others vote and sign up"""

import unicodedata
from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = '0002'
down_revision: str | Sequence[str] | None = '0001'
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def _folded(*words: str) -> str:
    plain = unicodedata.normalize("NFKD", " ".join(words).casefold())
    return " ".join("".join(letter for letter in plain if not unicodedata.combining(letter)).split())


def _fold_names() -> None:
    """What is searched and sorted by, for those who are there already."""
    connection = op.get_bind()
    people = sa.table("people", *(sa.column(name) for name in (
        "id", "title", "given_name", "family_name", "function_de", "function_en", "email", "sorted_as", "sought_as")))
    for each in connection.execute(sa.select(people)).all():
        sought = _folded(each.title, each.given_name, each.family_name, each.email, each.function_de, each.function_en)
        connection.execute(sa.update(people).where(people.c.id == each.id).values(
            sorted_as=_folded(each.family_name, each.given_name), sought_as=sought))
    organisations = sa.table("organisations", *(sa.column(name) for name in ("id", "name", "short_name", "sought_as")))
    for each in connection.execute(sa.select(organisations)).all():
        connection.execute(sa.update(organisations).where(organisations.c.id == each.id).values(
            sought_as=_folded(each.name, each.short_name)))


def upgrade() -> None:
    op.create_table('job_runs',
    sa.Column('job', sa.Text(), nullable=False),
    sa.Column('slot', sa.DateTime(timezone=True), nullable=False),
    sa.Column('begun_at', sa.DateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('job', 'slot', name=op.f('pk_job_runs'))
    )
    op.create_table('ranks',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('office_id', sa.Integer(), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('name_de', sa.Text(), nullable=False),
    sa.Column('name_en', sa.Text(), nullable=False),
    sa.ForeignKeyConstraint(['office_id'], ['offices.id'], name=op.f('fk_ranks_office_id_offices'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_ranks')),
    sa.UniqueConstraint('office_id', 'number', name=op.f('uq_ranks_office_id'))
    )
    op.create_table('uploads',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('office_id', sa.Integer(), nullable=False),
    sa.Column('account_id', sa.Integer(), nullable=False),
    sa.Column('uploaded_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('file_name', sa.Text(), nullable=False),
    sa.Column('content', sa.LargeBinary(), nullable=True),
    sa.ForeignKeyConstraint(['account_id'], ['accounts.id'], name=op.f('fk_uploads_account_id_accounts'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['office_id'], ['offices.id'], name=op.f('fk_uploads_office_id_offices'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_uploads'))
    )
    with op.batch_alter_table('uploads', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_uploads_account_id'), ['account_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_uploads_office_id'), ['office_id'], unique=False)

    op.create_table('letter_wordings',
    sa.Column('series_id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.Text(), nullable=False),
    sa.Column('text_de', sa.Text(), nullable=False),
    sa.Column('text_en', sa.Text(), nullable=False),
    sa.ForeignKeyConstraint(['series_id'], ['series.id'], name=op.f('fk_letter_wordings_series_id_series'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('series_id', 'kind', name=op.f('pk_letter_wordings'))
    )
    op.create_table('mailings',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('roundtable_id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.Text(), nullable=False),
    sa.Column('queued_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('send_after', sa.DateTime(timezone=True), nullable=False),
    sa.Column('queued_by_id', sa.Integer(), nullable=True),
    sa.Column('stopped_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['queued_by_id'], ['accounts.id'], name=op.f('fk_mailings_queued_by_id_accounts'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['roundtable_id'], ['roundtables.id'], name=op.f('fk_mailings_roundtable_id_roundtables'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_mailings'))
    )
    with op.batch_alter_table('mailings', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_mailings_roundtable_id'), ['roundtable_id'], unique=False)

    op.create_table('places_by_hand',
    sa.Column('roundtable_id', sa.Integer(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['person_id'], ['people.id'], name=op.f('fk_places_by_hand_person_id_people'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['roundtable_id'], ['roundtables.id'], name=op.f('fk_places_by_hand_roundtable_id_roundtables'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('roundtable_id', 'person_id', name=op.f('pk_places_by_hand'))
    )
    with op.batch_alter_table('places_by_hand', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_places_by_hand_person_id'), ['person_id'], unique=False)

    op.create_table('polls',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('series_id', sa.Integer(), nullable=False),
    sa.Column('note_de', sa.Text(), nullable=False),
    sa.Column('note_en', sa.Text(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('asked_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('answer_until', sa.DateTime(timezone=True), nullable=True),
    sa.Column('closed_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('roundtable_id', sa.Integer(), nullable=True),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['roundtable_id'], ['roundtables.id'], name=op.f('fk_polls_roundtable_id_roundtables'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['series_id'], ['series.id'], name=op.f('fk_polls_series_id_series'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_polls'))
    )
    with op.batch_alter_table('polls', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_polls_roundtable_id'), ['roundtable_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_polls_series_id'), ['series_id'], unique=False)

    op.create_table('consents',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('invitation_id', sa.Integer(), nullable=True),
    sa.Column('kind', sa.Text(), nullable=False),
    sa.Column('words', sa.Text(), nullable=False),
    sa.Column('given_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('given_by', sa.Text(), nullable=False),
    sa.Column('withdrawn_at', sa.DateTime(timezone=True), nullable=True),
    sa.CheckConstraint("kind IN ('named', 'photographed')", name=op.f('ck_consents_kind_known')),
    sa.ForeignKeyConstraint(['invitation_id'], ['invitations.id'], name=op.f('fk_consents_invitation_id_invitations'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['person_id'], ['people.id'], name=op.f('fk_consents_person_id_people'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_consents'))
    )
    with op.batch_alter_table('consents', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_consents_invitation_id'), ['invitation_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_consents_person_id'), ['person_id'], unique=False)
        batch_op.create_index('uq_consents_current', ['person_id', 'kind'], unique=True, sqlite_where=sa.text('withdrawn_at IS NULL'), postgresql_where=sa.text('withdrawn_at IS NULL'))

    op.create_table('needs',
    sa.Column('invitation_id', sa.Integer(), nullable=False),
    sa.Column('stated_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('diet', sa.Text(), nullable=False),
    sa.Column('diet_note', sa.Text(), nullable=False),
    sa.Column('access', sa.Text(), nullable=False),
    sa.Column('access_note', sa.Text(), nullable=False),
    sa.Column('interpretation', sa.Text(), nullable=False),
    sa.CheckConstraint("diet IN ('', 'vegetarian', 'vegan', 'no_pork', 'gluten_free', 'lactose_free', 'other')", name=op.f('ck_needs_diet_known')),
    sa.CheckConstraint("interpretation IN ('', 'sign_language', 'german', 'english')", name=op.f('ck_needs_interpretation_known')),
    sa.ForeignKeyConstraint(['invitation_id'], ['invitations.id'], name=op.f('fk_needs_invitation_id_invitations'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('invitation_id', name=op.f('pk_needs'))
    )
    op.create_table('poll_dates',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('poll_id', sa.Integer(), nullable=False),
    sa.Column('starts_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('ends_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('chosen_at', sa.DateTime(timezone=True), nullable=True),
    sa.CheckConstraint('ends_at > starts_at', name=op.f('ck_poll_dates_ends_after_start')),
    sa.ForeignKeyConstraint(['poll_id'], ['polls.id'], name=op.f('fk_poll_dates_poll_id_polls'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_poll_dates')),
    sa.UniqueConstraint('poll_id', 'starts_at', name=op.f('uq_poll_dates_poll_id'))
    )
    with op.batch_alter_table('poll_dates', schema=None) as batch_op:
        batch_op.create_index('uq_poll_dates_chosen', ['poll_id'], unique=True, sqlite_where=sa.text('chosen_at IS NOT NULL'), postgresql_where=sa.text('chosen_at IS NOT NULL'))

    op.create_table('poll_voters',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('poll_id', sa.Integer(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('asked_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('answered_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('comment', sa.Text(), nullable=False),
    sa.Column('given_by', sa.Text(), nullable=False),
    sa.ForeignKeyConstraint(['person_id'], ['people.id'], name=op.f('fk_poll_voters_person_id_people'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['poll_id'], ['polls.id'], name=op.f('fk_poll_voters_poll_id_polls'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_poll_voters')),
    sa.UniqueConstraint('poll_id', 'person_id', name=op.f('uq_poll_voters_poll_id'))
    )
    with op.batch_alter_table('poll_voters', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_poll_voters_person_id'), ['person_id'], unique=False)

    op.create_table('sign_ups',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('roundtable_id', sa.Integer(), nullable=False),
    sa.Column('title', sa.Text(), nullable=False),
    sa.Column('given_name', sa.Text(), nullable=False),
    sa.Column('family_name', sa.Text(), nullable=False),
    sa.Column('function', sa.Text(), nullable=False),
    sa.Column('organisation', sa.Text(), nullable=False),
    sa.Column('email', sa.Text(), nullable=False),
    sa.Column('language', sa.Text(), nullable=False),
    sa.Column('asked_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('confirmed_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('turned_away_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('decided_by_id', sa.Integer(), nullable=True),
    sa.Column('invitation_id', sa.Integer(), nullable=True),
    sa.CheckConstraint("language IN ('de', 'en')", name=op.f('ck_sign_ups_language_known')),
    sa.CheckConstraint('invitation_id IS NULL OR turned_away_at IS NULL', name=op.f('ck_sign_ups_in_or_away')),
    sa.ForeignKeyConstraint(['decided_by_id'], ['accounts.id'], name=op.f('fk_sign_ups_decided_by_id_accounts'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['invitation_id'], ['invitations.id'], name=op.f('fk_sign_ups_invitation_id_invitations'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['roundtable_id'], ['roundtables.id'], name=op.f('fk_sign_ups_roundtable_id_roundtables'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_sign_ups'))
    )
    with op.batch_alter_table('sign_ups', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_sign_ups_invitation_id'), ['invitation_id'], unique=False)
        batch_op.create_index('ix_sign_ups_roundtable_id_email', ['roundtable_id', 'email'], unique=False)

    op.create_table('votes',
    sa.Column('voter_id', sa.Integer(), nullable=False),
    sa.Column('date_id', sa.Integer(), nullable=False),
    sa.Column('answer', sa.Text(), nullable=False),
    sa.CheckConstraint("answer IN ('yes', 'if_need_be', 'no')", name=op.f('ck_votes_answer_known')),
    sa.ForeignKeyConstraint(['date_id'], ['poll_dates.id'], name=op.f('fk_votes_date_id_poll_dates'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['voter_id'], ['poll_voters.id'], name=op.f('fk_votes_voter_id_poll_voters'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('voter_id', 'date_id', name=op.f('pk_votes'))
    )
    with op.batch_alter_table('votes', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_votes_date_id'), ['date_id'], unique=False)

    with op.batch_alter_table('answers', schema=None) as batch_op:
        batch_op.add_column(sa.Column('given_by', sa.Text(), server_default='', nullable=False))
        batch_op.drop_constraint(batch_op.f("ck_answers_via_known"), type_="check")
        batch_op.create_check_constraint(batch_op.f("ck_answers_via_known"), "via IN ('link', 'phone', 'letter', 'in_person', 'sign_up')")

    with op.batch_alter_table('history', schema=None) as batch_op:
        batch_op.add_column(sa.Column('details', sa.Text(), server_default='', nullable=False))
        batch_op.add_column(sa.Column('person_id', sa.Integer(), nullable=True))
        batch_op.create_index(batch_op.f('ix_history_person_id'), ['person_id'], unique=False)
        batch_op.create_foreign_key(batch_op.f('fk_history_person_id_people'), 'people', ['person_id'], ['id'], ondelete='SET NULL')

    with op.batch_alter_table('invitations', schema=None) as batch_op:
        batch_op.add_column(sa.Column('brought_by_id', sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column('role', sa.Text(), server_default='member', nullable=False))
        batch_op.add_column(sa.Column('seats', sa.Integer(), server_default='1', nullable=False))
        batch_op.add_column(sa.Column('named_as', sa.Text(), server_default='', nullable=False))
        batch_op.add_column(sa.Column('announced_at', sa.DateTime(timezone=True), nullable=True))
        batch_op.create_index(batch_op.f('ix_invitations_brought_by_id'), ['brought_by_id'], unique=False)
        batch_op.create_foreign_key(batch_op.f('fk_invitations_brought_by_id_invitations'), 'invitations', ['brought_by_id'], ['id'], ondelete='CASCADE')
        batch_op.create_check_constraint(batch_op.f("ck_invitations_role_known"), "role IN ('host', 'member', 'guest', 'press')")
        batch_op.create_check_constraint(batch_op.f("ck_invitations_seats_at_least_one"), "seats >= 1")
        batch_op.create_check_constraint(batch_op.f("ck_invitations_delegate_or_companion"), "delegated_by_id IS NULL OR brought_by_id IS NULL")

    with op.batch_alter_table('letters', schema=None) as batch_op:
        batch_op.add_column(sa.Column('mailing_id', sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column('poll_id', sa.Integer(), nullable=True))
        batch_op.create_index(batch_op.f('ix_letters_poll_id'), ['poll_id'], unique=False)
        batch_op.create_foreign_key(batch_op.f('fk_letters_poll_id_polls'), 'polls', ['poll_id'], ['id'], ondelete='SET NULL')
        batch_op.create_index(batch_op.f('ix_letters_mailing_id'), ['mailing_id'], unique=False)
        batch_op.create_foreign_key(batch_op.f('fk_letters_mailing_id_mailings'), 'mailings', ['mailing_id'], ['id'], ondelete='SET NULL')

    with op.batch_alter_table('members', schema=None) as batch_op:
        batch_op.add_column(sa.Column('organisation_id', sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column('seats', sa.Integer(), server_default='1', nullable=False))
        batch_op.create_index(batch_op.f('ix_members_organisation_id'), ['organisation_id'], unique=False)
        batch_op.create_foreign_key(batch_op.f('fk_members_organisation_id_organisations'), 'organisations', ['organisation_id'], ['id'], ondelete='CASCADE')
        batch_op.drop_constraint(batch_op.f("ck_members_role_known"), type_="check")
        batch_op.create_check_constraint(batch_op.f("ck_members_role_known"), "role IN ('host', 'member', 'guest', 'press')")
        batch_op.create_check_constraint(batch_op.f("ck_members_seats_at_least_one"), "seats >= 1")
        batch_op.create_check_constraint(batch_op.f("ck_members_only_organisations_have_seats"), "seats = 1 OR organisation_id IS NOT NULL")
        batch_op.create_unique_constraint('uq_members_series_id_organisation_id', ['series_id', 'organisation_id'])

    with op.batch_alter_table('office_members', schema=None) as batch_op:
        batch_op.add_column(sa.Column('has_digest', sa.Boolean(), server_default=sa.text('true'), nullable=False))
        batch_op.add_column(sa.Column('digest_until', sa.DateTime(timezone=True), nullable=True))

    with op.batch_alter_table('organisations', schema=None) as batch_op:
        batch_op.add_column(sa.Column('address', sa.Text(), server_default='', nullable=False))
        batch_op.add_column(sa.Column('sought_as', sa.Text(), server_default='', nullable=False))

    with op.batch_alter_table('people', schema=None) as batch_op:
        batch_op.add_column(sa.Column('is_told_at_once', sa.Boolean(), server_default=sa.text('false'), nullable=False))
        batch_op.add_column(sa.Column('sorted_as', sa.Text(), server_default='', nullable=False))
        batch_op.add_column(sa.Column('sought_as', sa.Text(), server_default='', nullable=False))
        batch_op.add_column(sa.Column('version', sa.Integer(), server_default='1', nullable=False))
        batch_op.create_index('ix_people_office_id_sorted_as', ['office_id', 'sorted_as'], unique=False)

    with op.batch_alter_table('personal_links', schema=None) as batch_op:
        batch_op.add_column(sa.Column('poll_voter_id', sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column('sign_up_id', sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column('is_for_assistant', sa.Boolean(), server_default=sa.text('false'), nullable=False))
        batch_op.create_index(batch_op.f('ix_personal_links_poll_voter_id'), ['poll_voter_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_personal_links_sign_up_id'), ['sign_up_id'], unique=False)
        batch_op.create_foreign_key(batch_op.f('fk_personal_links_sign_up_id_sign_ups'), 'sign_ups', ['sign_up_id'], ['id'], ondelete='CASCADE')
        batch_op.create_foreign_key(batch_op.f('fk_personal_links_poll_voter_id_poll_voters'), 'poll_voters', ['poll_voter_id'], ['id'], ondelete='CASCADE')
        batch_op.drop_constraint(batch_op.f("ck_personal_links_opens_one_thing"), type_="check")
        batch_op.create_check_constraint(batch_op.f("ck_personal_links_opens_one_thing"), "CASE WHEN invitation_id IS NULL THEN 0 ELSE 1 END + CASE WHEN quote_id IS NULL THEN 0 ELSE 1 END + CASE WHEN commitment_id IS NULL THEN 0 ELSE 1 END + CASE WHEN poll_voter_id IS NULL THEN 0 ELSE 1 END + CASE WHEN sign_up_id IS NULL THEN 0 ELSE 1 END = 1")

    with op.batch_alter_table('registrations', schema=None) as batch_op:
        batch_op.add_column(sa.Column('is_reserved', sa.Boolean(), server_default=sa.text('false'), nullable=False))

    with op.batch_alter_table('roundtables', schema=None) as batch_op:
        batch_op.add_column(sa.Column('reserved_seats', sa.Integer(), server_default='0', nullable=False))
        batch_op.add_column(sa.Column('seats_per_organisation', sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column('companions', sa.Integer(), server_default='0', nullable=False))
        batch_op.add_column(sa.Column('registration_opened_at', sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column('registration_is_moderated', sa.Boolean(), server_default=sa.text('true'), nullable=False))
        batch_op.create_check_constraint(batch_op.f("ck_roundtables_reserved_within_seats"), "reserved_seats >= 0 AND reserved_seats <= seats")
        batch_op.create_check_constraint(batch_op.f("ck_roundtables_companions_not_negative"), "companions >= 0")

    with op.batch_alter_table('series', schema=None) as batch_op:
        batch_op.add_column(sa.Column('rhythm', sa.Text(), server_default='', nullable=False))
        batch_op.add_column(sa.Column('begins_at', sa.Time(), nullable=True))
        batch_op.add_column(sa.Column('lasts_minutes', sa.Integer(), server_default='120', nullable=False))
        batch_op.add_column(sa.Column('region', sa.Text(), server_default='', nullable=False))
        batch_op.add_column(sa.Column('version', sa.Integer(), server_default='1', nullable=False))

    _fold_names()


def downgrade() -> None:
    # What opens something that is no more.
    op.execute("DELETE FROM personal_links WHERE poll_voter_id IS NOT NULL OR sign_up_id IS NOT NULL")
    op.execute("DELETE FROM members WHERE role = 'press'")
    op.execute("UPDATE answers SET via = 'link' WHERE via = 'sign_up'")
    with op.batch_alter_table('series', schema=None) as batch_op:
        batch_op.drop_column('version')
        batch_op.drop_column('region')
        batch_op.drop_column('lasts_minutes')
        batch_op.drop_column('begins_at')
        batch_op.drop_column('rhythm')

    with op.batch_alter_table('roundtables', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("ck_roundtables_reserved_within_seats"), type_="check")
        batch_op.drop_constraint(batch_op.f("ck_roundtables_companions_not_negative"), type_="check")
        batch_op.drop_column('registration_is_moderated')
        batch_op.drop_column('registration_opened_at')
        batch_op.drop_column('companions')
        batch_op.drop_column('seats_per_organisation')
        batch_op.drop_column('reserved_seats')

    with op.batch_alter_table('registrations', schema=None) as batch_op:
        batch_op.drop_column('is_reserved')

    with op.batch_alter_table('personal_links', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("ck_personal_links_opens_one_thing"), type_="check")
        batch_op.create_check_constraint(batch_op.f("ck_personal_links_opens_one_thing"), "CASE WHEN invitation_id IS NULL THEN 0 ELSE 1 END + CASE WHEN quote_id IS NULL THEN 0 ELSE 1 END + CASE WHEN commitment_id IS NULL THEN 0 ELSE 1 END = 1")
        batch_op.drop_constraint(batch_op.f('fk_personal_links_poll_voter_id_poll_voters'), type_='foreignkey')
        batch_op.drop_constraint(batch_op.f('fk_personal_links_sign_up_id_sign_ups'), type_='foreignkey')
        batch_op.drop_index(batch_op.f('ix_personal_links_sign_up_id'))
        batch_op.drop_index(batch_op.f('ix_personal_links_poll_voter_id'))
        batch_op.drop_column('is_for_assistant')
        batch_op.drop_column('sign_up_id')
        batch_op.drop_column('poll_voter_id')

    with op.batch_alter_table('people', schema=None) as batch_op:
        batch_op.drop_index('ix_people_office_id_sorted_as')
        batch_op.drop_column('version')
        batch_op.drop_column('sought_as')
        batch_op.drop_column('sorted_as')
        batch_op.drop_column('is_told_at_once')

    with op.batch_alter_table('organisations', schema=None) as batch_op:
        batch_op.drop_column('sought_as')
        batch_op.drop_column('address')

    with op.batch_alter_table('office_members', schema=None) as batch_op:
        batch_op.drop_column('digest_until')
        batch_op.drop_column('has_digest')

    with op.batch_alter_table('members', schema=None) as batch_op:
        batch_op.drop_constraint('uq_members_series_id_organisation_id', type_='unique')
        batch_op.drop_constraint(batch_op.f("ck_members_seats_at_least_one"), type_="check")
        batch_op.drop_constraint(batch_op.f("ck_members_only_organisations_have_seats"), type_="check")
        batch_op.drop_constraint(batch_op.f("ck_members_role_known"), type_="check")
        batch_op.create_check_constraint(batch_op.f("ck_members_role_known"), "role IN ('host', 'member', 'guest')")
        batch_op.drop_constraint(batch_op.f('fk_members_organisation_id_organisations'), type_='foreignkey')
        batch_op.drop_index(batch_op.f('ix_members_organisation_id'))
        batch_op.drop_column('seats')
        batch_op.drop_column('organisation_id')

    with op.batch_alter_table('letters', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f('fk_letters_mailing_id_mailings'), type_='foreignkey')
        batch_op.drop_index(batch_op.f('ix_letters_mailing_id'))
        batch_op.drop_constraint(batch_op.f('fk_letters_poll_id_polls'), type_='foreignkey')
        batch_op.drop_index(batch_op.f('ix_letters_poll_id'))
        batch_op.drop_column('poll_id')
        batch_op.drop_column('mailing_id')

    with op.batch_alter_table('invitations', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("ck_invitations_role_known"), type_="check")
        batch_op.drop_constraint(batch_op.f("ck_invitations_seats_at_least_one"), type_="check")
        batch_op.drop_constraint(batch_op.f("ck_invitations_delegate_or_companion"), type_="check")
        batch_op.drop_constraint(batch_op.f('fk_invitations_brought_by_id_invitations'), type_='foreignkey')
        batch_op.drop_index(batch_op.f('ix_invitations_brought_by_id'))
        batch_op.drop_column('announced_at')
        batch_op.drop_column('named_as')
        batch_op.drop_column('seats')
        batch_op.drop_column('role')
        batch_op.drop_column('brought_by_id')

    with op.batch_alter_table('history', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f('fk_history_person_id_people'), type_='foreignkey')
        batch_op.drop_index(batch_op.f('ix_history_person_id'))
        batch_op.drop_column('person_id')
        batch_op.drop_column('details')

    with op.batch_alter_table('answers', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("ck_answers_via_known"), type_="check")
        batch_op.create_check_constraint(batch_op.f("ck_answers_via_known"), "via IN ('link', 'phone', 'letter', 'in_person')")
        batch_op.drop_column('given_by')

    with op.batch_alter_table('votes', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_votes_date_id'))

    op.drop_table('votes')
    with op.batch_alter_table('sign_ups', schema=None) as batch_op:
        batch_op.drop_index('ix_sign_ups_roundtable_id_email')
        batch_op.drop_index(batch_op.f('ix_sign_ups_invitation_id'))

    op.drop_table('sign_ups')
    with op.batch_alter_table('poll_voters', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_poll_voters_person_id'))

    op.drop_table('poll_voters')
    with op.batch_alter_table('poll_dates', schema=None) as batch_op:
        batch_op.drop_index('uq_poll_dates_chosen', sqlite_where=sa.text('chosen_at IS NOT NULL'), postgresql_where=sa.text('chosen_at IS NOT NULL'))

    op.drop_table('poll_dates')
    op.drop_table('needs')
    with op.batch_alter_table('consents', schema=None) as batch_op:
        batch_op.drop_index('uq_consents_current', sqlite_where=sa.text('withdrawn_at IS NULL'), postgresql_where=sa.text('withdrawn_at IS NULL'))
        batch_op.drop_index(batch_op.f('ix_consents_person_id'))
        batch_op.drop_index(batch_op.f('ix_consents_invitation_id'))

    op.drop_table('consents')
    with op.batch_alter_table('polls', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_polls_series_id'))
        batch_op.drop_index(batch_op.f('ix_polls_roundtable_id'))

    op.drop_table('polls')
    with op.batch_alter_table('places_by_hand', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_places_by_hand_person_id'))

    op.drop_table('places_by_hand')
    with op.batch_alter_table('mailings', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_mailings_roundtable_id'))

    op.drop_table('mailings')
    op.drop_table('letter_wordings')
    with op.batch_alter_table('uploads', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_uploads_office_id'))
        batch_op.drop_index(batch_op.f('ix_uploads_account_id'))

    op.drop_table('uploads')
    op.drop_table('ranks')
    op.drop_table('job_runs')

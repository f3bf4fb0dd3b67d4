"""For every invariant, what breaks it and nothing else: raw SQL, on tables without constraints."""

from __future__ import annotations

NOBODY = "'00000000-0000-4000-8000-000000000001'"
LONG_AGO = "'2000-01-01 00:00:00.000000'"
ONE_DONE = "(SELECT id FROM job WHERE state = 'done' AND actor = 'reporting.count_request' LIMIT 1)"
ROOMS = "(SELECT id FROM hold WHERE released_at IS NULL AND person_id IS NULL ORDER BY starts_at LIMIT 1)"
CAMPAIGN = "(SELECT id FROM activity WHERE title = '우리 동네 꽃 심기')"
OPEN_DAYS = "(SELECT id FROM activity WHERE title = '열린 날')"
SOMEBODY = "(SELECT id FROM person WHERE name = '김복순')"


def unsaid(fact: str) -> tuple[str, ...]:
    """The fact says something else, so that what happened was never written down."""
    return (f"UPDATE event SET type = 'unsaid' WHERE type = '{fact}'",)


BREAKING: dict[str, tuple[str, ...]] = {
    "kernel.facts_are_gapless": (
        "UPDATE event SET seq = seq + 5 WHERE id = (SELECT id FROM event WHERE type = 'person.registered' LIMIT 1)",
    ),
    "kernel.counted_facts_are_there": ("INSERT INTO event_stream (stream, seq) VALUES ('club:gone', 3)",),
    "kernel.facts_have_their_jobs": (
        "UPDATE event SET jobs = jobs + 1 WHERE id = (SELECT id FROM event WHERE jobs > 0 LIMIT 1)",
    ),
    "kernel.jobs_exist_once": (
        f"INSERT INTO job SELECT * FROM job WHERE id = {ONE_DONE}",
        "UPDATE event SET jobs = (SELECT count(*) FROM job WHERE event_id = event.id) WHERE jobs > 0",
    ),
    "kernel.nothing_is_overdue": (
        f"UPDATE job SET run_at = {LONG_AGO} WHERE actor = 'kernel.tidying_due' AND state = 'waiting'",
    ),
    "kernel.no_job_is_dead": (f"UPDATE job SET state = 'dead' WHERE id = {ONE_DONE}",),
    "kernel.every_series_goes_on": (
        "DELETE FROM job WHERE actor = 'kernel.tidying_due' AND state = 'waiting'",
        f"UPDATE job SET finished_at = {LONG_AGO} WHERE actor = 'kernel.tidying_due'",
    ),
    "kernel.jobs_are_in_one_state": (f"UPDATE job SET finished_at = NULL WHERE id = {ONE_DONE}",),
    "kernel.signals_are_complete": (
        (
            "DELETE FROM signal WHERE seq = (SELECT min(s.seq) + 1 FROM signal AS s WHERE s.stream = signal.stream)"
            " AND seq < (SELECT max(s.seq) FROM signal AS s WHERE s.stream = signal.stream)"
        ),
    ),
    "kernel.forms_are_answered": (
        f"INSERT INTO idempotency_key (key, fingerprint, location, made_at) VALUES ('key', 'form', NULL, {LONG_AGO})",
    ),
    "people.contacts_belong_to_one_person": (
        "UPDATE person SET email = 'one@village.example' WHERE email IS NOT NULL",
    ),
    "people.phones_can_be_called": (f"UPDATE person SET phone_hash = 'hash' WHERE id = {SOMEBODY}",),
    "people.everybody_joined_as_a_resident": (
        f"DELETE FROM person_role WHERE kind = 'resident' AND person_id = {SOMEBODY}",
    ),
    "people.roles_are_sound": (f"UPDATE person_role SET ends_at = {LONG_AGO} WHERE kind = 'staff'",),
    "people.terms_follow_each_other": (
        (
            "INSERT INTO person_role (id, person_id, kind, scope_id, starts_at, ends_at)"
            f" SELECT {NOBODY}, person_id, kind, scope_id, starts_at, ends_at FROM person_role WHERE kind = 'staff'"
        ),
    ),
    "people.somebody_is_the_operator": ("UPDATE person_role SET ends_at = starts_at WHERE kind = 'operator'",),
    "people.devices_belong_to_one_person": ("UPDATE sign_in SET token_hash = 'hash'",),
    "people.what_happened_was_written_down": unsaid("sign_in.revoked"),
    "imports.imports_are_in_one_state": ("UPDATE import_run SET finished_at = NULL WHERE state = 'applied'",),
    "imports.counts_add_up": ("UPDATE import_run SET rows_total = rows_total + 1 WHERE state = 'checked'",),
    "imports.what_was_counted_is_there": ("UPDATE import_run SET problems = problems + 1 WHERE state = 'checked'",),
    "imports.parts_belong_to_rows": (
        (
            "INSERT INTO import_part (run_id, line, number, id, whole_id, starts_at, ends_at)"
            " SELECT id, 999, 0, id, id, started_at, started_at FROM import_run WHERE state = 'checked'"
        ),
    ),
    "imports.nothing_is_stuck": ("UPDATE import_run SET state = 'reading' WHERE state = 'checked'",),
    "imports.nothing_is_left_behind": (
        (
            "INSERT INTO import_row (run_id, line, source_key, content_hash, change, cells)"
            " SELECT id, 1, 'key', 'hash', 'new', '{}' FROM import_run WHERE state = 'applied'"
        ),
    ),
    "imports.sources_were_applied": (
        "UPDATE import_source SET run_id = (SELECT id FROM import_run WHERE state = 'checked')",
    ),
    "imports.what_happened_was_written_down": unsaid("import.applied"),
    "topics.topics_stand_in_their_area": (
        "UPDATE topic SET area_code = 'nowhere' WHERE id = (SELECT id FROM topic LIMIT 1)",
    ),
    "topics.topics_are_there_once": ("INSERT INTO topic SELECT * FROM topic",),
    "places.district_names_lead_to_today": (
        (
            "INSERT INTO district (id, municipality_id, code, name, valid_from, valid_to, lon, lat)"
            f" SELECT {NOBODY}, municipality_id, code, '풍산동', valid_from, '2023-05-01', lon, lat FROM district"
        ),
    ),
    "places.districts_are_there_once": ("INSERT INTO district SELECT * FROM district",),
    "places.venues_are_there_once": ("INSERT INTO venue SELECT * FROM venue",),
    "places.venues_open_before_they_close": ("UPDATE venue_hours SET closes = opens WHERE weekday = 0",),
    "places.places_are_on_the_map": (f"UPDATE residence SET lat = 91 WHERE person_id = {SOMEBODY}",),
    "places.imported_venues_are_there": (
        (
            "INSERT INTO import_source (kind, source_key, content_hash, run_id)"
            " SELECT 'facilities', 'facilities:gone', 'hash', id FROM import_run WHERE state = 'applied'"
        ),
    ),
    "villages.members_belong_once": ("INSERT INTO village_membership SELECT * FROM village_membership",),
    "villages.names_are_their_own": ("INSERT INTO village SELECT * FROM village",),
    "villages.managers_have_a_village": (
        f"UPDATE person_role SET scope_id = {NOBODY} WHERE kind = 'learning_manager'",
    ),
    "villages.what_happened_was_written_down": unsaid("village.joined"),
    "clubs.members_belong_once": ("INSERT INTO club_member SELECT * FROM club_member WHERE is_lead = false",),
    "clubs.clubs_have_one_lead": ("UPDATE club_member SET is_lead = true",),
    "clubs.names_are_their_own": ("INSERT INTO club SELECT * FROM club",),
    "clubs.what_happened_was_written_down": unsaid("club.joined"),
    "schedules.nobody_is_taken_twice": (
        (
            "INSERT INTO hold (id, person_id, venue_id, starts_at, ends_at, why)"
            f" SELECT {NOBODY}, person_id, venue_id, starts_at, ends_at, 'by hand' FROM hold WHERE id = {ROOMS}"
        ),
        (
            "INSERT INTO venue_slot (venue_id, slot, hold_id)"
            f" SELECT venue_id, slot, {NOBODY} FROM venue_slot WHERE hold_id = {ROOMS}"
        ),
    ),
    "schedules.kept_time_is_taken": ("DELETE FROM venue_slot WHERE slot = (SELECT min(slot) FROM venue_slot)",),
    "schedules.taken_time_is_kept": (
        f"INSERT INTO venue_slot (venue_id, slot, hold_id) SELECT id, 1, {NOBODY} FROM venue",
    ),
    "schedules.holds_are_sound": (
        (
            "INSERT INTO hold (id, starts_at, ends_at, why)"
            f" SELECT {NOBODY}, starts_at, ends_at, 'by hand' FROM hold WHERE id = {ROOMS}"
        ),
    ),
    "talents.topics_are_offered_once": ("INSERT INTO talent SELECT * FROM talent",),
    "talents.offers_are_whole": ("DELETE FROM availability",),
    "talents.terms_are_sound": (f"UPDATE teaching SET paused_until = {LONG_AGO}",),
    "talents.what_happened_was_written_down": unsaid("talent.offered"),
    "learning_requests.nobody_waits_in_silence": ("UPDATE learning_request SET owner_id = NULL WHERE state = 'open'",),
    "learning_requests.promises_have_timers": (
        "DELETE FROM job WHERE actor = 'learning_request.promise' AND state = 'waiting'",
    ),
    "learning_requests.states_say_what_is_there": (
        "UPDATE learning_request SET why_not = NULL WHERE state = 'unserved'",
    ),
    "learning_requests.nobody_waits_twice": (
        "INSERT INTO learning_request SELECT * FROM learning_request WHERE state = 'open'",
    ),
    "learning_requests.requests_say_when": (
        (
            "DELETE FROM learning_request_time WHERE request_id IN"
            " (SELECT id FROM learning_request WHERE state = 'withdrawn')"
        ),
    ),
    "learning_requests.companions_are_others": (
        (
            "UPDATE learning_request SET requester_id ="
            " (SELECT person_id FROM companion WHERE request_id = learning_request.id)"
            " WHERE id IN (SELECT request_id FROM companion)"
        ),
    ),
    "learning_requests.what_happened_was_written_down": unsaid("learning_request.withdrawn"),
    "matching.requests_are_in_one_group": (
        (
            "INSERT INTO learning_group_request SELECT * FROM learning_group_request WHERE active = true"
            " AND group_id = (SELECT id FROM learning_group WHERE state = 'scheduled')"
        ),
    ),
    "matching.requests_and_groups_agree": (f"UPDATE learning_request SET group_id = {NOBODY} WHERE state = 'pooling'",),
    "matching.groups_have_requests": (
        "UPDATE learning_group SET state = 'forming' WHERE state = 'dissolved'",
        "UPDATE proposal SET state = 'proposed' WHERE state = 'dropped'",
    ),
    "matching.groups_and_proposals_agree": ("UPDATE proposal SET state = 'dropped' WHERE state = 'proposed'",),
    "matching.proposals_count_their_people": ("UPDATE proposal SET people = people + 1 WHERE state = 'proposed'",),
    "matching.classes_end_after_they_begin": ("UPDATE proposal SET ends_at = starts_at WHERE state = 'dropped'",),
    "matching.plans_stay_within_their_bound": ("UPDATE match_run SET value = bound + 1",),
    "matching.rules_are_about_somebody": ("DELETE FROM decision_person",),
    "matching.trials_are_answered": ("UPDATE trial SET answer = NULL",),
    "matching.what_happened_was_written_down": unsaid("match.proposed"),
    "invitations.one_yes_takes_a_group": ("INSERT INTO invitation SELECT * FROM invitation WHERE state = 'accepted'",),
    "invitations.nobody_is_asked_twice": (
        "INSERT INTO invitation SELECT * FROM invitation WHERE state = 'needs_action'",
    ),
    "invitations.deadlines_have_timers": ("DELETE FROM job WHERE actor = 'invitation.deadline' AND state = 'waiting'",),
    "invitations.open_questions_have_a_group": (
        (
            "UPDATE invitation SET proposal_id = (SELECT id FROM proposal WHERE state = 'dropped')"
            " WHERE state = 'needs_action'"
        ),
    ),
    "invitations.somebody_can_answer": (
        (
            "UPDATE invitation SET group_id = (SELECT id FROM learning_group WHERE state = 'scheduled')"
            " WHERE state = 'needs_action'"
        ),
    ),
    "invitations.a_yes_settles_the_proposal": (
        f"UPDATE proposal SET instructor_id = {SOMEBODY} WHERE state = 'accepted'",
    ),
    "invitations.a_yes_keeps_the_time": ("UPDATE invitation SET hold_id = NULL WHERE state = 'accepted'",),
    "invitations.answers_are_whole": ("UPDATE invitation SET answered_at = NULL WHERE state = 'declined'",),
    "invitations.links_lead_to_one_question": ("UPDATE invitation SET token_hash = 'hash'",),
    "invitations.what_happened_was_written_down": unsaid("invitation.declined"),
    "invitations.nobody_is_asked_too_often": ("UPDATE question_place SET number = number + allowed",),
    "invitations.places_for_questions_are_given_once": ("INSERT INTO question_place SELECT * FROM question_place",),
    "activities.seats_are_given_once": (
        f"UPDATE enrolment SET seat_no = 1 WHERE state = 'seated' AND activity_id = {CAMPAIGN}",
    ),
    "activities.nobody_waits_beside_a_free_seat": (
        f"UPDATE activity SET seats = seats + 1 WHERE id = {CAMPAIGN}",
        'UPDATE fact SET "of" = "of" + 1 WHERE measure = \'seats\' AND "of" = 3',
    ),
    "activities.the_line_is_kept": ("UPDATE enrolment SET place_in_line = -place_in_line WHERE state = 'waiting'",),
    "activities.places_in_line_are_ones_own": ("UPDATE enrolment SET place_in_line = 1 WHERE state = 'cancelled'",),
    "activities.people_are_signed_up_once": (
        (
            f"UPDATE enrolment SET guest_no = 5 WHERE guest_no = 0 AND activity_id = {CAMPAIGN} AND person_id IN"
            f" (SELECT person_id FROM enrolment WHERE guest_no = 1 AND activity_id = {CAMPAIGN})"
        ),
    ),
    "activities.places_end_at_a_moment": ("UPDATE enrolment SET cancelled_at = NULL WHERE state = 'cancelled'",),
    "activities.activities_and_sessions_agree": (
        (
            "UPDATE activity_session SET state = 'planned'"
            " WHERE activity_id = (SELECT id FROM activity WHERE state = 'cancelled')"
        ),
    ),
    "activities.cancelled_activities_say_why": ("UPDATE activity SET reason = '' WHERE state = 'cancelled'",),
    "activities.sessions_are_sound": ("UPDATE activity_session SET code = '000000' WHERE code IS NOT NULL",),
    "activities.sessions_keep_their_time": (
        (
            "UPDATE activity_session SET venue_id = (SELECT id FROM venue WHERE room = '모임방')"
            f" WHERE activity_id = {CAMPAIGN}"
        ),
    ),
    "activities.no_time_is_kept_in_vain": (
        (
            "UPDATE activity_session SET state = 'cancelled' WHERE id ="
            f" (SELECT id FROM activity_session WHERE activity_id = {OPEN_DAYS} AND state = 'planned' LIMIT 1)"
        ),
    ),
    "activities.sessions_have_timers": ("DELETE FROM job WHERE actor = 'session.over' AND state = 'waiting'",),
    "activities.attendance_is_of_somebody": ("UPDATE attendance SET walk_in_name = '' WHERE person_id IS NULL",),
    "activities.completions_are_earned": ("DELETE FROM completion",),
    "activities.a_yes_becomes_one_lecture": ("UPDATE activity SET invitation_id = NULL",),
    "activities.requests_have_their_lecture": (
        f"UPDATE learning_request SET activity_id = {CAMPAIGN} WHERE state = 'done'",
    ),
    "activities.imported_courses_are_there": (
        "UPDATE activity SET source_key = 'another' WHERE source_key IS NOT NULL",
    ),
    "activities.what_happened_was_written_down": unsaid("enrolment.promoted"),
    "feedback.people_answer_once": ("INSERT INTO feedback SELECT * FROM feedback",),
    "feedback.answers_are_about_what_took_place": ("UPDATE feedback SET stars = 9",),
    "feedback.what_happened_was_written_down": unsaid("feedback.submitted"),
    "credits.balances_are_sums": (
        "UPDATE ledger_account SET balance = balance + CASE WHEN kind = 'person' THEN 60 ELSE -60 END",
    ),
    "credits.the_ledger_is_balanced": ("DELETE FROM ledger_account WHERE kind = 'village_programme'",),
    "credits.hours_go_to_people": ("UPDATE ledger_account SET kind = 'person' WHERE kind = 'village_programme'",),
    "credits.hours_are_given_once": (
        (
            "INSERT INTO ledger_account (id, key, kind, person_id, balance)"
            f" SELECT {NOBODY}, key, kind, person_id, 0 FROM ledger_account WHERE kind = 'person'"
        ),
    ),
    "credits.hours_were_taught": (
        "UPDATE activity_session SET starts_at = :shortly_before_its_end WHERE id = (SELECT session_id FROM transfer)",
    ),
    "credits.taught_hours_are_given": (
        "DELETE FROM transfer",
        "DELETE FROM ledger_account",
        "DELETE FROM fact WHERE measure = 'hours'",
    ),
    "credits.what_happened_was_written_down": unsaid("credit.awarded"),
    "notifications.nobody_is_told_twice": ("INSERT INTO notice SELECT * FROM notice",),
    "notifications.letters_have_their_job": (
        "UPDATE delivery SET state = 'queued', settled_at = NULL WHERE state = 'sent'",
    ),
    "notifications.deliveries_are_settled_at_a_moment": ("UPDATE delivery SET settled_at = NULL WHERE state = 'sent'",),
    "notifications.deliveries_reach_somebody": ("UPDATE delivery SET address = '' WHERE channel = 'mail'",),
    "notifications.whoever_is_asked_was_told": ("UPDATE notice SET invitation_id = NULL",),
    "reporting.requests_are_counted": ("UPDATE fact SET people = people + 1 WHERE measure = 'requests'",),
    "reporting.matches_are_counted": ("DELETE FROM fact WHERE measure = 'matches'",),
    "reporting.seats_are_counted": ("UPDATE fact SET amount = amount + 1 WHERE measure = 'seats'",),
    "reporting.attendance_is_counted": ("UPDATE fact SET amount = \"of\" + 1 WHERE measure = 'attendance'",),
    "reporting.hours_are_counted": ("UPDATE fact SET amount = amount + 1 WHERE measure = 'hours'",),
    "reporting.figures_open_to_something": (
        (
            'INSERT INTO fact (measure, key, village_id, month, day, amount, "of", people, link)'
            " SELECT measure, 'gone', village_id, month, day, amount, \"of\", people, link FROM fact"
            " WHERE measure = 'requests'"
        ),
    ),
    "what_if.what_ifs_are_in_one_state": ("UPDATE what_if SET finished_at = NULL WHERE state = 'done'",),
    "what_if.nothing_is_stuck": ("UPDATE what_if SET state = 'waiting', finished_at = NULL WHERE state = 'cancelled'",),
    "what_if.what_happened_was_written_down": unsaid("what_if.finished"),
    "what_if.prices_are_within_their_bound": ("UPDATE fairness SET plain_without = plain_value - 1",),
}

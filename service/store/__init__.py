"""The store: the only room that knows SQL. SQLite and PostgreSQL, under the same tests.

Rule: it imports ``gonzhi_code`` and nothing else of the service. Every function takes ``tx``, the connection of a unit of
work, first; rows are plain dictionaries of columns (see ``tables.py``), times are aware.

    store = Store.open("sqlite:////var/lib/gonzhi/gonzhi.sqlite")       store.dialect, store.close()
    StoreFault: what the database refuses, whichever it is; rooms above catch this and import no SQL themselves.
    migrate(store), raises DatabaseTooNew      is_current(tx) -> bool      downgrade(store, revision)
    with store.write() as tx:  one unit of work            with store.read() as tx:  one snapshot, nothing may be written
    with store.write_alone() as tx:  for one statement that is a whole unit of work (PostgreSQL commits each by itself)

together.py  Together(store).write(item, write) -> result    threads that write at the same moment share one unit of work
cases.py     insert_case(tx, row, *, moves, clocks=(), sealed=None, outbox=()) -> Filed(id, case_no, content_hash, created)
                 raises CaseNumberTaken (draw another number, call again in the same tx); a submission id that is there
                 already gives created=False and the content_hash that is stored: compare it
             insert_cases(tx, [Filing(case, moves, clocks, sealed, outbox, counted, scan)]) -> [Filed | None], None for a number
                 that is taken; who is new is counted in the same statement, and filed.counts says where the counters stand
             find_submission(tx, submission_id) -> Filed | None
             get_case(tx, case_no, *, lock=False) -> row | None     get_case_by_id(tx, case_id, *, lock=False) -> row | None
             moves_of / clocks_of(tx, case_id) -> rows      sealed_of(tx, case_id) -> row | None
             with_phone(tx, case_ids) -> rows with phone_index, of those who left a number
             change_case(tx, case_id, version, changes, new_moves=()) -> new version; raises CaseChanged
             start_clocks(tx, case_id, rows)                meet_clocks(tx, case_id, keys, now) -> count
             newest_cases(tx, *, after=None, limit=50) -> rows
                 newest first; after=(reported_at, id) of the last row of the page before
             cases_since(tx, scene_key, since, after_id=0, limit=200) -> rows by id
             overdue_cases(tx, now, limit)   due_clocks(tx, before, limit)   cases_of_phone(tx, phone_index, limit)
             counts_by_state(tx) -> {state: count}
handling.py  annotate_case(tx, case_id, changes): what is about a case and no move of it; its version stays
             lock_cases(tx, case_nos)   last_move(tx, case_id)   follow_instead(tx, case_id, main_case_id)
             add_resolution(tx, row)    resolutions_of(tx, case_id)
clock_runs.py stop_clocks   drop_clocks   resume_clocks   move_due   add_runs   runs_of: a clock that stops leaves a run
supervisions.py add_supervision(tx, row) -> id | None (its dedupe_key is there)   change_supervision(tx, id, changes) -> bool
             supervisions_of   open_supervisions(tx, unit_id)   hand_on_supervisions   withdraw_supervisions
extensions.py add_extension   extensions_of   asked_extensions   decide_asked(tx, id, changes) -> bool   decide_all_asked
letters.py   add_letter(tx, row) -> (id, created)   letters_of(tx, case_ids)   count_letters   mark_read
ratings.py   add_rating(tx, row) -> bool   ratings_of   rating_of_round   add_appeal(tx, row) -> id | None   asked_appeals   decide_appeal
related.py   cases_of_spot   cases_by_id   answers_of_scene(tx, scene_key, since, limit=...)
queue_sql.py queue_rows(tx, scope, wanted, *, late_first=False, after=None, limit=200) -> rows with sorted, next_due, unread
             count_rows(tx, scope, wanted, *, most=1000)   count_each(tx, scope, {name: wanted}) -> {name: count}
             running_clocks(tx, case_ids) -> {case_id: rows}
outbox.py    add_outbox(tx, rows)            lease_outbox(tx, now, limit=50, lease_seconds=60, *, only=(), but_not=()) -> jobs
             take_outbox(tx, now, destination, limit=50) -> jobs, for a destination in this same database: no lease
             finish_outbox(tx, jobs, now)    fail_outbox(tx, job, now, error, *, final=False, wait=None)
             mark_cases_delivered(tx, case_ids, now)        retry_failed(tx, now, ids=None) -> count
             outbox_of(tx, case_id)   failed_jobs(tx)   count_failed(tx)   oldest_open_job(tx)   next_job_at(tx)   outbox_counts(tx)
codes.py     save_spot(tx, spot, now)   get_spot(tx, issuer, spot_id) -> Spot | None   next_spot_id(tx, issuer)
             save_code(tx, row) -> bool      find_code(tx, token) -> Posted(id, state, token, scene_code, serial, spot) | None
             set_code_state(tx, token, state, *, at, by, note="") -> bool
             next_serial(tx, issuer, spot_id, scene_code)   all_codes(tx) -> rows with spot_name, village_id ...
posters.py   find_poster(tx, token, *, lock=False)   printings_of(tx, issuer, spot_id, scene_code)
             add_event(tx, row)   events_of(tx, code_id)   count_events(tx, code_id)   change_poster(tx, code_id, changes)
poster_lists.py  poster_page   count_posters   lives_by_township   poster_points   scans_of   days_of   far_codes   busy_codes ...
keys.py      key_states   set_key_state   codes_by_key   posters_by_use   add_issuer   issuer_of   all_issuers   close_issuer
aliases.py   save_alias   find_alias   alias_by_id   count_alias   alias_report   unknown_since
batches.py   add_batch   find_batch   change_batch   replace_rows   rows_of   unminted_rows   undrawn_rows   note_batch_code ...
scans.py     add_scans(tx, {(day, code_id or NO_CODE, scene_key): {"opened": 1}})      scans_between(tx, first, last)
counters.py  bump_counter(tx, key, window_start, by=1) -> count     bump_counters(tx, {(key, window_start): by}) -> {...: count}
             read_counter   reset_counter   purge_counters(tx, before)
notices.py   add_notices(tx, rows) -> new   take_notice(tx, now) -> row | None   lease_notice(tx, row, now, until, channel) -> row
             note_sent   put_back   end_notice   note_receipt(tx, at, notice_id=..., provider_id=..., delivered=...) -> known
             sent_to_phone   told_phones   notices_of   list_notices   notice_counts   next_notice_at   retry_notices
             add_reply(tx, row) -> bool   find_reply   settle_reply   list_replies
photos.py    add_photo(tx, row) -> bool      photos_of(tx, case_id)    count_photos(tx, case_id)    photo_named(tx, name)
accounts.py  add_user(tx, row) -> id (raises UsernameTaken, SubjectTaken)
             find_user(tx, username, *, lock=False)   user_of_subject(tx, subject)   all_users(tx)   lock_role(tx, role)
             change_user(tx, user_id, **changes)            note_failed_sign_in(tx, user_id, now) -> count
             add_session(tx, token_hash, user_id, now, expires_at, *, method, agent, factor_due)
             user_of_session(tx, token_hash, now, seen_after) -> row | None     sessions_of(tx, user_id, now, seen_after)
             touch_session   renew_session(tx, token_hash, new_hash)   revoke_session(tx, token_hash, now, *, user_id)
             revoke_sessions_of(tx, user_id, now, *, but="")            purge_sessions(tx, before)
factors.py   use_step(tx, user_id, step) -> bool    set_factor(tx, user_id, totp, step, code_hashes)
             set_recovery_codes   use_recovery_code(tx, user_id, code_hashes, now) -> bool   recovery_codes_left(tx, user_id)
schedules.py know_schedules(tx, {name: first})   due_schedules(tx, now) -> names   claim_schedule(tx, name, now, lease) -> bool
             finish_schedule(tx, name, started_at, now, next_at, error="") -> bool    all_schedules(tx)
alerts.py    unplanned_clocks(tx, limit)   alerting_clocks(tx, now, limit)   plan_alert(tx, clock, level, next_at) -> bool
             settle_alert_level(tx, case_id): a case is as late as the latest of its running clocks; call it when clocks stop
             provisional_clocks   firm_up   granted_days   raise_supervision_level(tx, case_id, level)
dispatches.py waiting_for_desk(tx, before, limit)   drive_again(tx, ids, now) -> count
figures.py   Which(since, before, township_ids=(), unit_id="", scene_key="")     cube(tx, which, now, promised) -> counts
             late_cases(tx, which, now, limit)   open_matters(tx, which, limit)   sealed_count(tx, since, before)
             lines(tx, which, now, promised, after=0, limit=500) -> cases with their flags, in the order they were filed
balances.py  scan_totals(tx, day)   day_cases(tx, since, before, after)   day_messages   day_notices   save_balance   balances_between
audit.py     add_audit(tx, at, who, action, *, case_id=None, reason="", detail=None)   audit_of   recent_audit
             audit_page(tx, *, who, action, case_id, before, limit) -> rows with case_no
retention.py due_cases(tx, step, before, *, after_id, limit)   lock_due   count_due   remove_reporter(tx, case_id, blob)   remove_words
             bury(tx, case_id, step, at, by)   tombstones_of   is_forgotten(row)   photo_elsewhere   purge_replies   purge_audit
"""

from sqlalchemy.exc import SQLAlchemyError as StoreFault

from . import tables_handling, tables_registry  # noqa: F401 - they make metadata whole
from .accounts import SubjectTaken, UsernameTaken
from .cases import CaseChanged, CaseNumberTaken, Filed
from .engine import Store, Tx
from .migrating import DatabaseTooNew, downgrade, is_current, migrate

__all__ = [
    "CaseChanged",
    "CaseNumberTaken",
    "DatabaseTooNew",
    "Filed",
    "Store",
    "StoreFault",
    "SubjectTaken",
    "Tx",
    "UsernameTaken",
    "downgrade",
    "is_current",
    "migrate",
]

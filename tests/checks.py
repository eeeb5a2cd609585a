"""The acceptance checks of the pages, by number, and the tests that hold each.

A test is named by its file and its function; ``make ux`` measures at full size what checks 23 and 24 ask beside these.
Where a part of a check has nothing to hold yet (no page draws a chart, no public referral form, no replay page), the
check says so in ``NOT_YET``: the tests named hold the rest.
"""

from collections.abc import Mapping

FULL, EMPTY, COLOURS = "browser/test_full_pages.py", "browser/test_empty_pages.py", "browser/test_colours.py"
FOCUS, TASKS, STORY = "browser/test_focus.py", "browser/test_tasks.py", "browser/test_story.py"
LIVE, TOGETHER, RED = "browser/test_live.py", "browser/test_together.py", "browser/test_red_board.py"
SWEEP = (
    f"{FULL}::test_a_full_page_keeps_every_promise",
    f"{EMPTY}::test_a_page_with_nothing_in_it_keeps_every_promise",
)
BITES = f"{EMPTY}::test_a_barrier_would_be_found"
TASK = f"{TASKS}::test_a_task_is_done_and_leaves_nothing_personal_where_it_does_not_belong"
DECISION = f"{STORY}::test_each_kind_of_decision_is_made_in_the_browser_and_told_on_the_timeline"
QUICK = f"{STORY}::test_what_asks_for_no_service_is_closed_on_the_short_path"

CHECKS: Mapping[int, tuple[str, ...]] = {
    1: (*SWEEP, BITES, "test_checks.py::test_every_page_is_among_those_that_are_looked_at",
        f"{COLOURS}::test_on_a_dark_screen_every_page_is_dark_and_has_no_barrier"),
    2: (*SWEEP, BITES, f"{FULL}::test_no_two_pages_have_the_same_title"),
    3: (f"{FOCUS}::test_tab_goes_through_the_page_in_its_own_order_at_any_size",),
    4: (f"{FOCUS}::test_where_the_focus_is_can_be_seen", f"{FOCUS}::test_what_has_the_focus_is_never_wholly_covered"),
    5: (TASK, DECISION, QUICK, f"{RED}::test_a_red_is_handed_to_the_night_team_by_keyboard_with_a_sound_receipt"),
    6: (*SWEEP, BITES),
    7: (*SWEEP, BITES),
    8: (f"{COLOURS}::test_without_colours_every_row_still_says_its_rating_and_when_it_is_due",
        f"{COLOURS}::test_in_the_readers_own_colours_marks_keep_their_words_and_edges"),
    9: ("web/test_contrast.py::test_a_mark_is_as_readable_as_its_table_says",
        "web/test_contrast.py::test_words_on_the_page_are_as_readable_as_the_table_says",
        "web/test_contrast.py::test_the_focus_has_a_dark_edge_and_dark_words", *SWEEP),
    10: ("web/test_queue_many.py::test_a_heading_sorts_and_says_so",),
    11: (f"{LIVE}::test_new_contacts_are_said_once_and_no_row_moves_until_they_are_shown",
         f"{LIVE}::test_a_draft_and_the_check_are_each_said_once_and_the_focus_stays",
         f"{LIVE}::test_a_save_that_fails_is_said_once",
         f"{RED}::test_rows_do_not_move_under_the_pointer_and_a_line_says_that_the_board_has_changed"),
    12: ("browser/test_keys.py::test_turned_off_no_letter_does_anything_on_any_page",
         "browser/test_keys.py::test_turned_on_they_are_listed_do_nothing_in_a_text_box_and_are_kept_over_signing_out"),
    14: (*SWEEP, BITES),
    15: ("browser/test_lapsing.py::test_the_warning_comes_two_minutes_before_and_one_key_stays_ten_times_over",
         "browser/test_lapsing.py::test_after_a_lapse_the_same_page_and_draft_return"),
    16: (TASK, DECISION, QUICK, "browser/test_sharing.py::test_ticked_contacts_are_given_to_a_colleague",
         f"{RED}::test_without_a_script_it_is_renewed_by_opening_it_again_and_a_red_is_taken_up_and_given_back"),
    17: (f"{TOGETHER}::test_what_is_half_written_outlives_the_server_and_the_page_says_so_meanwhile",
         f"{TOGETHER}::test_a_draft_cut_off_by_leaving_the_page_is_sent_again"),
    18: (f"{TOGETHER}::test_pressing_twice_decides_once", f"{TOGETHER}::test_a_form_sent_again_decides_once",
         f"{TOGETHER}::test_going_back_shows_what_was_decided_and_no_form_to_save_again",
         "web/test_requests.py::test_a_form_sent_twice_counts_once"),
    19: ("browser/test_form_errors.py::test_a_form_with_problems_says_so_leads_to_each_and_keeps_every_answer",),
    20: (SWEEP[1], "web/test_queue.py::test_an_empty_queue_says_that_it_is_and_what_is_unclaimed",
         "web/test_red.py::test_with_nothing_red_every_part_says_so",
         f"{LIVE}::test_when_the_queue_cannot_be_renewed_twice_it_says_since_when",
         f"{RED}::test_when_updates_fail_the_board_says_since_when_it_is_old"),
    21: ("browser/test_paper.py::test_every_sheet_says_what_it_is_and_who_printed_it_when",
         "browser/test_paper.py::test_in_black_and_white_every_rating_has_its_word_and_an_edge"),
    22: (*SWEEP, "web/test_protection.py::test_nothing_may_run_but_our_own_files"),
    23: (f"{STORY}::test_deciding_what_agrees_with_the_rules_takes_nine_clicks_and_one_load",
         f"{STORY}::test_closing_as_information_only_takes_four_clicks_and_one_load"),
    24: ("queries/test_plans.py::test_no_list_reads_a_whole_table",),
    25: ("web/test_protection.py::test_styles_and_scripts_are_small",),
    26: (f"{FOCUS}::test_without_scrolling_the_workspace_shows_who_by_when_how_urgent_and_the_first_question",),
    27: ("web/test_decide.py::test_save_and_open_next_lands_on_the_one_due_soonest_and_takes_it",
         "web/test_queue.py::test_red_comes_first_then_the_soonest_due",
         "journeys/test_skip.py::test_a_skip_without_a_reason_is_refused",
         "journeys/test_skip.py::test_others_are_offered_it_first_and_the_skipper_last"),
    28: ("web/test_workspace.py::test_nothing_is_chosen_for_anyone_beforehand",
         "web/test_safe_decisions.py::test_nothing_is_chosen_when_an_undecided_contact_is_opened_again"),
    29: ("web/test_decide.py::test_the_rules_level_is_not_in_the_page_until_ones_own_has_been_sent",
         "web/test_decide.py::test_a_draft_with_a_level_does_not_show_the_check_before_it_is_asked_for",
         "web/test_decide.py::test_an_immediate_safety_rule_shows_as_soon_as_it_is_observed"),
    30: ("web/test_decide.py::test_lower_than_the_rules_is_refused_without_a_reason_and_then_goes_to_a_manager",
         "web/test_safe_decisions.py::test_lowering_a_red_needs_a_reason",
         "web/test_decide.py::test_closing_against_the_rules_asks_why",
         "web/test_decide.py::test_higher_than_the_rules_needs_no_reason"),
    31: ("web/test_safe_decisions.py::test_each_suggestion_names_every_rule_it_met_and_a_change_that_does_change_it",
         "rules/test_promises.py::test_each_change_said_to_move_a_result_does_so"),
    32: ("journeys/test_undo.py::test_undoing_withdraws_the_message_and_keeps_both_events",
         "web/test_safe_decisions.py::test_once_the_receiving_team_has_begun_undoing_is_refused_with_the_reason"),
    33: (f"{RED}::test_a_new_red_is_on_an_open_board_in_seconds_and_is_said_once",
         "journeys/test_escalate.py::test_the_deputy_is_told_at_thirty_minutes_and_the_head_of_service_at_sixty",
         f"{LIVE}::test_going_through_the_ratings_with_the_arrows_sends_nothing"),
    34: ("workflow/test_clocks.py::test_a_deadline_is_the_one_in_the_table",
         "workflow/test_clocks.py::test_the_table_holds_two_hundred_deadlines",
         "web/test_timeline.py::test_each_clock_says_how_its_due_time_was_worked_out"),
    36: (f"{TOGETHER}::test_whoever_saves_second_sees_both_sides_and_loses_nothing",
         f"{TOGETHER}::test_whoever_saves_second_may_still_save_theirs_when_nothing_is_decided_yet",
         "web/test_conflicts.py::test_a_contact_that_moved_on_shows_both_sides"),
    37: ("web/test_queue.py::test_a_claim_lapses_after_a_quarter_of_an_hour",
         f"{LIVE}::test_a_claim_lapses_by_itself_and_taking_over_tells_the_first_person_and_keeps_their_draft"),
    38: (TASK, f"{TASKS}::test_what_is_personal_would_be_seen",
         "web/test_errors.py::test_the_log_of_requests_names_routes_and_no_one",
         "web/test_protection.py::test_titles_and_addresses_hold_no_names"),
}  # fmt: skip
"""By number: the tests, as they stand under ``tests/``."""

BY_HAND = {13: "usability-script.md"}
"""By number: the script for a person, beside this file."""

NOT_YET = {
    3: "The public referral form is not built.",
    5: "T12, T13 and T14 need the editor, views of replayed contacts and the referral form; T10 is not driven.",
    16: "T14 needs the referral form; T10 is not driven.",
    23: "The whole table is what `make ux` measures and fails on; T10, T12 and T13 are not in it.",
    24: "The times at full size are what `make pace` measures and fails on.",
    25: "The referral form is not built.",
}

"""Every field of every form into which people type words of their own, and what becomes of words of danger in it.

FIRST: the page "Does someone need help right now?" comes before it goes to anybody. AFTER: a record, which its keeper reads, so
that the numbers begin the next page, with the way to raise a worry. All else is the reason why nobody looks for danger there.

A new field is a row; a field of a form in FIRST or AFTER also stands in the form's `free`. The tests of `HELD` prove what
becomes of each form's words.
"""

FIRST, AFTER = "help first", "help after"

DANGER: dict[str, dict[str, str]] = {
    "portal.assurance.forms.ReportForm": {"words": FIRST},
    "portal.caseload.adding_forms.AddForm": {"what_matters": AFTER},
    "portal.caseload.agreements_forms.AgreementForm": {
        "basis_note": AFTER, "evidence": "where a paper is kept",
    },
    "portal.caseload.contacts_forms.ContactLogForm": {"note": AFTER},
    "portal.caseload.contacts_forms.GoalForm": {"words": AFTER},
    "portal.caseload.contacts_forms.NextStepForm": {"step": AFTER},
    "portal.caseload.finding_views.FindForm": {"who": "a name or a reference that is looked for"},
    "portal.caseload.intake_forms.HandoverForm": {"question": FIRST, "words": FIRST, "same": "an id of the page's own"},
    "portal.caseload.introduction_forms.AgreedForm": {"basis_note": FIRST},
    "portal.caseload.introduction_forms.AnswerForm": {"words": FIRST},
    "portal.caseload.introduction_forms.CompleteForm": {"words": FIRST},
    "portal.caseload.introduction_forms.EndForm": {"words": FIRST},
    "portal.caseload.introduction_forms.MessageForm": {"words": FIRST},
    "portal.caseload.introduction_forms.NoteForm": {"words": FIRST},
    "portal.caseload.introduction_forms.OptionalNoteForm": {"words": FIRST},
    "portal.caseload.introduction_forms.PauseForm": {"words": FIRST},
    "portal.caseload.introduction_forms.WithdrawForm": {"words": FIRST},
    "portal.caseload.life_forms.BlockForm": {"reason": AFTER},
    "portal.caseload.life_forms.FlagForm": {"why": AFTER},
    "portal.caseload.record_forms.AccessForm": {"communication": AFTER, "adjustments": AFTER},
    "portal.caseload.record_forms.ContactForm": {"best_times": AFTER, "bad_times": AFTER},
    "portal.caseload.record_forms.DetailsForm": {
        "employment": "a word for what somebody works as", "practice_code": "a code",
    },
    "portal.caseload.record_forms.IdentityForm": {"pronouns": "two or three words of grammar"},
    "portal.caseload.record_forms.MattersForm": {"what_matters": AFTER},
    "portal.caseload.record_forms.RiskForm": {"risk_to_worker": AFTER, "triggers": AFTER},
    "portal.caseload.record_related.RelatedForm": {
        "name_1": "a name", "name_2": "a name", "phone_1": "a number", "phone_2": "a number",
        "relationship_1": "a word for who they are to each other", "relationship_2": "a word for who they are to each other",
    },
    "portal.caseload.referring_forms.GroupPart": {"first": FIRST, "second": FIRST, "why": FIRST},
    "portal.caseload.referring_forms.ReferForm": {
        "reason": FIRST, "what_matters": FIRST, "safety_note": FIRST, "health_summary": FIRST, "basis_note": FIRST,
        "evidence": "where a paper is kept",
    },
    "portal.coordinating.forms.AnswerForm": {"words": FIRST, "number": "a number"},
    "portal.coordinating.forms.QuestionForm": {"words": FIRST, "choices": FIRST},
    "portal.governance.forms.FindForm": {"who": "a name or a number that is looked for"},
    "portal.governance.forms.GlassForm": {
        "who": "a name or a number that is looked for",
        "reason": "why somebody opens a record in an emergency: they are in the middle of it, and may not be held up",
    },
    "portal.governance.forms.EraseForm": {"reference": "a reference, typed once more"},
    "portal.governance.forms.HoldForm": {"reason": "why a record is kept by law, for the audit"},
    "portal.governance.forms.MistakeForm": {"words": "why a note on a record is right or wrong, for the audit"},
    "portal.governance.forms.NoteForm": {"words": "what is wrong in a record: it says what stands there, not what happens"},
    "portal.handover.forms.HandOverForm": {
        "reason": FIRST, "basis_note": FIRST, "who": "an NHS number or a date of birth", "contact": "a number or an address",
    },
    "portal.handover.forms.ReplyForm": {"words": FIRST},
    "portal.handover.forms.WithdrawForm": {"words": FIRST},
    "portal.huddles.forms.ActionForm": {"what": AFTER},
    "portal.huddles.forms.AddCaseForm": {"why": AFTER, "reference": "a reference"},
    "portal.huddles.forms.CaseForm": {"why": AFTER},
    "portal.huddles.gap_forms.GapForm": {"words": FIRST},
    "portal.huddles.forms.WriteForm": {
        "situation": AFTER, "done_so_far": AFTER, "this_week": AFTER, "next_steps": AFTER, "what": AFTER,
        "do": "the name of the button that was pressed",
    },
    "portal.responding.forms.AnswerForm": {
        "question": FIRST, "words": FIRST, "suggestion": "the name of a group", "onward": "the name of a group",
    },
    "portal.responding.forms.MessageForm": {"message": FIRST},
    "portal.responding.link_forms.EndingForm": {"words": FIRST, "onward": FIRST},
    "portal.responding.passing_forms.PassingOn": {"onward": "the name of a group"},
    "portal.responding.step_forms.BookForm": {"place": "where a visit is"},
    "portal.responding.step_forms.CameForm": {"reason": FIRST},
    "portal.responding.step_forms.CancelForm": {"reason": FIRST},
    "portal.responding.step_forms.ContactForm": {"note": FIRST},
    "portal.responding.step_forms.CorrectForm": {"words": FIRST},
    "portal.responding.step_forms.EndEarlyForm": {"words": FIRST, "onward": FIRST},
    "portal.responding.step_forms.PassForm": {"onward": "the name of a group"},
    "portal.responding.step_forms.PauseForm": {"words": FIRST},
    "portal.responding.step_forms.PlainForm": {"note": FIRST},
    "portal.responding.step_forms.ReasonForm": {"words": FIRST},
    "portal.responding.step_forms.ReportForm": {"onward": FIRST},
    "portal.responding.step_forms.WaitingForm": {"place": "a number in a list"},
    "portal.safeguarding.forms.OutcomeForm": {"outcome": "what a safeguarding lead did about it: they have dealt with it"},
    "portal.safeguarding.forms.RaiseForm": {"words": "the numbers stand on this page beside the field, always"},
    "portal.selfreferral.forms.AgreementForm": {"basis_note": FIRST},
    "portal.selfreferral.forms.ContactForm": {"best_times": FIRST},
    "portal.selfreferral.forms.HelpForm": {"words": FIRST, "own_1": FIRST, "own_2": FIRST},
    "portal.selfreferral.forms.SafetyForm": {"safety_note": FIRST},
    "portal.selfreferral.forms.WhereForm": {"practice": "the name of a practice"},
    "portal.selfreferral.status_forms.CancelForm": {"words": FIRST},
    "portal.selfreferral.status_forms.OpenForm": {"reference": "a reference", "code": "a code"},
    "portal.selfreferral.status_forms.OwnContactForm": {"best_times": FIRST},
    "portal.selfreferral.status_forms.WriteForm": {"words": FIRST},
    "portal.shortlists.forms.EmailForm": {"to": "an address"},
    "portal.shortlists.forms.PhoneForm": {"to": "a number"},
    "portal.shortlists.forms.SendForm": {"to": "an address or a number"},
    "portal.unmet.forms.TellForm": {"words": FIRST},
    "portal.voice.forms.HelpedForm": {"words": FIRST},
    "portal.voice.forms.SayForm": {"words": FIRST, "place": "the name of a neighbourhood or a postcode"},
    "portal.voice.forms.ClearForm": {"words": "what somebody wrote, for which the detector has looked already"},
    "portal.voice.forms.ThemeForm": {"said": "what staff say in public of several people's words", "done": "the same"},
}  # fmt: skip

EVERYWHERE = {
    "given_name": "a name", "family_name": "a name", "preferred_name": "a name", "name": "a name", "my_name": "a name",
    "email": "an address", "phone": "a number", "textphone": "a number", "my_phone": "a number", "nhs_number": "a number",
    "postcode": "a postcode", "address": "an address for letters", "contact": "a number or an address",
    "at": "a time", "time": "a time", "minutes": "a number", "weeks": "a number", "meets": "the name of who is at the door",
}  # fmt: skip
"""Fields that are no words of anybody's own, wherever they stand. A row of the form itself comes before."""

OUTSIDE = {
    "portal.partners": "what organisations are to each other, what they agreed and decided, by who leads a programme",
    "portal.accounts": "names, addresses and codes of one's own account",
    "portal.teams": "names of teams, of organisations and of who works in them, by team coordinators",
    "portal.admin": "settings, names of organisations and words of questionnaires, by administrators",
    "portal.assurance.proof_forms": "names and codes of one's own account",
    "portal.bundles": "what curators say in public of a situation in life, and addresses of listings",
    "portal.grants": "names of rounds and grants and amounts, by those who give them",
    "portal.trials": "words of the site itself, by team coordinators",
    "portal.groups": "what a group says in public of its own listing, read by a moderator or compared with what stood",
    "portal.sources": "names, addresses, columns and councils of other directories, by administrators",
    "portal.widget": "names and addresses of websites, and what is looked for at first, by administrators",
    "portal.webhooks": "addresses of programs and codes of areas, by administrators",
    "portal.moderation": "what moderators write of listings and of reports, for which the detector has looked already",
}
"""Features whose forms are about no person who could be in danger."""

HELD = {
    "portal.assurance": "tests/assurance/test_reports.py",
    "portal.caseload": "tests/journeys/test_help_first.py",
    "portal.coordinating": "tests/coordinating/test_bad_input.py",
    "portal.handover": "tests/journeys/test_help_first.py",
    "portal.huddles": "tests/huddles/test_gaps.py",
    "portal.responding": "tests/journeys/test_help_first.py",
    "portal.selfreferral": "tests/journeys/test_help_first.py",
    "portal.unmet": "tests/unmet/test_tell.py",
    "portal.voice": "tests/voice/test_saying.py",
}

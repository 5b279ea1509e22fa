"""What is said of measures and in them, in the reader's language. The questions of the free ones are those of "
"their sources"

Keys: the measure's id; with ".intro"; with the id of a question, of an answer within its set, or of an end of a question's
scale. The words of licensed measures are not here: an operator brings them.
"""

from collections.abc import Mapping
from types import MappingProxyType

from flask_babel.speaklater import LazyString

from portal.core.i18n import lazy_gettext as _l

TITLES: Mapping[str, LazyString] = MappingProxyType(
    {
        "ons4": _l("ONS wellbeing"),
        "loneliness": _l("ONS loneliness"),
        "gad7": _l("GAD-7 anxiety"),
        "phq9": _l("PHQ-9 depression"),
        "swemwbs": _l("Short Warwick-Edinburgh wellbeing scale (SWEMWBS)"),
        "mycaw": _l("Measure Yourself Concerns and Wellbeing (MYCaW)"),
        "de-jong-gierveld": _l("De Jong Gierveld loneliness scale"),
        "pam": _l("Patient Activation Measure (PAM)"),
        "wellbeing-star": _l("Well-being Star"),
    }
)
LICENCES: Mapping[str, LazyString] = MappingProxyType(
    {
        "ons4": _l(
            "Harmonised questions of the government. We take them to be under the Open Government Licence; this"
            " is not confirmed."
        ),
        "loneliness": _l("Harmonised principle of the Government Statistical Service, May 2020."),
        "gad7": _l("Free: Pfizer said in 2010 that no copyright restriction holds and nothing is charged."),
        "phq9": _l("Free: Pfizer said in 2010 that no copyright restriction holds and nothing is charged."),
        "swemwbs": _l(
            "Free for who does not work for profit, but each organisation that uses it must register. Its "
            "wording must not be changed and its notice must show. Commercial use is by agreement."
        ),
        "mycaw": _l("We have not found its licence. Ask its holders before you use it."),
        "de-jong-gierveld": _l("We have not read its licence. Ask its holders before you use it."),
        "pam": _l("Sold by Insignia Health, paid by person. How it is scored is not public. We keep the score alone."),
        "wellbeing-star": _l("We take it to be sold under licence; this is not confirmed. We keep the score alone."),
    }
)
STATUSES: Mapping[str, LazyString] = MappingProxyType(
    {
        "free": _l("Free to use"),
        "free-register": _l("Free once registered"),
        "structure-only": _l("You bring the words"),
        "score-only": _l("Score only"),
    }
)
INTROS: Mapping[str, LazyString] = MappingProxyType(
    {
        "ons4": _l(
            "Next I would like to ask you four questions about your feelings on aspects of your life. There are"
            " no right or wrong answers. For each of these questions I'd like you to give an answer on a scale "
            "of 0 to 10, where 0 is “not at all” and 10 is “completely”."
        ),
        "loneliness": _l(
            "The next four questions are about relationships with others. For each one, please say how often "
            "(if at all) you feel that way."
        ),
        "gad7": _l("Over the last 2 weeks, how often have you been bothered by the following problems?"),
        "phq9": _l("Over the last 2 weeks, how often have you been bothered by any of the following problems?"),
        "pam": _l("The score as your licensed tool worked it out."),
        "wellbeing-star": _l("The score as your licensed tool worked it out."),
    }
)
QUESTIONS: Mapping[str, LazyString] = MappingProxyType(
    {
        "ons4.satisfied": _l("Overall, how satisfied are you with your life nowadays?"),
        "ons4.worthwhile": _l(
            "Overall, to what extent do you feel that the things you do in your life are worthwhile?"
        ),
        "ons4.happy": _l("Overall, how happy did you feel yesterday?"),
        "ons4.anxious": _l(
            "On a scale where 0 is “not at all anxious” and 10 is “completely anxious”, overall, how anxious "
            "did you feel yesterday?"
        ),
        "loneliness.companionship": _l("How often do you feel that you lack companionship?"),
        "loneliness.left-out": _l("How often do you feel left out?"),
        "loneliness.isolated": _l("How often do you feel isolated from others?"),
        "loneliness.lonely": _l("How often do you feel lonely?"),
        "gad7.nervous": _l("Feeling nervous, anxious or on edge"),
        "gad7.control": _l("Not being able to stop or control worrying"),
        "gad7.worrying": _l("Worrying too much about different things"),
        "gad7.relaxing": _l("Trouble relaxing"),
        "gad7.restless": _l("Being so restless that it is hard to sit still"),
        "gad7.irritable": _l("Becoming easily annoyed or irritable"),
        "gad7.afraid": _l("Feeling afraid as if something awful might happen"),
        "phq9.interest": _l("Little interest or pleasure in doing things"),
        "phq9.down": _l("Feeling down, depressed, or hopeless"),
        "phq9.sleep": _l("Trouble falling or staying asleep, or sleeping too much"),
        "phq9.tired": _l("Feeling tired or having little energy"),
        "phq9.appetite": _l("Poor appetite or overeating"),
        "phq9.failure": _l(
            "Feeling bad about yourself – or that you are a failure or have let yourself or your family down"
        ),
        "phq9.concentrating": _l(
            "Trouble concentrating on things, such as reading the newspaper or watching television"
        ),
        "phq9.moving": _l(
            "Moving or speaking so slowly that other people could have noticed? Or the opposite – being so "
            "fidgety or restless that you have been moving around a lot more than usual"
        ),
        "phq9.harm": _l("Thoughts that you would be better off dead or of hurting yourself in some way"),
        "pam.score": _l("PAM score"),
        "wellbeing-star.score": _l("Well-being Star score"),
    }
)
ANSWERS: Mapping[str, LazyString] = MappingProxyType(
    {
        "ons4.satisfied.0": _l("Not at all satisfied"),
        "ons4.satisfied.10": _l("Completely satisfied"),
        "ons4.worthwhile.0": _l("Not at all worthwhile"),
        "ons4.worthwhile.10": _l("Completely worthwhile"),
        "ons4.happy.0": _l("Not at all happy"),
        "ons4.happy.10": _l("Completely happy"),
        "ons4.anxious.0": _l("Not at all anxious"),
        "ons4.anxious.10": _l("Completely anxious"),
        "loneliness.often.hardly-ever": _l("Hardly ever or never"),
        "loneliness.often.sometimes": _l("Some of the time"),
        "loneliness.often.often": _l("Often"),
        "loneliness.lonely.always": _l("Often or always"),
        "loneliness.lonely.sometimes": _l("Some of the time"),
        "loneliness.lonely.occasionally": _l("Occasionally"),
        "loneliness.lonely.hardly-ever": _l("Hardly ever"),
        "loneliness.lonely.never": _l("Never"),
        "gad7.days.not-at-all": _l("Not at all"),
        "gad7.days.several": _l("Several days"),
        "gad7.days.more-than-half": _l("More than half the days"),
        "gad7.days.nearly-every": _l("Nearly every day"),
        "phq9.days.not-at-all": _l("Not at all"),
        "phq9.days.several": _l("Several days"),
        "phq9.days.more-than-half": _l("More than half the days"),
        "phq9.days.nearly-every": _l("Nearly every day"),
    }
)
"""Answers of a set, and the two ends of a question's scale."""
RESULTS: Mapping[str, LazyString] = MappingProxyType(
    {
        "ons4.satisfied": _l("Satisfied with life"),
        "ons4.worthwhile": _l("Worthwhile"),
        "ons4.happy": _l("Happy yesterday"),
        "ons4.anxious": _l("Anxious yesterday"),
        "loneliness.total": _l("Three questions, 3 to 9"),
        "loneliness.lonely": _l("Asked directly"),
        "gad7.total": _l("Total, 0 to 21"),
        "phq9.total": _l("Total, 0 to 27"),
        "swemwbs.total": _l("Score, 7 to 35"),
        "mycaw.rating-1": _l("First concern"),
        "mycaw.rating-2": _l("Second concern"),
        "mycaw.wellbeing": _l("Wellbeing"),
        "de-jong-gierveld.total": _l("Total, 0 to 6"),
        "de-jong-gierveld.emotional": _l("Emotional loneliness, 0 to 3"),
        "de-jong-gierveld.social": _l("Social loneliness, 0 to 3"),
        "pam.total": _l("PAM score"),
        "wellbeing-star.total": _l("Well-being Star score"),
    }
)
BANDS: Mapping[str, LazyString] = MappingProxyType(
    {
        "very-low": _l("Very low"),
        "low": _l("Low"),
        "medium": _l("Medium"),
        "high": _l("High"),
        "very-high": _l("Very high"),
        "minimal": _l("Minimal"),
        "mild": _l("Mild"),
        "moderate": _l("Moderate"),
        "moderately-severe": _l("Moderately severe"),
        "severe": _l("Severe"),
    }
)
POINTS: Mapping[str, LazyString] = MappingProxyType(
    {
        "before": _l("Before support starts"),
        "during": _l("While it goes on"),
        "after": _l("After support ends"),
    }
)
COMPLETED_BY: Mapping[str, LazyString] = MappingProxyType(
    {
        "together": _l("The person and I together"),
        "person": _l("The person alone"),
        "worker": _l("I did, from what the person told me"),
    }
)
WHY_NONE: Mapping[str, LazyString] = MappingProxyType(
    {
        "declined": _l("They would rather not answer"),
        "no-contact": _l("We could not reach them"),
        "unwell": _l("They were not well enough"),
        "language": _l("There is no version in their language"),
        "not-suitable": _l("It did not suit them"),
        "died": _l("They have died"),
        "other": _l("Another reason"),
    }
)
"""Why no measure could be taken after support."""
NOT_USED = "not-used"
WHY_NONE_OF_GROUPS: Mapping[str, LazyString] = MappingProxyType(
    {
        NOT_USED: _l("We use no questionnaire"),
        "declined": _l("They did not want to answer one"),
        "not-suitable": _l("It was not the right moment"),
        "no-contact": _l("We lost touch"),
    }
)
"""The same as a group says it: most use none. Whoever reads it later reads `WHY_NONE` first."""
NEEDS: Mapping[str, LazyString] = MappingProxyType(
    {
        "licence": _l("Say under which licence or agreement you use it"),
        "words": _l("Bring the words of its questions and answers"),
        "table": _l("Bring the table from raw sums to scores"),
        "ends": _l("Say which numbers the answers run from and to"),
    }
)
NOT_CHECKED = _l("Wording not checked yet")

"""What a practice does: hand somebody over, answer the team, note what the person said since, call it off, see to an end."""

from uuid import UUID

from portal.attachments.actions import Offered, write_with
from portal.core.i18n import gettext as _
from portal.core.viewer import Viewer
from portal.handover.forms import FOR_PRACTICE, Told
from portal.handover.queries import nation_of
from portal.people import consents
from portal.people.actions import About, new_person
from portal.people.consents import Agreement
from portal.people.models import Person
from portal.referrals import answering, ending, messages, sending, withdrawing
from portal.referrals.actors import Actor, acting
from portal.referrals.guards import Given
from portal.referrals.models import Introduction, LinkTeam, Message, Referral
from portal.referrals.moving import NotTheirs
from portal.referrals.sending import Wanted
from portal.referrals.transitions import Who

ROUTE = "clinician"


def hand_over(
    told: Told, *, practice_id: UUID, team: LinkTeam, by: Viewer, urgent_kinds: tuple[str, ...] = ()
) -> Introduction:
    """Send somebody to a link worker team, or ask them first. The same form sent twice, or six times at once, sends one.

    Who was handed over before gets a record of their own each time: whether the team knows them is told to nobody here. The team
    holds it once it accepts. `urgent_kinds`: kinds of danger that the words spoke of and that the sender was shown help for.
    Raises Refused, ConsentIncomplete.
    """
    if (known := sending.referral_of_key(told.form_key)) is not None:
        return known.introductions[0]
    person = new_person(_about(told), by=by)
    if (known := sending.referral_of_key(told.form_key)) is not None:
        return known.introductions[0]
    actor = Actor(Who.REFERRER, user=by, organization_id=practice_id)
    referral = _referral(told, person, urgent_kinds, by=actor)
    introduction = sending.to_team(referral, team.organization_id, by=actor, nation=nation_of(team))
    if told.agreement is None:
        sending.ask_consent(introduction, by=actor)
    else:
        _send(introduction, told.agreement, tells_outcome=told.tells_outcome, by=actor)
    return introduction


def note_agreed(introduction: Introduction, agreement: Agreement, *, tells_outcome: bool, by: Viewer) -> None:
    """Who was asked by link has said yes at the practice: it goes."""
    _send(introduction, agreement, tells_outcome=tells_outcome, by=_as(by, introduction, "send"))


def note_refused(introduction: Introduction, *, by: Viewer) -> None:
    """Who was asked by link has said no."""
    withdrawing.say_no(introduction, by=_as(by, introduction, "refuse"), how="spoken")


def reply(
    introduction: Introduction, words: str, file: Offered | None, *, by: Viewer, version: int | None, form_key: str
) -> None:
    """Answer the team's question. Raises NotTaken."""
    actor = _as(by, introduction, "answer")

    def answer() -> Message:
        return answering.reply(introduction, words, by=actor, version=version, form_key=form_key)

    write_with(file, introduction, answer, side="referrer", by=actor, form_key=form_key)


def write(introduction: Introduction, words: str, file: Offered | None, *, by: Viewer, form_key: str) -> None:
    """Write to the team, on the record. Raises NobodyThere once it has ended, and NotTaken."""
    actor = _as(by, introduction, "withdraw")

    def message() -> Message:
        return messages.write(introduction, words, side="referrer", by=actor, form_key=form_key)

    write_with(file, introduction, message, side="referrer", by=actor, form_key=form_key)


def withdraw(introduction: Introduction, given: Given, *, by: Viewer, version: int | None) -> None:
    """Call it off."""
    withdrawing.withdraw(introduction, by=_as(by, introduction, "withdraw"), given=given, version=version)


def see_to(introduction: Introduction) -> None:
    """The practice has seen to what came after a refusal."""
    ending.act_on(introduction)


def _send(introduction: Introduction, agreement: Agreement, *, tells_outcome: bool, by: Actor) -> None:
    person, practice_id, viewer = introduction.person, by.organization_id, by.user
    if viewer is None or practice_id is None:
        raise NotTheirs(_("This is for somebody else to do."))
    held = consents.give(person, introduction.organization_id, agreement, by=viewer, for_id=practice_id)
    if tells_outcome:
        consents.give(person, practice_id, _for_practice(agreement), by=viewer, for_id=practice_id)
    sending.send(introduction, held, by=by)


def _for_practice(agreement: Agreement) -> Agreement:
    return Agreement(
        how=agreement.how, scopes=FOR_PRACTICE, given_by=agreement.given_by, basis_note=agreement.basis_note
    )


def _as(by: Viewer, introduction: Introduction, verb: str) -> Actor:
    actor = acting(by, introduction, verb)
    if actor is None:
        raise NotTheirs(_("This is for somebody else to do."))
    return actor


def _about(told: Told) -> About:
    given, family = split(told.name)
    return About(
        given_name=given,
        family_name=family,
        birth_date=told.identity.born,
        nhs_number=told.identity.nhs_number,
        contact=told.contact.as_kept(),
        needs=told.needs,
        form_key=told.form_key,
    )


def split(name: str) -> tuple[str | None, str | None]:
    """The first names and the surname of a name in one line; one word is a first name."""
    first, _space, last = name.rpartition(" ")
    return (first, last) if first else (last or None, None)


def _referral(told: Told, person: Person, urgent_kinds: tuple[str, ...], *, by: Actor) -> Referral:
    born = told.identity.born
    wanted = Wanted(
        route=ROUTE,
        needs=told.needs,
        reason=told.reason,
        safety_prompt={"kinds": list(urgent_kinds), "choice": "sent"} if urgent_kinds else None,
        told={
            "name": told.name,
            "nhs_number": told.identity.nhs_number,
            "birth_date": born.isoformat() if born else None,
            "contact": told.contact.as_kept(),
        },
        form_key=told.form_key,
    )
    user_id = by.user.id if by.user is not None else None
    return sending.new_referral(person, wanted, by=by, organization_id=by.organization_id, user_id=user_id)

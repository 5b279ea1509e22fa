"""Joining a handover to a record that the team holds already, because a link worker says that it is the same person.

Never by itself. The referral with its introductions moves; agreements are noted anew on the record, and what happened keeps the
rows that it has, since they are part of the audit chain. The record that the handover had is closed and belongs to nobody.
"""

from sqlalchemy import select, update

from portal.core import audit
from portal.core.extensions import db
from portal.core.i18n import gettext as _
from portal.core.viewer import Viewer
from portal.people import consents
from portal.people.actions import close, lock, open_again
from portal.people.consents import Agreement
from portal.people.models import Consent, Person, PersonContact
from portal.referrals import sending, telling
from portal.referrals.dispatching.models import DocumentDispatch
from portal.referrals.guards import Refused, open_key_of
from portal.referrals.models import Introduction, Referral


def join(introduction: Introduction, known: Person, *, by: Viewer) -> None:
    """Move what was handed over to the record of the person whom the team knows. Raises Refused where it is there already."""
    old = introduction.person
    if old.id == known.id:
        return
    lock(known)
    moved = list(introduction.referral.introductions)
    introduction.referral.person_id = known.id
    for one in moved:
        _move(one, known, by)
    _keep_what_the_practice_hears(introduction, old, known, by)
    db.session.flush()
    moved_ids = [one.id for one in moved]
    theirs = (PersonContact.person_id == old.id) & PersonContact.introduction_id.in_(moved_ids)
    db.session.execute(update(PersonContact).where(theirs).values(person_id=known.id))
    sent = DocumentDispatch.introduction_id.in_(moved_ids)
    db.session.execute(update(DocumentDispatch).where(sent).values(person_id=known.id))
    db.session.expire(introduction.referral, ["person"])
    _give_a_new_code(introduction.referral)
    _add_what_lacks(known, old)
    if known.closed_at is not None:
        open_again(known, by=by)
    audit.record(
        "person.joined", known, by=by, details={"from": str(old.id), "referral": str(introduction.referral_id)}
    )
    if not _has_other(old):
        close(old, by=by)


def _move(one: Introduction, known: Person, by: Viewer) -> None:
    held = db.session.get(Consent, one.consent_id) if one.consent_id else None
    one.person = known
    if one.open_key is not None:
        one.open_key = None
        db.session.flush()
        key = open_key_of(one)
        if db.session.scalar(select(Introduction.id).where(Introduction.open_key == key)) is not None:
            raise Refused("not_twice", _("This person has been handed over to you already, and it is still open."))
        one.open_key = key
    if held is not None and consents.holds(held):
        one.consent_id = _agree_anew(held, known, by).id


def _keep_what_the_practice_hears(introduction: Introduction, old: Person, known: Person, by: Viewer) -> None:
    """Where the person agreed that the practice hears how it ends, that moves with the handover."""
    practice_id = introduction.referral.organization_id
    held = consents.active(old.id, practice_id) if practice_id is not None else None
    if held is not None:
        _agree_anew(held, known, by)


def _agree_anew(held: Consent, known: Person, by: Viewer) -> Consent:
    told = Agreement(
        held.how, held.scopes, held.given_by, held.basis_note, held.evidence, held.expires_on, held.wording  # type: ignore[arg-type]
    )  # fmt: skip
    return consents.give(known, held.organization_id, told, by=by, for_id=held.recorded_for_id)


def _give_a_new_code(referral: Referral) -> None:
    """Anybody may have asked in the person's name, and was shown a code. It must not open the record that this now leads to.

    A new one goes to the person alone, where the record said that it is safe before anything was added to it.
    """
    if referral.code is not None:
        telling.say_code(referral, sending.new_code(referral))


def _add_what_lacks(known: Person, old: Person) -> None:
    """What the handover tells and the record does not; nothing that stands is overwritten."""
    known.contact = {**(old.contact or {}), **(known.contact or {})}
    known.access = {**(old.access or {}), **(known.access or {})}
    known.what_matters = known.what_matters or old.what_matters
    known.needs = list(dict.fromkeys([*(known.needs or ()), *(old.needs or ())]))
    known.version += 1


def _has_other(old: Person) -> bool:
    return db.session.scalar(select(Introduction.id).where(Introduction.person_id == old.id).limit(1)) is not None

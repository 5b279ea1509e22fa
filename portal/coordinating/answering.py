"""A group answers. The last answer counts, whoever of the group gave it; what it took the place of is kept."""

from sqlalchemy import select

from portal.assurance.answering import say_space
from portal.assurance.queries import is_live
from portal.coordinating.kinds import states_of
from portal.coordinating.models import AskedGroup, GroupAnswer, GroupQuestion
from portal.core import audit, clock
from portal.core.errors import DomainError
from portal.core.extensions import db
from portal.core.forms import new_key
from portal.core.i18n import gettext as _
from portal.core.viewer import Viewer
from portal.directory.models import Service


class Closed(DomainError):
    """The question takes no more answers."""

    status = 409


def give(asked: AskedGroup, value: str, *, key: str, by: Viewer | None) -> bool:
    """Keep an answer, from somebody who is signed in or by a link (None). False where the same form gave it already.

    An answer about space is said of the listings too. Raises Closed.
    """
    db.session.refresh(asked, with_for_update=True)
    used_for = db.session.scalar(select(GroupAnswer.asked_id).where(GroupAnswer.form_key == key))
    if used_for == asked.id:
        return False
    question = db.session.get_one(GroupQuestion, asked.question_id)
    db.session.refresh(question)
    if not question.is_open or asked.left_out is not None:
        raise Closed(_("This question is closed, so your answer was not sent."))
    by_user = by.id if by is not None else None
    how = "site" if by is not None else "e-mail"
    own_key = key if used_for is None else new_key()
    db.session.add(GroupAnswer(asked_id=asked.id, value=value, how=how, by_user_id=by_user, form_key=own_key))
    asked.answer, asked.answered_at, asked.answers = value, clock.now(), asked.answers + 1
    audit.record("group_question.answered", asked, by=by or "person", details={"question": str(question.id)})
    db.session.flush()
    if question.kind == "space":
        _say(asked, value, by=by)
    return True


def listings_to_say(asked: AskedGroup) -> list[tuple[str, str]]:
    """The open listings of a group, whose space it may tell: ids as text and names, by name."""
    wanted = select(Service.id, Service.name).where(Service.organization_id == asked.organization_id, is_live())
    return [(str(one), name) for one, name in db.session.execute(wanted.order_by(Service.name, Service.id))]


def _say(asked: AskedGroup, value: str, *, by: Viewer | None) -> None:
    told = states_of(value)
    wanted = select(Service).where(Service.organization_id == asked.organization_id, is_live()).order_by(Service.id)
    for service in db.session.scalars(wanted).all():
        if (state := told.get(str(service.id))) is not None:
            say_space(service.id, state, by=by)

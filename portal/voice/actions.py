"""Keeping what visitors say, clearing it, and what was done about it."""

from contextlib import suppress
from datetime import timedelta
from uuid import UUID

from flask_babel import gettext as _
from sqlalchemy import delete, select, update
from sqlalchemy.exc import IntegrityError

from portal.codes.phones import mobile
from portal.core import audit, clock, throttle
from portal.core.errors import DomainError, NotFound, Overtaken
from portal.core.extensions import db
from portal.core.jobs import job
from portal.core.plain import is_email
from portal.core.references import new_reference, shown
from portal.core.viewer import Viewer
from portal.geography.models import Neighbourhood
from portal.notifications.notification import Recipient
from portal.notifications.outbox import notify
from portal.voice import queries
from portal.voice.clearing import Decision
from portal.voice.forms import KEEP, ThemeValues, Told
from portal.voice.kinds import ANSWERS
from portal.voice.models import HelpedToken, HelpedWords, VoiceSaid, VoiceTheme
from portal.voice.notifications import VoiceAnswered

MOST_AN_HOUR = 10
WORDS_KEPT = timedelta(days=90)
"""Words, contacts and what was cleared of the words go after this; of helped ones with their quarter (`portal.voice.helped`)."""
KEPT = timedelta(days=365)
LONGEST_QUOTE = 200


def tell(told: Told, *, asked_by: str, language: str, is_urgent: bool) -> None:
    """Keep what a visitor says. Sending the same form twice keeps it once.

    `asked_by` is a network address, for the limit only. `is_urgent`: they wrote of danger; neither their words nor how to reach
    them is kept, and nothing waits for a moderator. Raises TooManyRequests.
    """
    throttle.hit("voice", asked_by, limit=MOST_AN_HOUR, seconds=3600)
    row = VoiceSaid(
        reference=new_reference(),
        about=told.about,
        path=told.page.path if told.page else None,
        area=told.where.area,
        neighbourhood_id=told.where.neighbourhood_id,
        district=told.where.district,
        words=None if is_urgent else told.words,
        contact=None if is_urgent else told.contact,
        may_show=told.may_show and not is_urgent,
        state="aside" if is_urgent else "waiting",
        language=language,
        form_key=told.form_key,
    )
    # The key is unique in the database: of two that come at once, one is kept.
    with suppress(IntegrityError), db.session.begin_nested():
        db.session.add(row)


def clear(said_id: UUID, decision: Decision, by: Viewer) -> bool:
    """Keep what a moderator decided about a visitor's words, and answer who waits for it. False where it was decided already."""
    row = db.session.scalar(queries.waiting_said(by).where(VoiceSaid.id == said_id).with_for_update())
    if row is None:
        return False
    row.state = "cleared" if decision.words else "aside"
    row.cleared_words, row.cleared_at, row.cleared_by_id = decision.words, clock.now(), by.id
    if decision.words and decision.theme_id is not None:
        row.theme_id = queries.theme_for(by, decision.theme_id).id
    is_told = decision.answer in ANSWERS and _answer(row, str(decision.answer))
    row.contact = None
    audit.record(f"voice.{row.state}", row, by=by, details={"told": is_told})
    return True


def new_theme(values: ThemeValues, form_key: str, *, by: Viewer) -> VoiceTheme:
    """A draft. Sending the same form twice makes one."""
    theme = VoiceTheme(created_by_id=by.id, form_key=form_key, said=values.said, area=values.area)
    _put(theme, values, by)
    try:
        with db.session.begin_nested():
            db.session.add(theme)
    except IntegrityError:
        return db.session.scalars(select(VoiceTheme).where(VoiceTheme.form_key == form_key)).one()
    audit.record("voice.theme_made", theme, by=by)
    return theme


def change_theme(theme_id: UUID, values: ThemeValues, version: int, *, by: Viewer) -> VoiceTheme:
    """Write what was typed into a theme. Raises NotFound, Overtaken, and DomainError where a published one would be left bare."""
    theme = _held(theme_id, version, by)
    if theme.state == "published" and not values.done:
        raise DomainError(_("Say what was done before you publish it"))
    _put(theme, values, by)
    theme.version += 1
    audit.record("voice.theme_changed", theme, by=by)
    return theme


def publish(theme_id: UUID, version: int, *, by: Viewer) -> VoiceTheme:
    """Show a theme on the pages that it is for. Raises NotFound, Overtaken, DomainError where nothing was done yet."""
    theme = _held(theme_id, version, by)
    if not theme.done:
        raise DomainError(_("Say what was done before you publish it"))
    if theme.state != "published":
        theme.state, theme.published_at = "published", clock.now()
        theme.done_on = theme.done_on or clock.today()
        theme.version += 1
        audit.record("voice.theme_published", theme, by=by)
    return theme


def withdraw(theme_id: UUID, version: int, *, by: Viewer) -> VoiceTheme:
    """Show a theme no more. It stays for those who answer. Raises NotFound, Overtaken."""
    theme = _held(theme_id, version, by)
    if theme.state != "withdrawn":
        theme.state = "withdrawn"
        theme.version += 1
        audit.record("voice.theme_withdrawn", theme, by=by)
    return theme


@job("voice.tidy")
def tidy() -> None:
    """Forget words and contacts after three months, what was said after a year, and links that nobody used."""
    now, today = clock.now(), clock.today()
    db.session.execute(delete(VoiceSaid).where(VoiceSaid.created_at < now - KEPT))
    old = VoiceSaid.created_at < now - WORDS_KEPT
    db.session.execute(update(VoiceSaid).where(old).values(words=None, contact=None, cleared_words=None))
    unread = update(VoiceSaid).where(old, VoiceSaid.state == "waiting")
    db.session.execute(unread.values(state="aside"))
    db.session.execute(delete(HelpedToken).where(HelpedToken.expires_on < today))
    db.session.execute(delete(HelpedWords).where(HelpedWords.goes_on <= today))


def _held(theme_id: UUID, version: int, by: Viewer) -> VoiceTheme:
    """A theme of the viewer's areas, held until the transaction ends. Raises NotFound, Overtaken."""
    theme = queries.theme_for(by, theme_id, lock=True)
    if version != theme.version:
        told = _("Someone else changed this while you were writing. Look at both, then save again.")
        raise Overtaken(told, version=theme.version)
    return theme


def _put(theme: VoiceTheme, values: ThemeValues, by: Viewer) -> None:
    theme.said, theme.done, theme.done_on = values.said, values.done, values.done_on
    theme.area, theme.neighbourhood_id = values.area, values.neighbourhood_id
    theme.neighbourhood = db.session.get(Neighbourhood, values.neighbourhood_id) if values.neighbourhood_id else None
    theme.board_decision_id = values.board_decision_id
    if values.quote != KEEP:
        theme.quote = _quoted(theme, values.quote, by)


def _quoted(theme: VoiceTheme, chosen: str, by: Viewer) -> str | None:
    """The words with this id, of those of the theme that may be quoted. Raises NotFound."""
    if not chosen:
        return None
    words = queries.quotable(by, theme.id).get(UUID(chosen))
    if words is None:
        raise NotFound(_("There are no such words."))
    return words[:LONGEST_QUOTE]


def _answer(row: VoiceSaid, answer: str) -> bool:
    """Tell who left a way to reach them; nothing of them is kept. Gives whether there was one."""
    typed = row.contact or ""
    phone = None if is_email(typed) else mobile(typed)
    if not is_email(typed) and not phone:
        return False
    to = Recipient(phone=phone, locale=row.language) if phone else Recipient(email=typed.strip(), locale=row.language)
    slug = row.neighbourhood.slug if row.neighbourhood is not None else None
    notify(VoiceAnswered(shown(row.reference), answer, slug), to=to, key=f"voice:{row.id}")
    return True

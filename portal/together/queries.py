"""Where the lines of what was asked for together stand: for the record, and for many people at once."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.orm import joinedload, load_only

from portal.core.extensions import db
from portal.core.permissions import Permission
from portal.core.references import read_reference
from portal.core.viewer import Viewer
from portal.directory.models import Service
from portal.people.models import Person
from portal.referrals.models import Introduction, Referral
from portal.referrals.states import ACTED_ON, State, Told
from portal.together.bundles import BUNDLES, Bundle, line_label
from portal.together.models import TogetherLine

NOT_SENT = frozenset({State.DRAFT, State.ENTERED_IN_ERROR})


@dataclass(frozen=True)
class LineStanding:
    """Where one line stands. `before`: where the one stood that this one came in place of.

    `can_ask_next`: it came to nothing, and nobody else has been asked yet. `group` and `reference`, of the introduction, are for
    who may open it alone.
    """

    label: str
    told: Told
    is_acted_on: bool
    before: Told | None
    can_ask_next: bool
    group: str | None = None
    reference: str | None = None


@dataclass(frozen=True)
class Standing:
    """One set. `person` is the reference of their record; none where the viewer may not open it."""

    bundle: str
    lines: Sequence[LineStanding]
    person: str | None = None

    @property
    def is_over(self) -> bool:
        """Whether every line of it has ended, and nothing has to be done about any."""
        return all(one.told.is_end and not one.can_ask_next for one in self.lines)


def standings_for(viewer: Viewer, people: Collection[UUID]) -> Mapping[UUID, Sequence[Standing]]:
    """By person, what was asked for together for them, newest first, once any of it was sent. Two statements.

    For people whom the page in hand shows already: who may see a case may see which of its needs are answered. Names of groups,
    and references to open, are for who holds the record alone.
    """
    lines = _lines_of(people) if people else ()
    if not lines:
        return {}
    chains = _chains_of(people, lines)
    teams = viewer.organisations_with(Permission.CASELOAD)
    found: dict[UUID, list[Standing]] = {}
    for _referral_id, rows in groupby(lines, key=lambda one: one.referral_id):
        mine = [(line, chains[line.id]) for line in rows if line.id in chains]
        if all(State(chain[-1].state) is State.DRAFT and len(chain) == 1 for _line, chain in mine):
            continue
        first = mine[0][0]
        is_theirs = teams is None or first.referral.organization_id in teams
        bundle = BUNDLES.get(first.bundle)
        found.setdefault(first.person_id, []).append(
            Standing(
                bundle=str(bundle.label) if bundle else first.bundle,
                lines=[_standing(line, chain, is_theirs=is_theirs) for line, chain in mine],
                person=first.referral.person.reference if is_theirs else None,
            )
        )
    return found


def sent_with(person: Person, form_key: str) -> Referral | None:
    """The referral that a form with this key made for a person, once any of it was sent."""
    is_its = (Referral.form_key == form_key) & (Referral.person_id == person.id)
    found = db.session.scalar(select(Referral).where(is_its))
    return found if found is not None and is_sent(found) else None


def set_of(person: Person, bundle: Bundle, reference: str | None) -> Referral | None:
    """The referral with this reference that was chosen for a person by lines of a bundle; none where there is no such one."""
    known = read_reference(reference) if reference else None
    is_its = (Referral.reference == known) & (Referral.person_id == person.id)
    of_bundle = (TogetherLine.referral_id == Referral.id) & (TogetherLine.bundle == bundle.id)
    wanted = select(Referral).where(is_its, select(TogetherLine.id).where(of_bundle).exists())
    return db.session.scalar(wanted) if known else None


def is_sent(referral: Referral) -> bool:
    """Whether any of it went out: then its choice stays as it was."""
    return any(State(one.state) not in NOT_SENT for one in referral.introductions)


def chosen_for(referral: Referral) -> dict[str, UUID]:
    """By line, the services of a draft that it would be sent to: not what was taken out of it again."""
    drafts = {one.service_id for one in referral.introductions if State(one.state) is State.DRAFT}
    rows = db.session.scalars(select(TogetherLine).where(TogetherLine.referral_id == referral.id))
    return {one.line: one.service_id for one in rows if one.service_id in drafts}


def bundle_of(referral: Referral) -> str | None:
    """The bundle that a referral was chosen by; none for any other referral."""
    return db.session.scalar(select(TogetherLine.bundle).where(TogetherLine.referral_id == referral.id).limit(1))


def line_of(introduction: Introduction) -> TogetherLine | None:
    """The line that an introduction was sent for, or that the one was which it came in place of; none where it is of no set."""
    one, seen = introduction, {introduction.id}
    while one.replaces_id is not None and one.replaces_id not in seen:
        seen.add(one.replaces_id)
        one = db.session.get_one(Introduction, one.replaces_id)
    is_its = (TogetherLine.referral_id == one.referral_id) & (TogetherLine.service_id == one.service_id)
    return db.session.scalar(select(TogetherLine).where(is_its).order_by(TogetherLine.position).limit(1))


def said_no(person: Person) -> frozenset[UUID]:
    """The services that declined somebody, never answered, or came to nothing."""
    wanted = select(Introduction.service_id).where(
        Introduction.person_id == person.id, Introduction.state.in_([state.value for state in ACTED_ON])
    )
    return frozenset(one for one in db.session.scalars(wanted) if one is not None)


def _lines_of(people: Collection[UUID]) -> Sequence[TogetherLine]:
    """Of the referral and the person no more than ids: nothing that anybody told is read for this."""
    referral = joinedload(TogetherLine.referral, innerjoin=True)
    wanted = (
        select(TogetherLine)
        .join(Referral, Referral.id == TogetherLine.referral_id)
        .where(TogetherLine.person_id.in_(people))
        .options(
            referral.load_only(Referral.organization_id, Referral.person_id),
            referral.joinedload(Referral.person, innerjoin=True).load_only(Person.reference),
        )
        .order_by(Referral.created_at.desc(), Referral.id, TogetherLine.position)
    )
    return db.session.scalars(wanted).all()


def _chains_of(people: Collection[UUID], lines: Sequence[TogetherLine]) -> dict[UUID, list[Introduction]]:
    """By line, its introduction and all that came in its place, in their order. What was left out is not among them."""
    is_of_set = Introduction.referral_id.in_({line.referral_id for line in lines})
    wanted = (
        select(Introduction)
        .where(
            Introduction.person_id.in_(people),
            Introduction.state != State.ENTERED_IN_ERROR.value,
            or_(is_of_set, Introduction.replaces_id.is_not(None)),
        )
        .options(
            load_only(
                Introduction.reference, Introduction.referral_id, Introduction.service_id, Introduction.state,
                Introduction.is_acted_on, Introduction.replaces_id,
            ),
            joinedload(Introduction.service).load_only(Service.name),
        )
        .order_by(Introduction.created_at, Introduction.id)
    )  # fmt: skip
    rows = db.session.scalars(wanted).all()
    heads = {(one.referral_id, one.service_id): one for one in rows if one.replaces_id is None}
    after = {one.replaces_id: one for one in rows if one.replaces_id is not None}
    found: dict[UUID, list[Introduction]] = {}
    for line in lines:
        one = heads.get((line.referral_id, line.service_id))
        chain: list[Introduction] = []
        while one is not None and one not in chain:
            chain.append(one)
            one = after.get(one.id)
        if chain:
            found[line.id] = chain
    return found


def _standing(line: TogetherLine, chain: Sequence[Introduction], *, is_theirs: bool) -> LineStanding:
    now = chain[-1]
    return LineStanding(
        label=line_label(line.bundle, line.line),
        told=now.told,
        is_acted_on=now.is_acted_on,
        before=chain[-2].told if len(chain) > 1 else None,
        can_ask_next=State(now.state) in ACTED_ON and not now.is_acted_on,
        group=now.to_what if is_theirs else None,
        reference=now.reference if is_theirs else None,
    )

"""Every address as everybody: what the walk needs to know beside the access table.

What is expected follows from the mark of the endpoint's row in `access_table.py`:

| mark | a stranger | a role that lacks the permission | a role that has it | the same role in another organisation or area |
|---|---|---|---|---|
| public | open | open | open | open |
| operator | hidden | hidden | hidden | hidden |
| signed in | asked to sign in | open | open | open |
| signed in, of somebody | asked to sign in | hidden | hidden | hidden |
| signed in, of an organisation | asked to sign in | hidden | open | hidden |
| a permission | asked to sign in | refused | open | open |
| a permission, of an organisation | asked to sign in | refused | open | hidden |

"Of": where the address names what belongs to somebody (a part in `PERSONAL`), or to an organisation (in `OWNED`). For the
latter, who is signed in needs the permission to change listings.

A new endpoint needs its row there, and a row in `PARTS` if its address has a part of words that no other has: ids, numbers and
choices are filled in by their kind. A part that names what belongs to an organisation or to somebody should have a row too, and
stand in `OWNED` or `PERSONAL`; where one feature means another thing by it, a row with the feature's name before it. What does
not follow from its mark stands in `OTHERWISE`.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from hashlib import sha256
from html import unescape
from typing import Any
from uuid import uuid4

from sqlalchemy import select
from werkzeug.routing import AnyConverter, Rule, UUIDConverter
from werkzeug.routing.converters import NumberConverter

from portal.accounts import invitations
from portal.accounts.models import ExternalIdentity, Passkey, User, UserSession
from portal.accounts.roles import ROLES, Role
from portal.assurance.models import CheckItem, CheckRound, ListingReport
from portal.attachments.models import Attachment
from portal.changes.models import ChangeRequest
from portal.core import clock
from portal.core.extensions import db
from portal.core.permissions import Permission
from portal.directory.models import Service, Source
from portal.grants.models import Grant, GrantRound
from portal.groups.models import SheetUpload
from portal.moderation.models import Decision, DuplicatePair
from portal.organisations.models import Organization
from portal.partners.board_models import Board, BoardDecision, BoardMember
from portal.partners.models import Agreement, Partner, PartnerRole, PartnerTask, Programme, Signatory
from portal.referrals import models, sending
from portal.referrals.actors import Actor
from portal.referrals.models import Introduction, Message
from portal.referrals.sending import Wanted
from portal.referrals.transitions import Who
from portal.sources.models import SourceRun, SourceSetting, SourceTask, StagedRecord
from portal.voice.models import VoiceSaid, VoiceTheme
from portal.widget.models import WidgetKey
from tests.factories import Make
from tests.house.access_table import CACHEABLE, OPERATOR, PUBLIC, SIGNED_IN
from tests.support.referrals import World as ReferralWorld
from tests.support.referrals import agree, make_person

OPEN, ASKED, REFUSED, HIDDEN = "open", "asked to sign in", "refused", "hidden"
STRANGER = "stranger"
WITH_PEOPLE = (Role.GROUP_WORKER, Role.LINK_WORKER, Role.REFERRER, Role.SAFEGUARDING_LEAD)
ELSEWHERE = {f"{role.value} elsewhere": role for role in (Role.LEAD, Role.EDITOR, Role.MODERATOR, *WITH_PEOPLE)}
FAR = "E07000208"
"""Where nothing of the organisation is, nor anything that its moderators see."""
VIEWERS = (STRANGER, *(role.value for role in Role), *ELSEWHERE)
ROWS = '[[2, {"id": "", "name": "Singing at Noon", "cost": "lots"}, null]]'
"""Of a spreadsheet, as it is kept once it was read."""
PEOPLE = {
    "someone": {"name": "Quilla Vantongeren", "email": "quilla@people.example.org"},
    "claimant": {"name": "Ingram Sollity", "email": "ingram@people.example.org"},
    "invited": {"email": "osric@people.example.org"},
    "referred": {"name": "Ottoline Marshgrove"},
}
"""An editor of the organisation, somebody who asks to become one, somebody who was asked to, and a person who was referred to
the organisation by its own link workers. None is a viewer.
"""
BY_LEAD, BY_DESK, BY_ADMIN = {"lead", "administrator"}, {"moderator", "administrator"}, {"administrator"}
SEEN = {
    "accounts.editors": {"someone": BY_DESK},
    "accounts.end_role": {"someone": BY_LEAD},
    "accounts.people_of": {"someone": BY_LEAD, "invited": BY_LEAD},
    "accounts.person": {"someone": BY_LEAD},
    "admin.user": {"someone": BY_ADMIN},
    "admin.users": {"someone": BY_ADMIN, "claimant": BY_ADMIN},
    "caseload.details": {"referred": {"link-worker"}},
    "caseload.record": {"referred": {"link-worker"}},
    "groups.history": {"someone": {"lead", "editor"}},
    "joining.asked_to": {"claimant": BY_LEAD},
    "moderation.item": {"claimant": {"moderator"}},
    "responding.show": {"referred": {"group-worker"}},
}
"""Where the name or the e-mail address of one of them stands, and for whom: on no other page, and for no other viewer."""


@dataclass
class World:
    """An organisation with all that an address may name, and somebody of each kind."""

    here: Organization
    service: Service
    someone: User
    invitation: Any
    draft: ChangeRequest
    claim: ChangeRequest
    upload: SheetUpload
    device: UserSession
    passkey: Passkey
    identity: ExternalIdentity
    waiting: ChangeRequest
    approved: Decision
    report: ListingReport
    call: CheckRound
    pair: DuplicatePair
    people: dict[str, User]
    handover: Introduction
    concern: models.SafetyConcern
    widget: WidgetKey
    introduction: Introduction
    file: Attachment
    staged: StagedRecord
    task: SourceTask
    agreement: Agreement
    decided: BoardDecision
    grant: Grant


def world(make: Make) -> World:
    """Made once for the whole walk."""
    here, there = make.organisation("Larkfield Circle"), make.organisation("Far Away Friends")
    people = {
        role.value: make.user(
            role, organisation=here if ROLES[role].scope == "organisation" else None, name=f"The {role.value}"
        )
        for role in Role
    }
    for name, role in ELSEWHERE.items():
        is_by_area = ROLES[role].scope == "area"
        people[name] = make.user(
            role, name=name, organisation=None if is_by_area else there, area=FAR if is_by_area else None
        )
    service, twin = make.service(organisation=here), make.service("Tuesday Table again", organisation=here)
    make.service("Elsewhere", organisation=there, place={"authority_code": FAR})
    invitation, _token = invitations.invite(
        PEOPLE["invited"]["email"], Role.EDITOR, by=people["lead"], organization_id=here.id
    )
    someone = make.user("editor", organisation=here, **PEOPLE["someone"])
    claimant = make.user(**PEOPLE["claimant"])
    theirs, today = {"user_id": someone.id}, clock.today()
    change = {"service_id": service.id, "organization_id": here.id, "by_user_id": someone.id, "base_version": 1}
    one, another = sorted((service.id, twin.id), key=lambda one: one.hex)
    made = World(
        here=here,
        service=service,
        someone=someone,
        invitation=invitation,
        draft=ChangeRequest(organization_id=here.id, kind="new", facts={"name": "A draft"}, by_user_id=someone.id),
        claim=ChangeRequest(
            organization_id=here.id, kind="claim", state="waiting", by_user_id=claimant.id, submitted_at=clock.now()
        ),
        upload=SheetUpload(organization_id=here.id, form_key="k" * 30, body=ROWS, **theirs),
        device=UserSession(token_hash="x" * 64, factor="password", ends_at=clock.now() + timedelta(days=1), **theirs),
        passkey=Passkey(credential_id="eHh4", public_key=b"x", name="Key", **theirs),
        identity=ExternalIdentity(issuer="https://id.example", subject="s", subject_key="s", **theirs),
        waiting=ChangeRequest(
            kind="change", state="waiting", facts={"summary": "Tea."}, submitted_at=clock.now(), **change
        ),
        approved=Decision(kind="approve", service_id=service.id, organization_id=here.id, by_user_id=people["moderator"].id),
        report=ListingReport(service_id=service.id, reference="ABC234", kind="other", words="It is shut.", form_key="r" * 24),
        call=CheckRound(
            organization_id=here.id, begun_on=today, phone_on=today, try_on=today, why_phone="silent",
            items=[CheckItem(service_id=service.id)],
        ),
        pair=DuplicatePair(one_id=one, other_id=another, score=0.9, shares={"name": 1.1}),
        people=people,
        introduction=(introduction := _referred(here, service)),
        file=_with_file(introduction),
        grant=_granted(here),
        handover=_handed_over(here, people["referrer"]),
        concern=models.SafetyConcern(reference="W7PH4MWX", organization_id=here.id, words="Alone."),
        staged=(staged := _staged(service)),
        task=SourceTask(source_id=staged.source_id, external_id="9", service_id=service.id, kind="vanished"),
        agreement=(agreement := _agreed(here, there)),
        decided=_decided(agreement),
        widget=WidgetKey(key="walkedwidget", name="Larkfield Library", sites=["https://library.example.org"], colours="ours"),
    )  # fmt: skip
    db.session.add_all([made.draft, made.claim, made.upload, made.device, made.passkey, made.identity])
    db.session.add_all([made.waiting, made.approved, made.report, made.call, made.pair, made.concern, made.widget])
    db.session.add(made.task)
    db.session.add(VoiceTheme(area="leicester", said="Nothing at weekends"))
    db.session.add(
        VoiceSaid(area="leicester", about="missing", words="A bench.", reference="H2RW9DCT", form_key="v" * 24)
    )
    db.session.commit()
    return made


def _agreed(lead: Organization, other: Organization) -> Agreement:
    """What the organisation agreed with another, in a programme that it leads, signed and with something to do."""
    day = clock.today()
    programme = Programme(name="Cafes", area="leicester", starts_on=day)
    leads = Partner(programme=programme, organization_id=lead.id)
    leads.roles.append(PartnerRole(role="lead-provider", starts_on=day))
    partner = Partner(programme=programme, organization_id=other.id)
    partner.roles.append(PartnerRole(role="informal", starts_on=day))
    made = Agreement(kind="service", title="Evening cafe", starts_on=day, ends_on=day, partner=partner)
    made.signatories.append(Signatory(organization_id=other.id, name="Hal Underhill", signed_on=day))
    made.tasks.append(PartnerTask(kind="end", days=30, due_on=day))
    db.session.add(leads)
    db.session.add(made)
    db.session.commit()
    return made


def _decided(agreement: Agreement) -> BoardDecision:
    """What a board of that programme decided; somebody has a seat on it."""
    board = Board(programme=agreement.partner.programme, name="Board", decides="Which cafes open.")
    board.members.append(BoardMember(name="Hal Underhill", seat="Chair", starts_on=clock.today()))
    made = BoardDecision(
        board=board, number=1, decided_on=clock.today(), title="Open", decided="It opens.", why="Asked."
    )
    db.session.add(made)
    db.session.commit()
    return made


def _referred(here: Organization, service: Service) -> Introduction:
    """Somebody whom the organisation's link workers referred to its own service, and whom it has accepted."""
    loop = ReferralWorld(here, here, service)
    names = {"given_name": "Ottoline", "family_name": "Marshgrove"}
    return loop.introduction("accepted", person=make_person(here, worker=loop.worker, **names))


def _with_file(introduction: Introduction) -> Attachment:
    """A file that came with a message about it."""
    message = Message(introduction_id=introduction.id, side="group", kind="message", words="The map.")
    db.session.add(message)
    db.session.flush()
    told = {"introduction_id": introduction.id, "message_id": message.id, "side": "group", "state": "clean"}
    file = Attachment(name="Map.pdf", kind="pdf", size=0, digest=sha256().hexdigest(), **told)
    db.session.add(file)
    db.session.commit()
    return file


def _granted(here: Organization) -> Grant:
    """A grant of a year, out of a round of an area that no viewer's role is held for."""
    today = clock.today()
    round_ = GrantRound(area="leicester", name="Warm welcome", total_pence=900_000, opens_on=today, closes_on=today)
    db.session.add(round_)
    db.session.flush()
    made = Grant(
        round_id=round_.id, organization_id=here.id, name="Lunch club", amount_pence=100_000, communities=["older"],
        starts_on=date(2026, 7, 1), ends_on=today + timedelta(days=365), promised_sessions=12, promised_people=30,
    )  # fmt: skip
    db.session.add(made)
    db.session.commit()
    return made


def _staged(service: Service) -> StagedRecord:
    """A record of another directory that may be one of its listings, in a reading that waits for a person."""
    source = Source(name="Elsewhere")
    db.session.add(source)
    db.session.flush()
    run = SourceRun(source_id=source.id, state="waiting", counts={"read": 1, "doubtful": 1}, doubt="first")
    db.session.add_all([SourceSetting(source_id=source.id, profile="oruk3", failures=0), run])
    db.session.flush()
    alike = [{"service": str(service.id), "score": 0.7, "why": {"postcode same": 2.5}}]
    document = {"hsds": {"id": "8", "name": "Tuesday Tables"}}
    record = StagedRecord(
        run_id=run.id, source_id=source.id, line=1, external_id="8", name="Tuesday Tables", outcome="doubtful",
        document=document, digest="0" * 64, candidates=alike,
    )  # fmt: skip
    db.session.add(record)
    db.session.commit()
    return record


def _handed_over(here: Organization, referrer: User) -> Introduction:
    """Somebody whom the organisation, as a practice, handed over to its own link workers."""
    by = Actor(Who.REFERRER, user=referrer, organization_id=here.id)
    wanted = Wanted(route="clinician", needs=["loneliness"], reason="Company.")
    person = make_person(None, given_name="Hal", family_name="Underhill")
    referral = sending.new_referral(person, wanted, by=by, organization_id=here.id, user_id=referrer.id)
    one = sending.to_team(referral, here.id, by=by)
    sending.send(one, agree(person, here), by=by)
    return one


NOBODYS = "k" * 43
PARTS: dict[str, Callable[[World], object]] = {
    "organisation_id": lambda world: world.here.id,
    "service_id": lambda world: world.service.id,
    "user_id": lambda world: world.someone.id,
    "membership_id": lambda world: world.someone.held[0].id,
    "invitation_id": lambda world: world.invitation.id,
    "change_id": lambda world: world.draft.id,
    "claim_id": lambda world: world.claim.id,
    "identity_id": lambda world: world.identity.id,
    "passkey_id": lambda world: world.passkey.id,
    "session_id": lambda world: world.device.id,
    "upload_id": lambda world: world.upload.id,
    "attachment_id": lambda world: world.file.id,
    "grants.reference": lambda world: world.grant.shown_reference,
    "grants.round_id": lambda world: world.grant.round_id,
    "group_grants.reference": lambda world: world.grant.shown_reference,
    "quarter": lambda _world: "2026-q3",
    "groups.number": lambda _world: 1,
    "moderation.change_id": lambda world: world.waiting.id,
    "decision_id": lambda world: world.approved.id,
    "pair_id": lambda world: world.pair.id,
    "sources.source_id": lambda world: world.staged.source_id,
    "sources.run_id": lambda world: world.staged.run_id,
    "sources.record_id": lambda world: world.staged.id,
    "sources.task_id": lambda world: world.task.id,
    "report_id": lambda world: world.report.id,
    "round_id": lambda world: world.call.id,
    "handover.reference": lambda world: world.handover.shown_reference,
    "caseload.reference": lambda world: world.introduction.person.shown_reference,
    "dumps.day": lambda _world: "2026-11-30",
    "dumps.name": lambda _world: "hsds.zip",
    "caseload.instrument": lambda _world: "ons4",
    "caseload.introduction": lambda world: world.introduction.shown_reference,
    "caseload.referral": lambda world: world.introduction.referral.shown_reference,
    "reference": lambda world: world.introduction.shown_reference,
    "responding.step": lambda _world: "book",
    "together.reference": lambda world: world.introduction.person.shown_reference,
    "together.introduction": lambda world: world.introduction.shown_reference,
    "together.bundle": lambda _world: "home-from-hospital",
    "huddles.day": lambda _world: clock.today().isoformat(),
    "huddles.reference": lambda world: world.introduction.person.shown_reference,
    "coordinating.area": lambda _world: "leicester",
    "insight.area": lambda _world: "leicester",
    "insight.table": lambda _world: "referrals",
    "insight.source": lambda _world: "unmet-forms",
    "partners.partner_id": lambda world: world.agreement.partner_id,
    "partners.role_id": lambda world: world.agreement.partner.roles[0].id,
    "partners.agreement_id": lambda world: world.agreement.id,
    "partners.signatory_id": lambda world: world.agreement.signatories[0].id,
    "partners.task_id": lambda world: world.agreement.tasks[0].id,
    "partners.board_id": lambda world: world.decided.board_id,
    "partners.member_id": lambda world: world.decided.board.members[0].id,
    "partners.decision_id": lambda world: world.decided.id,
    "partners.programme_id": lambda world: world.agreement.partner.programme_id,
    "code": lambda _world: "en",
    "fact": lambda _world: "summary",
    "measure": lambda _world: "swemwbs",
    "name": lambda _world: "invitation",
    "provider": lambda _world: "none",
    "number": lambda _world: "01234567",
    "register": lambda _world: "companies-house",
    "section": lambda _world: "about",
    "slug": lambda _world: "leicester",
    "selfreferral.reference": lambda _world: "K7PH-4MWX",
    "governance.reference": lambda _world: "K7PH-4MWX",
    "safeguarding.concern": lambda _world: "K7PH-4MWX",
    "safeguarding.reference": lambda world: world.concern.shown_reference,
    "token": lambda _world: NOBODYS,
    "theme_id": lambda _world: db.session.scalar(select(VoiceTheme.id)),
    "words_id": lambda _world: db.session.scalar(select(VoiceSaid.id)),
    "voice.kind": lambda _world: "said",
    "widget.key": lambda world: world.widget.key,
    "widget_id": lambda world: world.widget.id,
}
"""What stands for a part of an address. What belongs to an organisation is the first one's; other ids are nobody's."""
OWNED = frozenset(
    {"organisation_id", "service_id", "user_id", "membership_id", "invitation_id", "change_id", "claim_id", "upload_id"}
    | {"decision_id", "pair_id", "report_id", "round_id", "reference", "theme_id", "words_id"}
)
"""Parts that name what belongs to an organisation."""
PERSONAL = frozenset(
    {"attachment_id", "claim_id", "identity_id", "membership_id", "passkey_id", "session_id", "upload_id"}
)
"""Parts that name what belongs to somebody, who is none of the viewers."""
SCOPED = frozenset(
    one.value
    for one in (
        Permission.LISTING_EDIT, Permission.LISTING_CHANGE, Permission.PEOPLE_MANAGE, Permission.MODERATE,
        Permission.TRUST_EDITORS, Permission.INTRODUCTION_ANSWER, Permission.CASELOAD, Permission.HAND_OVER,
        Permission.SAFETY_READ, Permission.VOICE_ANSWER,
    )
)  # fmt: skip
"""Permissions that are held in one organisation or area: elsewhere, what belongs to it is hidden."""
UNDER_WAY = frozenset({"accounts.connect", "accounts.join_with"})
"""Pages that are there only for who is in the middle of something: open ones may say 404."""
TITLED = {
    "A user": "who it is stands in no title, which browsers keep",
    "One of your people": "who it is stands in no title, which browsers keep",
    "Your new listing": "its name may be a sensitive need",
    "Support near you": "what it is about may be a sensitive need",
}
"""Titles that say something else than the first heading of their page, and why."""
OTHERWISE: dict[tuple[str, str], str] = {
    ("attachments.download", "group-worker"): OPEN,
    ("attachments.download", "link-worker"): OPEN,
    ("caseload.agree_again", "link-worker"): HIDDEN,
    ("caseload.refer_choose", "link-worker elsewhere"): OPEN,
    ("caseload.end_agreement", "link-worker"): HIDDEN,
    ("caseload.handover", "link-worker"): HIDDEN,
    ("caseload.refuse_agreement", "link-worker"): HIDDEN,
    **{("grants.home", viewer): OPEN for viewer in ("lead", "lead elsewhere", "editor", "editor elsewhere")},
    ("together.next_nearest", "link-worker"): HIDDEN,
}
"""What does not follow from the mark: (endpoint, viewer) to what they meet."""


def address_of(rule: Rule, world: World) -> str:
    """The address of a rule with the world's own things in it. Raises AssertionError for a part that nobody knows."""
    values = {part: _stands_for(rule, part, world) for part in rule.arguments}
    unknown = sorted(part for part, value in values.items() if value is None)
    assert not unknown, f"say in tests/house/walk.py: PARTS what stands for {unknown} in {rule.rule}"
    built = rule.build(values, append_unknown=False)
    assert built is not None, f"{rule.rule} cannot be built: its parts need other values in tests/house/walk.py"
    return built[1]


def _by_kind(rule: Rule, part: str) -> object | None:
    """What stands for a part without a row: an id that is nobody's, the first number, the last choice. None for words."""
    converter = rule._converters.get(part)
    if isinstance(converter, AnyConverter):
        return (rule.defaults or {}).get(part) or max(converter.items)
    if isinstance(converter, UUIDConverter):
        return uuid4()
    return 1 if isinstance(converter, NumberConverter) else (rule.defaults or {}).get(part)


def _stands_for(rule: Rule, part: str, world: World) -> object:
    feature = rule.endpoint.partition(".")[0]
    known = PARTS.get(f"{feature}.{part}") or PARTS.get(part)
    return known(world) if known else _by_kind(rule, part)


def expected(endpoint: str, mark: str, rule: Rule, viewer: str) -> str:
    """What a viewer meets at an endpoint with this mark."""
    if (endpoint, viewer) in OTHERWISE:
        return OTHERWISE[endpoint, viewer]
    if mark in {PUBLIC, CACHEABLE}:
        return OPEN
    if mark == OPERATOR:
        return HIDDEN
    if viewer == STRANGER:
        return ASKED
    may, is_owned = ROLES[ELSEWHERE.get(viewer) or Role(viewer)].permissions, bool(rule.arguments & OWNED)
    if mark == SIGNED_IN:
        is_shut = is_owned and (Permission.LISTING_CHANGE not in may or viewer in ELSEWHERE)
        return HIDDEN if is_shut or rule.arguments & PERSONAL else OPEN
    if Permission(mark) not in may:
        return REFUSED
    return HIDDEN if viewer in ELSEWHERE and mark in SCOPED and is_owned else OPEN


def misnamed(html: str) -> str | None:
    """What is wrong where a page in English is called one thing in its title and another in its first heading; else none."""
    title, heading = _words("title", html), _words("h1", html)
    if title is None or heading is None or '<html lang="en"' not in html:
        return None
    name = title.removeprefix("Error: ").rpartition(" - ")[0]
    if name in TITLED or name in heading or heading in name:
        return None
    return f"the title says {name!r}, the heading {heading!r}"


def _words(tag: str, html: str) -> str | None:
    found = re.search(rf"<{tag}(?: [^>]*)?>(.*?)</{tag}>", html, re.DOTALL)
    return " ".join(unescape(re.sub(r"<[^>]+>", "", found[1])).split()) if found else None

"""Where a signed-in person can go: the menu of staff pages, by what they may do. A new page is a row.

A menu names the same places in the same order on every page; the pages of the section that is open stand in a row below. Who has
one section alone has its pages as their menu.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from flask import Flask, current_app
from flask_babel.speaklater import LazyString

from portal.core.access import mark_of
from portal.core.i18n import lazy_gettext as _l
from portal.core.permissions import Permission
from portal.core.viewer import Nobody, Viewer, may_be_signed_in, viewer

MOST_PARTS = 5
MOST_BESIDE = 4
"""Items of a menu that stand beside the name of the site; more have a row of their own."""
COUNTS = "portal.places.counts"


@dataclass(frozen=True)
class Part:
    """A page within a section of signed-in pages; its header names them. `covers`: the views below it, by their names."""

    endpoint: str
    label: LazyString
    covers: frozenset[str] = frozenset()

    def is_at(self, endpoint: str | None) -> bool:
        """Whether a view belongs to this part without being its own page."""
        return endpoint != self.endpoint and (endpoint or "").partition(".")[2] in self.covers


PARTS: dict[str, tuple[Part, ...]] = {
    "groups": (
        Part("groups.home", _l("Home"), frozenset({"held", "grant", "asked_list", "asked", "confirm_all"})),
        Part("responding.referrals", _l("Referrals"), frozenset({"show", "step", "write"})),
        Part(
            "groups.listings",
            _l("Listings"),
            frozenset(
                {
                    "listing",
                    "edit_fact",
                    "edit_place",
                    "edit_sessions",
                    "history",
                    "version",
                    "close",
                    "add_listing",
                    "new_listing",
                    "new_section",
                    "preview_new",
                    "spreadsheet",
                    "sheet",
                    "confirm",
                    "referral_setting",
                }
            ),
        ),
        Part("accounts.people", _l("People"), frozenset({"people_of", "person", "invite", "end_role"})),
    ),
    "handover": (
        Part("handover.link_worker", _l("Hand over"), frozenset({"sent"})),
        Part("handover.following", _l("Followed"), frozenset({"followed", "withdraw", "agreed"})),
        Part("directory.search", _l("Find support")),
    ),
    "caseload": (
        Part(
            "caseload.home",
            _l("Caseload"),
            frozenset(
                {"chase", "move", "find", "add", "record", "details", "number", "change", "introduction"}
                | {"add_contact", "goals", "next_step", "agreements", "add_agreement", "end_agreement"}
                | {"refuse_agreement", "agree_again", "measures", "measure", "measure_not_taken", "seen"}
                | {
                    "match",
                    "refer",
                    "refer_choose",
                    "check",
                    "send_referral",
                    "leave_out",
                    "sent",
                    "mistakes",
                    "act_on_introduction",
                }
                | {"block_contact", "allow_contact", "death", "give", "close", "open_again", "flag"}
            ),
        ),
    ),
    "coordinating": (
        Part(
            "coordinating.home",
            _l("My groups"),
            frozenset({"area", "team", "question", "new_question", "edit_question", "choose_groups", "check_question"}),
        ),
    ),
    "huddles": (
        Part(
            "huddles.home",
            _l("Huddle"),
            frozenset({"board", "add_case", "change_case", "close_case", "change_action", "write", "attend"})
            | frozenset({"finish", "catch_up", "current", "print_minutes", "report_gap"}),
        ),
        Part(
            "teams.home",
            _l("Teams"),
            frozenset({"team", "add_team", "change_team", "cover", "uncover", "redraw", "add_member", "end_member"}),
        ),
    ),
    "moderation": (
        Part(
            "moderation.queue",
            _l("To review"),
            frozenset({"item", "edit", "reject", "send_back", "check_ticked", "pair", "report"}),
        ),
        Part("moderation.phone_list", _l("Phone list"), frozenset({"call"})),
        Part("moderation.decided", _l("Undo")),
        Part("moderation.rules", _l("Rules")),
    ),
    "safeguarding": (
        Part("safeguarding.queue", _l("Worries about safety"), frozenset({"item"})),
        Part("safeguarding.raise_concern", _l("Raise one"), frozenset({"raised"})),
        Part("governance.break_glass", _l("A record of another team"), frozenset({"behind_glass"})),
    ),
    "governance": (
        Part(
            "governance.records",
            _l("Records of people"),
            frozenset({"record", "erase", "hold", "note", "find", "mistake", "mistakes", "documents"}),
        ),
        Part("governance.broken", _l("Opened from outside")),
    ),
    "bundles": (
        Part(
            "bundles.curate",
            _l("Pages"),
            frozenset({"curate_bundle", "new_bundle", "edit_bundle", "preview", "history", "version"})
            | {"new_section", "edit_section", "press_section", "press_pin", "press_bundle"},
        ),
    ),
    "admin": (
        Part(
            "admin.home",
            _l("Administration"),
            frozenset(
                {
                    "areas",
                    "brand",
                    "synonyms",
                    "referrals",
                    "link_team",
                    "link_teams",
                    "every",
                    "source",
                    "run",
                    "tasks",
                }
            )
            | {"every_programme", "add_programme", "change_programme", "change_lead"},
        ),
        Part("admin.users", _l("Users"), frozenset({"user", "invite_user"})),
        Part("admin.organisations", _l("Organisations"), frozenset({"organisation", "add_organisation"})),
        Part("admin.messages", _l("Messages"), frozenset({"message_words"})),
    ),
    "grants": (
        Part(
            "grants.home",
            _l("Grants"),
            frozenset(
                {
                    "show_round",
                    "add_round",
                    "edit_round",
                    "add_grant",
                    "show_grant",
                    "edit_grant",
                    "void_grant",
                    "report",
                }
            ),
        ),
        Part("grants.gaps_page", _l("Where nothing is funded")),
    ),
    "voice": (
        Part("voice.queue", _l("What people say"), frozenset({"words"})),
        Part("voice.themes", _l("You said, we did"), frozenset({"theme", "new_theme", "theme_step"})),
    ),
    "trials": (Part("trials.home", _l("Trials"), frozenset({"begin", "trial", "edit", "learned"})),),
    "partners": (
        Part(
            "partners.home",
            _l("Partners"),
            frozenset(
                {
                    "add_partner",
                    "partner",
                    "change_partner",
                    "add_role",
                    "end_role",
                    "close_partner",
                    "add_agreement",
                    "capacity",
                }
            ),
        ),
        Part(
            "partners.agreements",
            _l("Agreements"),
            frozenset({"agreement", "change_agreement", "renew_agreement", "end_agreement", "sign", "promise", "task"}),
        ),
        Part(
            "partners.decisions",
            _l("Decisions"),
            frozenset(
                {"board", "add_board", "change_board", "add_seat", "end_seat", "add_meeting"}
                | {"decision", "add_decision", "withdraw_decision"}
            ),
        ),
    ),
    "insight": (
        Part("insight.figures_home", _l("Overview"), frozenset({"show_overview", "show_groups", "show_offers"})),
        Part("insight.unmet_home", _l("Unmet need"), frozenset({"show_unmet"})),
        Part("insight.fairness_home", _l("Fairness"), frozenset({"show_fairness"})),
        Part("insight.searches", _l("Searches")),
        Part("voice.cleared", _l("What people said")),
    ),
}
"""The pages of a section, by blueprint: at most five, of those that this instance has."""
SECTIONS: dict[str, str] = {
    "teams": "huddles",
    "responding": "groups",
    "group_grants": "groups",
    "together": "caseload",
    "sources": "admin",
    "webhooks": "admin",
    "widgets": "admin",
    "huddles.no_service_fits": "caseload",
    "coordinating.asked": "groups",
    "coordinating.asked_list": "groups",
}
"""The section of views that stand elsewhere than their blueprint says, by view or blueprint."""


@dataclass(frozen=True)
class Place:
    """A page that the menu leads to. `blueprint` is the section in which it is the current one.

    `covers`: views, by blueprint and name, that belong to it alone. `unless`: who may do this has another place for it.
    """

    endpoint: str
    label: LazyString
    permission: Permission
    blueprint: str
    covers: frozenset[str] = frozenset()
    unless: Permission | None = None


PLACES = (
    Place("handover.link_worker", _l("Hand over"), Permission.HAND_OVER, "handover"),
    Place("groups.home", _l("My listings"), Permission.LISTING_EDIT, "groups"),
    Place("responding.referrals", _l("Referrals"), Permission.INTRODUCTION_ANSWER, "groups"),
    Place("caseload.home", _l("Caseload"), Permission.CASELOAD, "caseload"),
    Place("pages.home", _l("Find support"), Permission.CASELOAD, "pages"),
    Place("caseload.intake", _l("Handovers"), Permission.CASELOAD, "caseload", frozenset({"caseload.handover"})),
    Place("coordinating.home", _l("My groups"), Permission.COORDINATE, "coordinating"),
    Place("huddles.home", _l("Huddle"), Permission.TEAM_WORK, "huddles"),
    Place("caseload.flags", _l("Flagged people"), Permission.COORDINATE, "caseload"),
    Place("safeguarding.queue", _l("Safety"), Permission.SAFETY_READ, "safeguarding"),
    Place("moderation.queue", _l("Moderation"), Permission.MODERATE, "moderation"),
    Place("voice.queue", _l("What people say"), Permission.VOICE_ANSWER, "voice"),
    Place("bundles.curate", _l("Pages"), Permission.BUNDLES_CURATE, "bundles"),
    Place("admin.home", _l("Administration"), Permission.SITE_MANAGE, "admin"),
    Place("governance.records", _l("Records"), Permission.RECORDS_GOVERN, "governance"),
    Place("admin.audit", _l("Audit"), Permission.AUDIT_READ, "audit"),
    Place("trials.home", _l("Trials"), Permission.TRIALS_MANAGE, "trials"),
    Place("insight.figures_home", _l("Insight"), Permission.FIGURES_READ, "insight"),
    Place("grants.home", _l("Grants"), Permission.GRANTS_MANAGE, "grants"),
    Place("partners.home", _l("Partners"), Permission.PARTNERS_READ, "partners"),
    Place("insight.searches", _l("Searches"), Permission.INSIGHT_READ, "insight", unless=Permission.FIGURES_READ),
)
"""In the order of every menu."""


@dataclass(frozen=True)
class Item:
    """One link of a menu. `current`: as `aria-current` says it, "page" or "true"; empty where one is elsewhere."""

    endpoint: str
    label: LazyString
    current: str


@dataclass(frozen=True)
class Menu:
    """The menu of a page: the same for one person on all of them but for what is current. `within`: pages of the open section."""

    items: tuple[Item, ...]
    within: tuple[Item, ...] = ()

    @property
    def is_long(self) -> bool:
        """Whether it has no room beside the name of the site."""
        return len(self.items) > MOST_BESIDE


def places_of(who: Viewer) -> list[Place]:
    """The places that somebody may go to, of those that this instance has, always in the same order."""
    return [
        one
        for one in PLACES
        if one.endpoint in current_app.view_functions
        and who.can(one.permission)
        and (one.unless is None or not who.can(one.unless))
    ]


def public_places_of(who: Viewer) -> list[Place]:
    """The first alone: the header of public pages has much else to say, and the whole menu stands on the page behind it."""
    return places_of(who)[:1]


def parts_of(blueprint: str | None, who: Viewer) -> list[Part]:
    """The pages of a section that this instance has and that somebody may open."""
    return [one for one in PARTS.get(blueprint or "", ()) if _may_open(one.endpoint, who)][:MOST_PARTS]


def menu_of(who: Viewer, endpoint: str | None, section: str | None = None) -> Menu:
    """The menu of a page, which is the view `endpoint`. `section`: what the page says of itself, where it says anything."""
    blueprint = (endpoint or "").partition(".")[0]
    here = section or SECTIONS.get(endpoint or "") or SECTIONS.get(blueprint, blueprint)
    places = places_of(who)
    held = list(dict.fromkeys(one.blueprint for one in places))
    if here not in held:
        here = next((one for one in held for part in PARTS.get(one, ()) if part.endpoint == endpoint), here)
    if len(held) < 2:
        return Menu(tuple(_item_of_part(one, endpoint) for one in parts_of(held[0] if held else here, who)))
    found = _place_at(places, endpoint, here)
    items = tuple(
        Item(one.endpoint, one.label, "" if one is not found else "page" if one.endpoint == endpoint else "true")
        for one in places
    )
    within = [_item_of_part(one, endpoint) for one in parts_of(here, who)] if here in held else []
    return Menu(items, tuple(within) if len(within) > 1 else ())


def _place_at(places: Sequence[Place], endpoint: str | None, section: str) -> Place | None:
    own = (one for one in places if endpoint == one.endpoint or endpoint in one.covers)
    return next(own, None) or next((one for one in places if one.blueprint == section), None)


def _item_of_part(part: Part, endpoint: str | None) -> Item:
    current = "page" if part.endpoint == endpoint else "true" if part.is_at(endpoint) else ""
    return Item(part.endpoint, part.label, current)


def count_by(app: Flask, endpoint: str, count: Callable[[Viewer], int]) -> None:
    """Say how to count what waits at a part. It is asked only where the part is named in a header."""
    app.extensions.setdefault(COUNTS, {})[endpoint] = count


def waiting_at(endpoint: str, who: Viewer) -> int:
    """How much waits at a part for somebody; 0 where nobody counts."""
    count: Callable[[Viewer], int] | None = current_app.extensions.get(COUNTS, {}).get(endpoint)
    return count(who) if count is not None else 0


def _may_open(endpoint: str, who: Viewer) -> bool:
    mark = mark_of(current_app.view_functions.get(endpoint))
    return mark is not None and (mark.permission is None or who.can(mark.permission))


def init_app(app: Flask) -> None:
    """Give every page `seen_by` and what menus are made of. A request without a session's cookie costs no question."""
    app.jinja_env.globals.update(menu_of=menu_of, public_places_of=public_places_of, waiting_at=waiting_at)

    @app.context_processor
    def _seen_by() -> dict[str, Viewer]:
        return {"seen_by": viewer() if may_be_signed_in() else Nobody()}

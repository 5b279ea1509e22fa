"""Programmes, partners, roles: leads by date, rings of work, dates that do not go together, and who may read what."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import pytest
from flask import Flask
from sqlalchemy import func, select

from portal.accounts.models import Membership
from portal.core import clock
from portal.core.audit import AuditEntry
from portal.core.errors import Overtaken, Refused
from portal.core.extensions import db
from portal.core.permissions import Permission
from portal.core.viewer import Nobody
from portal.core.wording import full_date
from portal.geography.models import Neighbourhood, NeighbourhoodPart
from portal.partners import actions, queries
from portal.partners.actions import RoleTold
from portal.partners.chains import Link, ring_of
from portal.partners.kinds import ROLES
from portal.partners.models import Partner, PartnerRole
from portal.partners.scopes import sights
from tests.factories import Make
from tests.partners.world import BEGAN, World, dates, in_days, key, world
from tests.support.page import Browser

ADD = "/partners/add"


def _typed(here: World, **told: Any) -> dict[str, str]:
    return {
        "organisation": "Wick Gardens", "does": "Gardening for people who live alone", "role": "subcontractor",
        "under": str(here.partner.id), "key": key(), **dates("starts_on", BEGAN), **dates("ends_on", None), **told,
    }  # fmt: skip


def test_an_organisation_is_put_into_the_register_by_its_name(
    app: Flask, here: World, as_user: Callable[..., Browser]
) -> None:
    here.make.organisation("Wick Gardens")
    browser = as_user(here.manager)
    told = _typed(here)
    page = browser.post(ADD, told, expect=303)
    browser.post(ADD, told, expect=303)
    shown = browser.get(page.headers["Location"])
    assert "Wick Gardens" in shown.words("h1")
    assert "Gardening for people who live alone" in shown.main
    assert "Has its work from Larkfield Circle of leicester" in shown.main
    assert db.session.scalar(select(func.count()).select_from(Partner)) == 3
    assert db.session.scalar(select(AuditEntry).where(AuditEntry.action == "partner.role_added").limit(1)) is not None
    listed = browser.get("/partners?role=subcontractor&q=wick")
    assert "Wick Gardens" in listed.main and "Larkfield" not in " ".join(listed.words("tbody th"))


@pytest.mark.parametrize(
    ("told", "sentence"),
    [
        ({"organisation": "Nobody At All"}, "No organisation here has this name or number"),
        ({"organisation": "Wick"}, "Do you mean: Wick Gardens?"),
        ({"organisation": "Copperbrook Care"}, "This organisation is a partner already"),
        ({"organisation": ""}, "Enter the name of an organisation"),
        ({"role": "lead-provider"}, "Choose one of the answers"),
        ({"role": "king"}, "Choose one of the answers"),
        ({"role": "board"}, "“Board member” has its work from nobody"),
        ({"under": str(uuid4())}, "Choose one of the answers"),
        ({**dates("ends_on", date(2025, 3, 1))}, "The last day comes before the first"),
        ({"starts_on-year": "9999999999"}, "Enter the year with all 4 digits"),
        ({"starts_on-year": "2825"}, "Check the year"),
        ({"does": "x" * 1001}, "Use 1000 characters or fewer"),
    ],
)
def test_what_cannot_be_is_said_at_its_field_and_what_was_typed_stays(
    sqlite_app: Flask, here: World, as_user: Callable[..., Browser], told: dict[str, str], sentence: str
) -> None:
    here.make.organisation("Wick Gardens")
    typed = {**_typed(here), **told}
    page = as_user(here.manager).post(ADD, typed, expect=422)
    assert sentence in page.one(".error-summary").get_text(" ")
    assert typed["does"] in page.one("textarea[name=does]").get_text()
    assert db.session.scalar(select(func.count()).select_from(Partner)) == 2


def test_names_are_suggested_of_who_meets_here_at_a_public_place_or_leads(
    sqlite_app: Flask, here: World, as_user: Callable[..., Browser]
) -> None:
    make = here.make
    make.service(organisation=make.organisation("Wick Gardens"))
    make.service(organisation=make.organisation("Secret House"), place={"privacy": "hidden"})
    make.service(organisation=make.organisation("Somewhere Near"), place={"privacy": "area"})
    make.organisation("Far Away")
    kept = make.service(organisation=here.lead)
    make.service(organisation=make.organisation("Merged Away"), merged_into_id=kept.id)
    keeper, admin = as_user(here.manager), as_user(make.user("administrator"))
    lead = f"/partners/programmes/{here.programme.id}/lead"
    for browser, address in ((keeper, ADD), (admin, "/partners/programmes/add"), (admin, lead)):
        page = browser.get(address)
        offered = page.select(f"datalist#{page.one('#organisation')['list']} option")
        assert [one["value"] for one in offered] == ["Copperbrook Care", "Wick Gardens"], address


def test_a_name_that_is_nobodys_is_told_with_all_else_that_is_wrong(
    sqlite_app: Flask, here: World, as_user: Callable[..., Browser]
) -> None:
    page = as_user(here.manager).post(ADD, {**_typed(here), "organisation": "Nobody At All", "role": ""}, expect=422)
    told = page.words(".error-summary li")
    assert told[0].startswith("No organisation here has this name") and told[1:] == ["Choose what this partner is"]
    assert not as_user(here.manager).get(ADD).select(".error-summary"), "nothing was typed"


def test_what_is_wrong_is_told_in_the_order_of_the_form(
    sqlite_app: Flask, here: World, as_user: Callable[..., Browser]
) -> None:
    page = as_user(here.manager).post(
        ADD, {**_typed(here), "organisation": "", "role": "", "starts_on-day": ""}, expect=422
    )
    fields = [
        str(one["id"])
        for one in page.select("main form input:not([type=hidden]), main form select, main form textarea")
    ]
    told = [str(one["href"]).removeprefix("#") for one in page.select(".error-summary a")]
    assert told[0] == "organisation" == fields[0]
    assert len(told) == 3 and told == sorted(told, key=fields.index)


def test_two_of_one_name_are_told_apart_by_number(
    sqlite_app: Flask, here: World, as_user: Callable[..., Browser]
) -> None:
    here.make.organisation("Wick Gardens")
    here.make.organisation("Wick Gardens")
    page = as_user(here.manager).post(ADD, _typed(here), expect=422)
    assert "More than one organisation is called this" in page.main


def test_nobody_has_their_work_from_themselves(app: Flask, here: World, as_user: Callable[..., Browser]) -> None:
    first = here.partner
    second = here.other("Sileby Carers", role="subcontractor", under_id=first.id)
    third = here.other("Wick Gardens", role="subcontractor", under_id=second.id)
    lead = next(one for one in here.programme.partners if one.organization_id == here.lead.id)
    browser = as_user(here.manager)
    for below, above, way in (
        (first, third, "Larkfield Circle of leicester → Wick Gardens → Sileby Carers → Larkfield Circle of leicester"),
        (second, third, "Sileby Carers → Wick Gardens → Sileby Carers"),
        (lead, first, "Copperbrook Care → Larkfield Circle of leicester → Copperbrook Care"),
    ):
        told = {"role": "grant-holder" if below is not lead else "subcontractor", "under": str(above.id), "key": key()}
        page = browser.post(f"/partners/{below.id}/roles/add", {**told, **dates("starts_on", in_days(-9))}, expect=422)
        assert f"This would be a ring, in which an organisation has its work from itself: {way}" in page.main
    with pytest.raises(Refused, match="from itself"):
        actions.add_role(first, RoleTold("grant-holder", BEGAN, under_id=first.id), form_key=key(), by=here.manager)


def test_a_ring_needs_a_day_on_which_all_its_links_hold() -> None:
    one, two, three = uuid4(), uuid4(), uuid4()
    links = [
        Link(two, three, date(2025, 1, 1), date(2025, 6, 30)),
        Link(three, one, date(2025, 6, 1), date(2025, 12, 31)),
    ]
    assert ring_of(Link(one, two, date(2025, 1, 1), date(2025, 12, 31)), links) == (two, three, one)
    assert ring_of(Link(one, two, date(2025, 7, 1)), links) == ()
    assert ring_of(Link(one, two, date(2024, 1, 1), date(2025, 5, 31)), links) == ()
    assert ring_of(Link(one, one, date(2024, 1, 1)), ()) == (one,)
    assert ring_of(Link(one, two, date(2025, 7, 1)), [replace(links[0], ends_on=None), links[1]]) == (two, three, one)


def test_a_role_does_not_lie_over_the_same_role(app: Flask, here: World) -> None:
    with pytest.raises(Refused, match="one does not lie over the other"):
        actions.add_role(here.partner, RoleTold("subcontractor", in_days(4)), form_key=key(), by=here.manager)
    actions.add_role(here.partner, RoleTold("board", in_days(4)), form_key=key(), by=here.manager)
    db.session.rollback()
    role = here.partner.roles[0]
    actions.end_role(role, in_days(3), version=role.version, by=here.manager)
    actions.add_role(here.partner, RoleTold("subcontractor", in_days(4)), form_key=key(), by=here.manager)
    db.session.commit()
    assert [one.role for one in here.partner.roles] == ["subcontractor", "subcontractor"]


def test_a_role_is_ended_and_stays(app: Flask, here: World, as_user: Callable[..., Browser]) -> None:
    role, browser = here.partner.roles[0], as_user(here.manager)
    address = f"/partners/{here.partner.id}/roles/{role.id}/end"
    wrong = browser.post(address, {"version": "1", **dates("ends_on", BEGAN - timedelta(days=1))}, expect=422)
    assert "The last day comes before the first" in wrong.main
    browser.post(address, {"version": "1", **dates("ends_on", in_days(-1))}, expect=303)
    late = browser.post(address, {"version": "1", **dates("ends_on", in_days(-5))}, expect=409)
    assert "Someone else changed this while you were writing" in late.main
    told = f"What stands now {full_date(in_days(-1))} What you wrote {full_date(in_days(-5))}"
    assert told in late.main
    browser.post(
        address, {"version": late.one("input[name=version]")["value"], **dates("ends_on", in_days(-5))}, expect=303
    )
    past = browser.get("/partners?show=past")
    assert "Larkfield Circle of leicester" in past.main
    assert "Larkfield Circle of leicester" not in " ".join(browser.get("/partners").words("tbody th"))
    lead = next(one for one in here.programme.partners if one.organization_id == here.lead.id)
    browser.get(f"/partners/{lead.id}/roles/{lead.roles[0].id}/end", expect=404)


def test_two_people_change_what_a_partner_does(app: Flask, here: World, as_user: Callable[..., Browser]) -> None:
    browser, address = as_user(here.manager), f"/partners/{here.partner.id}/change"
    browser.post(address, {"version": "1", "does": "A cafe on Mondays"}, expect=303)
    page = browser.post(address, {"version": "1", "does": "A cafe on Tuesdays"}, expect=409)
    assert "A cafe on Mondays" in page.main and "A cafe on Tuesdays" in page.one("textarea").get_text()
    assert page.one("input[name=version]")["value"] == "2"
    with pytest.raises(Overtaken):
        actions.change_partner(here.partner, "x", version=1, by=here.manager)


def test_a_change_of_lead_keeps_who_led(app: Flask, here: World, make: Make, as_user: Callable[..., Browser]) -> None:
    make.organisation("Wharf Alliance")
    new_lead = queries.organisation_named("wharf alliance")[0]
    assert new_lead is not None
    heir = make.user("lead-provider", organisation=new_lead)
    admin = as_user(make.user("administrator"))
    day = clock.today()
    told = {"organisation": "Wharf Alliance", "key": key(), **dates("from_day", day)}
    before = here.other("Before the change")
    address = f"/partners/programmes/{here.programme.id}/lead"
    assert "Choose a later day" in admin.post(address, {**told, **dates("from_day", BEGAN)}, expect=422).main
    told_again = {**told, "organisation": "Copperbrook Care", "key": key()}
    assert "leads already" in admin.post(address, told_again, expect=422).main
    admin.post(address, told, expect=303)
    admin.post(address, told, expect=303)
    roles = db.session.scalars(
        select(PartnerRole).where(PartnerRole.role == "lead-provider").order_by(PartnerRole.starts_on)
    ).all()
    assert [(one.starts_on, one.ends_on) for one in roles] == [(BEGAN, day - timedelta(days=1)), (day, None)]
    assert queries.areas_led_by(heir, Permission.FIGURES_READ) == {"leicester"}
    assert queries.areas_led_by(here.manager, Permission.FIGURES_READ) == frozenset()
    shown = admin.get("/partners/programmes")
    assert "Leads: Wharf Alliance" in shown.main and "Led before: Copperbrook Care" in shown.main
    keeper, reader = as_user(heir), as_user(here.manager)
    added = actions.add_partner(
        here.programme, make.organisation("After the change"), RoleTold("informal", day), None, form_key=key(), by=heir
    )
    db.session.commit()
    assert "After the change" in keeper.get("/partners").main
    seen = reader.get("/partners")
    assert "Before the change" in seen.main and "After the change" not in seen.main
    assert "Your organisation led this programme until" in seen.main and not seen.select('a[href^="/partners/add"]')
    reader.get(f"/partners/{added.id}", expect=404)
    reader.get(f"/partners/{before.id}")
    for way in ("change", "roles/add", "closed", "agreements/add"):
        reader.get(f"/partners/{before.id}/{way}", expect=404)
        keeper.get(f"/partners/{before.id}/{way}")
    assert "After the change" not in reader.get("/partners/partners.csv").html


def test_areas_led_by_asks_for_a_role_at_the_organisation_that_leads_today(app: Flask, here: World, make: Make) -> None:
    assert queries.areas_led_by(here.manager, Permission.PARTNERS_READ) == {"leicester"}
    assert queries.areas_led_by(here.manager, Permission.CASELOAD) == frozenset()
    for role, options in (("commissioner", {}), ("commissioner", {"area": "leicester"}), ("administrator", {})):
        assert queries.areas_led_by(make.user(role, **options), Permission.FIGURES_READ) == frozenset()
    partner = make.user("lead-provider", organisation=here.partner.organization)
    assert queries.areas_led_by(partner, Permission.FIGURES_READ) == frozenset()
    assert queries.areas_led_by(Nobody(), Permission.FIGURES_READ) == frozenset()
    here.programme.ends_on = in_days(-1)
    db.session.commit()
    assert queries.areas_led_by(here.manager, Permission.FIGURES_READ) == frozenset()


def test_who_is_not_of_the_area_is_told_nothing(
    app: Flask, here: World, make: Make, as_user: Callable[..., Browser]
) -> None:
    there = world(make, "camden", "Lockhouse Partnership", "Camden teams")
    one, board = here.agreement(), here.board()
    decision = here.decision(board)
    paths = [
        f"/partners/{here.partner.id}", f"/partners/agreements/{one.id}", f"/partners/boards/{board.id}",
        f"/partners/decisions/{decision.id}",
    ]  # fmt: skip
    acts = [
        f"/partners/{here.partner.id}/change", f"/partners/{here.partner.id}/roles/add", f"/partners/{here.partner.id}/closed",
        f"/partners/{here.partner.id}/agreements/add", f"/partners/{here.partner.id}/roles/{here.partner.roles[0].id}/end",
        f"/partners/agreements/{one.id}/change", f"/partners/agreements/{one.id}/renew", f"/partners/agreements/{one.id}/end",
        f"/partners/agreements/{one.id}/sign", f"/partners/agreements/{one.id}/promise", f"/partners/boards/{board.id}/change",
        f"/partners/boards/{board.id}/seats/add", f"/partners/boards/{board.id}/meetings/add",
        f"/partners/boards/{board.id}/decisions/add", f"/partners/decisions/{decision.id}/withdraw",
        f"/partners/add?programme={here.programme.id}", f"/partners/boards/add?programme={here.programme.id}",
    ]  # fmt: skip
    readers = {"own": make.user("commissioner", area="leicester"), "other": make.user("commissioner", area="camden")}
    stranger_lead = there.manager
    partner_of = make.user("lead-provider", organisation=here.partner.organization)
    for who in (readers["other"], stranger_lead, partner_of):
        browser = as_user(who)
        for path in paths:
            browser.get(path, expect=404)
        for place in ("/partners", "/partners/agreements?view=hold", "/partners/decisions", "/partners/capacity"):
            asked = f"{place}{'&' if '?' in place else '?'}programme={here.programme.id}"
            page = browser.get(asked)
            assert "leicester" not in page.main.casefold() and "Evening cafe" not in page.main
        for what in ("partners", "agreements", "decisions", "capacity"):
            assert (
                "Larkfield Circle of leicester"
                not in browser.get(f"/partners/{what}.csv?programme={here.programme.id}").html
            )
            assert "Evening cafe" not in browser.get(f"/partners/{what}/print?programme={here.programme.id}").html
    for who in (stranger_lead, partner_of):
        for path in acts:
            as_user(who).get(path, expect=404)
    own = as_user(readers["own"])
    for path in paths:
        page = own.get(path)
        assert not [one for one in page.select("main a[href]") if "/change" in one["href"] or "/add" in one["href"]]
    for path in acts:
        own.get(path, expect=403)
    for role in ("moderator", "team-coordinator", "link-worker", "administrator"):
        options = {"area": "leicester"} if role in {"moderator", "team-coordinator"} else {}
        as_user(make.user(role, **options)).get("/partners", expect=403)


def test_a_commissioner_who_also_works_for_the_lead_may_keep_what_it_leads_alone(
    app: Flask, here: World, make: Make
) -> None:
    other = world(make, "camden", "Lockhouse Partnership", "Camden teams")
    here.manager.memberships.append(Membership(role="commissioner", area=None))
    db.session.commit()
    assert {one.programme.name: one.may_manage for one in sights(here.manager).values()} == {
        "Neighbourhood mental health": True,
        "Camden teams": False,
    }
    assert queries.areas_led_by(here.manager, Permission.PARTNERS_MANAGE) == {"leicester"}
    assert other.programme.area == "camden"


def test_the_register_costs_the_same_however_long(
    app: Flask, here: World, as_user: Callable[..., Browser], count_statements: Callable[[], Any]
) -> None:
    browser = as_user(here.manager)
    here.agreement()
    browser.get("/partners")
    with count_statements() as few:
        browser.get("/partners")
    for number in range(12):
        partner = here.other(f"Group {number}", role="subcontractor", under_id=here.partner.id)
        here.agreement(partner)
    with count_statements() as many:
        browser.get("/partners")
    assert len(many) == len(few) <= 14


def test_an_administrator_starts_a_programme_and_reads_no_register(
    app: Flask, make: Make, as_user: Callable[..., Browser]
) -> None:
    here = world(make)
    make.organisation("Wick Gardens")
    admin = as_user(make.user("administrator"))
    told = {
        "name": "Home first", "area": "leicester", "about": "", "organisation": "Wick Gardens", "key": key(),
        **dates("starts_on", BEGAN), **dates("ends_on", None),
    }  # fmt: skip
    assert "Choose an area" in admin.post("/partners/programmes/add", {**told, "area": ""}, expect=422).main
    assert "Choose one of" in admin.post("/partners/programmes/add", {**told, "area": "atlantis"}, expect=422).main
    backwards = {**told, **dates("ends_on", date(2025, 3, 1))}
    assert "comes before the first" in admin.post("/partners/programmes/add", backwards, expect=422).main
    admin.post("/partners/programmes/add", told, expect=303)
    admin.post("/partners/programmes/add", told, expect=303)
    page = admin.get("/partners/programmes")
    assert page.main.count("Home first") >= 1 and "Leads: Wick Gardens" in page.main
    admin.get(f"/partners/{here.partner.id}", expect=403)
    change = f"/partners/programmes/{here.programme.id}/change"
    new = {"name": "Minds", "area": "leicester", "version": "1", **dates("starts_on", BEGAN), **dates("ends_on", None)}
    admin.post(change, new, expect=303)
    assert "Minds" in admin.post(change, {**new, "name": "Hearts"}, expect=409).main


@pytest.mark.parametrize("role", [key for key, rules in ROLES.items() if not rules.leads])
def test_every_role_can_be_given(sqlite_app: Flask, here: World, as_user: Callable[..., Browser], role: str) -> None:
    here.make.organisation("Wick Gardens")
    browser = as_user(here.manager)
    under = str(here.partner.id) if ROLES[role].is_under else ""
    page = browser.post(ADD, _typed(here, role=role, under=under), expect=303)
    label = str(ROLES[role].label)
    assert label in browser.get(page.headers["Location"]).main
    assert "Wick Gardens" in browser.get(f"/partners?role={role}").main
    assert f'"{label}"' in browser.get("/partners/partners.csv").html


def test_a_commissioner_by_the_councils_code_reads_the_programmes_in_it(
    sqlite_app: Flask, here: World, as_user: Callable[..., Browser]
) -> None:
    address = f"/partners/{here.partner.id}"
    own = as_user(here.make.user("commissioner", area="E06000016"))
    assert "Larkfield Circle of leicester" in own.get("/partners").main
    own.get(address)
    own.get(f"{address}/change", expect=403)
    elsewhere = as_user(here.make.user("commissioner", area="E09000007"))
    elsewhere.get(address, expect=404)
    assert "Larkfield" not in elsewhere.get("/partners").main
    hood = db.session.scalars(select(Neighbourhood)).one()
    hood.parts.append(NeighbourhoodPart(kind="authority", code="E09000007", vintage=2020, valid_from=date(2020, 1, 1)))
    db.session.commit()
    for browser in (own, elsewhere):
        browser.get(address, expect=404)

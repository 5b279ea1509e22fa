"""Every key can be changed while the site serves: nobody is signed out, no form is lost, nothing stays under the old key."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from uuid import UUID

import pytest
from cryptography.fernet import Fernet
from flask import Flask
from sqlalchemy import select, text

from portal.accounts import queries
from portal.accounts.models import AccountToken
from portal.app import create_app
from portal.core import clock
from portal.core.blind_index import blind
from portal.core.extensions import Base, db
from portal.core.jobs import Job
from portal.core.queue import work_once, work_until_idle
from portal.core.settings import Settings
from portal.core.transactions import unit
from portal.notifications.models import StoppedTopic
from portal.operations import doctor, renewing, upgrading
from portal.unmet.models import UnmetNeed
from tests.conftest import KEY
from tests.factories import Make
from tests.support.page import Browser

ROOT = Path(__file__).parent.parent.parent
NEW = Fernet.generate_key().decode()
Use = Callable[..., None]


@pytest.fixture
def use(app: Flask) -> Iterator[Use]:
    """Sets the data keys of the instance; puts the old ones back."""
    before = app.extensions["portal.settings"]

    def set_(*keys: str) -> None:
        app.extensions["portal.settings"] = replace(before, data_keys=keys)
        db.session.rollback()
        db.session.expire_all()

    yield set_
    app.extensions["portal.settings"] = before


def _fill(make: Make, needs: int) -> UUID:
    user = make.user(email="Ines@people.example.org", totp_secret="ABCDEFGH")
    user_id = UUID(str(user.id))
    with unit():
        db.session.add_all(
            UnmetNeed(words="a private trouble", contact="07700 900 982", form_key=f"key-{one}") for one in range(needs)
        )
        token = AccountToken(purpose="join", token_hash="h", email="new@people.example.org", expires_at=clock.now())
        token.email_key = blind("new@people.example.org")
        db.session.add_all([token, StoppedTopic(who=blind("new@people.example.org"), topic="digest")])
        db.session.add(StoppedTopic(who=str(user_id), topic="digest"))
    return user_id


def test_everything_encrypted_is_renewed_and_the_old_key_may_go(app: Flask, make: Make, use: Use) -> None:
    user_id = _fill(make, needs=450)
    use(NEW, KEY)
    assert queries.user_by_email("ines@people.example.org") is not None, "found before anything is renewed"
    assert renewing.left().older > 900
    with unit():
        renewing.renew()
    assert work_until_idle() >= 3
    assert renewing.left() == renewing.Left(renewing.left().texts, 0, 0)
    use(NEW)
    found = queries.user_by_email("INES@people.example.org ")
    assert found is not None and (found.id, found.name, found.totp_secret) == (user_id, "Sam Okafor", "ABCDEFGH")
    assert {row.words for row in db.session.query(UnmetNeed)} == {"a private trouble"}
    stopped = set(db.session.scalars(select(StoppedTopic.who)))
    assert stopped == {blind("new@people.example.org"), str(user_id)}
    assert db.session.scalars(select(AccountToken.email_key)).one() == blind("new@people.example.org")


def test_renewal_that_was_cut_off_goes_on(app: Flask, make: Make, use: Use) -> None:
    _fill(make, needs=450)
    use(NEW, KEY)
    with unit():
        renewing.renew()
    for _ in range(2):
        work_once()
    db.session.query(Job).delete()
    db.session.commit()
    assert renewing.left().older > 0
    assert renewing.renew_all() > 3
    assert renewing.left().older == 0
    before = db.session.execute(text("select words from unmet_need order by id")).all()
    renewing.renew_all()
    assert db.session.execute(text("select words from unmet_need order by id")).all() == before, "nothing is done twice"


def test_a_text_that_no_key_opens_holds_nothing_up(app: Flask, make: Make, use: Use) -> None:
    _fill(make, needs=3)
    db.session.execute(text("update unmet_need set words = 'gAAAAAbroken' where form_key = 'key-0'"))
    db.session.commit()
    use(NEW, KEY)
    renewing.renew_all()
    assert (renewing.left().older, renewing.left().shut) == (1, 1)


def test_the_doctor_says_when_an_old_key_may_go(
    app: Flask, make: Make, use: Use, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(upgrading, "revision", upgrading.newest_revision)
    _fill(make, needs=1)

    def keys() -> doctor.Check:
        return next(check for check in doctor.examine() if check.name == "keys")

    assert keys().is_good
    use(NEW, KEY)
    assert not keys().is_good and not keys().is_vital and "renew-keys" in keys().sentence
    renewing.renew_all()
    assert keys().is_good and "may be taken away" in keys().sentence
    use(Fernet.generate_key().decode())
    assert not keys().is_good and keys().is_vital


def test_every_encrypted_table_and_every_blind_index_is_known() -> None:
    for table in renewing.encrypted():
        assert [column.name for column in table.primary_key] == ["id"], f"{table.name} cannot be renewed by its id"
    held = {
        f"{table.name}.{column.name}"
        for table in Base.metadata.sorted_tables
        for column in table.columns
        if column.name.endswith("_key") and getattr(column.type, "length", None) == 32
    }
    held -= {
        "insight_fact.person_key",
        "insight_fact.subject_key",
    }  # of ids, not of texts: portal/insight/keys.py renews them
    assert held <= set(renewing.INDEXES), "a blind index that is not renewed: add it to portal/operations/renewing.py"
    for name in (*renewing.INDEXED, *renewing.INDEXES):
        table_name, _, column = name.partition(".")
        assert column in Base.metadata.tables[table_name].columns


def _other(app: Flask, **settings: object) -> Browser:
    """A browser at the same instance after a restart with other settings."""
    own: Settings = app.extensions["portal.settings"]
    again = create_app(replace(own, **settings))  # type: ignore[arg-type]
    again.test_client_class = app.test_client_class
    again.extensions["portal.search"] = app.extensions["portal.search"]
    return Browser(again)


def test_forms_and_lists_outlive_a_change_of_the_secret_key(sqlite_app: Flask, make: Make) -> None:
    service = make.service()
    browser = Browser(sqlite_app)
    browser.post("/list/add", {"service": str(service.id)}, expect=303)
    page = browser.get("/services/not-found")
    old = sqlite_app.extensions["portal.settings"].secret_key
    after = _other(sqlite_app, secret_key="another secret, as long as it must be", secret_key_fallbacks=(old,))
    after.client._cookies = browser.client._cookies
    typed = {"need": "befriending", "words": "chess", "postcode": "", "contact": ""}
    sent = {**page.form("/services/not-found"), **typed}
    answer = after.client.post("/services/not-found", data=sent, headers={"Origin": "http://localhost"})
    assert answer.status_code in {200, 303}, answer.get_data(as_text=True)[:400]
    assert "Tuesday Table" in after.client.get("/list").get_data(as_text=True)
    stranger = _other(sqlite_app, secret_key="another secret, as long as it must be")
    stranger.client._cookies = browser.client._cookies
    assert "Tuesday Table" not in stranger.client.get("/list").get_data(as_text=True)


def test_nothing_is_signed_past_the_keys_that_can_be_changed() -> None:
    for path in (ROOT / "portal").rglob("*.py"):
        told = path.read_text(encoding="utf-8")
        assert "Serializer(" not in told or path.name == "signing.py", f"{path}: use portal.core.signing"

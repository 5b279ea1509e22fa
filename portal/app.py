"""The application factory: the only place that knows every feature."""

import os
from pathlib import Path
from typing import Any

from flask import Flask
from jinja2 import StrictUndefined
from werkzeug.middleware.proxy_fix import ProxyFix

from portal.accounts import held_forms, places, sessions, strangers
from portal.accounts import views as accounts_views
from portal.admin import views as admin_views
from portal.assurance import views as assurance_views
from portal.attachments import views as attachments_views
from portal.bundles import views as bundles_views
from portal.caseload import views as caseload_views
from portal.codes import models as codes_models
from portal.config import SettingsProblem, settings_from
from portal.coordinating import views as coordinating_views
from portal.core import (
    access,
    assets,
    brand,
    compression,
    database,
    headers,
    i18n,
    logs,
    metrics,
    origin,
    problems,
    signing,
    templating,
    transactions,
    wording,
)
from portal.core.extensions import csrf, db
from portal.core.forms import new_key, typed_of
from portal.core.numbers import NumberInAddress
from portal.core.settings import Settings, problems_for_production
from portal.describing import dump_views
from portal.describing import views as describing_views
from portal.directory import school_holidays
from portal.directory import views as directory_views
from portal.exporting import views as exporting_views
from portal.feed import views as feed_views
from portal.governance import views as governance_views
from portal.grants import group_views as group_grants_views
from portal.grants import views as grants_views
from portal.groups import joining_views
from portal.groups import views as groups_views
from portal.handover import views as handover_views
from portal.huddles import gap_models
from portal.huddles import models as huddles_models
from portal.huddles import views as huddles_views
from portal.insight import models as insight_models
from portal.insight import views as insight_views
from portal.matching import views as matching_views
from portal.measures import models as measures_models
from portal.moderation import views as moderation_views
from portal.neighbourhoods import booklet_views
from portal.neighbourhoods import views as neighbourhoods_views
from portal.notifications import views as notifications_views
from portal.notifications.senders import current as senders
from portal.operations import schema
from portal.operations import views as operations_views
from portal.pages import views as pages_views
from portal.partners import board_models as boards_models
from portal.partners import models as partners_models
from portal.partners import views as partners_views
from portal.referrals import models as referrals_models
from portal.referrals.dispatching import models as dispatching_models
from portal.referrals.dispatching.transports import current as transports
from portal.responding import views as responding_views
from portal.safeguarding import views as safeguarding_views
from portal.search import current as search
from portal.selfreferral import views as selfreferral_views
from portal.shortlists import sending_views as list_sending_views
from portal.shortlists import views as shortlists_views
from portal.sources import models as sources_models
from portal.sources import views as sources_views
from portal.teams import views as teams_views
from portal.together import views as together_views
from portal.trials import views as trials_views
from portal.unmet import views as unmet_views
from portal.voice import views as voice_views
from portal.webhooks import views as webhooks_views
from portal.widget import admin_views as widgets_views
from portal.widget import views as widget_views

FEATURES = (
    pages_views,
    directory_views,
    exporting_views,
    feed_views,
    dump_views,
    describing_views,
    shortlists_views,
    list_sending_views,
    neighbourhoods_views,
    booklet_views,
    bundles_views,
    unmet_views,
    voice_views,
    matching_views,
    accounts_views,
    notifications_views,
    joining_views,
    assurance_views,
    groups_views,
    caseload_views,
    coordinating_views,
    together_views,
    handover_views,
    selfreferral_views,
    responding_views,
    safeguarding_views,
    attachments_views,
    governance_views,
    huddles_views,
    teams_views,
    grants_views,
    group_grants_views,
    trials_views,
    partners_views,
    insight_views,
    moderation_views,
    sources_views,
    admin_views,
    webhooks_views,
    widgets_views,
    widget_views,
    operations_views,
)

TABLES = (
    codes_models,
    measures_models,
    referrals_models,
    dispatching_models,
    sources_models,
    partners_models,
    boards_models,
    gap_models,
    huddles_models,
    insight_models,
)
"""Tables of packages without pages, so that every program knows them."""
LARGEST_BODY = 10 * 1024 * 1024
MOST_FORM_PARTS = 1_000
LONGEST_FORM_FIELD = 500_000
ROOT = Path(__file__).parent
TRANSLATIONS, MIGRATIONS = (
    folder if folder.is_dir() else ROOT / f"_{folder.name}"
    for folder in (ROOT.parent / "translations", ROOT.parent / "migrations")
)
"""Beside the package in a clone, inside it in a wheel."""


def create_app(settings: Settings | None = None, *, is_serving: bool = True) -> Flask:
    """The portal with these settings, or with those of the environment. Changes nothing on disk but makes its folder.

    Raises SettingsProblem when a production start lacks what it needs. `is_serving` is False for single commands.
    """
    settings = settings or settings_from(os.environ)
    if is_serving and not (settings.demo or settings.testing) and (found := problems_for_production(settings)):
        raise SettingsProblem("\n".join(found))
    app = Flask("portal", static_folder=None, root_path=str(ROOT))
    app.config.update(_flask_config(settings))
    app.extensions["portal.settings"] = settings
    app.url_map.converters["int"] = NumberInAddress
    _bind_core(app, settings)
    _bind_features(app)
    return app


def _flask_config(settings: Settings) -> dict[str, Any]:
    host = (
        settings.base_url.partition("://")[2].partition("/")[0].rpartition(":")[0]
        or settings.base_url.partition("://")[2]
    )
    is_secure = not settings.is_local
    return {
        "SECRET_KEY": settings.secret_key,
        "SECRET_KEY_FALLBACKS": list(settings.secret_key_fallbacks),
        "WTF_CSRF_SECRET_KEY": signing.keys(settings),
        "SQLALCHEMY_DATABASE_URI": settings.database_url,
        "SQLALCHEMY_ENGINE_OPTIONS": database.engine_options(settings.database_url),
        "TESTING": settings.testing,
        "PROPAGATE_EXCEPTIONS": False,
        "TRUSTED_HOSTS": [host, "127.0.0.1", "localhost", "[::1]"],
        "MAX_CONTENT_LENGTH": LARGEST_BODY,
        "MAX_FORM_PARTS": MOST_FORM_PARTS,
        "MAX_FORM_MEMORY_SIZE": LONGEST_FORM_FIELD,
        "SESSION_COOKIE_NAME": "__Host-portal" if is_secure else "portal",
        "SESSION_COOKIE_SECURE": is_secure,
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "SESSION_COOKIE_PATH": "/",
        "WTF_CSRF_TIME_LIMIT": 12 * 60 * 60,
        "WTF_CSRF_SSL_STRICT": False,
    }


def _bind_core(app: Flask, settings: Settings) -> None:
    logs.configure(settings.log_level)
    settings.instance.mkdir(mode=0o700, parents=True, exist_ok=True)
    templating.init_app(app)
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    db.init_app(app)
    with app.app_context():
        database.prepare(db.engine)
    schema.init_app(app, str(MIGRATIONS))
    # Flask runs after_request functions in reverse: what is bound first sees the answer last.
    logs.init_app(app)
    metrics.init_app(app)
    compression.init_app(app)
    headers.init_app(app)
    transactions.init_app(app)
    access.init_app(app)
    origin.init_app(app)
    csrf.init_app(app)
    problems.init_app(app)
    brand.init_app(app, brand.read_brand(settings.brand))
    assets.init_app(app)
    i18n.init_app(app, settings.languages, str(TRANSLATIONS))
    wording.init_app(app)
    if settings.trusted_proxies:
        count = settings.trusted_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=count, x_proto=count, x_host=count)  # type: ignore[method-assign]
    app.context_processor(lambda: {"is_demo": settings.demo})
    app.jinja_env.globals |= {"form_key": new_key, "typed_of": typed_of}


def _bind_features(app: Flask) -> None:
    senders.init_app(app, app.extensions["portal.settings"])
    transports.init_app(app, app.extensions["portal.settings"])
    sessions.init_app(app)
    strangers.init_app(app)
    held_forms.init_app(app)
    places.init_app(app)
    search.init_app(app)
    school_holidays.init_app(app, app.extensions["portal.settings"].school_holidays)
    shortlists_views.init_app(app)
    feed_views.init_app(app)
    bundles_views.init_app(app)
    for views in FEATURES:
        app.register_blueprint(views.bp)

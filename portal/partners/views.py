"""The pages about partners. Each file named here adds its own to the blueprint; a new file is a row."""

from types import ModuleType
from typing import cast

from flask import Flask

from portal.accounts import places
from portal.partners import (
    agreement_views,
    board_views,
    decision_views,
    partner_views,
    programme_views,
    raising,
    sheet_views,
    task_views,
)
from portal.partners.blueprint import bp
from portal.partners.papers import waiting_for

FILES: tuple[ModuleType, ...] = (
    partner_views, agreement_views, task_views, board_views, decision_views, sheet_views, programme_views, raising
)  # fmt: skip

bp.record(lambda state: places.count_by(cast("Flask", state.app), "partners.agreements", waiting_for))

__all__ = ["FILES", "bp"]

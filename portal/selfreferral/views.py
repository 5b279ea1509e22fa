"""The pages of people who ask for themselves. Each file named here adds its own to the blueprint; a new file is a row."""

from portal.selfreferral import agreeing_views, link_worker_views, refer_views, status_views
from portal.selfreferral.blueprint import bp

FILES = (refer_views, link_worker_views, status_views, agreeing_views)

__all__ = ["FILES", "bp"]

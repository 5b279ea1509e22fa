"""The components of nhsuk-frontend for our templates, as `nhs.button({...})`.

They live in an environment of their own: they lean on undefined values, while in our own templates a misspelt name is an
error. Both escape what they are given; `tests/core/test_macros.py` proves it.
"""

from collections.abc import Callable
from functools import cached_property
from typing import Any

from flask import Flask
from jinja2 import ChainableUndefined, Environment, PackageLoader
from markupsafe import Markup


class Components:
    """Gives each nhsuk-frontend component as a function from its parameters to HTML."""

    @cached_property
    def _environment(self) -> Environment:
        return Environment(
            loader=PackageLoader("nhsuk_frontend_jinja", "templates"),
            autoescape=True,
            undefined=ChainableUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )

    def __getattr__(self, name: str) -> Callable[[dict[str, Any]], Markup]:
        if name.startswith("_"):
            raise AttributeError(name)
        folder = name.replace("_", "-")
        module = self._environment.get_template(f"nhsuk/components/{folder}/macro.jinja").module
        head, *tail = name.split("_")
        macro: Callable[[dict[str, Any]], Markup] = getattr(module, head + "".join(word.title() for word in tail))
        self.__dict__[name] = macro
        return macro


def init_app(app: Flask) -> None:
    """Give templates `nhs`."""
    app.jinja_env.globals["nhs"] = Components()

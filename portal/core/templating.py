"""Jinja with less work a word, since a page of results puts out a thousand of them. Output is the same, letter for letter."""

from collections.abc import Callable
from functools import lru_cache
from types import FunctionType
from typing import Any, Final

from flask import Flask, current_app, request, url_for
from flask.sansio.app import App
from flask.templating import Environment
from jinja2 import Template
from jinja2.compiler import CodeGenerator
from jinja2.environment import TemplateModule
from jinja2.nodes import Expr
from jinja2.runtime import Context, Macro
from jinja2.utils import _PassArg
from markupsafe import Markup, escape
from markupsafe import _escape_inner as escaped_text  # type: ignore[attr-defined]


def escaped(value: object) -> str:
    """A value as HTML. For what is joined into a page at once: unlike `escape`, plain text does not become a Markup."""
    kind = type(value)
    if kind is Markup:
        return value  # type: ignore[return-value]
    if kind is str:
        return escaped_text(value)  # type: ignore[arg-type]
    return str(value) if kind is int else escape(value)


OF_THINGS: Final = frozenset({"directory.show", "caseload.record", "caseload.introduction"})
"""Pages whose address holds nothing but what they show: never what somebody typed. Lists lead to many of them."""
MOST_ADDRESSES: Final = 8_192
ADDRESS: Final = "portal.templating.address"


class _Compiler(CodeGenerator):
    """Puts out values by `escaped`."""

    def _output_child_pre(self, node: Expr, frame: Any, finalize: Any) -> None:
        if frame.eval_ctx.volatile or not frame.eval_ctx.autoescape or finalize.src is not None:
            super()._output_child_pre(node, frame, finalize)
        else:
            self.write("environment.escaped(")


DRAWN_ONCE: Final = frozenset({"icon", "tick"})
"""Macros of small pictures and of the boxes of filters. What they say is given to them and is ours: each is drawn once."""


PLAIN: Final = (None, _PassArg.eval_context)
"""What a function may want to be given before its own arguments, to be called straight."""


class _Context(Context):
    """Calls our macros and functions straight: Jinja asks five questions of a callable before each call."""

    def call(__self, __obj: Any, *args: Any, **kwargs: Any) -> Any:  # noqa: N805 (as Jinja names them)
        kind, place = type(__obj), __self.eval_ctx
        wants = getattr(__obj, "jinja_pass_arg", None) if kind is FunctionType else None
        if kind is not Macro and (kind is not FunctionType or wants not in PLAIN):
            return super().call(__obj, *args, **kwargs)
        kwargs.pop("_block_vars", None)
        kwargs.pop("_loop_vars", None)
        if kind is FunctionType:
            return __obj(*args, **kwargs) if wants is None else __obj(place, *args, **kwargs)
        if __obj.name not in DRAWN_ONCE:
            return __obj(place, *args, **kwargs)
        drawn: dict[tuple[Any, ...], str] = __self.environment.drawn  # type: ignore[attr-defined]
        which = (*args, *kwargs.items())
        if which not in drawn:
            drawn[which] = __obj(place, *args, **kwargs)
        return drawn[which]


class _Template(Template):
    """No template of ours has globals of its own, so that what one imports is made once and need not be compared."""

    def _get_default_module(self, ctx: Context | None = None) -> TemplateModule:
        if self._module is None:
            self._module = self.make_module()
        return self._module


class _Environment(Environment):
    code_generator_class = _Compiler
    context_class = _Context
    template_class = _Template
    escaped = staticmethod(escaped)

    def __init__(self, app: App, **options: Any) -> None:
        super().__init__(app, **options)
        self.drawn: dict[tuple[Any, ...], str] = {}


def init_app(app: Flask) -> None:
    """Must run before anything asks for the application's templates."""
    app.jinja_environment = _Environment
    # There are more than the 400 that Jinja keeps: one that was let go is compiled again when it is next asked for.
    app.jinja_options = {**app.jinja_options, "cache_size": -1}
    fixed: dict[tuple[str, str], str] = {}

    @lru_cache(maxsize=MOST_ADDRESSES)
    def of_thing(root: str, endpoint: str, *values: tuple[str, Any]) -> str:
        return url_for(endpoint, **dict(values))

    def address(endpoint: str, **values: Any) -> str:
        """`url_for`. Addresses of pages without parameters, and of what lists lead to, are made once a language."""
        if endpoint in OF_THINGS and "_external" not in values:
            return of_thing(request.script_root, endpoint, *values.items())
        if values or endpoint[:1] == ".":
            return url_for(endpoint, **values)
        key = request.script_root, endpoint
        if key not in fixed:
            fixed[key] = url_for(endpoint)
        return fixed[key]

    app.jinja_env.globals["url_for"] = app.extensions[ADDRESS] = address


def address_of(endpoint: str, **values: Any) -> str:
    """`url_for` as templates have it, for what is put into a list outside them."""
    address: Callable[..., str] = current_app.extensions[ADDRESS]
    return address(endpoint, **values)

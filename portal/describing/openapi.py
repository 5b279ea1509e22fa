"""Our own description of the open feed, in OpenAPI 3.1: made from the table of parameters and the tables of documents, so that it
says what is read and what is given, and nothing else. Source: OpenAPI Specification 3.1.1.
"""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from portal.core.brand import current_brand
from portal.core.extensions import settings
from portal.describing import dumps, examples
from portal.describing.extensions import EXTENSIONS
from portal.describing.messages import webhooks
from portal.describing.operations import OPERATIONS, Operation
from portal.describing.own_schemas import DUMPS, OWN, object_of, ref
from portal.feed.params import BASE, PATHS, Endpoint, Parameter, parameters_of
from portal.openreferral import schemas
from portal.openreferral.tables import OURS

Json = dict[str, Any]

OPENAPI = "3.1.0"
OWN_VERSION = "1.0.0"
"""Of this interface. The first number grows when something that readers rely on goes."""
PATH = "/api/openapi.json"
JSON, PROBLEM, NDJSON, CSV = "application/json", "application/problem+json", "application/x-ndjson", "text/csv"
TAGS = {
    "Feed": "Listings in Open Referral UK 3.0, for everybody.",
    "Dumps": "Everything at once, a file a day.",
    "Description": "This document.",
}
ONE_OF: Mapping[Endpoint, Endpoint] = {
    "services": "service",
    "organizations": "organization",
    "service_at_locations": "service_at_location",
    "taxonomies": "taxonomy",
    "taxonomy_terms": "taxonomy_term",
}
DESCRIPTION = (
    "Every listing that the public may find, in Open Referral UK 3.0. Anybody may read it, from any site, without a key."
    " Fields without a value are left out. What the standard has no word for stands in objects called hereabouts, which"
    " readers may pass over. Names of persons are told only where they agreed."
)


def description() -> Json:
    """The whole document, as the site is now."""
    return _made(settings().base_url, current_brand().name, settings().feed_licence)


@lru_cache(maxsize=4)
def _made(site: str, name: str, licence: str) -> Json:
    return {
        "openapi": OPENAPI,
        "jsonSchemaDialect": schemas.DIALECT,
        "info": _info(name, licence),
        "servers": [{"url": site}],
        "tags": [{"name": tag, "description": words} for tag, words in TAGS.items()],
        "paths": {**{_path(one): {"get": _operation(one)} for one in PATHS}, **_dumps(), PATH: {"get": _own()}},
        "webhooks": webhooks(),
        "components": {
            "schemas": _schemas(),
            "parameters": {one.name: _parameter(one) for one in _parameters()},
            "headers": HEADERS,
            "responses": RESPONSES,
        },
    }


def _info(name: str, licence: str) -> Json:
    told: Json = {"title": f"{name}: open feed", "version": OWN_VERSION, "description": DESCRIPTION}
    if licence:
        is_address = licence.startswith(("https://", "http://"))
        told["license"] = {"name": licence, **({"url": licence} if is_address else {})}
    return told


def _path(endpoint: Endpoint) -> str:
    return f"{BASE}{PATHS[endpoint]}"


def _operation(endpoint: Endpoint) -> Json:
    about = OPERATIONS[endpoint]
    parameters = [{"$ref": f"#/components/parameters/{one.name}"} for one in parameters_of(endpoint)]
    if about.thing:
        parameters.insert(0, _id(about.thing))
    wrong = ["304", *(["400"] if parameters_of(endpoint) else []), *(["404"] if about.thing else [])]
    wrong += ["410"] if endpoint == "service" else []
    return {
        "operationId": about.name,
        "tags": ["Feed"],
        "summary": about.summary,
        "description": about.description,
        "parameters": [*parameters, IF_NONE_MATCH],
        "responses": {"200": _answer(endpoint, about), **_refs(*wrong, "429", "503")},
    }


def _answer(endpoint: Endpoint, about: Operation) -> Json:
    name = f"{endpoint}_page" if about.is_page else about.shows[0]
    content: Json = {JSON: {"schema": ref(name), **examples.of(endpoint)}}
    if about.is_page:
        content[NDJSON] = {"schema": {"type": "string"}}
        content[CSV] = {"schema": {"type": "string"}}
    headers = [
        "ETag",
        "Last-Modified",
        "Cache-Control",
        "Access-Control-Allow-Origin",
        *(["Link"] if about.is_page else []),
    ]
    told = {"description": f"{about.summary}.", "headers": _headers(*headers), "content": content}
    return {**told, "links": _link(endpoint)} if about.is_page else told


def _link(endpoint: Endpoint) -> Json:
    """Where the first item of a page stands by itself."""
    one = ONE_OF[endpoint]
    return {
        one: {
            "operationId": OPERATIONS[one].name,
            "description": f"An item at its own address: the {OPERATIONS[one].thing} with this id.",
            "parameters": {"id": "$response.body#/contents/0/id"},
        }
    }


def _parameters() -> list[Parameter]:
    return list({one.name: one for endpoint in PATHS for one in parameters_of(endpoint)}.values())


def _parameter(one: Parameter) -> Json:
    schema = _PARAMETER[one.kind](one)
    if one.default is not None:
        schema["default"] = one.default
    needs = f" Needs {one.needs} beside it." if one.needs else ""
    return {
        "name": one.name,
        "in": "query",
        "description": one.meaning + needs,
        "allowEmptyValue": True,
        "schema": schema,
        "example": _typed(one),
    }


def _typed(one: Parameter) -> Any:
    """Its example, as JSON has it."""
    return {"number": int, "yes_no": lambda text: text == "true"}.get(one.kind, str)(one.example)  # type: ignore[operator]


def _number(one: Parameter) -> Json:
    bounds = {"minimum": one.least, "maximum": one.most}
    return {"type": "integer", **{name: value for name, value in bounds.items() if value is not None}}


_PARAMETER: Mapping[str, Any] = {
    "text": lambda one: {"type": "string", "minLength": 1, "maxLength": one.longest, "format": "words"},
    "number": _number,
    "yes_no": lambda _one: {"type": "boolean"},
    "moment": lambda _one: {"type": "string", "anyOf": [{"format": "date-time"}, {"format": "date"}]},
    "id": lambda _one: {"type": "string", "format": "uuid"},
    "postcode": lambda _one: {"type": "string", "format": "postcode"},
    "time": lambda _one: {"type": "string", "pattern": TIME},
    "day": lambda one: {"type": "string", "enum": list(one.choices)},
    "choice": lambda one: {"type": "string", "enum": list(one.choices)},
}
"""The schema of a parameter by its kind. Formats of our own: "words" can be seen, "postcode" is one in use."""
TIME = "^([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9])?Z?$"


def _id(thing: str) -> Json:
    schema = {"type": "string", "format": "uuid"}
    return {"name": "id", "in": "path", "required": True, "description": f"Id of the {thing}.", "schema": schema}


IF_NONE_MATCH: Json = {
    "name": "If-None-Match",
    "in": "header",
    "description": "The ETag of what the reader has. Where that still holds, the answer is 304 and empty.",
    "schema": {"type": "string"},
}
HEADERS: Json = {
    "ETag": {"description": "Stands for these very bytes.", "schema": {"type": "string"}},
    "Last-Modified": {"description": "When anything in the feed last changed.", "schema": {"type": "string"}},
    "Link": {"description": "The first, previous, next and last page (RFC 8288).", "schema": {"type": "string"}},
    "Retry-After": {
        "description": "In so many seconds it can be asked again.",
        "schema": {"type": "integer", "minimum": 0},
        "required": True,
    },
    "Cache-Control": {"description": "How long a cache may keep it.", "schema": {"type": "string"}},
    "Access-Control-Allow-Origin": {
        "description": "Any site may read it.",
        "schema": {"type": "string", "const": "*"},
        "required": True,
    },
    "Content-Range": {"description": "Which part this is (RFC 9110).", "schema": {"type": "string"}, "required": True},
}


def _headers(*names: str) -> Json:
    return {name: {"$ref": f"#/components/headers/{name}"} for name in names}


def _problem(description: str, *headers: str, schema: str = "problem", **example: Any) -> Json:
    content = {
        PROBLEM: {"schema": {"$ref": f"#/components/schemas/{schema}"}, "example": {"type": "about:blank", **example}}
    }
    return {
        "description": description,
        "headers": _headers("Access-Control-Allow-Origin", *headers),
        "content": content,
    }


RESPONSES: Json = {
    "304": {
        "description": "The reader has it already.",
        "headers": _headers("ETag", "Access-Control-Allow-Origin"),
    },
    "400": _problem(
        "A parameter cannot be read; parameter names it.",
        schema="wrong_parameter",
        title="Bad request",
        status=400,
        detail="per_page is a whole number from 1 to 100.",
        parameter="per_page",
    ),
    "404": _problem("There is no such thing.", title="Not found", status=404, detail="There is no such service."),
    "410": _problem(
        "It is no longer listed. service says why and since when, as among services with modified_after.",
        schema="gone_problem",
        title="Gone",
        status=410,
        detail="This service is no longer listed.",
        service=examples.GONE,
    ),
    "416": {
        "description": "There is no such part.",
        "headers": _headers("Access-Control-Allow-Origin"),
        "content": {PROBLEM: {"schema": {"$ref": "#/components/schemas/problem"}}},
    },
    "429": _problem(
        "Asked too often.",
        "Retry-After",
        title="Too many requests",
        status=429,
        detail="You asked too often. Ask again in 3 seconds.",
    ),
    "503": _problem(
        "It cannot be given just now.",
        "Retry-After",
        title="Service unavailable",
        status=503,
        detail="Try again in a moment.",
    ),
}


def _refs(*codes: str) -> Json:
    return {code: {"$ref": f"#/components/responses/{code}"} for code in codes}


def _schemas() -> Json:
    found: Json = schemas.components()
    for table, meanings in EXTENSIONS.items():
        for name, meaning in meanings.items():
            own = found[table]["properties"].setdefault(OURS, {"type": "object", "properties": {}})
            if name in own["properties"]:
                own["properties"][name] = {**own["properties"][name], "description": meaning}
    base = {key: value for key, value in schemas.base_schema().items() if key != "$schema"}
    pages = {
        f"{endpoint}_page": schemas.page_of(_one_of(about.shows))
        for endpoint, about in OPERATIONS.items()
        if about.is_page
    }
    return {**found, "base": base, **OWN, **pages, "dumps": DUMPS}


def _one_of(names: tuple[str, ...]) -> Json:
    return ref(names[0]) if len(names) == 1 else {"anyOf": [ref(name) for name in names]}


def _dumps() -> Json:
    binary: Json = {kind: {} for _name, kind in dumps.FORMATS.values()}
    common = _headers("ETag", "Cache-Control", "Access-Control-Allow-Origin")
    listed = {
        "operationId": "listDumps",
        "tags": ["Dumps"],
        "summary": "Which dumps there are",
        "description": "Newest first: of the last seven days, and the first of each month for a year.",
        "parameters": [IF_NONE_MATCH],
        "responses": {
            "200": {
                "description": "Which dumps there are.",
                "headers": common,
                "content": {JSON: {"schema": ref("dumps"), **examples.of("dumps")}},
            },
            **_refs("304", "429", "503"),
        },
    }
    path = [
        {
            "name": "date",
            "in": "path",
            "required": True,
            "description": "Day of the dump.",
            "schema": {"type": "string", "format": "date"},
        },
        {
            "name": "file",
            "in": "path",
            "required": True,
            "description": "services.ndjson.gz: a service a line, whole. hsds.zip: a tabular data package of HSDS 3.0.",
            "schema": {"type": "string", "enum": list(dumps.FORMATS)},
        },
    ]
    file = {
        "operationId": "getDump",
        "tags": ["Dumps"],
        "summary": "One file of a dump",
        "description": "What must not be told any more is taken out of every dump, of earlier days too. While that is done it"
        " answers 503. Parts can be asked for with Range.",
        "parameters": [*path, IF_NONE_MATCH],
        "responses": {
            "200": {"description": "The file.", "headers": common, "content": binary},
            "206": {
                "description": "A part of the file.",
                "headers": {**common, **_headers("Content-Range")},
                "content": binary,
            },
            **_refs("304", "404", "416", "429", "503"),
        },
    }
    return {f"{BASE}/dumps": {"get": listed}, f"{BASE}/dumps/{{date}}/{{file}}": {"get": file}}


def _own() -> Json:
    return {
        "operationId": "getDescription",
        "tags": ["Description"],
        "summary": "This document",
        "description": "The description of this interface in OpenAPI 3.1.",
        "parameters": [IF_NONE_MATCH],
        "responses": {
            "200": {
                "description": "This document.",
                "headers": _headers("ETag", "Cache-Control", "Access-Control-Allow-Origin"),
                "content": {JSON: {"schema": object_of("openapi info paths")}},
            },
            **_refs("304"),
        },
    }

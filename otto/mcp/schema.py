"""The JSON schema of a tool -> the arguments of a skill, and the way back to what the tool wants."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, PlainValidator

from otto.arguments import ArgumentType, argument_type, clean_text, comparable
from otto.calls import MAX_ARGUMENTS
from otto.mcp.moments import date_from_words, moment_from_words
from otto.mcp.wording import MAX_NAME, call_name, plain, shortened
from otto.skill import Argument

Schema = Mapping[str, Any]
Encoder = Callable[[Any, datetime], Any]  # a typed value, and the local time -> what the tool gets

_MAX_DEPTH = 8  # of references to references
_MAX_CHOICES = 12  # more words than this do not stand in the prompt; they are still checked
_MAX_OPTIONS = 500
_MAX_NOTE = 200
_PLAIN_WORD = re.compile(r"[A-Za-z0-9_ -]{1,30}")
_SEPARATOR = re.compile(r"\s*,\s*(?:and\s+)?|\s+and\s+")


class Unusable(ValueError):
    """A tool or an argument that cannot be called by voice; the message ends the sentence "it ..."."""


@dataclass(frozen=True)
class Parameter:
    """An argument of a tool: as the skill has it, under the name that the server gave it, and what it means."""

    argument: Argument
    wire: str
    note: str
    encode: Encoder


@dataclass(frozen=True)
class Kind:
    """The type of a value, and how it is sent."""

    type: ArgumentType
    encode: Encoder = lambda value, _: value


def parameters(schema: Schema) -> tuple[Parameter, ...]:
    """The arguments of the tool with this input schema, in its order.

    Optional arguments of types that cannot be said are left out. Raises Unusable when a required one is.
    """
    root = _resolved(schema, schema)
    properties, required = root.get("properties") or {}, root.get("required") or []
    if not isinstance(properties, Mapping) or not isinstance(required, Sequence):
        raise Unusable("describes its arguments wrongly")
    for name in required:
        if not isinstance(name, str) or name not in properties:
            raise Unusable(f"needs an argument {_shown(name)!r} that it does not describe")
    found: dict[str, Parameter] = {}
    for wire, described in properties.items():
        needed = wire in required
        try:
            parameter = _parameter(wire, described, needed, schema)
            if parameter.argument.name in found:
                raise Unusable("has the name of another")
        except Unusable as error:
            if needed:
                raise Unusable(f"needs the argument {_shown(wire)!r}, which {error}") from None
            continue
        found[parameter.argument.name] = parameter
    return _few(tuple(found.values()))


def _few(found: tuple[Parameter, ...]) -> tuple[Parameter, ...]:
    """As many as a call can have: the optional ones at the end are left out."""
    free = MAX_ARGUMENTS - sum(parameter.argument.required for parameter in found)
    if free < 0:
        raise Unusable(f"needs more than {MAX_ARGUMENTS} arguments")
    optional = [parameter for parameter in found if not parameter.argument.required][:free]
    return tuple(parameter for parameter in found if parameter.argument.required or parameter in optional)


def _parameter(wire: str, described: Any, required: bool, root: Schema) -> Parameter:
    name = call_name(wire)
    if not name:
        raise Unusable("has a name that cannot be said")
    if hasattr(BaseModel, name) or name.startswith("model_"):  # pydantic uses it itself
        name = f"the_{name}"[:MAX_NAME]
    kind = kind_of(described, root)
    note = described.get("description") if isinstance(described, Mapping) else None
    note = shortened(plain(note), _MAX_NOTE) if isinstance(note, str) else ""
    typed = replace(kind.type, schema={**kind.type.schema, **({"description": note} if note else {})})
    return Parameter(Argument(name, typed, required), wire, note, kind.encode)


def kind_of(described: Any, root: Schema) -> Kind:
    """The type of a value with this schema. ``root`` is where its references point. Raises Unusable."""
    schema = _resolved(described, root)
    if "const" in schema:
        return _one_of([schema["const"]])
    if "enum" in schema:
        return _one_of(schema["enum"])
    match schema.get("type", "string"):
        case "string":
            return _text(schema)
        case "integer":
            return Kind(_bounded(argument_type(int), schema))
        case "number":
            return Kind(_bounded(argument_type(float), schema))
        case "boolean":
            return Kind(argument_type(bool))
        case "array":
            return _words(schema, root)
        case "object":
            raise Unusable("is an object and cannot be said")
        case other:
            raise Unusable(f"is of the unknown type {_shown(other)!r}")


def _resolved(schema: Any, root: Schema, depth: int = 0) -> dict[str, Any]:
    """The schema itself: its reference followed, and of its alternatives the first that can be said."""
    if not isinstance(schema, Mapping):
        if schema is True:
            return {}
        raise Unusable("is described wrongly")
    if depth > _MAX_DEPTH:
        raise Unusable("is described by itself")
    rest = dict(schema)
    if "$ref" in rest:
        return {**_resolved(_referred(rest.pop("$ref"), root), root, depth + 1), **rest}
    for key in ("anyOf", "oneOf", "allOf"):
        choices = rest.get(key)
        if isinstance(choices, Sequence) and choices and not isinstance(choices, str) and "type" not in rest:
            if key == "allOf" and len(choices) > 1:
                raise Unusable("has to fit several descriptions at once")
            del rest[key]
            return {**_first_sayable(choices, root, depth), **rest}
    if isinstance(rest.get("type"), list):
        rest["type"] = next((kind for kind in rest["type"] if kind not in ("null", "array", "object")), "object")
    return rest


def _first_sayable(choices: Sequence[Any], root: Schema, depth: int) -> dict[str, Any]:
    found = [_resolved(choice, root, depth + 1) for choice in choices]
    found = [choice for choice in found if choice.get("type") != "null"]
    sayable = [choice for choice in found if choice.get("type") not in ("array", "object")]
    return (sayable or found or [{"type": "object"}])[0]


def _referred(reference: Any, root: Schema) -> Any:
    """What a reference inside the same schema points to."""
    target: Any = root
    if not isinstance(reference, str) or not reference.startswith("#"):
        raise Unusable("is described elsewhere")
    for part in reference.removeprefix("#").strip("/").split("/"):
        part = part.replace("~1", "/").replace("~0", "~")
        if part and not (isinstance(target, Mapping) and part in target):
            raise Unusable("is described nowhere")
        target = target[part] if part else target
    return target


def _one_of(options: Any) -> Kind:
    options = [option for option in options if option is not None] if isinstance(options, list) else []
    if not options or len(options) > _MAX_OPTIONS:
        raise Unusable("has no values that can be said")
    if all(isinstance(option, str) for option in options):
        return Kind(_word_of(list(dict.fromkeys(options))))
    if all(isinstance(option, int) and not isinstance(option, bool) for option in options):
        return Kind(_checked(argument_type(int), _among(options), {"enum": options}))
    raise Unusable("has values that are neither all words nor all numbers")


def _word_of(words: list[str]) -> ArgumentType:
    """One of few plain words stands in the prompt and the grammar; others are text that must mean one of them."""
    if len(words) <= _MAX_CHOICES and all(_PLAIN_WORD.fullmatch(word) and word.strip() == word for word in words):
        choice: Any = Literal
        return argument_type(choice[tuple(words)])
    meant = {comparable(word): word for word in reversed(words)}

    def read(value: object) -> str:
        said = clean_text(value)
        if said in words:
            return said
        if comparable(said) not in meant:
            raise ValueError(f"must be one of {shortened(plain(', '.join(words)), _MAX_NOTE)}")
        return meant[comparable(said)]

    text = argument_type(str)
    return replace(text, schema={"type": "string", "enum": words}, annotation=Annotated[str, PlainValidator(read)])


def _text(schema: Schema) -> Kind:
    least, most = _limit(schema, "minLength"), _limit(schema, "maxLength")

    def check(value: str) -> str:
        if least is not None and len(value) < least:
            raise ValueError(f"must have at least {least:g} characters")
        if most is not None and len(value) > most:
            raise ValueError(f"must have at most {most:g} characters")
        return value

    text = _checked(argument_type(str), check, {})
    match schema.get("format"):
        case "date":
            return Kind(text, date_from_words)
        case "date-time":
            return Kind(text, moment_from_words)
    return Kind(text)


def _words(schema: Schema, root: Schema) -> Kind:
    """A list of texts is said as one: "milk, eggs and bread"."""
    items = _resolved(schema.get("items", True), root)
    if items.get("type", "string") != "string" or "enum" in items or "const" in items:
        raise Unusable("is a list of things that cannot be said")
    return Kind(argument_type(str), lambda value, _: [part for part in _SEPARATOR.split(value) if part])


def _bounded(number: ArgumentType, schema: Schema) -> ArgumentType:
    keys = ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum")
    limits = {key: limit for key in keys if (limit := _limit(schema, key)) is not None}

    def check(value: float) -> float:
        if value < limits.get("minimum", value):
            raise ValueError(f"must be at least {limits['minimum']:g}")
        if value > limits.get("maximum", value):
            raise ValueError(f"must be at most {limits['maximum']:g}")
        if value <= limits.get("exclusiveMinimum", value - 1):
            raise ValueError(f"must be more than {limits['exclusiveMinimum']:g}")
        if value >= limits.get("exclusiveMaximum", value + 1):
            raise ValueError(f"must be less than {limits['exclusiveMaximum']:g}")
        return value

    return _checked(number, check, limits)


def _among(options: list[int]) -> Callable[[int], int]:
    def check(value: int) -> int:
        if value not in options:
            raise ValueError(f"must be one of {shortened(', '.join(map(str, options)), _MAX_NOTE)}")
        return value

    return check


def _checked(kind: ArgumentType, check: Callable[[Any], Any], more: Mapping[str, Any]) -> ArgumentType:
    inner = kind.annotation
    return replace(kind, schema={**kind.schema, **more}, annotation=Annotated[inner, AfterValidator(check)])


def _limit(schema: Schema, key: str) -> float | None:
    value = schema.get(key)
    return value if isinstance(value, int | float) and not isinstance(value, bool) else None


def _shown(name: object) -> str:
    return shortened(plain(str(name)[:80]), 40)

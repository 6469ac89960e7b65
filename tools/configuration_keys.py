"""Print the tables of docs/configuration.md from the configuration's own types: python tools/configuration_keys.py"""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from otto.config import Config, McpServer


def tables() -> str:
    """One Markdown table for the keys outside a section, and one for each section."""
    parts = [_table("## Keys outside a section", "", _plain(Config))]
    for name, field in Config.model_fields.items():
        if isinstance(field.annotation, type) and issubclass(field.annotation, BaseModel):
            doc = (field.annotation.__doc__ or "").strip()
            parts.append(_table(f"## [{name}]\n\n{doc}", f"{name}.", field.annotation.model_fields))
    parts.append(_table(f"## [mcp.NAME]\n\n{(McpServer.__doc__ or '').strip()}", "mcp.NAME.", McpServer.model_fields))
    return "\n".join(parts)


def _plain(model: type[BaseModel]) -> dict[str, FieldInfo]:
    fields = model.model_fields.items()
    return {
        name: field
        for name, field in fields
        if name not in ("skills", "mcp")
        and not (isinstance(field.annotation, type) and issubclass(field.annotation, BaseModel))
    }


def _table(heading: str, prefix: str, fields: dict[str, FieldInfo]) -> str:
    rows = [
        f"| `{prefix}{name}` | {_default(field)} | {field.description or _choices(field)} |\n"
        for name, field in fields.items()
    ]
    return f"{heading}\n\n| key | default | what |\n|---|---|---|\n{''.join(rows)}"


def _default(field: FieldInfo) -> str:
    value: Any = field.get_default(call_default_factory=True)
    return "not set" if value is None else f"`{str(value).lower() if isinstance(value, bool) else value}`"


def _choices(field: FieldInfo) -> str:
    from typing import get_args

    return " or ".join(f"`{choice}`" for choice in get_args(field.annotation))


if __name__ == "__main__":
    print(tables(), end="")

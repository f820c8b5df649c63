"""The JSON Schemas (2020-12) of what the commands print, made from the types of the code."""

from __future__ import annotations

import ast
import inspect
import re
from itertools import pairwise
from types import ModuleType
from typing import Any

import msgspec

from tui import answers, conversation_json
from tui.cli import json_shapes
from tui.cli.output import SCHEMA_VERSION

SHAPES: dict[str, Any] = {
    "sync": json_shapes.SyncJson,
    "search": json_shapes.SearchJson,
    "show": conversation_json.ConversationJson,
    "note": json_shapes.ActJson,
    "reply": json_shapes.ActJson,
    "close": json_shapes.ActJson,
    "open": json_shapes.ActJson,
    "snooze": json_shapes.ActJson,
    "assign": json_shapes.ActJson,
    "tag": json_shapes.ActJson,
    "untag": json_shapes.ActJson,
    "outbox": json_shapes.OutboxJson,
    "views": json_shapes.ViewsJson,
    "export": conversation_json.ConversationJson,
    "status": json_shapes.StatusJson,
    "coverage": json_shapes.CoverageJson,
    "stats": json_shapes.StatsJson,
    "backup": json_shapes.BackupJson,
    "purge": json_shapes.PurgeJson,
    "verify": json_shapes.VerifyJson,
    "whoami": json_shapes.WhoamiJson,
    "profiles": json_shapes.ProfilesJson,
    "doctor": json_shapes.DoctorJson,
    "paths": json_shapes.PathsJson,
    "health": json_shapes.HealthJson,
}
"""By command; `health` is the file of `sync --watch --health`. `export` prints one such object a line, the
others one object."""
_TITLES = {"health": "The file of fastintercom sync --watch --health"}
_WORDS = {"None": "null", "True": "true", "False": "false"}
Fields = dict[str, str]
"""Key → what is written below it, in the order of the keys."""


def command_schema(command: str) -> dict[str, Any]:
    """The schema of what `command --json` prints; of `export`, that of a line. Raises `KeyError`."""
    documented: dict[str, Fields] = {}
    for module in (answers, conversation_json, json_shapes):
        documented |= _documented(module, documented)
    made = msgspec.json.schema(SHAPES[command])
    defined = made["$defs"]
    for name, definition in defined.items():
        _complete(definition, documented[name])
    whole = defined.pop(made["$ref"].removeprefix("#/$defs/"))
    if command == "export":
        title = "One line of fastintercom export; with --fields, only some of the keys"
    else:
        title = _TITLES.get(command, f"fastintercom {command} --json")
        whole["properties"] = {"schema_version": {"const": SCHEMA_VERSION}, **whole["properties"]}
        whole["required"] = ["schema_version", *whole["required"]]
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        **whole,
        "title": title,
        **({"$defs": defined} if defined else {}),
    }


def _complete(definition: dict[str, Any], fields: Fields) -> None:
    """Put the keys in their order, with their descriptions, and allow no others."""
    properties = definition["properties"]
    definition["properties"] = {
        name: properties[name] | ({"description": _in_json(text)} if text else {})
        for name, text in fields.items()
    }
    definition["required"] = [name for name in fields if name in definition["required"]]
    definition["additionalProperties"] = False
    definition["description"] = _in_json(definition["description"])


def _documented(module: ModuleType, known: dict[str, Fields]) -> dict[str, Fields]:
    """The fields of the classes of a module, which may inherit those that are `known`."""
    found: dict[str, Fields] = {}
    for statement in ast.parse(inspect.getsource(module)).body:
        if isinstance(statement, ast.ClassDef):
            fields: Fields = {}
            for base in statement.bases:
                if isinstance(base, ast.Name):
                    fields |= (known | found).get(base.id, {})
            for field, below in pairwise([*statement.body, ast.Pass()]):
                if isinstance(field, ast.AnnAssign) and isinstance(field.target, ast.Name):
                    fields[field.target.id] = _text(below)
            found[statement.name] = fields
    return found


def _text(statement: ast.stmt) -> str:
    """The text that stands alone as a statement; else nothing."""
    match statement:
        case ast.Expr(ast.Constant(str(text))):
            return " ".join(text.split())
    return ""


def _in_json(text: str) -> str:
    """A description with the words of JSON."""
    return re.sub(r"\b(?:None|True|False)\b", lambda found: _WORDS[found[0]], text)

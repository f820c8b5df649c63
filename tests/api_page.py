"""Writes `tui/API.md` from the docstrings: `python -m tests.api_page`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import griffe

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "tui" / "API.md"
HEAD = """\
# The Python API

Made from the docstrings by `python -m tests.api_page`. Every example is run by the tests, on a mirror of
three conversations. What is not on this page may change with any version.
"""
CHAPTERS = {
    "Opening a mirror": (
        "tui.workspace.Workspace",
        "tui.workspace.Workspace.close",
        "tui.settings.loading.load_settings",
        "tui.settings.model.Settings",
        "tui.settings.model.Secret",
    ),
    "Searching": (
        "tui.workspace.Workspace.search_conversations",
        "tui.workspace.Workspace.search_when_synced",
        "tui.workspace.Workspace.parse",
        "tui.workspace.Workspace.search_ids",
        "tui.workspace.Workspace.count",
        "tui.workspace.Workspace.rows",
        "tui.workspace.Workspace.thread",
        "tui.workspace.Workspace.models",
    ),
    "How fresh it is": (
        "tui.workspace.Workspace.check_sync_state",
        "tui.workspace.Workspace.get_sync_status",
        "tui.freshness.SyncState",
    ),
    "Syncing": (
        "tui.workspace.Workspace.trigger_background_sync",
        "tui.workspace.Workspace.request_sync",
        "tui.sync.jobs.SyncJob",
        "tui.workspace.Workspace.run_sync",
        "tui.workspace.Workspace.subscribe",
        "tui.sync.events.SyncStarted",
        "tui.sync.events.SyncProgress",
        "tui.sync.events.ConversationsStored",
        "tui.sync.events.OutboxChanged",
        "tui.sync.events.FreshnessChanged",
        "tui.sync.events.SyncFinished",
        "tui.sync.events.SyncFailed",
        "tui.sync.events.SyncSummary",
        "tui.workspace.Workspace.verify",
    ),
    "Acting in Intercom": (
        "tui.workspace.Workspace.act",
        "tui.outbox.Batch",
        "tui.workspace.Workspace.undo",
        "tui.writes.Note",
        "tui.writes.Reply",
        "tui.writes.Close",
        "tui.writes.Open",
        "tui.writes.Snooze",
        "tui.writes.Assign",
        "tui.writes.AddTag",
        "tui.writes.RemoveTag",
        "tui.writes.SetTitle",
        "tui.writes.MarkRead",
        "tui.writes.QueuedWrite",
        "tui.writes.WriteState",
        "tui.writes.HeldReason",
    ),
    "Copies and deletions": (
        "tui.workspace.Workspace.back_up",
        "tui.workspace.Workspace.plan_purge",
        "tui.workspace.Workspace.purge",
        "tui.workspace.Workspace.restore_purged",
        "tui.sync.purge.PurgeRequest",
    ),
    "What the calls return": (
        "tui.answers.SearchAnswer",
        "tui.answers.FoundConversation",
        "tui.answers.SyncInfo",
        "tui.answers.Span",
        "tui.answers.SyncStatus",
        "tui.answers.Bounds",
        "tui.answers.ProblemInfo",
        "tui.answers.SearchLag",
        "tui.answers.to_json",
    ),
    "Errors": (
        "tui.query.errors.QueryError",
        "tui.settings.model.SettingsError",
        "tui.store.errors.StoreError",
        "tui.sync.jobs.SyncError",
        "tui.sync.events.Reason",
        "tui.outbox.ActingOff",
        "tui.writes.BadWrite",
    ),
}
"""Chapter → what it describes, in that order."""
NOT_FOR_CALLERS = {"SyncJob.succeed", "SyncJob.fail"}
"""Members that only the package itself calls."""


Described = griffe.Object | griffe.Alias


def page() -> str:
    """The whole page as Markdown."""
    package = griffe.load("tui", search_paths=[str(ROOT)])
    exported = set(package.exports or ())
    lines = [HEAD, "## From threads and from asyncio", "", _guide(package["workspace"]), ""]
    for chapter, paths in CHAPTERS.items():
        lines += [f"## {chapter}", ""]
        for path in paths:
            described = package[path.removeprefix("tui.")]
            module = "tui" if described.name in exported else described.module.path
            lines += _entry(described, module)
    return "\n".join(lines).rstrip() + "\n"


def _guide(module: Described) -> str:
    """The docstring of a module without its first paragraph, which is about the code."""
    return _text(module).partition("\n\n")[2]


def _entry(described: Described, module: str) -> Iterator[str]:
    owner = described.parent
    if owner is not None and owner.is_class:
        yield from (f"### {owner.name}.{described.name}", "")
        if described.is_function:
            yield from (f"`{_signature(described)}`", "")
    else:
        yield from (f"### {described.name}", "", f"In `{module}`.", "")
        if described.is_function:
            yield from (f"`{_signature(described)}`", "")
        elif module == "tui" and "__init__" in described.members:
            yield from (f"`{described.name}({_parameters(described.members['__init__'])})`", "")
    yield from (_with_examples(_text(described)), "")
    if (
        isinstance(described, griffe.Class)
        and described.name != "Workspace"
        and (items := list(_members(described)))
    ):
        yield from (*items, "")


def _signature(function: Described) -> str:
    assert isinstance(function, griffe.Function)
    awaited = "await " if "async" in function.labels else ""
    returned = f" → {function.returns}" if str(function.returns) != "None" else ""
    return f"{awaited}{function.name}({_parameters(function)}){returned}"


def _parameters(function: Described) -> str:
    assert isinstance(function, griffe.Function)
    shown = []
    for parameter in function.parameters:
        if parameter.name == "self":
            continue
        if parameter.kind is griffe.ParameterKind.keyword_only and "*" not in shown:
            shown.append("*")
        default = "" if parameter.default is None else f" = {parameter.default}"
        shown.append(f"{parameter.name}: {parameter.annotation}{default}")
    return ", ".join(shown)


def _members(described: griffe.Class) -> Iterator[str]:
    """The fields and the public methods of a class, one item each."""
    is_enumeration = any(str(base).endswith("Enum") for base in described.bases)
    for member in described.members.values():
        if member.name.startswith("_") or f"{described.name}.{member.name}" in NOT_FOR_CALLERS:
            continue
        words = "" if member.docstring is None else f": {' '.join(member.docstring.value.split())}"
        if member.is_function:
            yield f"- `{_signature(member)}`{words}"
            continue
        assert isinstance(member, griffe.Attribute)
        if is_enumeration and "property" not in member.labels:
            yield f"- `{member.name}` = `{member.value}`{words}"
        else:
            kind = f": `{member.annotation}`" if member.annotation is not None else ""
            yield f"- `{member.name}`{kind}{words}"


def _text(described: Described) -> str:
    assert described.docstring is not None, f"{described.path} has no docstring"
    return described.docstring.value


def _with_examples(text: str) -> str:
    """The text with its examples as code: each begins with `>>>` and ends at an empty line."""
    return re.sub(
        r"(?m)^>>> (?:.+\n?)+", lambda match: f"```pycon\n{match[0].rstrip()}\n```\n", text
    ).rstrip()


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")

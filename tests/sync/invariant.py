"""The promise of the product, checked against the simulator's truth."""

from __future__ import annotations

from tui.simulator.world import World
from tui.store.database import Database
from tui.workspace import Workspace


def broken_promises(workspace: Workspace, world: World) -> list[str]:
    """What the coverage claims but the store does not hold.

    Truth and coverage are read one after the other while the world goes on: a conversation that changed in
    between has left the covered past, so only what is still where it was counts.
    """
    database = Database(workspace.settings.database)
    try:
        coverage = workspace.coverage()
        stored = {
            i: (updated, thread_updated)
            for i, updated, thread_updated in database.all(
                "SELECT id, updated_at, thread_updated_at FROM conversation WHERE deleted_at IS NULL"
            )
        }
        parts: dict[int, set[int]] = {}
        for conversation_id, part_id in database.all("SELECT conversation_id, part_id FROM part"):
            parts.setdefault(conversation_id, set()).add(part_id)
    finally:
        database.close()
    problems = []
    for conversation_id, truth in world.truth().items():
        if not any(i.start <= truth.updated_at <= i.end for i in coverage):
            continue
        if conversation_id not in stored:
            problems.append(f"{conversation_id} ({truth.updated_at}) is covered but not stored")
        elif stored[conversation_id][1] < truth.updated_at:
            problems.append(f"{conversation_id} ({truth.updated_at}) is covered with an older thread")
        elif missing := truth.part_ids - parts.get(conversation_id, set()):
            problems.append(f"{conversation_id} ({truth.updated_at}) lacks parts {sorted(missing)[:5]}")
    return problems

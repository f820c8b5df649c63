"""The dashboard uses the public part of Textual only."""

from __future__ import annotations

import ast

from tests.dashboard.owners import HOME


def test_no_private_name_of_textual_is_used() -> None:
    own: set[str] = set()
    used: dict[str, str] = {}
    for path in HOME.rglob("*.py"):
        tree = ast.parse(path.read_text())
        for node in ast.walk(tree):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
                own.add(node.name)
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("textual"):
                assert "._" not in (node.module or ""), path
                assert not any(alias.name.startswith("_") for alias in node.names), path
            if (
                isinstance(node, ast.Attribute)
                and node.attr.startswith("_")
                and not node.attr.startswith("__")
            ):
                if isinstance(node.ctx, ast.Store):
                    own.add(node.attr)
                else:
                    used[node.attr] = str(path)
    assert {name: path for name, path in used.items() if name not in own} == {}

"""Queues and saved views: names, counts, narrowing, TOML."""

from __future__ import annotations

import threading
import tomllib
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.store.records import START, conversation
from tui.clock import from_epoch
from tui.dashboard.results.columns import TITLES
from tui.domain import Count
from tui.query import QueryError, Sort, parse
from tui.query.combine import combine
from tui.settings import Settings
from tui.store.directory import store_directory
from tui.store.ingest import store_headers
from tui.store.settings_table import write_setting
from tui.text import one_line
from tui.views import COLUMNS, QUEUES, UnknownView, View, ViewError, ViewExists
from tui.views.exchange import dump, load
from tui.workspace import Workspace

NOW = from_epoch(START + 3 * 86_400)
BERLIN = ZoneInfo("Europe/Berlin")
NAMES = [
    *("Inbox", "Mine", "Unassigned", "Waiting", "Priority", "Snoozed"),
    *("Follow-ups", "Starred", "Closed today", "Done today"),
]


@pytest.fixture
def workspace(tmp_path: Path) -> Iterator[Workspace]:
    settings = Settings(database=tmp_path / "test.db", config_path=tmp_path / "config.toml")
    with Workspace(settings, clock=lambda: NOW, tz=BERLIN) as workspace:
        with workspace._database.transaction() as connection:
            store_headers(
                connection,
                [
                    conversation(1, assignee=37, waiting_since=START + 50),
                    conversation(2, updated_at=START + 1, waiting_since=START + 20),
                    conversation(3, updated_at=START + 2, state="snoozed", text="refund"),
                    conversation(4, updated_at=START + 3, state="closed", waiting_since=START),
                    conversation(5, updated_at=START + 3 * 86_400 - 60, state="closed", text="refund"),
                ],
            )
        yield workspace


def know(workspace: Workspace) -> None:
    """Ada is asking."""
    with workspace._database.transaction():
        store_directory(
            workspace._database, admins=[(37, "Ada", "a@x.example", True)], teams=[(5, "Billing")], tags=[]
        )
        write_setting(workspace._database, "me", "37")


def totals(workspace: Workspace) -> dict[str, int | None]:
    return {name: count.total if count else None for name, count in workspace.views.counts().items()}


def test_the_queues_are_there_with_their_counts(workspace: Workspace) -> None:
    assert [view.name for view in workspace.views.all()] == NAMES
    assert all(view.built_in for view in QUEUES)
    assert totals(workspace) == dict(zip(NAMES, [2, 0, 1, 2, 0, 1, 0, 0, 1, 0], strict=True))
    know(workspace)
    assert workspace.views.counts(["mine", "CLOSED-TODAY"]) == {
        "Mine": Count(1, True),
        "Closed today": Count(1, True),
    }
    assert list(workspace.search_ids(workspace.views.query("waiting"))) == [2, 1]


def test_what_is_done_for_today_leaves_the_queues_of_what_is_to_be_done(workspace: Workspace) -> None:
    workspace.annotations.done_today([2])
    assert totals(workspace) == dict(zip(NAMES, [1, 0, 0, 1, 0, 1, 0, 0, 1, 1], strict=True))
    assert list(workspace.search_ids(workspace.views.query("done today"))) == [2]
    workspace.annotations.undo()
    assert totals(workspace) == dict(zip(NAMES, [2, 0, 1, 2, 0, 1, 0, 0, 1, 0], strict=True))


def test_the_earliest_follow_up_is_at_the_top_of_its_queue(workspace: Workspace) -> None:
    for id_, hours in ((1, 3), (3, 1), (4, 2)):
        workspace.annotations.follow_up([id_], NOW + timedelta(hours=hours))
    assert list(workspace.search_ids(workspace.views.query("follow-ups"))) == [3, 4, 1]
    everything = workspace.parse("sort:due")
    assert list(workspace.search_ids(everything)) == [3, 4, 1, 5, 2]
    listing = workspace.listing(everything, reverse=True)
    assert list(workspace.page(listing, first=0, limit=5).ids) == [2, 5, 1, 4, 3]


def test_changes_of_others_are_noticed_once_and_own_ones_never(workspace: Workspace) -> None:
    with Workspace(workspace.settings, clock=lambda: NOW, tz=BERLIN) as other:
        assert not workspace.changed_elsewhere()
        other.annotations.star([1])
        assert (workspace.changed_elsewhere(), workspace.changed_elsewhere()) == (True, False)
        other.views.save("Late", "refund")
        workspace.annotations.star([2])
        assert (workspace.changed_elsewhere(), workspace.changed_elsewhere()) == (True, False)
        assert (other.changed_elsewhere(), other.changed_elsewhere()) == (True, False)
        workspace.annotations.star([2])  # they are already
        workspace.ui_state.write({"query": "refund"})
        with workspace._database.transaction() as connection:
            store_headers(connection, [conversation(6)])
        assert not other.changed_elsewhere()
        assert not workspace.changed_elsewhere()


def test_counts_are_not_aborted_by_a_newer_search(workspace: Workspace) -> None:
    done = threading.Event()

    def type_on() -> None:
        while not done.is_set():
            workspace.interrupt()

    typist = threading.Thread(target=type_on)
    typist.start()
    try:
        assert all(totals(workspace)["Inbox"] == 2 for _ in range(20))
    finally:
        done.set()
        typist.join()


def test_a_saved_view_is_listed_found_counted_and_changed(workspace: Workspace) -> None:
    views = workspace.views
    saved = views.save(
        " Refunds  due ", "refund ", sort=Sort.OLDEST, columns=["customer", "waiting"], key="f2"
    )
    assert saved == View("Refunds due", "refund", Sort.OLDEST, ("customer", "waiting"), "f2")
    assert saved.source == "refund sort:oldest"
    views.save("Second", "is:snoozed")
    assert views.all() == (*QUEUES, saved, View("Second", "is:snoozed"))
    assert views.get("refunds-DUE") == saved
    assert totals(workspace)["Refunds due"] == 2
    assert list(workspace.search_ids(views.query("Refunds due"))) == [3, 5]
    assert views.rename("second", "Third").name == "Third"
    assert views.rename("third", "third").name == "third"
    views.move("third", 0)
    assert [view.name for view in views.saved()] == ["third", "Refunds due"]
    assert views.all()[0].name == "third", "a saved view may come before the queues"
    views.move("third", 99)
    assert [view.name for view in views.saved()] == ["Refunds due", "third"]
    views.save("REFUNDS DUE", "refund is:open", replace=True)
    assert views.saved() == (View("REFUNDS DUE", "refund is:open"), View("third", "is:snoozed"))
    assert views.delete("third") == View("third", "is:snoozed")
    assert [view.name for view in views.saved()] == ["REFUNDS DUE"]


def test_views_survive_a_restart(workspace: Workspace) -> None:
    saved = workspace.views.save("Late", 'tag:none "late fee" OR refund', columns=["tags"], key="8")
    with Workspace(workspace.settings, clock=lambda: NOW, tz=BERLIN) as again:
        assert again.views.saved() == (saved,)


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("inbx", "no view is called “inbx”; did you mean “Inbox”?"),
        ("laet", "no view is called “laet”; did you mean “Late”?"),
        ("\x1b[31mzzz", "no view is called “zzz”; choose from Inbox, Mine, Unassigned, "),
    ],
)
def test_an_unknown_name_proposes_the_nearest(workspace: Workspace, name: str, message: str) -> None:
    workspace.views.save("Late", "late")
    with pytest.raises(UnknownView) as caught:
        workspace.views.get(name)
    assert str(caught.value).startswith(message)
    assert caught.value.nearest == {"inbx": "Inbox", "laet": "Late"}.get(name)
    with pytest.raises(UnknownView):
        workspace.views.counts(["Inbox", name])


@pytest.mark.parametrize(
    ("view", "message"),
    [
        (View("", "late"), "a view needs a name"),
        (View(" \x07- ", "late"), "a view needs a name"),
        (View("x" * 41, "late"), "the name “" + "x" * 39 + "…” is longer than 40 characters"),
        (View("closed_TODAY", "late"), "“Closed today” is a built-in view; choose another name"),
        (View("LATE", "late"), "“Late” exists already; choose another name, or replace it"),
        (View("New", "late", key="f2"), "the key f2 opens “Late” already; choose another key"),
        (View("New", "late", key="f2,f3"), "“f2,f3” is not a key; write one such as f2, ctrl+k or 8"),
        (View("New", "late", key="ctrl-k"), "“ctrl-k” is not a key; did you mean “ctrl+k”?"),
        (View("New", "late", columns=("tag",)), "there is no column “tag”; did you mean “tags”?"),
        (View("New", "late", columns=("tags", "tags")), "the column “tags” is given twice"),
        (View("New", "late is:opn"), "column 9: is: takes open, closed, snoozed"),
        (View("New", "team:bling"), "column 1: no team is called “bling”; did you mean Billing?"),
        (View("New", "late sort:created", Sort.WAITING), "column 19: sort: can be used only once"),
    ],
)
def test_what_cannot_be_saved_is_said_in_one_line(workspace: Workspace, view: View, message: str) -> None:
    know(workspace)
    late = workspace.views.save("Late", "late", key="f2")
    with pytest.raises((ViewError, QueryError)) as caught:
        workspace.views.save(view.name, view.query, sort=view.sort, columns=view.columns, key=view.key)
    assert str(caught.value).startswith(message)
    assert str(caught.value).isprintable()
    assert workspace.views.saved() == (late,)


def test_a_taken_name_says_whether_it_can_be_replaced(workspace: Workspace) -> None:
    workspace.views.save("Late", "late")
    for name, replaceable in (("late", True), ("inbox", False)):
        with pytest.raises(ViewExists) as caught:
            workspace.views.save(name, "refund")
        assert (caught.value.name.casefold(), caught.value.replaceable) == (name, replaceable)
    workspace.views.save("Later", "later")
    with pytest.raises(ViewExists) as caught:
        workspace.views.rename("Later", "late")
    assert not caught.value.replaceable


def test_queues_are_arranged_like_saved_views_but_not_deleted(workspace: Workspace) -> None:
    views = workspace.views
    views.save("Late", "late")
    with pytest.raises(ViewError, match="“Mine” is built in and cannot be deleted; hide it instead"):
        views.delete("mine")
    with pytest.raises(ViewError, match="“Mine” is a built-in view"):
        views.rename("late", "mine")
    with pytest.raises(ViewError, match="did you mean “Late”"):
        views.move("lat", 0)
    views.rename("mine", "Ours")
    views.move("late", 0)
    views.move("ours", 99)
    assert views.hide("snoozed").hidden
    assert not views.hide("done-today", hidden=False).hidden
    with Workspace(workspace.settings, clock=lambda: NOW, tz=BERLIN) as again:
        arranged = [view.name for view in again.views.all()]
        assert arranged == ["Late", "Inbox", *NAMES[2:], "Ours"]
        assert [view.name for view in again.views.all() if view.hidden] == ["Snoozed"]
        assert again.views.get("mine") == again.views.get("ours"), "programs go on with the usual name"
        assert again.views.query("mine").source == "is:open assignee:me -is:done"
    views.save("Mine", "refund")
    assert views.get("mine").query == "refund", "unless another view has it"
    with pytest.raises(ViewError, match="the saved view “Mine” has the name of a queue; rename it first"):
        views.restore_queues()
    views.rename("Mine", "Refunds")
    views.restore_queues()
    assert views.all()[: len(QUEUES)] == QUEUES
    assert [view.name for view in views.saved()] == ["Late", "Refunds"]
    assert workspace._database.one("SELECT count(*) FROM saved_view WHERE queue <> ''") == (0,)


def test_a_view_saved_before_there_was_a_queue_of_its_name_keeps_it(workspace: Workspace) -> None:
    with workspace._database.user_transaction() as connection:
        connection.execute(
            "INSERT INTO saved_view (position, name, query, sort, columns, key)"
            " VALUES (0, 'Starred', 'late', '', '[]', '')"
        )
    assert workspace.views.get("starred").query == "late"
    assert workspace.views.get("Starred (built in)").query == "is:starred"
    assert set(workspace.views.counts()) == {view.name for view in workspace.views.all()}


def test_a_view_that_became_unreadable_is_told_apart_from_an_empty_one(workspace: Workspace) -> None:
    workspace.views.save("Theirs", "team:tier-2")  # nobody's name is known yet
    assert totals(workspace)["Theirs"] == 0
    know(workspace)
    assert totals(workspace)["Theirs"] is None
    assert totals(workspace)["Inbox"] == 2
    with pytest.raises(QueryError, match="no team is called “tier-2”"):
        workspace.views.query("Theirs")


@pytest.mark.parametrize(
    ("view", "narrowed", "both"),
    [
        ("is:open", "", "is:open"),
        ("is:open", "refund", "is:open refund"),
        ("is:open OR is:snoozed", "aa OR bb", "(is:open OR is:snoozed) (aa OR bb)"),
        ("is:open aa", "-bb since:7d", "is:open aa -bb since:7d"),
        ("since:2d", "until:1d", "since:2023-11-15T22:13:20Z until:2023-11-16T22:13:20Z"),
        ("aa since:2d", "since:1d", "aa since:2023-11-16T22:13:20Z"),
        ("aa on:today", "since:9d", "aa since:2023-11-16T23:00:00Z until:2023-11-17T22:59:59Z"),
        ("aa sort:waiting", "bb", "aa bb sort:waiting"),
        ("aa sort:waiting", "bb sort:created", "aa bb sort:created"),
        ("aa sort:waiting", "bb SORT:updated", "aa bb"),
        ("sort:waiting", "sort:created", "sort:created"),
    ],
)
def test_narrowing_means_both(workspace: Workspace, view: str, narrowed: str, both: str) -> None:
    def read(source: str) -> str:
        return str(parse(source, now=NOW, tz=BERLIN))

    assert combine(parse(view, now=NOW, tz=BERLIN), parse(narrowed, now=NOW, tz=BERLIN)) == both
    workspace.views.save("V", view)
    assert str(workspace.views.query("v", narrowed)) == read(both)


def test_windows_that_share_nothing_are_an_error(workspace: Workspace) -> None:
    workspace.views.save("Old", "until:2d")
    with pytest.raises(QueryError, match=r"the period ends .* before it starts"):
        workspace.views.query("Old", "since:1d")
    with pytest.raises(QueryError, match="column 4: is: takes"):
        workspace.views.query("Old", "is:opn")


def test_toml_comes_back(workspace: Workspace) -> None:
    views = workspace.views
    assert views.import_toml(views.export_toml()) == ()
    views.save('Two \\ "quoted" 日本', 'refund "late \\"fee" -tag:none', sort=Sort.CREATED, columns=["tags"])
    views.save("One", "", key="f2")
    before, text = views.saved(), views.export_toml()
    with pytest.raises(ViewError, match=r"line 5: .* exists already; choose another name, or replace it"):
        views.import_toml(text)
    assert views.import_toml(text, replace=True) == before
    assert views.saved() == before
    for view in before:
        views.delete(view.name)
    assert views.import_toml(text) == before
    assert views.saved() == before


TEXTS = st.text(max_size=30).map(one_line)


@given(
    st.builds(
        View,
        st.text(min_size=1, max_size=40).map(one_line).filter(lambda name: name.strip(" -_") != ""),
        TEXTS,
        st.none() | st.sampled_from(Sort),
        st.lists(st.sampled_from(COLUMNS), unique=True).map(tuple),
        st.sampled_from(["", "f2", "ctrl+k", "quotation_mark", "backslash", "comma"]),
        hidden=st.booleans(),
    )
)
def test_any_view_is_written_as_toml_that_says_the_same(view: View) -> None:
    text = dump([view, view])
    assert tomllib.loads(text)["view"][0]["name"] == view.name
    assert [entry.view for entry in load(text)] == [view, view]


HEAD = '[[view]]\nname = "A"\nquery = "late"\n'


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('[[view]]\nname = "A', "line 2 (the end): not valid TOML: unterminated string"),
        ('[[view]]\nname = A"', "line 2, column 8: not valid TOML: invalid value"),
        (
            '\n[[views]]\nname = "A"',
            "line 2: unknown key “views”; every view is a table that begins with [[view]]",
        ),
        ('[view]\nname = "A"', "line 1: every view is a table that begins with [[view]]"),
        ('view = ["A"]', "line 1: every view is a table that begins with [[view]]"),
        ('\n[[view]]\nname = "A"', 'line 2: the view has no query; write query = "…"'),
        (HEAD + 'qery = "x"', "line 4: unknown key “qery”; did you mean “query”?"),
        (HEAD + "zzz = 1", "line 4: unknown key “zzz”; choose from name, query, sort, columns, key"),
        (HEAD + "key = 8", 'line 4: key must be a text in quotes, such as "…", not 8'),
        (HEAD + 'sort = "newest"', "line 4: sort: there is no order “newest”; choose from updated, waiting"),
        (HEAD + 'sort = "creatd"', "line 4: sort: there is no order “creatd”; did you mean “created”?"),
        (HEAD + 'columns = "tags"', "line 4: columns must be a list of texts such as"),
        (HEAD + "columns = [1]", "line 4: columns must be a list of texts such as"),
        (HEAD + '\ncolumns = ["tag"]', "line 5: columns: there is no column “tag”; did you mean “tags”?"),
        (
            HEAD + 'columns = ["subject", "zzzzzz"]',
            "line 4: columns: there is no column “zzzzzz”; choose from " + ", ".join(COLUMNS),
        ),
        (HEAD + 'key = "a b"', "line 4: key: “a b” is not a key; write one such as"),
        ('[[view]]\nquery = "late"\nname = ""', "line 3: name: a view needs a name"),
        (HEAD + HEAD, "line 5: the name “A” is given twice"),
        (HEAD + HEAD.replace('"A"', '"mine"'), "line 5: “Mine” is a built-in view; choose another name"),
        (
            HEAD + HEAD.replace('"A"', '"B"').replace("late", "is:opn"),
            "line 6: query: column 4: is: takes open",
        ),
        (
            HEAD + 'key = "8"\n' + HEAD.replace('"A"', '"B"') + 'key = "8"',
            "line 6: the key 8 opens “A” already",
        ),
    ],
)
def test_a_wrong_file_is_named_with_line_and_key_and_nothing_is_saved(
    workspace: Workspace, text: str, message: str
) -> None:
    with pytest.raises(ViewError) as caught:
        workspace.views.import_toml(text)
    assert str(caught.value).startswith(message)
    assert str(caught.value).isprintable()
    assert workspace.views.saved() == ()


def test_the_dashboard_can_show_every_column() -> None:
    assert set(COLUMNS) == set(TITLES)


def test_rows_and_threads_carry_what_was_noted(workspace: Workspace) -> None:
    with workspace._database.transaction() as connection:
        store_headers(connection, [conversation(6, updated_at=START + 9, sla_status="hit")])
    later = NOW + timedelta(hours=1)
    workspace.annotations.star([6])
    workspace.annotations.done_today([6])
    workspace.annotations.follow_up([6], later)
    workspace.annotations.write_note([1], "call back")
    first, sixth = workspace.rows([1, 6])
    assert (first.sla_status, first.annotation.has_note, first.annotation.starred) == ("", True, False)
    assert sixth.sla_status == "hit"
    marks = sixth.annotation
    assert (marks.starred, marks.done, marks.follow_up_at, marks.has_note) == (True, True, later, False)
    thread = workspace.thread(1)
    assert thread is not None
    assert thread.annotation.note == "call back"
    tomorrow = datetime(2023, 11, 18, tzinfo=UTC)
    with Workspace(workspace.settings, clock=lambda: tomorrow, tz=BERLIN) as later_on:
        assert not later_on.rows([6])[0].annotation.done

"""Views for programs that read the file with SQL: their columns stay, whatever becomes of the tables.

A later migration that drops or renames a column they use drops them first and makes them anew.
"""

from __future__ import annotations

from peewee import SqliteDatabase
from playhouse.migrate import SchemaMigrator


def _time(column: str) -> str:
    return f"strftime('%Y-%m-%dT%H:%M:%SZ', {column}, 'unixepoch')"


def _person(kind: str, *names: str) -> str:
    known = ", ".join(f"nullif({name}, '')" for name in names)
    return f"""coalesce({known}, CASE {kind}
            WHEN 'user' THEN 'Customer' WHEN 'lead' THEN 'Lead' WHEN 'contact' THEN 'Contact'
            WHEN 'bot' THEN 'Bot' WHEN 'team' THEN 'Team' WHEN 'admin' THEN 'Teammate' ELSE 'Someone' END)"""


STATEMENTS = (
    f"""
    CREATE VIEW conversations AS SELECT
        c.id AS id,
        coalesce(nullif(c.title, ''), nullif(c.subject, '')) AS subject,
        c.state AS state,
        c.priority AS priority,
        c.read AS read,
        {_person("c.customer_kind", "c.customer_name", "c.customer_email")} AS customer,
        nullif(c.customer_email, '') AS customer_email,
        nullif(c.company, '') AS company,
        nullif(c.channel, '') AS channel,
        nullif(c.delivered_as, '') AS delivered_as,
        nullif(c.recipients, '') AS recipients,
        nullif(c.ai_agent, '') AS ai_agent,
        coalesce(a.name, 'Teammate ' || c.assignee_id) AS assignee,
        coalesce(t.name, 'Team ' || c.team_id) AS team,
        (SELECT json_group_array(name) FROM (SELECT g.name FROM conversation_tag ct
            JOIN tag g ON g.id = ct.tag_id WHERE ct.conversation_id = c.id ORDER BY g.name)) AS tags,
        {_time("c.created_at")} AS created_at,
        {_time("c.updated_at")} AS updated_at,
        {_time("iif(c.state = 'closed', NULL, c.waiting_since)")} AS waiting_since,
        {_time("c.snoozed_until")} AS snoozed_until,
        c.message_count AS message_count,
        c.rating AS rating,
        nullif(c.rating_remark, '') AS rating_remark,
        nullif(c.sla_name, '') AS sla_name,
        nullif(c.sla_status, '') AS sla_status,
        iif(c.custom_attributes = '', '{{}}', c.custom_attributes) AS custom_attributes,
        coalesce(n.starred, 0) AS starred,
        {_time("n.done_until")} AS done_until,
        {_time("n.follow_up_at")} AS follow_up_at,
        nullif(n.note, '') AS note,
        c.thread_updated_at < c.updated_at - 1 AS thread_pending,
        'https://app.' || (
            SELECT iif(upper(value) IN ('', 'US'), '', lower(value) || '.')
            FROM (SELECT coalesce((SELECT value FROM setting WHERE key = 'region'), '') AS value)
        ) || 'intercom.com/a/inbox/' || (SELECT value FROM setting WHERE key = 'app')
            || '/inbox/conversation/' || c.id AS url
    FROM conversation c LEFT JOIN admin a ON a.id = c.assignee_id LEFT JOIN team t ON t.id = c.team_id
        LEFT JOIN annotation n ON n.conversation_id = c.id
    WHERE c.deleted_at IS NULL
    """,
    f"""
    CREATE VIEW messages AS SELECT
        p.conversation_id AS conversation_id,
        iif(p.part_id = 0, coalesce(p.source_id, 0), p.part_id) AS id,
        iif(p.type IN ('note', 'note_and_reopen'), 'note', 'message') AS kind,
        {_person("p.author_kind", "p.author_name", "coalesce(a.name, t.name)", "p.author_email")} AS author,
        nullif(p.author_email, '') AS author_email,
        p.author_kind AS author_type,
        {_time("p.created_at")} AS created_at,
        p.text AS text,
        (SELECT json_group_array(json_object(
                'name', json_extract(file.value, '$.name'),
                'content_type', json_extract(file.value, '$.content_type'),
                'size', json_extract(file.value, '$.size')
            )) FROM json_each(iif(p.attachments = '', '[]', p.attachments)) AS file) AS attachments,
        p.redacted AS redacted,
        p.truncated AS truncated
    FROM part p JOIN conversation c ON c.id = p.conversation_id
        LEFT JOIN admin a ON p.author_kind = 'admin' AND a.id = CAST(p.author_id AS INTEGER)
        LEFT JOIN team t ON p.author_kind = 'team' AND t.id = CAST(p.author_id AS INTEGER)
    WHERE c.deleted_at IS NULL AND (p.text <> '' OR p.attachments <> '' OR p.type IN ('source', 'comment'))
    """,
    f"""
    CREATE VIEW coverage AS SELECT {_time("start")} AS start_at, {_time('"end"')} AS end_at
    FROM coverage_interval
    """,
)


def up(migrator: SchemaMigrator, db: SqliteDatabase) -> None:
    for statement in STATEMENTS:
        db.execute_sql(statement)

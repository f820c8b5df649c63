"""Decides which notices are shown now, held until the quiet hours are over, or dropped. Pure."""

from __future__ import annotations

from collections import Counter, defaultdict, deque
from dataclasses import replace
from datetime import datetime, tzinfo

from tui.dashboard.notifications.rules import Amount, Notice
from tui.formatting import counted, counts_in_words, number
from tui.settings import Settings
from tui.settings.quiet import is_quiet, parse_quiet_hours

MOST_A_MINUTE = 6
"""How many toasts of one kind are shown in a minute at most."""
ONE_MINUTE = 60.0


class NoticeFilter:
    """Applies the settings for notices, and holds those of the quiet hours."""

    def __init__(self, settings: Settings, zone: tzinfo | None) -> None:
        self._zone = zone
        self._shown_at: defaultdict[str, deque[float]] = defaultdict(lambda: deque(maxlen=MOST_A_MINUTE))
        self._held: dict[str, HeldNotices] = {}
        self.use(settings)

    def use(self, settings: Settings) -> None:
        """Apply these settings from now on."""
        self._switches = settings.toasts
        self._quiet_hours = parse_quiet_hours(settings.quiet_hours)

    def is_quiet(self, now: datetime) -> bool:
        return is_quiet(self._quiet_hours, now.astimezone(self._zone).time())

    def admits(self, notice: Notice, now: datetime) -> bool:
        """Whether to show `notice` now. In quiet hours it is held for `release`.

        Follow-ups are not limited to `MOST_A_MINUTE`.
        """
        if not self.is_enabled(notice.kind):
            return False
        if self.is_quiet(now):
            if notice.kind in self._held:
                self._held[notice.kind].add(notice)
            else:
                self._held[notice.kind] = HeldNotices(notice)
            return False
        shown_at, at = self._shown_at[notice.kind], now.timestamp()
        if notice.kind != "followups" and len(shown_at) == MOST_A_MINUTE and at - shown_at[0] < ONE_MINUTE:
            return False
        shown_at.append(at)
        return True

    def release(self, now: datetime) -> list[Notice]:
        """Once the quiet hours are over, what was held in them: at most one notice of each kind."""
        if not self._held or self.is_quiet(now):
            return []
        held, self._held = self._held, {}
        return [notices.combined() for kind, notices in held.items() if self.is_enabled(kind)]

    def is_enabled(self, kind: str) -> bool:
        """Whether notices of this kind are switched on."""
        return self._switches.get(kind, True)


class HeldNotices:
    """Combines notices of one kind into a single one."""

    def __init__(self, first: Notice) -> None:
        self._titles: Counter[str] = Counter()
        self._amounts: dict[str, Amount] = {}
        self._reminders: list[str] = []
        self.add(first)

    def add(self, notice: Notice) -> None:
        self._last = notice
        self._titles[notice.title] += 1
        if notice.kind == "followups":
            self._reminders.append(notice.message)
        for amount in notice.amounts:
            before = self._amounts.get(amount.words)
            if before is not None and not amount.is_total:
                amount = replace(amount, number=before.number + amount.number)
            self._amounts[amount.words] = amount

    def combined(self) -> Notice:
        """The last notice, with the amounts of all added up and the titles of the others."""
        last = self._last
        times = self._titles.total()
        if times == 1:
            return last
        amounts = tuple(self._amounts.values())
        if last.kind == "followups":
            title = " and ".join(self._titles)
            return replace(last, title=title, message="\n".join(self._reminders), amounts=amounts)
        if last.kind == "rate_limit":  # the pause that the message names is over
            return replace(last, message=f"{counted(times, 'time')} during quiet hours")
        message = last.message
        if last.amounts:
            message = counts_in_words((amount.number, amount.words) for amount in amounts)
        if len(self._titles) > 1:
            titles = ", ".join(
                f"{number(count)} × {title}" if count > 1 else title for title, count in self._titles.items()
            )
            message += f"\nDuring quiet hours: {titles}"
        return replace(last, message=message, amounts=amounts)

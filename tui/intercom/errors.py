"""The errors of the client. Each message is one line for people that also says what to do."""

from __future__ import annotations


class IntercomError(Exception):
    """Any failure of a call. `message` is one line of plain text without secrets."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message

    def say(self, message: str) -> None:
        """Replace the message."""
        self.message = message
        self.args = (message,)


class BadAddress(IntercomError, ValueError):
    """The base URL cannot be used: not https, no host, or with a user name inside."""


class BadEnvironment(IntercomError, ValueError):
    """A variable of the environment, for a proxy or for certificates, holds what cannot be used."""


class Unreachable(IntercomError):
    """No answer: DNS, connection, TLS or timeout. Trying again later may help."""


class Unauthorized(IntercomError):
    """401: the access token is missing, wrong or revoked."""

    def __init__(self, problem: str, advice: str = "") -> None:
        super().__init__(problem + advice)
        self.problem = problem
        """The message without its advice, for where a token is entered."""


class Forbidden(IntercomError):
    """403 or 402: the token lacks a permission, or the workspace's plan does not include this."""


class WrongRegion(IntercomError):
    """The workspace lives in another region than the host that was asked."""

    def __init__(self, message: str, workspace: str, region: str) -> None:
        super().__init__(message)
        self.workspace = workspace
        self.region = region
        """"US", "EU" or "AU"."""


class NotFound(IntercomError):
    """404 or 410: there is no such thing (any more), or the token may not see it."""


class RateLimited(IntercomError):
    """429 again and again, after waiting for the limit's reset each time."""


class BadAnswer(IntercomError):
    """An answer that is not what Intercom sends, or one that refuses the request as wrong (400, 422, …)."""


class PageTooHeavy(IntercomError):
    """A search page was too large, or timed out or ended in 502/504 twice: ask with a smaller `per_page`."""

    def __init__(self, message: str, per_page: int) -> None:
        super().__init__(message)
        self.per_page = per_page


class UnknownOutcome(IntercomError):
    """A write that may or may not have been carried out: its request left, and no answer says what became of
    it (a timeout, a broken connection, a 5xx, an unreadable answer)."""

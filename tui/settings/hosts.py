"""Which host an access token may be sent to: the one it was given for."""

from __future__ import annotations

from urllib.parse import urlsplit

from tui.settings.model import ADDRESSES, Settings, TokenError

ENVIRONMENT_URL = "FASTINTERCOM_BASE_URL"
_PORTS = {"https": 443, "http": 80}


class TokenForOtherHost(TokenError):
    """A saved token was entered for another host than that of `base_url`: it is asked for again."""

    def __init__(self, reason: str, host: str, program: str) -> None:
        """`program`: how fastintercom is called for these settings."""
        super().__init__(
            f"{reason}; correct that, or start `{program}` in a terminal and enter a token for {host}"
        )
        self.reason = reason
        self.host = host
        """The host of `base_url`."""


def origin(base_url: str) -> str:
    """What of an address says who receives a request: scheme and host, and a port that is not the usual."""
    url = urlsplit(base_url.strip().lower())
    usual = url.port is None or url.port == _PORTS.get(url.scheme)
    host = f"[{url.hostname}]" if ":" in (url.hostname or "") else url.hostname
    return f"{url.scheme}://{host}" + ("" if usual else f":{url.port}")


def is_intercom(base_url: str) -> bool:
    """Whether an address is one of Intercom's own. A workspace is in one of its regions, and its token may be
    sent to all: `/me` says to which of them it belongs."""
    return origin(base_url) in ADDRESSES.values()


def check_saved(settings: Settings, host: str, place: str) -> None:
    """Raise `TokenForOtherHost` unless a token that was saved for `host` (empty: not known) may be used."""
    wanted = origin(settings.base_url)
    if host == wanted or ((not host or is_intercom(host)) and is_intercom(wanted)):
        return
    saved = f"for {host}" if host and not is_intercom(host) else "for Intercom"
    raise TokenForOtherHost(
        f"the token in {place} is {saved}, so it is not sent to {wanted}, which {_source(settings)} names as "
        "base_url",
        wanted,
        settings.program,
    )


def check_variable(settings: Settings) -> None:
    """Raise `TokenError` unless INTERCOM_ACCESS_TOKEN may be used: for another host than Intercom's, the
    environment must name that too. Whoever changes the settings file does not get the token."""
    if _may_use(settings, ENVIRONMENT_URL):
        return
    raise TokenError(
        f"INTERCOM_ACCESS_TOKEN is for Intercom, so it is not sent to {origin(settings.base_url)}, which "
        f"{_source(settings)} names as base_url; correct that, or set {ENVIRONMENT_URL} to it as well"
    )


def check_command(settings: Settings) -> None:
    """Raise `TokenError` unless the token of `token_command` may be used: for another host than Intercom's,
    the file that names the command must name that too. Whoever changes the environment does not get it."""
    if _may_use(settings, str(settings.config_path)):
        return
    raise TokenError(
        f"token_command is for Intercom, so its token is not sent to {origin(settings.base_url)}, which "
        f"{_source(settings)} names as base_url; correct that, or name it in {settings.config_path} as well"
    )


def _may_use(settings: Settings, source: str) -> bool:
    """Whether `source` names the host, or the program itself does."""
    named = settings.base_url_sources
    return is_intercom(settings.base_url) or not named or source in named


def _source(settings: Settings) -> str:
    return settings.base_url_sources[0] if settings.base_url_sources else "the program"

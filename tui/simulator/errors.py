"""Intercom's error envelope."""

from __future__ import annotations

from dataclasses import dataclass, field

import msgspec


@dataclass(eq=False)
class ApiError(Exception):
    """An answer other than success. `status` is the HTTP status, `code` one of Intercom's error codes."""

    status: int
    code: str
    message: str
    field_name: str = ""
    headers: dict[str, str] = field(default_factory=dict)

    def __str__(self) -> str:
        return f"{self.status} {self.code}: {self.message}"


def envelope(error: ApiError, request_id: str) -> bytes:
    """The JSON body that goes with an error."""
    entry = {"code": error.code, "message": error.message}
    if error.field_name:
        entry["field"] = error.field_name
    return msgspec.json.encode({"type": "error.list", "request_id": request_id, "errors": [entry]})


def not_found(message: str = "Resource Not Found") -> ApiError:
    return ApiError(404, "not_found", message)


def no_seat() -> ApiError:
    return ApiError(403, "action_forbidden", "This admin does not have Inbox access permissions")


def invalid(message: str, field_name: str = "") -> ApiError:
    return ApiError(400, "parameter_invalid", message, field_name)


def missing(field_name: str) -> ApiError:
    return ApiError(400, "parameter_not_found", f"{field_name} is required", field_name)

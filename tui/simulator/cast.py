"""Who takes part in the written history, and the files they send."""

from __future__ import annotations

from tui.simulator.content import people
from tui.simulator.model import Author, SimulatedAttachment, SimulatedContact
from tui.simulator.state import State

TEAM_OF = {
    "support": people.SUPPORT,
    "billing": people.BILLING,
    "technical": people.TECHNICAL,
    "success": people.SUCCESS,
    "security": people.SECURITY,
}
FILES = (
    SimulatedAttachment("screenshot.png", "image/png", 184_223, 1440, 900),
    SimulatedAttachment("invoice.pdf", "application/pdf", 48_112),
    SimulatedAttachment("console log.txt", "text/plain", 3_902),
    SimulatedAttachment("IMG_2041.HEIC", "image/heic", 2_310_448, 4032, 3024),
    SimulatedAttachment("timesheets_export.csv", "text/csv", 91_120),
    SimulatedAttachment("recording.mp4", "video/mp4", 8_801_233),
    SimulatedAttachment("Vertrag & Anhänge (final) v2.docx", "application/msword", 77_310),
)


class Cast:
    """The people of a workspace, as a writer needs them."""

    def __init__(self, state: State, contacts: list[SimulatedContact]) -> None:
        self.state = state
        self.contacts = contacts
        self.humans = [admin for admin in state.admins.values() if admin.has_inbox_seat]
        self.of_team = {
            team: [admin for admin in self.humans if team in admin.teams] or self.humans
            for team in state.teams
        }
        bots = {admin.name: admin.author for admin in state.admins.values() if admin.author.kind == "bot"}
        self.operator, self.fin = bots["Operator"], bots["Fin"]
        self.regulars = contacts[: max(1, len(contacts) // 12)]
        """Customers who write often."""

    def author(self, contact: SimulatedContact) -> Author:
        return Author(contact.role, contact.id, contact.name, contact.email)

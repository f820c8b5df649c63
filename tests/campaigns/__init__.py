"""What real processes leave behind that are killed, suspended, shut out, or write to a full disk.

Each campaign is short in the usual run of the tests. The long ones, with their figures:

    FASTINTERCOM_LONG=1 python -m pytest tests/campaigns -n 0 -s
"""

from __future__ import annotations

import os

LONG = bool(os.environ.get("FASTINTERCOM_LONG"))

"""Django's database sessions, read with SQL that is built once.

The session of a witness ends after half an hour without a sign of life, and its cookie ends with
the browser. That of a person who is signed in lasts as `SESSION_COOKIE_AGE` says.
"""

from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore as InDatabase
from django.contrib.sessions.models import Session
from django.utils import timezone

from evidence.prepared_query import PreparedRow

SESSIONS = PreparedRow(Session.objects.all, by="session_key")
WITNESS_MINUTES = 30


class SessionStore(InDatabase):
    def get_session_cookie_age(self) -> int:
        return super().get_session_cookie_age() if self._is_signed_in() else WITNESS_MINUTES * 60

    def get_expire_at_browser_close(self) -> bool:
        return not self._is_signed_in()

    def _is_signed_in(self) -> bool:
        return SESSION_KEY in self

    def _get_session_from_db(self) -> Session | None:
        session = SESSIONS.find(self.session_key)
        if session is not None and session.expire_date > timezone.now():
            return session
        self._session_key = None
        return None

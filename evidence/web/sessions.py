"""Django's database sessions, read with SQL that is built once."""

from django.contrib.sessions.backends.db import SessionStore as InDatabase
from django.contrib.sessions.models import Session
from django.utils import timezone

from evidence.prepared_query import PreparedRow

SESSIONS = PreparedRow(Session.objects.all, by="session_key")


class SessionStore(InDatabase):
    def _get_session_from_db(self) -> Session | None:
        session = SESSIONS.find(self.session_key)
        if session is not None and session.expire_date > timezone.now():
            return session
        self._session_key = None
        return None

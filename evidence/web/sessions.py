"""Sessions in the database, as Django keeps them, read by a statement that is put together once."""

from django.contrib.sessions.backends.db import SessionStore as InDatabase
from django.contrib.sessions.models import Session
from django.utils import timezone

from evidence.prepared_query import PreparedRow

SESSIONS = PreparedRow(Session.objects.all, by="session_key")


class SessionStore(InDatabase):
    def _get_session_from_db(self) -> Session | None:
        found = SESSIONS.find(self.session_key)
        if found is not None and found.expire_date > timezone.now():
            return found
        self._session_key = None
        return None

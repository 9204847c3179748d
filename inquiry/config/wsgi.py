import os

from django.core.wsgi import get_wsgi_application

from evidence.files.working import work_here
from evidence.web.sentences import keep_at_hand
from evidence.web.whole import WholeRequest

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "inquiry.config.settings")
application = get_wsgi_application()
work_here()
keep_at_hand()
application.request_class = WholeRequest

import os

from django.core.wsgi import get_wsgi_application

from evidence.files.work_dir import work_here
from evidence.web.complete_request import CompleteRequest
from evidence.web.translation_cache import keep_at_hand

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "inquiry.config.settings")
application = get_wsgi_application()
work_here()
keep_at_hand()
application.request_class = CompleteRequest

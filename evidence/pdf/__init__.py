"""Work on PDF, in plain Python: it knows nothing of Django, Celery or the database."""

import os

# numpy is here for renumbering. Its linear algebra, which is never used, would start a thread with
# memory of its own for each processor.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

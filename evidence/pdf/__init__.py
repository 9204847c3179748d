"""Reads and writes PDF in plain Python, without Django, Celery or the database."""

import os

# numpy is here for renumbering. Its linear algebra, which is never used, would start a thread with
# memory of its own for each processor.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

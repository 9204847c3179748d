from django.db import models


class RateLimitCount(models.Model):
    """How often one subject did one thing in one period.

    `key` is a keyed hash, from which neither an address nor a code can be read. Rows are deleted
    after their period.
    """

    key = models.CharField(max_length=64, unique=True)
    count = models.PositiveIntegerField(default=0)
    ends_at = models.DateTimeField(db_index=True)

    class Meta:
        verbose_name_plural = "rate limit counts"

    def __str__(self) -> str:
        return f"{self.count} until {self.ends_at:%H:%M:%S}"

"""Tables of the kernel: the namespace of public ids, versions of collections, the change log."""

from typing import ClassVar

from django.db import models


class PublicId(models.Model):
    """The one namespace of public ids. Rows stay for ever; a merged record points to the one it became."""

    id = models.CharField(primary_key=True, max_length=8)
    kind = models.CharField(max_length=20)
    merged_into = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="merged_from")

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=~models.Q(merged_into=models.F("id")), name="spatial_publicid_not_itself"),
        ]

    def __str__(self) -> str:
        return self.id


class CollectionVersion(models.Model):
    """How often a collection has changed: raised by one per transaction, at commit, by the database alone."""

    collection = models.CharField(primary_key=True, max_length=40)
    version = models.BigIntegerField(default=0)
    changed_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.collection} {self.version}"


class ChangedCollection(models.Model):
    """One transaction's change of one collection; ``version`` is given at commit, in commit order."""

    transaction = models.UUIDField()
    collection = models.CharField(max_length=40)
    version = models.BigIntegerField(null=True)
    committed_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["transaction", "collection"], name="spatial_changedcollection_once"),
            models.UniqueConstraint(fields=["collection", "version"], name="spatial_changedcollection_version"),
        ]
        indexes: ClassVar = [
            # At commit: who else changed this collection since the transaction began.
            models.Index(fields=["collection", "committed_at"], name="spatial_changedcollection_when"),
        ]

    def __str__(self) -> str:
        return f"{self.collection} {self.version}"


class Change(models.Model):
    """The change log: which transaction inserted (I), updated (U) or deleted (D) which feature; never removed."""

    transaction = models.UUIDField()
    collection = models.CharField(max_length=40)
    feature_id = models.CharField(max_length=40)
    operation = models.CharField(max_length=1)

    class Meta:
        indexes: ClassVar = [
            # "Changes since": join from ChangedCollection (collection, version > n) on the transaction.
            models.Index(fields=["transaction", "collection"], name="spatial_change_transaction"),
        ]

    def __str__(self) -> str:
        return f"{self.operation} {self.collection}/{self.feature_id}"

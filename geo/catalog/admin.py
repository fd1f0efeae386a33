"""The catalogue in the admin: producers, products, certificates; every change with its reason, through the services."""

from typing import Any, ClassVar, TypeAlias

from django import forms
from django.contrib import admin
from django.db import models
from django.db.models import Model
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from geo.access.audited import AuditedAdmin, AuditedForm, FoldedSearch
from geo.access.models import User
from geo.catalog import services
from geo.catalog.models import Certificate, CertificateScheme, Offer, Producer, Product, ProductCategory
from geo.divisions.choices import division_field
from geo.spatial import public_ids
from geo.spatial.folding import fold
from geo.spatial.models import PublicId
from geo.spatial.provenance import SOURCE_FIELDS

Fieldset: TypeAlias = tuple[Any, Any]

SOURCE: Fieldset = (
    _("source"),
    {"fields": SOURCE_FIELDS},
)
REASON: Fieldset = (None, {"fields": ("reason", "seen_version")})
HISTORY: Fieldset = (_("history"), {"fields": ("recent_history",)})


class WithDivisions(AuditedAdmin):
    """A record with a province and a commune, chosen among those of today."""

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """Let divisions be looked up with their provinces."""
        if db_field.name in ("province", "commune"):
            return division_field(db_field)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)


@admin.register(ProductCategory)
class ProductCategoryAdmin(FoldedSearch):
    """The official catalogue: shown and chosen, not edited."""

    list_display = ("code", "name_vi", "level", "edition")
    search_fields = ("name_vi",)

    def get_search_results(self, request: HttpRequest, queryset: Any, search_term: str) -> Any:
        """Search the few rows in Python: they have no folded column."""
        words = fold(search_term).split()
        names = {row.pk: f"{row.code} {fold(row.name_vi)} {fold(row.name_en)}" for row in queryset}
        fitting = [pk for pk, name in names.items() if all(word in name for word in words)]
        return queryset.filter(pk__in=fitting), False

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Categories are loaded."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Categories are decreed."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Categories are decreed."""
        return False


@admin.register(CertificateScheme)
class CertificateSchemeAdmin(admin.ModelAdmin):  # type: ignore[type-arg]  # not generic at run time
    """Schemes with their months of validity, which are data and not code."""

    list_display = ("code", "name_vi", "validity_months", "legal_source")

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """A scheme stays."""
        return False


@admin.register(Producer)
class ProducerAdmin(WithDivisions):
    """Producers (chủ thể)."""

    list_display = ("name", "kind", "province", "public_id", "is_sample")
    list_filter = ("kind", "source_kind")
    list_select_related = ("province",)
    search_fields = ("folded",)
    readonly_fields = ("public_id", "recent_history")
    fieldsets = (
        REASON,
        (None, {"fields": ("public_id", "name", "kind", "address", "commune", "province")}),
        (_("contact"), {"fields": ("phone", "email", "zalo", "website", "contact_consent_on")}),
        SOURCE,
        HISTORY,
    )

    def write(self, actor: User, reason: str, form: Any, record: Model | None) -> tuple[Model, list[str]]:
        """Store by the service."""
        values, version = form.values(services.PRODUCER_FIELDS), form.cleaned_data["seen_version"]
        producer = record if isinstance(record, Producer) else None
        return services.save_producer(actor, reason, values, producer=producer, version=version), []


class OfferInline(admin.StackedInline):  # type: ignore[type-arg]  # not generic at run time
    """Online offers of a product."""

    model = Offer
    formfield_overrides: ClassVar = {models.URLField: {"assume_scheme": "https"}}
    extra = 0


@admin.register(Product)
class ProductAdmin(AuditedAdmin):
    """Products."""

    list_display = ("name", "producer", "category", "public_id", "is_sample")
    list_filter = ("category__level", "category_basis", "source_kind")
    list_select_related = ("producer", "category")
    search_fields = ("folded",)
    autocomplete_fields = ("producer", "category")
    readonly_fields = ("public_id", "recent_history")
    inlines = (OfferInline,)
    history_parts = ((Offer, "product"),)
    fieldsets = (
        REASON,
        (None, {"fields": ("public_id", "name", "name_en", "producer", "category", "category_basis")}),
        (_("more"), {"fields": ("description", "gtin", "local_code", "note")}),
        SOURCE,
        HISTORY,
    )

    def write(self, actor: User, reason: str, form: Any, record: Model | None) -> tuple[Model, list[str]]:
        """Store by the service."""
        values, version = form.values(services.PRODUCT_FIELDS), form.cleaned_data["seen_version"]
        product = record if isinstance(record, Product) else None
        return services.save_product(actor, reason, values, product=product, version=version), []


class CertificateForm(AuditedForm):
    """A certificate names its subject by its public id."""

    subject = forms.CharField(label=_("public id of the product, place or producer"), max_length=12)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["subject"].initial = self.instance.subject_id

    def clean_subject(self) -> PublicId:
        """Return the entry of the namespace. Raises: ValidationError when there is none."""
        typed = self.cleaned_data["subject"]
        try:
            return PublicId.objects.get(pk=public_ids.parse(typed))
        except public_ids.InvalidPublicId as error:
            raise forms.ValidationError(error.message) from None
        except PublicId.DoesNotExist:
            raise forms.ValidationError(_("There is no record with this number.")) from None


@admin.register(Certificate)
class CertificateAdmin(AuditedAdmin):
    """Certificates."""

    form = CertificateForm
    list_display = ("subject", "scheme", "stars", "decision_number", "decision_date", "valid_until", "revoked_on")
    list_filter = ("scheme", "stars", "trust")
    search_fields = ("subject__id", "decision_number", "number")
    readonly_fields = ("recent_history",)
    fieldsets = (
        REASON,
        (None, {"fields": ("subject", "scheme", "stars", "score", "number", "scope", "issuer")}),
        (_("decision"), {"fields": ("decision_number", "decision_date", "decision_year", "valid_from", "valid_until")}),
        (_("revocation"), {"fields": ("revoked_on", "revoked_reason")}),
        SOURCE,
        HISTORY,
    )

    def get_search_results(self, request: HttpRequest, queryset: Any, search_term: str) -> Any:
        """Search public ids and numbers as they are written."""
        return super(FoldedSearch, self).get_search_results(request, queryset, search_term)

    def write(self, actor: User, reason: str, form: Any, record: Model | None) -> tuple[Model, list[str]]:
        """Store by the service."""
        certificate = record if isinstance(record, Certificate) else None
        values = form.values(services.CERTIFICATE_FIELDS)
        return services.save_certificate(actor, reason, values, certificate=certificate), []

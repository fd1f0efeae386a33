"""Addresses of the pages, below the language: ``/vi/…`` and ``/en/…``."""

from django.urls import path

from geo.web.views import (
    account,
    checks,
    desk,
    desk_reports,
    freshness,
    front,
    passwords,
    records,
    reports,
    signing,
    texts,
)

app_name = "web"
urlpatterns = [
    path("", front.map_page, name="map"),
    path("p/<str:public_id>", records.record_page, name="record"),
    path("bao-sai/<str:public_id>", reports.report, name="report"),
    path("bao-sai/<str:public_id>/cam-on", reports.thanks, name="thanks"),
    path("about", texts.about, name="about"),
    path("help", texts.help_page, name="help"),
    path("data", texts.data, name="data"),
    path("freshness", freshness.freshness, name="freshness"),
    path("sign-in", signing.sign_in, name="sign-in"),
    path("sign-in/code", signing.code, name="sign-in-code"),
    path("sign-in/set-up", account.set_up_at_sign_in, name="sign-in-set-up"),
    path("sign-in/provider", signing.provider_begin, name="sign-in-provider"),
    path("sign-in/provider/back", signing.provider_back, name="sign-in-provider-back"),
    path("sign-out", signing.sign_out, name="sign-out"),
    path("invitation/<str:token>", passwords.invitation, name="invitation"),
    path("password/forgotten", passwords.forgotten, name="password-forgotten"),
    path("password/sent", passwords.sent, name="password-sent"),
    path("password/<str:who>/<str:token>", passwords.reset, name="password-reset"),
    path("account", account.account, name="account"),
    path("account/password", account.password, name="password"),
    path("account/second-factor", account.set_up, name="second-factor"),
    path("account/second-factor/remove", account.remove_factor, name="second-factor-remove"),
    path("account/recovery-codes", account.codes, name="recovery-codes"),
    path("desk", desk.desk, name="desk"),
    path("desk/reports/<str:reference>", desk_reports.answer, name="desk-report"),
    path("desk/places/<str:public_id>/still-right", desk.still_right, name="still-right"),
    path("desk/places/<str:public_id>/link", desk.link, name="check-link"),
    path("desk/<str:name>", desk.task, name="desk-task"),
    path("still-right/<str:token>", checks.check, name="check"),
    path("bao-cao/<str:reference>", reports.state, name="report-state"),
]

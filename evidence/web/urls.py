"""Addresses of our own pages, by who is looking."""

from django.contrib.auth.views import LogoutView
from django.urls import path

from evidence.web.public import library, welcome
from evidence.web.staff import bundles, pieces, register, sign_in
from evidence.web.witness import send

urlpatterns = [
    # The public
    path("", welcome.home, name="home"),
    path("calls/<slug:code>/", welcome.call, name="call"),
    path("evidence/", library.index, name="published"),
    path("evidence/<str:reference>/", library.piece, name="published-piece"),
    path("evidence/<str:reference>/<int:position>.pdf", library.pdf, name="published-pdf"),
    path(
        "evidence/<str:reference>/<int:position>/pictures/<str:name>",
        library.picture,
        name="published-picture",
    ),
    # Witnesses
    path("calls/<slug:code>/send/", send.send, name="send"),
    path("calls/<slug:code>/sent/", send.sent, name="sent"),
    # Staff, members, advisers
    path("sign-in/", sign_in.SignIn.as_view(), name="sign-in"),
    path("sign-out/", LogoutView.as_view(), name="sign-out"),
    path("staff/", register.index, name="register"),
    path("staff/evidence/<uuid:key>/", pieces.piece, name="piece"),
    path("staff/evidence/<uuid:key>/<int:position>.pdf", pieces.pdf, name="piece-pdf"),
    path(
        "staff/evidence/<uuid:key>/<int:position>/pictures/<str:name>",
        pieces.picture,
        name="piece-picture",
    ),
    path(
        "staff/evidence/<uuid:key>/<int:position>/original", pieces.original, name="piece-original"
    ),
    path("staff/evidence/<uuid:key>/<int:position>/office.pdf", pieces.office, name="piece-office"),
    path("staff/bundles/", bundles.index, name="bundles"),
    path("staff/bundles/new/", bundles.new, name="bundle-new"),
    path("staff/bundles/<uuid:key>/", bundles.page, name="bundle"),
    path("staff/bundles/<uuid:key>/progress/", bundles.progress, name="bundle-progress"),
    path("staff/bundles/<uuid:key>/again/", bundles.again, name="bundle-again"),
    path("staff/bundles/<uuid:key>/download/<slug:form>/", bundles.download, name="bundle-file"),
]

"""URLs of pages, by reader."""

from django.contrib.auth.views import LogoutView
from django.urls import path

from evidence.web.public import calls, health, site_pages, verify
from evidence.web.public import published as library
from evidence.web.staff import (
    archive,
    bundle_create,
    bundles,
    copies,
    export,
    find,
    home,
    papers,
    register,
    schedules,
    sign_in,
    submissions,
)
from evidence.web.witness import (
    clean_copy,
    coauthor,
    email_confirmation,
    files,
    preview,
    review,
    start,
    status,
    submitted,
    task_list,
)
from inquiry.calls.models import CommitteeText

FOOTER_PAGES = [page.value for page in CommitteeText.Page]
public = [
    path("", calls.home, name="home"),
    path("calls/<slug:code>/", calls.call, name="call"),
    path("calls/<slug:code>/call.txt", calls.call_text, name="call-text"),
    path("verify/", verify.verify, name="verify"),
    *(path(f"{page}/", site_pages.site_page, {"page": page}, name=page) for page in FOOTER_PAGES),
    path("evidence/", library.index, name="published"),
    path("evidence/<str:reference>/", library.submission, name="published-submission"),
]

# Pages that are the same in every language.
plain = [
    path("verify/keys.pem", verify.keys, name="verify-keys"),
    path("health/", health.show, name="health"),
]

witness = [
    path("safety/", start.safety, name="safety"),
    path("safety/<str:language>/", start.safety_in, name="safety-in"),
    path("leave/", start.leave, name="leave"),
    path("calls/<slug:code>/start/", start.start, name="start"),
    path("return/", start.back, name="back"),
    path("return/link/", start.ask_link, name="link-ask"),
    path("return/link/<str:token>/", start.link, name="link"),
    path("return/state/<slug:handle>/", status.state, name="state"),
    path("confirm/<str:token>/", coauthor.confirm, name="coauthor"),
    path("form/<slug:handle>/", task_list.tasks, name="form"),
    path("form/<slug:handle>/code/", task_list.code, name="form-code"),
    path("form/<slug:handle>/code/another/", task_list.another_code, name="form-code-another"),
    path("form/<slug:handle>/confirm/", email_confirmation.confirm, name="form-confirm"),
    path("form/<slug:handle>/late/", task_list.late, name="form-late"),
    path("form/<slug:handle>/close/", task_list.close, name="form-close"),
    path("form/<slug:handle>/delete/", task_list.delete, name="form-delete"),
    path("form/<slug:handle>/people/", task_list.people, name="form-people"),
    path("form/<slug:handle>/people/<int:number>/", task_list.person, name="form-person"),
    path(
        "form/<slug:handle>/people/<int:number>/remove/",
        task_list.remove_person,
        name="form-person-remove",
    ),
    path("form/<slug:handle>/files/", files.files, name="form-files"),
    path("form/<slug:handle>/files/coming/", files.announce, name="form-files-coming"),
    path("form/<slug:handle>/files/here/", files.arrived, name="form-files-here"),
    path(
        "form/<slug:handle>/files/<uuid:file>/clean-copy/",
        clean_copy.clean_copy,
        name="form-clean-copy",
    ),
    path(
        "form/<slug:handle>/files/<uuid:file>/clean-copy/file/",
        clean_copy.download,
        name="form-clean-copy-file",
    ),
    path("form/<slug:handle>/files/<uuid:file>/remove/", files.remove, name="form-file-remove"),
    path("form/<slug:handle>/files/<uuid:file>/<slug:act>/", files.move, name="form-file"),
    path(
        "form/<slug:handle>/files/<uuid:file>/pictures/<str:name>/show",
        preview.picture,
        name="form-picture",
    ),
    path(
        "form/<slug:handle>/files/<uuid:file>/pages/<int:number>/show",
        preview.page_picture,
        name="form-page-picture",
    ),
    path("form/<slug:handle>/files/<uuid:file>/pages.pdf", preview.pdf, name="form-pages-pdf"),
    path("form/<slug:handle>/warnings/", review.warnings, name="form-warnings"),
    path("form/<slug:handle>/preview/", preview.preview, name="form-preview"),
    path("form/<slug:handle>/check/", review.check, name="form-check"),
    path("form/<slug:handle>/send/", review.send_it, name="form-send"),
    path("form/<slug:handle>/copy/", submitted.copy, name="form-copy"),
    path("form/<slug:handle>/sent/", submitted.after, name="form-after"),
    path("form/<slug:handle>/sent/contact/", submitted.contact, name="form-contact"),
    path("form/<slug:handle>/sent/withdraw/", submitted.withdraw, name="form-withdraw"),
    path("form/<slug:handle>/sent/more/", submitted.supplement, name="form-supplement"),
    path("form/<slug:handle>/sent/everything/", submitted.everything, name="form-everything"),
    path("form/<slug:handle>/sent/<uuid:query>/", submitted.answer, name="form-answer"),
    path("form/<slug:handle>/<slug:page>/", task_list.page, name="form-page"),
]

# The files of published evidence, which are the same in every language.
published_files = [
    path("evidence/<str:reference>/<int:position>.pdf", library.pdf, name="published-pdf"),
    path(
        "evidence/<str:reference>/<int:position>/pictures/<str:name>",
        library.picture,
        name="published-picture",
    ),
]

# Staff, members, advisers.
staff = [
    path("sign-in/", sign_in.SignIn.as_view(), name="sign-in"),
    path("sign-out/", LogoutView.as_view(), name="sign-out"),
    path("staff/home/", home.start, name="staff-home"),
    path("staff/inquiry/", home.switch, name="inquiry-switch"),
    path("staff/for-you/", home.for_you, name="for-you"),
    path("staff/", register.index, name="register"),
    path("staff/views/save/", register.save, name="view-save"),
    path("staff/views/<uuid:key>/delete/", register.delete, name="view-delete"),
    path("staff/find/", find.find, name="find"),
    path("staff/export/<slug:code>/", export.export, name="export"),
    path("staff/evidence/<uuid:key>/", submissions.show, name="submission"),
    path("staff/evidence/<uuid:key>/<int:position>.pdf", submissions.pdf, name="submission-pdf"),
    path(
        "staff/evidence/<uuid:key>/<int:position>/pictures/<str:name>",
        submissions.picture,
        name="submission-picture",
    ),
    path(
        "staff/evidence/<uuid:key>/<int:position>/original",
        submissions.original,
        name="submission-original",
    ),
    path(
        "staff/evidence/<uuid:key>/<int:position>/office.pdf",
        submissions.office,
        name="submission-office",
    ),
    path("staff/archive/<slug:code>/", archive.page, name="archive"),
    path("staff/archive/<slug:code>/<uuid:key>/progress/", archive.progress, name="archive-bag"),
    path("staff/archive/<slug:code>/<uuid:key>/bag.tar", archive.download, name="archive-file"),
    path("staff/papers/", papers.index, name="papers"),
    path("staff/papers/<uuid:key>.pdf", papers.show, name="paper"),
    path("staff/papers/<uuid:key>/put-away/", papers.take_off, name="paper-put-away"),
    path("staff/bundles/", bundles.index, name="bundles"),
    path("staff/bundles/new/", bundle_create.new, name="bundle-new"),
    path(
        "staff/bundles/specifications/<uuid:key>/delete/",
        bundle_create.forget_specification,
        name="specification-delete",
    ),
    path(
        "staff/bundles/specifications/<uuid:key>/by-itself/",
        schedules.of_specification,
        name="specification-clock",
    ),
    path("staff/bundles/schedules/<uuid:key>/remove/", schedules.remove, name="schedule-remove"),
    path("staff/bundles/<uuid:key>/", bundles.page, name="bundle"),
    path("staff/bundles/<uuid:key>/progress/", bundles.progress, name="bundle-progress"),
    path("staff/bundles/<uuid:key>/cancel/", bundles.cancel_build, name="bundle-cancel"),
    path("staff/bundles/<uuid:key>/keep/", bundles.keep_files, name="bundle-keep"),
    path("staff/bundles/<uuid:key>/again/", bundles.again, name="bundle-again"),
    path("staff/bundles/<uuid:key>/download/<slug:form>/", bundles.download, name="bundle-file"),
    path(
        "staff/bundles/<uuid:key>/download/<slug:form>/<int:volume>/",
        bundles.download,
        name="bundle-volume",
    ),
    path("staff/bundles/<uuid:key>/compare/<uuid:other>/", bundles.compare, name="bundle-compare"),
    path("staff/bundles/<uuid:key>/copies/", copies.of_bundle, name="bundle-copies"),
    path("staff/bundles/<uuid:key>/copies/issue/", copies.issue, name="copies-issue"),
    path("staff/copies/", copies.index, name="copies"),
    path("staff/copies/<uuid:key>/withdraw/", copies.withdraw, name="copy-withdraw"),
    path("staff/copies/<uuid:key>/again/", copies.again, name="copy-again"),
    path("staff/copies/<uuid:key>/<int:volume>/", copies.download, name="copy-file"),
]

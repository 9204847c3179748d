// A form that is being sent is not sent again by a second click. The server would know it for
// the same submission anyway; this only says so at once.
for (const form of document.querySelectorAll("form[data-once]")) {
  form.addEventListener("submit", (event) => {
    if (form.dataset.sending) {
      event.preventDefault();
      return;
    }
    form.dataset.sending = "yes";
    const button = event.submitter || form.querySelector("button[type=submit]");
    button.setAttribute("aria-disabled", "true");
    button.setAttribute("aria-busy", "true");
  });
}
window.addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-once]")) {
    delete form.dataset.sending;
    for (const button of form.querySelectorAll("[aria-busy]")) {
      button.removeAttribute("aria-disabled");
      button.removeAttribute("aria-busy");
    }
  }
});
const summary = document.querySelector(".summary");
if (summary) summary.focus();

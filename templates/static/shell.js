// For all pages for staff: changing the inquiry in the header needs no second press.
"use strict";
document.addEventListener("change", (event) => {
  if (event.target.id === "shell-inquiry") event.target.form.requestSubmit();
});
document.addEventListener("DOMContentLoaded", () => {
  const button = document.querySelector("form.shell-inquiry button");
  if (button) button.hidden = true;
});

// “Copy” copies a field. It is shown only where the browser can.
document.addEventListener("DOMContentLoaded", () => {
  if (!navigator.clipboard) return;
  for (const button of document.querySelectorAll("button[data-copy]")) {
    button.hidden = false;
    button.addEventListener("click", async () => {
      await navigator.clipboard.writeText(document.getElementById(button.dataset.copy).value);
      button.textContent = "Copied";
    });
  }
});

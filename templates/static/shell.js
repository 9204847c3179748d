// Changing the inquiry in the header needs no second press.
"use strict";
document.addEventListener("change", (event) => {
  if (event.target.id === "shell-inquiry") event.target.form.requestSubmit();
});
document.addEventListener("DOMContentLoaded", () => {
  const button = document.querySelector("form.shell-inquiry button");
  if (button) button.hidden = true;
});

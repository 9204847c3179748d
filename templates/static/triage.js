// Keys of the triage screen, and where the reader is after it changed in place. Without this script
// every link and button works as it stands.
"use strict";
(() => {
  const SETTING = "single-keys";
  const isOn = () => localStorage.getItem(SETTING) !== "off";

  const isTyping = (target) => target.closest("input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable]");

  const use = (target) => {
    for (let box = target.closest("details"); box; box = box.parentElement.closest("details")) box.open = true;
    if (target.matches("a, button:not(.asks)") && target.dataset.key !== "p") target.click();
    else { target.scrollIntoView({ block: "nearest" }); target.focus(); }
  };

  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && isTyping(event.target)) { event.target.blur(); return; }
    if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target) || !isOn()) return;
    const target = document.querySelector(`[data-key="${CSS.escape(event.key.toLowerCase())}"]`);
    if (!target) return;
    event.preventDefault();
    if (target.matches("details")) { target.open = !target.open; target.querySelector("summary").focus(); } else use(target);
  });

  const show = () => {
    const box = document.getElementById("keys-on");
    if (box) box.checked = isOn();
  };
  document.addEventListener("change", (event) => {
    if (event.target.id === "keys-on") localStorage.setItem(SETTING, event.target.checked ? "on" : "off");
  });
  document.addEventListener("DOMContentLoaded", show);
  document.addEventListener("htmx:afterSettle", (event) => {
    show();
    if (event.detail.target.id !== "triage") return;
    const heading = document.getElementById("submission");
    if (heading && (document.activeElement === document.body || !document.activeElement)) heading.focus({ preventScroll: true });
  });
  // A page that is not this screen, such as the sign-in page, is opened as a page.
  document.addEventListener("htmx:beforeSwap", (event) => {
    const text = event.detail.xhr.responseText;
    if (event.detail.target.id === "triage" && !text.includes('id="triage"')) {
      event.detail.shouldSwap = false;
      location.assign(event.detail.xhr.responseURL || location.href);
    }
  });
})();

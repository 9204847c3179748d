// Keys of the triage screen, and where the reader is after it changed in place. Without this script
// every link and button works as it stands.
"use strict";
(() => {
  const SETTING = "single-keys";
  // Where a browser keeps nothing, keys are on, and switching them off lasts as long as the page.
  let setting = null;
  const read = () => { try { return localStorage.getItem(SETTING); } catch { return null; } };
  const keep = (value) => { setting = value; try { localStorage.setItem(SETTING, value); } catch { /* as above */ } };
  const isOn = () => (setting ?? read()) !== "off";

  const isTyping = (target) => target.closest("input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable]");

  const use = (target) => {
    for (let box = target.closest("details"); box; box = box.parentElement.closest("details")) box.open = true;
    if (target.matches("a, button:not(.asks)") && target.dataset.key !== "p") target.click();
    else { target.scrollIntoView({ block: "nearest" }); target.focus(); }
  };

  // Keys pressed while the screen changes are for what comes: they wait until it is there.
  let isChanging = false;
  let waiting = [];
  const press = (key) => {
    const target = document.querySelector(`[data-key="${CSS.escape(key)}"]`);
    if (!target) return;
    if (target.matches("details")) { target.open = !target.open; target.querySelector("summary").focus(); } else use(target);
  };
  const isScreen = (event) => event.detail.target?.id === "triage";
  document.addEventListener("htmx:beforeRequest", (event) => { isChanging ||= isScreen(event); });
  const settled = (event) => {
    if (!isScreen(event)) return;
    isChanging = false;
    while (waiting.length && !isChanging) press(waiting.shift());
  };

  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && isTyping(event.target)) { event.target.blur(); return; }
    if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target) || !isOn()) return;
    const key = event.key.toLowerCase();
    if (!document.querySelector(`[data-key="${CSS.escape(key)}"]`) && !(isChanging && key.length === 1)) return;
    event.preventDefault();
    if (isChanging) waiting.push(key); else press(key);
  });
  for (const name of ["htmx:responseError", "htmx:sendError", "htmx:timeout"]) {
    document.addEventListener(name, () => { isChanging = false; waiting = []; });
  }

  const show = () => {
    const box = document.getElementById("keys-on");
    if (box) box.checked = isOn();
  };
  document.addEventListener("change", (event) => {
    if (event.target.id === "keys-on") keep(event.target.checked ? "on" : "off");
  });
  document.addEventListener("DOMContentLoaded", show);
  document.addEventListener("htmx:afterSettle", (event) => {
    show();
    if (!isScreen(event)) return;
    const heading = document.getElementById("submission");
    if (heading && (document.activeElement === document.body || !document.activeElement)) heading.focus({ preventScroll: true });
    settled(event);
  });
  // A page that is not this screen, such as the sign-in page, is opened as a page.
  document.addEventListener("htmx:beforeSwap", (event) => {
    const text = event.detail.xhr.responseText;
    if (isScreen(event) && !text.includes('id="triage"')) {
      event.detail.shouldSwap = false;
      location.assign(event.detail.xhr.responseURL || location.href);
    }
  });
})();

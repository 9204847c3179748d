// Saves what is typed: every 20 seconds while something changed, when the page is put away or left,
// and before a link is followed. What cannot be saved stays in the page, and nowhere else: the
// computer may be shared.
(() => {
  const form = document.querySelector("form[data-autosave]");
  if (!form) return;
  const status = form.querySelector("[data-autosave-status]");
  // A browser sends no more than this while it leaves a page (Fetch standard, keepalive).
  const MOST_ON_LEAVING = 60_000;
  const contents = () => new URLSearchParams(new FormData(form)).toString();
  let saved = contents();
  let finished = false;

  function clock() {
    const options = { hour: "2-digit", minute: "2-digit", hour12: false };
    return new Date().toLocaleTimeString(document.documentElement.lang, options);
  }
  async function send(body, { leaving = false, extra = "" } = {}) {
    const keepalive = leaving && body.length < MOST_ON_LEAVING;
    const headers = { "X-Requested-With": "fetch", "Content-Type": "application/x-www-form-urlencoded;charset=UTF-8" };
    try {
      const options = { method: "POST", body: body + extra, headers, keepalive, redirect: "manual" };
      const answer = await fetch(form.action, options);
      if (answer.ok) {
        saved = body;
        status.textContent = `${status.dataset.saved} ${clock()}`;
        document.dispatchEvent(new Event("alive"));
        return true;
      }
      const gone = answer.status === 404 || answer.status === 403 || answer.type === "opaqueredirect";
      status.textContent = gone ? status.dataset.ended : status.dataset.busy;
    } catch {
      status.textContent = status.dataset.offline;
    }
    return false;
  }
  async function save(options) {
    const body = contents();
    if (finished || body === saved) return true;
    return send(body, options);
  }
  setInterval(save, 20_000);
  window.addEventListener("online", () => save());
  document.addEventListener("visibilitychange", () => { if (document.visibilityState === "hidden") save(); });
  window.addEventListener("pagehide", () => { save({ leaving: true }); });
  document.addEventListener("leaving", (event) => {
    const body = contents();
    if (body !== saved && body.length < MOST_ON_LEAVING) {
      event.preventDefault();
      send(body, { leaving: true, extra: "&leave=yes" });
    }
    finished = true;
  });
  form.addEventListener("submit", (event) => { finished = !event.defaultPrevented; });
  window.addEventListener("pageshow", (event) => { if (event.persisted) finished = false; });
  document.addEventListener("click", async (event) => {
    const link = event.target.closest("a[href]");
    if (!link || event.defaultPrevented || event.button !== 0) return;
    if (event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    if (link.origin !== location.origin || (link.hash && link.pathname === location.pathname)) return;
    if (contents() === saved) return;
    event.preventDefault();
    if (await save()) location.href = link.href;
    else status.scrollIntoView({ block: "center" });
  });
})();

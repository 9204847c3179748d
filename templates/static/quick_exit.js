// Leaving at once. The words of the page go first, then the neutral site replaces it, so that this
// page is not in the history. The form is closed meanwhile; the browser does not wait for that.
// Three presses of Shift or of Escape within two seconds do the same as the link.
(() => {
  const { exit, close } = document.currentScript.dataset;
  const LEFT = "left";

  function go() {
    document.documentElement.hidden = true;
    document.title = "";
    location.replace(exit);
  }
  function remember(value) {
    // For this tab alone, and only whether it was left.
    try {
      if (value) sessionStorage.setItem(LEFT, value);
      else sessionStorage.removeItem(LEFT);
    } catch { /* a browser that keeps nothing */ }
  }
  function wasLeft() {
    try { return sessionStorage.getItem(LEFT) === "yes"; } catch { return false; }
  }
  function leave() {
    remember("yes");
    document.documentElement.hidden = true;
    // Uploads stop. A page that has something to save saves it and closes the form in one go.
    const closes = !document.dispatchEvent(new CustomEvent("leaving", { cancelable: true }));
    if (!closes) fetch(close, { keepalive: true, redirect: "manual", cache: "no-store" }).catch(() => {});
    go();
  }
  // "Back" leads here from the neutral site: away again. Whoever comes on purpose stays.
  function look(back) {
    if (!wasLeft()) return;
    if (back) go();
    else remember("");
  }
  const [arrival] = performance.getEntriesByType("navigation");
  look(Boolean(arrival) && arrival.type === "back_forward");
  window.addEventListener("pageshow", (event) => { if (event.persisted) look(true); });

  document.addEventListener("click", (event) => {
    if (!event.target.closest("[data-leave]")) return;
    event.preventDefault();
    leave();
  }, true);
  let presses = [];
  document.addEventListener("keydown", (event) => {
    if (event.repeat) return;
    // A browser stops what is loading at Escape; who presses on must still get away.
    if (event.key === "Escape") event.preventDefault();
    // Any other key between them, such as a capital letter, begins the count anew.
    if (event.key !== "Escape" && event.key !== "Shift") { presses = []; return; }
    presses = presses.filter((press) => press.key === event.key && event.timeStamp - press.at < 2000);
    presses.push({ key: event.key, at: event.timeStamp });
    if (presses.length >= 3) leave();
  }, true);
})();

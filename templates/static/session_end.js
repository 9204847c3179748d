// Three minutes before the session of a form ends, the page says so and offers to stay.
(() => {
  const box = document.querySelector("[data-session-end]");
  if (!box) return;
  const words = box.querySelector("p");
  const stay = box.querySelector("button");
  const MINUTE = 60_000;
  let last = Date.now();
  let place = null;

  function show(sentence, offered) {
    if (words.textContent !== sentence) words.textContent = sentence;
    words.className = sentence ? "notice warning" : "";
    stay.hidden = !offered;
  }
  function look() {
    const passed = Date.now() - last;
    if (passed >= 30 * MINUTE) show(box.dataset.over, false);
    else if (passed >= 27 * MINUTE) show(box.dataset.soon, true);
    else show("", false);
  }
  function alive() {
    last = Date.now();
    look();
  }
  document.addEventListener("alive", alive);
  document.addEventListener("visibilitychange", look);
  document.addEventListener("focusin", (event) => { if (event.target !== stay) place = event.target; });
  stay.addEventListener("click", async () => {
    try {
      const answer = await fetch(box.dataset.sessionEnd, { method: "HEAD", redirect: "manual", cache: "no-store" });
      if (answer.status === 404) last = 0;
      else last = Date.now();
    } catch { return; }
    (place && place.isConnected ? place : document.querySelector("main")).focus();
    look();
  });
  setInterval(look, 15_000);
})();

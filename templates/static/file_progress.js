// While a file is being read, looks again by itself: after 1, 2 and 4 seconds, then every 8. Without
// this script the page is loaded anew now and then, and has a link that does the same.
const LONGEST = 8000;
let pause = 1000;
let timer = 0;

function show(page) {
  for (const was of document.querySelectorAll("[data-fresh]")) {
    const now = page.querySelector(`[data-fresh="${was.dataset.fresh}"]`);
    // What says the same stays: so nobody loses their place in it, or hears it twice.
    if (!now || now.textContent === was.textContent) continue;
    if (!was.querySelector("details[open]")) was.replaceChildren(...now.childNodes);
  }
}
function lookLater() {
  clearTimeout(timer);
  if (!document.querySelector("[data-reading]")) return;
  timer = setTimeout(look, pause);
  pause = Math.min(LONGEST, pause * 2);
}
async function look() {
  try {
    const answer = await fetch(location.href, { headers: { Accept: "text/html" } });
    // The form was sent or closed meanwhile, in another window.
    if (answer.redirected || answer.status === 404) return;
    if (answer.ok) show(new DOMParser().parseFromString(await answer.text(), "text/html"));
  } catch { /* no connection now: the next look may have one */ }
  lookLater();
}
// A page of a PDF that was not drawn, for too many were being drawn, is asked for again.
const waits = new WeakMap();
function askAgain(picture) {
  const wait = waits.get(picture) || 1000;
  if (wait > LONGEST) return;
  waits.set(picture, wait * 2);
  setTimeout(() => { picture.src = picture.getAttribute("src"); }, wait);
}
document.addEventListener("error", (event) => {
  if (event.target instanceof HTMLImageElement) askAgain(event.target);
}, true);
for (const picture of document.images) {
  if (picture.complete && picture.naturalWidth === 0) askAgain(picture);
}
lookLater();

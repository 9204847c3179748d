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
    if (was.querySelector("details[open]")) continue;
    const focused = was.contains(document.activeElement) ? nameOf(document.activeElement) : "";
    was.replaceChildren(...now.childNodes);
    if (focused) focusAgain(was, focused);
  }
}
// Where the page has one region that speaks of files, it says that they were read.
function sayChecked() {
  const live = document.querySelector("[data-upload-status]");
  if (live) live.textContent = live.dataset.checked;
}
// What stands in the place of the button that had the focus gets it, so that nobody starts anew.
const nameOf = (control) => control.textContent.trim();
function focusAgain(box, name) {
  const controls = [...box.querySelectorAll("a, button, summary")];
  const control = controls.find((candidate) => nameOf(candidate) === name) || controls[0] || document.querySelector("main");
  control.focus();
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
    if (answer.ok) {
      const wasReading = document.querySelector("[data-reading]");
      show(new DOMParser().parseFromString(await answer.text(), "text/html"));
      if (wasReading && !document.querySelector("[data-reading]")) sayChecked();
    }
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

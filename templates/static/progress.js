// Keeps the bar of a bundle moving. Without scripts the page says how to reload.
// Most bundles take a second: the first looks come soon after each other, later ones each second.
const bar = document.querySelector("[data-progress]");
let wait = 200;
async function look() {
  const answer = await fetch(bar.dataset.progress, { headers: { Accept: "application/json" } });
  if (!answer.ok) return;
  const progress = await answer.json();
  if (progress.state !== "asked") {
    location.reload();
    return;
  }
  bar.querySelector("progress").value = progress.percent;
  bar.querySelector("[data-message]").textContent = progress.message;
  wait = Math.min(1000, wait * 1.25);
  setTimeout(look, wait);
}
if (bar) setTimeout(look, wait);

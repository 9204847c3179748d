// Keeps the bar of a bundle moving. Without scripts the page says how to reload.
const bar = document.querySelector("[data-progress]");
async function look() {
  const answer = await fetch(bar.dataset.progress, { headers: { Accept: "application/json" } });
  if (!answer.ok) return;
  const said = await answer.json();
  if (said.state !== "asked") {
    location.reload();
    return;
  }
  bar.querySelector("progress").value = said.percent;
  bar.querySelector("[data-doing]").textContent = said.said;
  setTimeout(look, 1000);
}
if (bar) setTimeout(look, 500);

// Lets submissions of a bundle be dragged to their place, or moved by buttons. Without this script a
// number is typed; the numbers are what is sent either way.
const table = document.querySelector("[data-arrange]");

function renumber() {
  const body = table.tBodies[0];
  [...body.rows].forEach((row, at) => { row.querySelector("input[name^=place-]").value = at + 1; });
  const order = document.getElementById("id_order");
  if (order) order.value = "own";
}

function move(row, step) {
  const other = step < 0 ? row.previousElementSibling : row.nextElementSibling;
  if (!other) return;
  if (step < 0) other.before(row); else other.after(row);
  renumber();
}

function button(row, words, label, step) {
  const made = document.createElement("button");
  made.type = "button";
  made.className = "quiet step";
  made.textContent = words;
  made.setAttribute("aria-label", `Move ${label} ${step < 0 ? "up" : "down"}`);
  made.addEventListener("click", () => { move(row, step); made.focus(); });
  return made;
}

if (table) {
  let dragged = null;
  for (const row of table.tBodies[0].rows) {
    const label = row.querySelector("th").textContent.trim();
    const cell = row.cells[0];
    const steps = document.createElement("span");
    steps.className = "steps";
    steps.append(button(row, "↑", label, -1), button(row, "↓", label, 1));
    cell.append(steps);
    const handle = row.querySelector("th");
    handle.draggable = true;
    handle.classList.add("handle");
    handle.addEventListener("dragstart", (event) => {
      dragged = row;
      row.classList.add("dragged");
      event.dataTransfer.effectAllowed = "move";
    });
    handle.addEventListener("dragend", () => { row.classList.remove("dragged"); dragged = null; });
    row.addEventListener("dragover", (event) => {
      if (!dragged || dragged === row) return;
      event.preventDefault();
      const box = row.getBoundingClientRect();
      if (event.clientY < box.top + box.height / 2) row.before(dragged); else row.after(dragged);
    });
    row.addEventListener("drop", (event) => { event.preventDefault(); renumber(); });
  }
}

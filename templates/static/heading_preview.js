// Shows, while a witness types, how the heading of the published evidence would read.
const preview = document.querySelector("[data-heading-preview]");
if (preview) {
  const fields = ["name", "role", "organisation"]
    .map((name) => document.getElementById(`id_${name}`))
    .filter(Boolean);
  const shown = preview.querySelector("strong");
  function show() {
    const parts = fields.map((field) => field.value.trim()).filter(Boolean);
    shown.textContent = parts.join(", ");
    preview.hidden = parts.length === 0;
  }
  for (const field of fields) field.addEventListener("input", show);
  show();
}

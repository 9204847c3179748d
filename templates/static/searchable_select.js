// Turns a long list of choices into a field one types into. The list stays the field that is sent;
// without this script it is used as it is.
function enhance(list) {
  const label = document.querySelector(`label[for="${list.id}"]`);
  const input = document.createElement("input");
  input.type = "text";
  input.id = `${list.id}_type`;
  input.autocomplete = "off";
  input.setAttribute("role", "combobox");
  input.setAttribute("aria-expanded", "false");
  input.setAttribute("aria-autocomplete", "list");
  input.setAttribute("aria-controls", `${list.id}_matches`);
  const matches = document.createElement("ul");
  matches.id = `${list.id}_matches`;
  matches.className = "matches";
  matches.setAttribute("role", "listbox");
  matches.setAttribute("aria-label", label.textContent);
  matches.hidden = true;
  const picked = document.createElement("ul");
  picked.className = "picked";
  label.htmlFor = input.id;
  list.before(picked, input, matches);
  list.hidden = true;
  const hint = document.getElementById(`${list.id}_helptext`);
  if (hint) hint.hidden = true;
  let at = -1;

  function show() {
    picked.replaceChildren(...[...list.selectedOptions].map((option) => {
      const item = document.createElement("li");
      const button = document.createElement("button");
      button.type = "button";
      button.className = "quiet";
      const name = document.createElement("span");
      name.lang = list.lang;
      name.textContent = option.text;
      const removed = document.createElement("span");
      removed.className = "unseen";
      removed.lang = list.lang;
      removed.textContent = ` ${option.text}`;
      button.append(list.dataset.remove || "Remove", removed);
      button.addEventListener("click", () => {
        option.selected = false;
        show();
        input.focus();
      });
      item.append(name, button);
      return item;
    }));
  }
  function close() {
    matches.hidden = true;
    at = -1;
    input.setAttribute("aria-expanded", "false");
    input.removeAttribute("aria-activedescendant");
  }
  function choose(option) {
    option.selected = true;
    input.value = "";
    close();
    show();
  }
  function look() {
    const typed = input.value.trim().toLowerCase();
    const words = typed.split(/\s+/);
    const fit = typed ? [...list.options].filter((option) => !option.selected && words.every((word) => option.text.toLowerCase().includes(word))).slice(0, 8) : [];
    matches.replaceChildren(...fit.map((option, index) => {
      const item = document.createElement("li");
      item.id = `${matches.id}_${index}`;
      item.setAttribute("role", "option");
      item.setAttribute("aria-selected", "false");
      item.lang = list.lang;
      item.textContent = option.text;
      item.addEventListener("mousedown", (event) => {
        event.preventDefault();
        choose(option);
      });
      item.option = option;
      return item;
    }));
    matches.hidden = fit.length === 0;
    at = -1;
    input.setAttribute("aria-expanded", String(fit.length > 0));
  }
  input.addEventListener("input", look);
  input.addEventListener("blur", close);
  input.addEventListener("keydown", (event) => {
    const items = [...matches.children];
    if (event.key === "Escape") return close();
    if (event.key === "Enter" && !matches.hidden) {
      event.preventDefault();
      if (items[Math.max(at, 0)]) choose(items[Math.max(at, 0)].option);
      return;
    }
    if ((event.key !== "ArrowDown" && event.key !== "ArrowUp") || items.length === 0) return;
    event.preventDefault();
    at = (at + (event.key === "ArrowDown" ? 1 : -1) + items.length) % items.length;
    items.forEach((item, index) => item.setAttribute("aria-selected", String(index === at)));
    input.setAttribute("aria-activedescendant", items[at].id);
    items[at].scrollIntoView({ block: "nearest" });
  });
  show();
}
for (const list of document.querySelectorAll("select[data-pick]")) enhance(list);

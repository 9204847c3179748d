// Counts the words while they are typed. The server counts them too.
const text = document.querySelector("textarea.long");
const said = document.querySelector("[data-words]");
function count() {
  const words = text.value.split(/\s+/).filter(Boolean).length;
  said.textContent = `${words} ${said.dataset.words}`;
}
if (text && said) {
  let later;
  text.addEventListener("input", () => {
    clearTimeout(later);
    later = setTimeout(count, 600);
  });
}

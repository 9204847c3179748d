// Counts the words while they are typed. The server counts them too.
const text = document.querySelector("textarea.long");
const counter = document.querySelector("[data-words]");
function count() {
  const words = text.value.split(/\s+/).filter(Boolean).length;
  counter.textContent = `${words} ${counter.dataset.words}`;
}
if (text && counter) {
  let later;
  text.addEventListener("input", () => {
    clearTimeout(later);
    later = setTimeout(count, 600);
  });
}

// Digests files in the browser and asks about the digest alone, so that they need not travel; takes
// files that are dropped on the page. Without this script the form sends the files themselves.
const form = document.querySelector("[data-verify]");
// More than a browser reads into its memory at once.
const MOST = 1.5 * 2 ** 30;
// What may bear a signature, which is found only in the file itself.
const SIGNED = /\.(zip|json|sig)$/i;

async function digest(file) {
  const bytes = new Uint8Array(await crypto.subtle.digest("SHA-256", await file.arrayBuffer()));
  return [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}
async function ask(files) {
  const body = new URLSearchParams();
  for (const file of files) {
    body.append("sha256", await digest(file));
    body.append("name", file.name);
  }
  const answer = await fetch(form.action, { method: "POST", body });
  if (!answer.ok) return null;
  return new DOMParser().parseFromString(await answer.text(), "text/html");
}
async function check() {
  const files = [...form.querySelector("input[type=file]").files];
  const large = files.some((file) => file.size > MOST);
  if (files.length === 0 || large || !globalThis.crypto?.subtle) return form.submit();
  form.querySelector("[data-status]").textContent = form.dataset.reading;
  let page = null;
  try { page = await ask(files); } catch { /* the files themselves are sent instead */ }
  const unsure = !page || (page.querySelector("[data-unknown]") && files.some((file) => SIGNED.test(file.name)));
  if (unsure) return form.submit();
  const old = document.querySelector("[data-answers]");
  const fresh = document.adoptNode(page.querySelector("[data-answers]"));
  if (old) old.replaceWith(fresh);
  else document.querySelector("h1").after(fresh);
  form.querySelector("[data-status]").textContent = "";
  form.reset();
  fresh.querySelector("h2").focus();
}
if (form) {
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    check();
  });
  const hint = document.createElement("p");
  hint.className = "hint";
  hint.textContent = form.dataset.drop;
  form.querySelector("input[type=file]").after(hint);
  document.addEventListener("dragover", (event) => {
    event.preventDefault();
    document.body.classList.add("over");
  });
  document.addEventListener("dragleave", (event) => {
    if (!event.relatedTarget) document.body.classList.remove("over");
  });
  document.addEventListener("drop", (event) => {
    event.preventDefault();
    document.body.classList.remove("over");
    if (event.dataTransfer.files.length === 0) return;
    form.querySelector("input[type=file]").files = event.dataTransfer.files;
    check();
  });
}

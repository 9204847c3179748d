// Sends files one by one, each with a bar, and says at once what was found. Without this script the
// button of the form does the same, without bars. Nothing can be sent while a file is on its way:
// the server is told every few seconds that one is.
const form = document.querySelector("[data-upload]");
const token = form && form.querySelector("[name=csrfmiddlewaretoken]").value;
const sending = new Set();

function tell(address, arrival) {
  const body = new URLSearchParams({ csrfmiddlewaretoken: token, arrival });
  return fetch(address, { method: "POST", body, keepalive: true }).catch(() => {});
}
function bar(name) {
  const box = document.createElement("div");
  box.className = "uploading";
  const words = document.createElement("span");
  words.textContent = `${form.dataset.sending}: ${name}`;
  const progress = document.createElement("progress");
  progress.max = 100;
  progress.value = 0;
  progress.setAttribute("aria-label", name);
  const stop = document.createElement("button");
  stop.type = "button";
  stop.className = "as-link";
  stop.textContent = form.dataset.stop;
  box.append(words, progress, stop);
  form.querySelector("[data-bars]").append(box);
  return { box, words, progress, stop };
}
function send(file) {
  return new Promise((done) => {
    const arrival = crypto.randomUUID ? crypto.randomUUID() : form.dataset.arrival;
    const shown = bar(file.name);
    const request = new XMLHttpRequest();
    // One after the other: what says that the file is here must not be overtaken by what says that
    // it is coming.
    let told = tell(form.dataset.coming, arrival);
    const alive = setInterval(() => {
      told = told.then(() => tell(form.dataset.coming, arrival));
    }, 15000);
    sending.add(arrival);
    const end = (problem) => {
      clearInterval(alive);
      shown.stop.remove();
      if (problem) {
        shown.progress.remove();
        shown.words.className = "error";
        shown.words.textContent = problem;
      } else shown.box.remove();
      told.then(() => tell(form.dataset.here, arrival)).then(() => {
        sending.delete(arrival);
        done();
      });
    };
    request.upload.addEventListener("progress", (event) => {
      if (event.lengthComputable) shown.progress.value = (100 * event.loaded) / event.total;
    });
    request.addEventListener("load", () => {
      let said = {};
      try { said = JSON.parse(request.responseText); } catch { /* not an answer of ours */ }
      const bad = request.status !== 200;
      end(bad ? (said.problems || []).join(" ") || `${file.name} ${form.dataset.failed}` : "");
    });
    request.addEventListener("error", () => end(`${file.name} ${form.dataset.failed}`));
    request.addEventListener("abort", () => end(`${file.name} ${form.dataset.failed}`));
    shown.stop.addEventListener("click", () => request.abort());
    const body = new FormData();
    body.append("csrfmiddlewaretoken", token);
    body.append("files", file);
    request.open("POST", location.pathname);
    request.setRequestHeader("X-Requested-With", "fetch");
    request.send(body);
  });
}
async function all(files) {
  form.querySelector("[data-bars]").replaceChildren();
  for (const file of files) await send(file);
  form.querySelector("input[type=file]").value = "";
  // What is being read now is new: the pauses between looks begin anew (reading.js).
  pause = 1000;
  look();
}
if (form) {
  form.querySelector("[data-plain]").hidden = true;
  const input = form.querySelector("input[type=file]");
  input.addEventListener("change", () => all([...input.files]));
  // Chosen while this script was still on its way.
  if (input.files.length > 0) all([...input.files]);
  document.querySelector("[data-go-on]").closest("form").addEventListener("submit", (event) => {
    if (sending.size === 0) return;
    event.preventDefault();
    let wait = form.querySelector("[data-waits]");
    if (!wait) {
      wait = document.createElement("p");
      wait.className = "error";
      wait.dataset.waits = "";
      form.querySelector("[data-bars]").append(wait);
    }
    wait.textContent = form.dataset.wait;
    wait.scrollIntoView({ block: "center" });
  });
  window.addEventListener("beforeunload", (event) => {
    if (sending.size > 0) event.preventDefault();
  });
}

// Sends files one by one, each with a bar, and says at once what was found. Without this script the
// button of the form does the same, without bars. Nothing can be sent while a file is on its way:
// the server is told every few seconds that one is.
const form = document.querySelector("[data-upload]");
const token = form && form.querySelector("[name=csrfmiddlewaretoken]").value;
const sending = new Set();
let running = null;

const live = form && form.querySelector("[data-upload-status]");
const input = form && form.querySelector("input[type=file]");

function tell(address, arrival) {
  const body = new URLSearchParams({ csrfmiddlewaretoken: token, arrival });
  return fetch(address, { method: "POST", body, keepalive: true }).catch(() => {});
}
function bar(name) {
  const box = document.createElement("div");
  box.className = "uploading";
  const words = document.createElement("span");
  words.textContent = `${form.dataset.sending}: ${name}`;
  live.textContent = words.textContent;
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
    document.dispatchEvent(new Event("alive"));
    const arrival = crypto.randomUUID ? crypto.randomUUID() : form.dataset.arrival;
    const shown = bar(file.name);
    const request = new XMLHttpRequest();
    // One after the other: what says that the file is here must not be overtaken by what says that
    // it is coming.
    let reports = tell(form.dataset.coming, arrival);
    const alive = setInterval(() => {
      reports = reports.then(() => tell(form.dataset.coming, arrival));
    }, 15000);
    sending.add(arrival);
    const end = (problem, outcome = `${file.name} ${form.dataset.sent}`) => {
      clearInterval(alive);
      // Whoever stood on the button that goes now stands on the choice of files.
      if (shown.box.contains(document.activeElement)) input.focus();
      shown.box.remove();
      live.textContent = problem ? "" : outcome;
      reports.then(() => tell(form.dataset.here, arrival)).then(() => {
        sending.delete(arrival);
        done(problem);
      });
    };
    request.upload.addEventListener("progress", (event) => {
      if (event.lengthComputable) shown.progress.value = (100 * event.loaded) / event.total;
    });
    request.addEventListener("load", () => {
      let answer = {};
      try { answer = JSON.parse(request.responseText); } catch { /* not an answer of ours */ }
      const failed = `${file.name} ${form.dataset.failed}`;
      end(request.status === 200 ? "" : (answer.problems || []).join(" ") || failed);
    });
    request.addEventListener("error", () => end(`${file.name} ${form.dataset.failed}`));
    // Whoever stopped it knows why, and needs no error.
    request.addEventListener("abort", () => end("", `${file.name} ${form.dataset.stopped}`));
    shown.stop.addEventListener("click", () => request.abort());
    const body = new FormData();
    body.append("csrfmiddlewaretoken", token);
    body.append("files", file);
    request.open("POST", location.pathname);
    request.setRequestHeader("X-Requested-With", "fetch");
    running = request;
    request.send(body);
  });
}
// The refused files, as the server would list them: on top of the page and beside the choice of files.
function list(problems) {
  document.querySelectorAll(".summary").forEach((old) => old.remove());
  const beside = document.getElementById("files-error");
  beside.replaceChildren(...problems.map((sentence) => {
    const line = document.createElement("p");
    line.className = "error";
    line.textContent = `${form.dataset.error} ${sentence}`;
    return line;
  }));
  form.querySelector(".field").classList.toggle("wrong", problems.length > 0);
  const plain = document.title.replace(`${form.dataset.error} `, "");
  document.title = problems.length > 0 ? `${form.dataset.error} ${plain}` : plain;
  if (problems.length === 0) return;
  const summary = document.querySelector("template[data-summary]").content.firstElementChild.cloneNode(true);
  summary.querySelector("ul").append(...problems.map((sentence) => {
    const entry = document.createElement("li");
    const link = document.createElement("a");
    link.href = "#files";
    link.textContent = sentence;
    entry.append(link);
    return entry;
  }));
  document.querySelector("main").prepend(summary);
  summary.focus();
}
async function all(files) {
  const problems = [];
  list(problems);
  for (const file of files) {
    const problem = await send(file);
    if (problem) problems.push(problem);
  }
  input.value = "";
  list(problems);
  // What is being read now is new: the pauses between looks begin anew (file_progress.js).
  pause = 1000;
  look();
}
document.addEventListener("leaving", () => { if (running) running.abort(); });
if (form) {
  form.querySelector("[data-plain]").hidden = true;
  input.addEventListener("change", () => all([...input.files]));
  // Chosen while this script was still on its way.
  if (input.files.length > 0) all([...input.files]);
  form.addEventListener("submit", (event) => {
    if (sending.size === 0) return;
    event.preventDefault();
    live.textContent = form.dataset.wait;
    live.scrollIntoView({ block: "center" });
  });
}

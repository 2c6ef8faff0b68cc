// Makes pages livelier. Every page works without it.

// The summary of problems is what a person must read first.
document.getElementById("problems")?.focus();

// Pages that come out of the browser's memory may be out of date.
addEventListener("pageshow", (event) => { if (event.persisted) location.reload(); });

// Times stand in the reader's own zone.
const reader = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "short" });
function showTimes(root) {
  for (const time of root.querySelectorAll("time[data-local]")) {
    time.title = time.textContent;
    time.textContent = reader.format(new Date(time.dateTime));
  }
}
showTimes(document);

// The network hour runs down by the second.
function clock(seconds) {
  const two = (n) => String(n).padStart(2, "0");
  const hours = Math.floor(seconds / 3600);
  const rest = two(Math.floor(seconds / 60) % 60) + ":" + two(seconds % 60);
  return hours > 0 ? hours + ":" + rest : rest;
}
function tick() {
  for (const box of document.querySelectorAll("[data-ready-at]")) {
    const ready = Date.parse(box.dataset.readyAt), began = Date.parse(box.dataset.beganAt);
    const left = Math.max(0, Math.ceil((ready - Date.now()) / 1000));
    box.querySelector("[data-left]").textContent = clock(left);
    box.querySelector("progress").value = Math.min(100, 100 * (Date.now() - began) / (ready - began));
  }
}
if (document.querySelector("[data-ready-at]") || document.querySelector("[data-follow]")) setInterval(tick, 1000);

// What changes is read anew from the page itself when the server says that there is news.
function follow(region) {
  const source = new EventSource(region.dataset.follow);
  let reading = Promise.resolve();
  const read = () => {
    reading = reading.then(async () => {
      const response = await fetch(location.href, { headers: { Accept: "text/html" } });
      if (!response.ok) return;
      const fresh = new DOMParser().parseFromString(await response.text(), "text/html");
      for (const old of document.querySelectorAll("[data-live]")) {
        const made = fresh.getElementById(old.id);
        if (!made || made.outerHTML === old.dataset.was || old.contains(document.activeElement)) continue;
        made.dataset.was = made.outerHTML;
        old.replaceWith(made);
        showTimes(made);
        window.htmx?.process(made);
      }
      document.title = fresh.title;
    }).catch(() => {});
  };
  source.addEventListener("message", read);
  source.addEventListener("over", () => { source.close(); read(); });
}
const followed = document.querySelector("[data-follow]");
if (followed) follow(followed);

// A page of the wizard that is left is saved as it stands. (Its buttons are called action,
// so the address is asked for as an attribute.)
const wizard = () => document.querySelector("form[data-autosave]");
const typed = () => wizard() ? new URLSearchParams(new FormData(wizard())).toString() : "";
let saved = typed(), sent = false;
// What could not be saved since the session had ended is kept in this tab until the sign-in
// page carries it. Any page of who is signed in means that there is nothing to carry.
const keptHere = "latchkey-unsaved";
const signIn = document.querySelector('form[action="/sign-in"]');
if (signIn) carry();
else if (document.querySelector(".bar-nav")) sessionStorage.removeItem(keptHere);
function carry() {
  const kept = JSON.parse(sessionStorage.getItem(keptHere));
  if (!kept || signIn.querySelector('[name^="kept:"]')) return;
  signIn.elements.next.value = kept.path;
  for (const [name, value] of [...kept.fields, ["action", "refresh"]]) {
    const field = Object.assign(document.createElement("input"), { type: "hidden", name: "kept:" + name, value });
    signIn.append(field);
  }
  const told = Object.assign(document.createElement("p"), { className: "told", textContent: "Your session has ended. What you typed is kept: sign in and it is saved." });
  signIn.before(told);
}
document.addEventListener("submit", () => { sent = true; });
document.addEventListener("visibilitychange", async () => {
  if (document.visibilityState !== "hidden" || sent || typed() === saved) return;
  saved = typed();
  const body = new URLSearchParams(new FormData(wizard()));
  body.set("action", "leave");
  sessionStorage.setItem(keptHere, JSON.stringify({ path: wizard().getAttribute("action"), fields: [...new FormData(wizard())] }));
  const options = { method: "POST", body, keepalive: true, redirect: "manual" };
  const response = await fetch(wizard().getAttribute("action"), options).catch(() => null);
  const version = response?.headers.get("X-Version");
  if (!version) return;
  sessionStorage.removeItem(keptHere);
  wizard().elements.version.value = version;
  saved = typed();
});

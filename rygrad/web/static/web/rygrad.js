// Makes the pages smoother; nothing depends on it.
"use strict";

function copy(button) {
  const source = document.getElementById(button.dataset.copy);
  const text = "value" in source ? source.value : source.textContent;
  navigator.clipboard.writeText(text).then(() => {
    button.textContent = button.dataset.done;
  });
}

// A choice in a row is stored at once: with the pointer on change, with the keyboard by the button beside it.
function storeAtOnce(form) {
  const select = form.querySelector("select");
  let byKey = false;
  select.addEventListener("keydown", () => { byKey = true; });
  select.addEventListener("pointerdown", () => { byKey = false; });
  select.addEventListener("change", () => { if (!byKey) form.requestSubmit(); });
}

// The letter follows the choices, so that what is sent is what is seen.
function keepPreview(form) {
  const place = form.dataset.preview;
  const text = () => form.querySelector(`${place} textarea`).value;
  let waiting = 0;
  let latest = 0;
  async function renew(turn) {
    const data = new FormData(form);
    data.set("preview", "1");
    const read = text();
    const asked = { method: "POST", body: data, headers: { "X-Requested-With": "preview" } };
    const answer = await fetch(form.action, asked).catch(() => null);
    const page = answer && answer.ok && new DOMParser().parseFromString(await answer.text(), "text/html");
    if (turn !== latest) return; // a later choice makes a letter of its own
    const fresh = page && page.querySelector(place);
    // What was typed in the letter meanwhile stays; the server says so when it is sent.
    if (fresh && text() === read) document.querySelector(place).replaceWith(fresh);
    form.removeAttribute("aria-busy");
  }
  form.addEventListener("change", (event) => {
    if (event.target.closest(place)) return;
    form.setAttribute("aria-busy", "true");
    latest += 1;
    clearTimeout(waiting);
    waiting = setTimeout(renew, 50, latest);
  });
}

// Says so before the session ends; what is typed comes along through the login page.
function watchSession(body) {
  const warning = document.getElementById("session-warning");
  const early = Math.min(120, Number(body.dataset.session) / 4);
  let timer;
  function begin() {
    clearTimeout(timer);
    timer = setTimeout(() => { warning.hidden = false; }, (Number(body.dataset.session) - early) * 1000);
  }
  warning.querySelector("button").addEventListener("click", async () => {
    const answer = await fetch(body.dataset.alive, { redirect: "manual" }).catch(() => null);
    if (!answer || answer.status !== 204) {
      warning.querySelector("span").textContent = warning.dataset.gone;
      return;
    }
    warning.hidden = true;
    begin();
  });
  begin();
}

document.querySelectorAll("[data-copy]").forEach((b) => b.addEventListener("click", () => copy(b)));
document.querySelectorAll("[data-print]").forEach((b) => b.addEventListener("click", () => window.print()));
document.querySelectorAll("form[data-at-once]").forEach(storeAtOnce);
document.querySelectorAll("form[data-preview]").forEach(keepPreview);
if (document.body.dataset.session) watchSession(document.body);

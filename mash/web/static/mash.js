// What scripts add to pages that work without them: no double sends, Ctrl+Enter, the warning before signing out, live parts.
import { initAll } from "./vendor/govuk-frontend-6.3.0.js";

document.body.classList.add("js-enabled", "govuk-frontend-supported");
initAll();

const WARN_BEFORE = 2 * 60000;
const token = () => document.querySelector('meta[name="csrf-token"]')?.content ?? "";

/** Ask one of our own addresses. Throws if there is no good answer. */
export async function ask(url, { body, tag = "", method = body ? "POST" : "GET" } = {}) {
  const headers = { "X-Mash": "1", ...(tag ? { "If-None-Match": tag } : {}) };
  if (method !== "GET") headers["X-CSRFToken"] = token();
  const answer = await fetch(url, { method, body, headers, credentials: "same-origin", redirect: "error", cache: "no-store" });
  if (!answer.ok && answer.status !== 304) throw new Error(String(answer.status));
  return answer;
}

/** The hidden answers that say what a form was made from; they are renewed when the page is, in part. */
const RENEWED = ["form_token", "version", "made"];

/**
 * A button marked data-in-place=".tell, .identity" sends its form without leaving the page. Those parts, and what there
 * is to say, come from the page that answers; what is being written elsewhere stays. Anything but a good answer is left
 * to the browser, which sends the form as it would without this.
 */
async function sendInPlace(form, button) {
  const url = button.getAttribute("formaction") ?? form.action;
  try {
    const answer = await fetch(url, { method: "POST", body: new FormData(form, button), credentials: "same-origin", cache: "no-store" });
    if (!answer.ok) throw new Error(String(answer.status));
    renew(new DOMParser().parseFromString(await answer.text(), "text/html"), button.dataset.inPlace, answer.url);
    document.dispatchEvent(new CustomEvent("mash:saved"));
    delete form.dataset.sent;
  } catch {
    delete form.dataset.sent;
    delete button.dataset.inPlace;
    form.requestSubmit(button);
  }
}

/** Take these parts, what there is to say and the hidden answers from a newer page about the same contact. */
function renew(made, parts, url) {
  const main = document.getElementById("main-content");
  const notices = "#main-content > .notice";
  const said = [...made.querySelectorAll(notices)];
  if (parts === "main") {
    main.replaceChildren(...made.getElementById("main-content").childNodes);
    history.replaceState(null, "", url);
    document.title = made.title;
    initAll();
  } else {
    document.querySelectorAll(notices).forEach((one) => one.remove());
    main.prepend(...said);
    for (const selector of parts.split(", ")) {
      const [old, newer] = [document.querySelector(selector), made.querySelector(selector)];
      if (old && newer) old.replaceWith(newer);
      else old?.replaceChildren(...said.map((one) => one.querySelector("p").cloneNode(true)));
    }
    for (const form of document.querySelectorAll("form[action]")) {
      const same = made.querySelector(`form[action="${CSS.escape(form.getAttribute("action"))}"]`);
      for (const name of same ? RENEWED : []) {
        if (form.elements[name] && same.elements[name]) form.elements[name].value = same.elements[name].value;
      }
    }
  }
  const next = parts === "main" ? main.querySelector(".notice") : document.querySelector(parts.split(", ")[0]);
  next?.setAttribute("tabindex", "-1");
  next?.focus({ preventScroll: parts !== "main" });
}

/** A form already on its way is not sent again. */
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.dataset.sent) {
    event.preventDefault();
    return;
  }
  form.dataset.sent = "yes";
  if (event.submitter?.dataset.inPlace) {
    event.preventDefault();
    sendInPlace(form, event.submitter);
    return;
  }
  setTimeout(() => delete form.dataset.sent, 5000);
});
addEventListener("pageshow", () => document.querySelectorAll("form[data-sent]").forEach((form) => delete form.dataset.sent));

/** Whether nothing has the focus, as when a page has just been opened. */
const idle = () => document.activeElement === document.body;

/**
 * Ctrl+Enter in a form marked data-ctrl-enter presses its main button; in one marked "page" it does so while nothing has
 * the focus. Ctrl+Z then takes the last decision back, where the page offers that at its top.
 */
document.addEventListener("keydown", (event) => {
  if (!(event.ctrlKey || event.metaKey) || document.querySelector("dialog[open]")) return;
  if (event.key === "z" && idle()) document.querySelector('.notice [data-key="u"]')?.click();
  if (event.key !== "Enter") return;
  const form = event.target.closest?.("form[data-ctrl-enter]") ?? (idle() && document.querySelector('form[data-ctrl-enter="page"]'));
  if (!form) return;
  event.preventDefault();
  form.requestSubmit(form.querySelector("[data-main-button]") ?? undefined);
});

/** Menus close with Escape, giving focus back, and when focus or a press goes elsewhere. */
document.addEventListener("keydown", (event) => {
  const menu = document.querySelector("details.menu[open]");
  if (event.key === "Escape" && menu) {
    menu.open = false;
    menu.querySelector("summary").focus();
  }
});
for (const kind of ["click", "focusin"]) {
  document.addEventListener(kind, (event) => {
    for (const menu of document.querySelectorAll("details.menu[open]")) {
      if (!menu.contains(event.target)) menu.open = false;
    }
  });
}

/** How far this machine's clock is ahead of the server's. */
const ahead = Date.now() - Date.parse(document.body.dataset.now);

/** Warn before a sign-in lapses; one key stays. Typing counts as being there only once it reaches the server. */
function watchIdle() {
  const dialog = document.getElementById("idle");
  if (!dialog || !document.body.hasAttribute("data-signed-in")) return;
  let seen = Date.now();
  const stay = async () => {
    try {
      await ask("/account/stay", { method: "POST" });
      seen = Date.now();
      dialog.close();
    } catch {
      location.reload();
    }
  };
  document.getElementById("idle-stay").addEventListener("click", stay);
  document.addEventListener("mash:saved", () => (seen = Date.now()));
  setInterval(() => {
    const left = Number(document.body.dataset.idle) * 60000 - (Date.now() - seen);
    if (left <= WARN_BEFORE && !document.querySelector("dialog[open]")) dialog.showModal();
  }, 10000);
}
watchIdle();

/** Warn before the longest that a sign-in lasts is over. Once its reader has proved who they are, this page goes on. */
function watchEnd() {
  const dialog = document.getElementById("ends");
  if (!dialog || !document.body.hasAttribute("data-signed-in")) return;
  let warned = "";
  const end = () => document.body.dataset.ends;
  document.getElementById("ends-close").addEventListener("click", () => dialog.close());
  setInterval(() => {
    if (warned === end() || Date.parse(end()) + ahead - Date.now() > WARN_BEFORE) return;
    document.getElementById("idle").close();
    warned = end();
    dialog.showModal();
  }, 10000);
  addEventListener("focus", async () => {
    if (!warned) return;
    try {
      const made = new DOMParser().parseFromString(await (await ask("/account/stay")).text(), "text/html");
      const newer = made.querySelector('meta[name="csrf-token"]').content;
      document.querySelector('meta[name="csrf-token"]').content = newer;
      for (const field of document.querySelectorAll('input[name="csrf_token"]')) field.value = newer;
      document.body.dataset.ends = made.body.dataset.ends;
      if (warned !== end()) dialog.close();
    } catch {
      // Still to be proved: the warning stays.
    }
  });
}
watchEnd();

/** Write a length of time by its two largest parts, as the server does: "2h 16m", or spoken, "2 hours 16 minutes". */
function span(length, spoken) {
  const minutes = Math.floor(Math.abs(length) / 60000);
  const days = Math.floor(minutes / 1440);
  const parts = [[days, " day", "day"], [Math.floor(minutes / 60) % 24, "h", "hour"], [days ? 0 : minutes % 60, "m", "minute"]];
  const kept = parts.filter(([number]) => number).slice(0, 2);
  const write = ([number, short, word]) => {
    const many = number === 1 ? "" : "s";
    return spoken ? `${number} ${word}${many}` : `${number}${short}${short === " day" ? many : ""}`;
  };
  return (kept.length ? kept : [parts[2]]).map(write).join(" ");
}

/** What is left until something is due goes on by the server's clock. That one has become overdue is said once. */
const overdue = document.createElement("p");
overdue.className = "govuk-visually-hidden";
overdue.setAttribute("role", "status");
document.body.append(overdue);
setInterval(() => {
  for (const part of document.querySelectorAll("[data-due]")) {
    const left = Date.parse(part.dataset.due) - (Date.now() - ahead);
    const was = part.lastChild.textContent;
    [...part.children].forEach((one, spoken) => {
      const words = left < 0 ? `Overdue ${span(left, spoken)}` : `${span(left, spoken)} left`;
      if (one.textContent !== words) one.textContent = words;
    });
    if (left < 0 && was.endsWith("left")) {
      part.closest("td, div, span.identity__due")?.querySelector(".mark--today")?.classList.replace("mark--today", "mark--late");
      overdue.textContent = "A decision on this page is now overdue.";
    }
  }
}, 60000);

/** A button marked data-pause stops live parts for as long as this browser tab is open. */
const paused = () => sessionStorage.getItem("paused") === "yes";
for (const button of document.querySelectorAll("[data-pause]")) {
  const name = () => (button.textContent = paused() ? "Updates are paused. Go on" : "Pause updates");
  button.hidden = false;
  button.addEventListener("click", () => {
    sessionStorage.setItem("paused", paused() ? "" : "yes");
    name();
  });
  name();
}

/** Print buttons, and the one box that ticks every row of a list. */
for (const button of document.querySelectorAll("[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => print());
}
const all = document.querySelector("[data-tick-all]");
if (all) {
  const boxes = [...document.querySelectorAll('input[form="many"][name="ref"]')];
  const words = document.querySelector("[data-ticked]");
  const count = () => {
    const number = boxes.filter((box) => box.checked).length;
    all.checked = number === boxes.length;
    all.indeterminate = number > 0 && number < boxes.length;
    words.textContent = number ? `With the ${number} ticked` : "With those ticked";
  };
  all.hidden = false;
  all.addEventListener("change", () => {
    for (const box of boxes) box.checked = all.checked;
    count();
  });
  document.addEventListener("change", (event) => boxes.includes(event.target) && count());
  count();
}

/**
 * Live parts: <div data-live="/queue/live" data-every="30" data-stale="queue-stale">. The address answers with HTML and an
 * ETag; 304 changes nothing. Nothing moves under a pointer or a focused control. After two failures the element
 * named by data-stale is shown with the time of the last good answer in its [data-since].
 */
function keepLive(part) {
  let tag = "";
  let failures = 0;
  let good = new Date();
  const stale = document.getElementById(part.dataset.stale);
  const refresh = async () => {
    if (document.hidden || paused() || part.contains(document.activeElement) || part.matches(":hover")) return;
    try {
      const answer = await ask(part.dataset.live, { tag });
      if (answer.status === 200) {
        tag = answer.headers.get("ETag") ?? "";
        const made = new DOMParser().parseFromString(await answer.text(), "text/html");
        part.replaceChildren(...made.body.childNodes);
        part.dispatchEvent(new CustomEvent("mash:live", { bubbles: true }));
      }
      failures = 0;
      good = new Date();
      if (stale) stale.hidden = true;
    } catch {
      failures += 1;
      if (failures >= 2 && stale) {
        const since = stale.querySelector("[data-since]");
        if (since) since.textContent = good.toLocaleTimeString("en-GB", { hour: "numeric", minute: "2-digit", hour12: true }).replace(" ", "");
        stale.hidden = false;
      }
    }
  };
  setInterval(refresh, Number(part.dataset.every) * 1000);
}
document.querySelectorAll("[data-live]").forEach(keepLive);

/** What colleagues tell is added at the top within a quarter of a minute, and stays until the page is left. */
if (document.querySelector("[data-told]")) {
  setInterval(async () => {
    const told = document.querySelector("[data-told]");
    if (document.hidden || !told) return;
    try {
      const answer = await ask(told.dataset.told);
      if (answer.status !== 200) return;
      const made = new DOMParser().parseFromString(await answer.text(), "text/html");
      told.append(...made.body.childNodes);
    } catch {
      // Asked again in a quarter of a minute; what was told is on the contact's record as well.
    }
  }, 15000);
}

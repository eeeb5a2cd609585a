// The red board, renewed every 5 seconds, every 30 while hidden. Nothing moves under a pointer, a focused control or while
// paused: then a line says that the board has changed. A red that needs a manager is said once, whatever is held back.
import { ask } from "./mash.js";

const board = document.querySelector("[data-live-board]");
const [stale, said, held, show, pause, count] = ["stale", "said", "held", "show", "pause", "count"].map((id) => document.getElementById(`red-${id}`));
const time = (at) => at.toLocaleTimeString("en-GB", { hour: "numeric", minute: "2-digit", hour12: true }).replace(" ", "").toLowerCase();
const part = () => board.firstElementChild;
const waiting = (one) => one.dataset.waiting.split(" ").filter(Boolean);

let tag = "";
let failures = 0;
let good = new Date();
let next = null;
let known = new Set(waiting(part()));
let timer = 0;
let paused = sessionStorage.getItem("red-paused") === "yes";

const on = (part) => part.matches(":hover") || part.contains(document.activeElement);
const busy = () => paused || on(board) || on(held) || board.querySelector("details[open]");

function announce(fresh) {
  const now = waiting(fresh);
  const added = now.filter((reference) => !known.has(reference));
  known = new Set(now);
  if (added.length) said.textContent = `${added.join(", ")} needs a manager now.`;
  const title = document.title.replace(/\(\d+\) /, "");
  document.title = now.length ? `(${now.length}) ${title}` : title;
  count.textContent = fresh.dataset.count;
}

function put() {
  if (!next) return;
  board.replaceChildren(next);
  next = null;
  held.hidden = true;
}

function settle() {
  if (!next) return;
  if (!busy()) put();
  else held.hidden = next.dataset.order === part().dataset.order;
}

async function renew() {
  try {
    const answer = await ask(board.dataset.liveBoard, { tag });
    if (answer.status === 200) {
      tag = answer.headers.get("ETag") ?? "";
      next = document.importNode(new DOMParser().parseFromString(await answer.text(), "text/html").body.firstElementChild, true);
      announce(next);
    }
    failures = 0;
    good = new Date();
    stale.hidden = true;
    board.classList.remove("old");
    settle();
  } catch {
    failures += 1;
    if (failures === 2) {
      stale.textContent = `Not updated since ${time(good)}. Refresh the page.`;
      stale.hidden = false;
      board.classList.add("old");
    }
  }
}

async function again() {
  clearTimeout(timer);
  await renew();
  timer = setTimeout(again, document.hidden ? 30000 : 5000);
}

function sayPaused() {
  pause.textContent = paused ? "Carry on updating" : "Pause updates";
}

pause.hidden = false;
pause.addEventListener("click", () => {
  paused = !paused;
  sessionStorage.setItem("red-paused", paused ? "yes" : "no");
  sayPaused();
  settle();
});
show.addEventListener("click", () => {
  put();
  board.querySelector("a, button")?.focus({ preventScroll: true });
});
document.addEventListener("visibilitychange", () => !document.hidden && again());
sayPaused();
timer = setTimeout(again, 5000);

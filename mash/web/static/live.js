// While a part of a draft is written: what it would do to the past, asked for a moment after each change. It holds nothing up.
const form = document.getElementById("item");
const live = document.getElementById("live");
const WAIT = 250;
let waiting = 0;
let going = null;

async function ask() {
  going?.abort();
  const mine = (going = new AbortController());
  const answer = await fetch(live.dataset.rehearse, { method: "POST", body: new FormData(form), headers: { "X-Mash": "1" }, credentials: "same-origin", cache: "no-store", signal: mine.signal }).catch(() => null);
  if (mine !== going) return;
  const says = live.querySelector("[data-says]");
  if (!answer?.ok) {
    says.textContent = "Not rehearsed: the service did not answer. What is below is from before your last change.";
    return;
  }
  const text = await answer.text().catch(() => "");
  if (mine !== going || !text) return;
  const part = new DOMParser().parseFromString(text, "text/html");
  says.textContent = part.querySelector("[data-says]").textContent;
  const opened = live.querySelector("details")?.open;
  live.querySelector("[data-figures]").replaceChildren(...part.querySelector("[data-figures]").childNodes);
  if (opened) live.querySelector("details")?.setAttribute("open", "");
  for (const kept of ["[data-choices]", "[data-slider]"]) {
    // What somebody has their hand on stays, as long as it is about the same number.
    const [old, fresh] = [live.querySelector(kept), part.querySelector(kept)];
    if (old.dataset.key !== fresh.dataset.key || !old.contains(document.activeElement)) old.replaceWith(fresh);
  }
  slide(part);
}

function slide(part) {
  const range = live.querySelector("[type=range]");
  if (!range) return;
  range.parentElement.hidden = false;
  const now = part?.querySelector("[type=range]")?.getAttribute("value");
  if (now && range !== document.activeElement) range.value = now;
  say(range);
}

function say(range) {
  const shown = range.dataset.shown.split("|")[range.value];
  range.setAttribute("aria-valuetext", shown);
  live.querySelector("output").textContent = shown;
}

function soon() {
  clearTimeout(waiting);
  waiting = setTimeout(ask, WAIT);
}

if (form && live) {
  live.querySelector("[data-by-hand]").hidden = true;
  form.addEventListener("input", soon);
  live.addEventListener("change", soon);
  live.addEventListener("input", (event) => {
    if (!event.target.matches("[type=range]")) return;
    say(event.target);
    const field = form.elements[event.target.dataset.field];
    field.value = event.target.dataset.values.split("|")[event.target.value];
    field.dispatchEvent(new Event("input", { bubbles: true }));
  });
  ask();
}

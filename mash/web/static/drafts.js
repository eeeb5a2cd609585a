// Keeps what is written in a form marked data-draft as its writer goes, and says so.
import { ask } from "./mash.js";

const DRAFT_AFTER = 1500;
const PAGE = crypto.getRandomValues(new Uint32Array(1))[0];
let turns = 0;

/** What is written, and in which turn this page sends it: what comes late must not stand over what came after it. */
export function written(form, go) {
  const body = new FormData(form);
  body.set("go", go);
  body.set("turn", `${PAGE}.${++turns}`);
  return body;
}

const at = () =>
  new Date().toLocaleTimeString("en-GB", { hour: "numeric", minute: "2-digit", hour12: true }).replace(" ", "");

/** Keep what is written: a moment after the last key, when focus leaves, when the page is left. */
export function keepDrafts(form) {
  const states = document.querySelectorAll(".draft-state");
  let timer = 0;
  let dirty = false;
  let onItsWay = false;
  let sent = false;
  let lastGood = "";
  let busy = Promise.resolve();
  const say = (words) => states.forEach((state) => (state.textContent = words));
  const keep = () => {
    clearTimeout(timer);
    if (!dirty) return busy;
    dirty = false;
    const body = written(form, "draft");
    busy = busy.then(async () => {
      onItsWay = true;
      try {
        await ask(form.dataset.draft, { body });
        lastGood = at();
        say(`Draft saved ${lastGood}`);
        document.dispatchEvent(new CustomEvent("mash:saved"));
      } catch {
        dirty = true;
        say(lastGood ? `Draft not saved since ${lastGood}. Copy your reason before you leave` : "Draft not saved. Trying again");
        timer = setTimeout(keep, 5000);
      } finally {
        onItsWay = false;
      }
    });
    return busy;
  };
  const later = () => {
    dirty = true;
    clearTimeout(timer);
    timer = setTimeout(keep, DRAFT_AFTER);
  };
  form.addEventListener("input", later);
  form.addEventListener("change", later);
  form.addEventListener("focusout", (event) => {
    // Leaving for a button sends the form itself: a draft beside it would only be in its way.
    if (event.target.matches("textarea, input") && !event.relatedTarget?.matches("button")) keep();
  });
  form.addEventListener("submit", () => {
    dirty = false;
    sent = true;
    clearTimeout(timer);
  });
  addEventListener("pagehide", () => {
    // A draft still on its way is cut off when the page goes: send it again by the means that outlives the page.
    if (!dirty && (sent || !onItsWay)) return;
    navigator.sendBeacon(form.dataset.draft, written(form, "draft"));
  });
}

// Shortcuts of one letter, for those who turned them on. A page gives a key to anything with data-key="n": a link or a
// button is pressed, anything else is focused. Never in a text box, never with Ctrl, Alt or Meta.
const TYPING = "input:not([type=radio]):not([type=checkbox]), textarea, select, [contenteditable]";
const PLACES = { q: "/queue", r: "/red", t: "/timeliness" };
let going = 0;

const words = (element) => element.dataset.keyWords ?? element.getAttribute("aria-label") ?? element.textContent.trim().replace(/\s+/g, " ");

/** Move between the first links of a list's rows. */
function row(step) {
  const links = [...document.querySelectorAll(".grid tbody tr")].map((tr) => tr.querySelector("a")).filter(Boolean);
  const at = links.findIndex((link) => link.closest("tr").contains(document.activeElement));
  links[Math.min(Math.max(at + step, 0), links.length - 1)]?.focus();
}

function list() {
  const dialog = document.createElement("dialog");
  dialog.className = "idle";
  const title = document.createElement("h2");
  title.className = "govuk-heading-m";
  title.textContent = "Shortcuts on this page";
  const keys = document.createElement("dl");
  keys.className = "facts";
  const lines = [
    ["j", "Next row"],
    ["k", "Previous row"],
    ...Object.entries(PLACES)
      .filter(([, path]) => document.querySelector(`.places a[href="${path}"]`))
      .map(([key, path]) => [`g then ${key}`, words(document.querySelector(`.places a[href="${path}"]`))]),
    ...[...document.querySelectorAll("[data-key]")].map((element) => [element.dataset.key, words(element)]),
    ["/", "Search"],
    ["?", "This list"],
    ["Esc", "Close"],
  ];
  for (const [key, said] of lines) {
    const line = document.createElement("div");
    const name = document.createElement("dt");
    const meaning = document.createElement("dd");
    name.textContent = key;
    meaning.textContent = said;
    line.append(name, meaning);
    keys.append(line);
  }
  const close = document.createElement("button");
  close.type = "button";
  close.className = "govuk-button govuk-button--secondary";
  close.textContent = "Close";
  close.addEventListener("click", () => dialog.close());
  dialog.addEventListener("close", () => dialog.remove());
  dialog.append(title, keys, close);
  document.body.append(dialog);
  dialog.showModal();
}

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.altKey || event.metaKey || event.isComposing) return;
  if (event.target.closest?.(TYPING) || document.querySelector("dialog[open]")) return;
  const key = event.key;
  const place = Date.now() - going < 1500 && document.querySelector(`.places a[href="${PLACES[key]}"]`);
  const marked = document.querySelector(`[data-key="${CSS.escape(key)}"]`);
  going = key === "g" ? Date.now() : 0;
  if (place) place.click();
  else if (key === "?") list();
  else if (key === "j") row(1);
  else if (key === "k") row(-1);
  else if (key === "/") document.querySelector('[data-key="/"], .places a[href="/search"]')?.click();
  else if (marked?.matches("a, button")) marked.click();
  else if (marked) marked.focus();
  else return;
  event.preventDefault();
});

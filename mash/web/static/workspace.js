// What a script adds to the page about a contact: finding facts as you type, the check at once.
import { ask } from "./mash.js";
import { keepDrafts, written } from "./drafts.js";

const form = document.getElementById("decision-form");
const DETAILS = {};
const PRESENCE = "present=Yes|absent=No|unknown=Not known";
const CHECK_AFTER = 100;
const ARROWS_AFTER = 900;

const make = (tag, properties = {}, ...inside) => {
  const made = Object.assign(document.createElement(tag), properties);
  made.append(...inside);
  return made;
};

/** A list of answers to choose from. */
function choice(name, pairs, label, first) {
  const select = make("select", { name, className: "govuk-select" });
  select.setAttribute("aria-label", label);
  select.append(make("option", { value: "", textContent: first }));
  for (const pair of pairs.split("|")) {
    const [value, words] = pair.split("=");
    select.append(make("option", { value, textContent: words }));
  }
  return select;
}

/** The row in which a fact that was picked is answered; the same as the server writes. */
function rowFor(scope, pick) {
  const code = pick.querySelector("input").value;
  const words = pick.textContent.trim();
  const name = `${scope}-is-${code}`;
  const row = make("li", { className: "fact" }, make("span", { className: "fact__words", textContent: words }));
  row.dataset.code = code;
  const answer = make("span", { className: "fact__answer" });
  const answers = pick.dataset.answers ?? PRESENCE;
  if (answers.startsWith("number:")) {
    const unit = answers.slice(7);
    const input = make("input", { className: "govuk-input govuk-input--width-4", id: name, name, inputMode: "numeric" });
    input.setAttribute("aria-label", `${words}, in ${unit}`);
    answer.append(input, make("span", { className: "quiet", textContent: unit }));
  } else {
    const select = choice(name, answers, words, "Not asked yet");
    select.id = name;
    select.classList.add("fact__is");
    select.append(make("option", { value: "not_asked", textContent: "Take off this list" }));
    if (answers === PRESENCE) select.value = "present";
    answer.append(select);
  }
  row.append(answer);
  const wanted = (pick.dataset.details ?? "").split(" ").filter(Boolean);
  if (wanted.length) {
    const details = make("span", { className: "fact__details" });
    for (const detail of wanted) {
      const [question, pairs] = DETAILS[detail];
      const field = `${scope}-${detail}-${code}`;
      const control = pairs
        ? choice(field, pairs, `${words}: ${question}`, "Not known")
        : make("input", { className: "govuk-input govuk-input--width-3", name: field, inputMode: "numeric" });
      details.append(make("label", {}, make("span", { textContent: question }), control));
    }
    row.append(details);
  }
  return row;
}

/** How well what was typed fits a fact's own words: whole words first, then beginnings of words. */
function closeness(text, words) {
  const own = text.split(/[^a-z0-9]+/);
  return words.reduce(
    (sum, word) => sum + (own.includes(word) ? 2 : own.some((one) => one.startsWith(word)) ? 1 : 0),
    0,
  );
}

/** Find facts by typing; Enter takes the first, Backspace on nothing gives back the last. */
function finder(picker) {
  const scope = picker.dataset.scope;
  const box = picker.querySelector('input[type="search"]');
  const found = document.getElementById(`${scope}-found`);
  const count = document.getElementById(`${scope}-count`);
  const rows = document.getElementById(`${scope}-facts`);
  const none = document.getElementById(`${scope}-none`);
  const picks = [...picker.querySelectorAll(".all-facts .pick")];
  const texts = picks.map((pick) => {
    const group = pick.closest(".group").querySelector("summary").textContent;
    return `${pick.textContent} ${group} ${pick.dataset.ask ?? ""}`.toLowerCase();
  });

  const take = (pick) => {
    const input = pick.querySelector("input");
    if (input.disabled) return;
    input.disabled = true;
    input.checked = false;
    pick.hidden = true;
    const row = rowFor(scope, pick);
    rows.append(row);
    none.checked = false;
    row.dispatchEvent(new Event("change", { bubbles: true }));
    return row;
  };
  const show = () => {
    const words = box.value.toLowerCase().split(/\s+/).filter(Boolean);
    const hits = words.length
      ? picks
          .map((pick, n) => ({ pick, n, score: closeness(pick.textContent.toLowerCase(), words) }))
          .filter(({ pick, n }) => !pick.hidden && words.every((word) => texts[n].includes(word)))
          .sort((one, other) => other.score - one.score || one.n - other.n)
          .map(({ pick }) => pick)
      : [];
    found.replaceChildren(
      ...hits.slice(0, 8).map((pick) => {
        const copy = pick.cloneNode(true);
        const input = copy.querySelector("input");
        input.removeAttribute("name");
        input.addEventListener("change", (event) => {
          event.stopPropagation();
          take(pick);
          box.value = "";
          show();
          box.focus();
        });
        return make("li", {}, copy);
      }),
    );
    count.textContent = words.length ? `${hits.length} ${hits.length === 1 ? "match" : "matches"}. Enter takes the first.` : "";
  };

  box.addEventListener("input", (event) => {
    event.stopPropagation();
    show();
  });
  box.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && !event.ctrlKey && !event.metaKey) {
      event.preventDefault();
      found.querySelector("input")?.click();
    } else if (event.key === "Backspace" && !box.value) {
      const last = [...rows.children].filter((row) => !row.hidden && row.querySelector(".fact__is")?.value === "present").at(-1);
      if (last) drop(last);
    } else if (event.key === "Escape") {
      box.value = "";
      show();
    }
  });
  picker.querySelector(".all-facts").addEventListener("change", (event) => {
    const pick = event.target.closest(".pick");
    if (pick && event.target.checked) {
      event.stopPropagation();
      take(pick);
    }
  });
  rows.addEventListener("change", (event) => {
    if (event.target.value === "not_asked" && event.target.classList.contains("fact__is")) {
      const next = event.target.closest(".fact").nextElementSibling?.querySelector("select") ?? box;
      drop(event.target.closest(".fact"));
      next.focus();
    }
  });
  const drop = (row) => {
    const select = row.querySelector(".fact__is");
    select.value = "not_asked";
    row.hidden = true;
    row.dispatchEvent(new Event("change", { bubbles: true }));
  };
  show();
}

/** Ask for the check when a level has been said, and for the safety rules whenever a fact changes. */
function checks() {
  let timer = 0;
  let turn = 0;
  const spoken = make("p", { className: "govuk-visually-hidden" });
  spoken.setAttribute("role", "status");
  form.append(spoken);
  const run = async () => {
    const mine = ++turn;
    const body = written(form, "check");
    try {
      const answer = await ask(form.dataset.check, { body });
      const made = new DOMParser().parseFromString(await answer.text(), "text/html");
      if (mine !== turn) return;
      for (const part of made.querySelectorAll("[data-into]")) {
        const place = document.getElementById(part.dataset.into);
        const open = [...place.querySelectorAll("details[open] > summary")].map((one) => one.textContent);
        const typed = place.querySelector("textarea")?.value;
        const focused = place.contains(document.activeElement) ? document.activeElement.id : "";
        if (place.innerHTML.trim() === part.innerHTML.trim()) continue;
        place.replaceChildren(...part.childNodes);
        for (const one of place.querySelectorAll("details > summary")) {
          if (open.includes(one.textContent)) one.parentElement.open = true;
        }
        const box = place.querySelector("textarea");
        if (box && typed) box.value = typed;
        if (focused) document.getElementById(focused)?.focus();
        if (part.dataset.said) spoken.textContent = part.dataset.said;
      }
    } catch {
      spoken.textContent = "The check could not be made. Save to check again";
    }
  };
  form.addEventListener("change", (event) => {
    if (!/-(level|route|rating|agreement|is|severity|frequency|duration|evidence|days_old)(-|$)/.test(event.target.name ?? "") && !event.target.matches(".fact")) return;
    clearTimeout(timer);
    timer = setTimeout(run, arrows ? ARROWS_AFTER : CHECK_AFTER);
  });
  // Arrow keys pass through answers on the way to the one that is meant: wait for it.
  let arrows = false;
  form.addEventListener("keydown", (event) => (arrows = event.key.startsWith("Arrow")), true);
  form.addEventListener("pointerdown", () => (arrows = false), true);
}

/** Digits choose in the rating and level groups while focus is inside them. */
function digits() {
  form.addEventListener("keydown", (event) => {
    if (event.target.type !== "radio" || !/^[1-9]$/.test(event.key) || event.ctrlKey || event.altKey) return;
    if (!/-(level|rating)$/.test(event.target.name)) return;
    const options = [...form.querySelectorAll(`input[name="${event.target.name}"]`)];
    const chosen = options.find((option) => option.value === event.key) ?? (event.target.name.endsWith("-rating") ? options[Number(event.key) - 1] : null);
    if (!chosen) return;
    event.preventDefault();
    chosen.focus();
    chosen.click();
  });
}

if (form) {
  for (const part of (document.getElementById("details-words")?.content ?? document).querySelectorAll("[data-detail]")) {
    DETAILS[part.dataset.detail] = [part.dataset.question, part.dataset.answers];
  }
  document.querySelectorAll(".facts-picker").forEach(finder);
  keepDrafts(form);
  if (form.dataset.check) checks();
  digits();
}

// What a script adds to recording a contact: what is written is kept, and who may be known shows, while the call goes on.
import { ask } from "./mash.js";
import { keepDrafts } from "./drafts.js";

const form = document.querySelector("form[data-draft]");
const LOOKS = /_(forename|surname|born-(day|month|year)|age)$|^postcode$/;
let turn = 0;

/** Look for the people as they are named. Once looked for, saving does not stop to ask about them. */
async function look() {
  const mine = ++turn;
  try {
    const answer = await ask(form.dataset.hints, { body: new FormData(form) });
    const made = new DOMParser().parseFromString(await answer.text(), "text/html");
    if (mine !== turn) return;
    for (const part of made.querySelectorAll("[data-into]")) {
      const place = document.getElementById(part.dataset.into);
      if (place.innerHTML.trim() !== part.innerHTML.trim()) place.replaceChildren(...part.childNodes);
    }
    if (!form.elements.hinted) form.append(Object.assign(document.createElement("input"), { type: "hidden", name: "hinted", value: "yes" }));
  } catch {
    form.elements.hinted?.remove(); // not looked for, so saving asks
  }
}

if (form) {
  keepDrafts(form);
  form.addEventListener("change", (event) => LOOKS.test(event.target.name ?? "") && look());
}

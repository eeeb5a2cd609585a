// While a part of a draft is written: asks now and then what would be wrong with it, and says so beside the fields.
const form = document.getElementById("item");
const told = document.getElementById("check");
const WAIT = 700;
let waiting = 0;
let asked = 0;

async function ask() {
  const number = ++asked;
  const answer = await fetch(told.dataset.check, { method: "POST", body: new FormData(form), headers: { "X-Mash": "1" }, credentials: "same-origin", cache: "no-store" }).catch(() => null);
  if (!answer?.ok || number !== asked) return;
  const part = new DOMParser().parseFromString(await answer.text(), "text/html");
  told.replaceChildren(...part.body.childNodes);
  for (const place of document.querySelectorAll("[data-problem]")) {
    const mine = [...told.querySelectorAll("[data-at]")].filter((one) => one.dataset.at === place.dataset.problem);
    place.textContent = mine.map((one) => one.textContent).join(" ");
  }
  if (told.querySelector("[data-checking]")) soon();
}

function soon() {
  clearTimeout(waiting);
  waiting = setTimeout(ask, WAIT);
}

if (form && told?.dataset.check) {
  form.addEventListener("input", soon);
  if (told.querySelector("[data-checking]")) soon();
}

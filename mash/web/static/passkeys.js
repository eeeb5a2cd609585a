// Asks the browser for a passkey when a form marked data-passkey is sent, and sends the answer with it.
import { ask } from "./mash.js";

const AWAY = "The passkey was not used. Try again, or go on another way.";

/** Ask for a passkey to be made or used. Throws if there is none, or its owner says no. */
async function answer(purpose) {
  const said = await (await ask(`/passkeys/ask/${purpose}`)).json();
  const made =
    purpose === "add"
      ? await navigator.credentials.create({ publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(said) })
      : await navigator.credentials.get({ publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(said) });
  return JSON.stringify(made.toJSON());
}

for (const form of globalThis.PublicKeyCredential?.parseRequestOptionsFromJSON ? document.querySelectorAll("form[data-passkey]") : []) {
  const field = form.elements.answer;
  const words = form.querySelector("[data-passkey-said]");
  form.hidden = false;
  form.addEventListener("submit", async (event) => {
    if (field.value) return;
    event.preventDefault();
    event.stopPropagation();
    words.textContent = "";
    try {
      field.value = await answer(form.dataset.passkey);
      form.requestSubmit();
    } catch {
      words.textContent = AWAY;
    }
  });
}

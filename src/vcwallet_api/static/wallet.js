// The one script of the wallet. Every page works without it; it only makes a few things quicker.
"use strict";

// A press on a button with data-copy copies the text of the element that it names, and says so to everybody.
document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-copy]");
  if (!button) return;
  const source = document.getElementById(button.dataset.copy);
  await navigator.clipboard.writeText((source.value ?? source.textContent).trim());
  const status = document.getElementById(button.dataset.status);
  if (status) status.textContent = button.dataset.done;
});

document.addEventListener("click", (event) => {
  if (event.target.closest("[data-print]")) window.print();
});

// A choice that narrows a list is applied at once, without a press on the button beside it.
document.addEventListener("change", (event) => {
  const form = event.target.closest("form[data-at-once]");
  if (form && event.target.matches("select")) form.requestSubmit();
});

// Passkeys. The authenticator is asked, and its answer is sent as a form: data-passkey says whether one is made or used.
// A browser that knows no passkeys shows no button for them.
const knowsPasskeys = typeof window.PublicKeyCredential?.parseCreationOptionsFromJSON === "function";
for (const form of document.querySelectorAll("form[data-passkey='get']")) form.hidden = !knowsPasskeys;

document.addEventListener("submit", async (event) => {
  const form = event.target.closest("form[data-passkey]");
  if (!form) return;
  event.preventDefault();
  const status = document.getElementById(form.dataset.status);
  status.textContent = "";
  try {
    const credential = form.dataset.passkey === "create" ? await makePasskey(form) : await usePasskey(form);
    form.elements.credential.value = JSON.stringify(credential.toJSON());
    form.submit();
  } catch {
    status.textContent = form.dataset.failed;
  }
});

function makePasskey(form) {
  const options = PublicKeyCredential.parseCreationOptionsFromJSON(JSON.parse(form.dataset.options));
  return navigator.credentials.create({ publicKey: options });
}

async function usePasskey(form) {
  const answer = await fetch("/api/v1/sessions/passkey/options", { method: "POST" });
  const { ceremony, options } = await answer.json();
  form.elements.ceremony.value = ceremony;
  return navigator.credentials.get({ publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(options) });
}

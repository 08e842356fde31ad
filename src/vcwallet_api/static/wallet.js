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

// A choice that narrows a list is applied at once, without a press on the button beside it.
document.addEventListener("change", (event) => {
  const form = event.target.closest("form[data-at-once]");
  if (form && event.target.matches("select")) form.requestSubmit();
});

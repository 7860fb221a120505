// Buttons that only a script can serve: print this page, copy a text. They are hidden until it runs.

document.querySelectorAll("[data-print], [data-copy]").forEach((button) => {
  button.hidden = Boolean(button.dataset.copy) && !navigator.clipboard;
});

document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-print], [data-copy]");
  if (!button) return;
  if (button.dataset.copy === undefined) {
    window.print();
    return;
  }
  await navigator.clipboard.writeText(button.dataset.copy);
  const label = button.textContent;
  if (label === button.dataset.copied) return;
  button.textContent = button.dataset.copied;
  setTimeout(() => { button.textContent = label; }, 2000);
});

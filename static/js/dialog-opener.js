// @ts-check

/** A link to "#id" with data-opens shows that <dialog>; without this module the link unfolds it by :target. */
document.addEventListener("click", (event) => {
  const opener = event.target instanceof Element ? event.target.closest("[data-opens]") : null;
  const dialog = opener && document.getElementById(opener.getAttribute("data-opens") ?? "");
  if (!(dialog instanceof HTMLDialogElement)) return;
  event.preventDefault();
  dialog.showModal();
});

document.addEventListener("click", (event) => {
  if (event.target instanceof HTMLDialogElement && event.target.matches(".dialog")) event.target.close();
});

// @ts-check

/** A button with data-insert-text puts that text in the reply; so does Alt and the number its aria-keyshortcuts names. */

/** @param {string} text */
function insert(text) {
  const field = document.getElementById("reply-body");
  if (!(field instanceof HTMLTextAreaElement)) return;
  field.focus();
  field.setRangeText(text, field.selectionStart, field.selectionEnd, "end");
  field.dispatchEvent(new Event("input", { bubbles: true }));
}

document.addEventListener("click", (event) => {
  const button = event.target instanceof Element ? event.target.closest("[data-insert-text]") : null;
  if (button) insert(button.getAttribute("data-insert-text") ?? "");
});

document.addEventListener("keydown", (event) => {
  // By its place on the keyboard: with Alt a digit key types something else on some of them.
  const digit = /^Digit([1-9])$/.exec(event.code)?.[1];
  if (!digit || !event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
  const button = document.querySelector(`[data-insert-text][aria-keyshortcuts="Alt+${digit}"]`);
  if (!button) return;
  event.preventDefault();
  insert(button.getAttribute("data-insert-text") ?? "");
});

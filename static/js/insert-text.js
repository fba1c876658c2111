// @ts-check

/**
 * A button with data-insert-text puts that text in the reply; so does Alt and the number its aria-keyshortcuts names.
 * The event "insert-text" puts its detail in the textarea it is sent to.
 */

/**
 * Against a word an address would no longer be one: a space comes between, also between two of them.
 * @param {HTMLTextAreaElement} field
 * @param {string} text
 */
function insertInto(field, text) {
  field.focus();
  const { selectionStart: start, selectionEnd: end, value } = field;
  const before = /[^\s(]$/.test(value.slice(0, start)) ? " " : "";
  const after = /^[^\s).,;:?!]/.test(value.slice(end)) ? " " : "";
  field.setRangeText(before + text + after, start, end, "end");
  field.dispatchEvent(new Event("input", { bubbles: true }));
}

/** @param {string} text */
function insert(text) {
  const field = document.getElementById("reply-body");
  if (field instanceof HTMLTextAreaElement) insertInto(field, text);
}

document.addEventListener("insert-text", (event) => {
  if (!(event.target instanceof HTMLTextAreaElement) || !(event instanceof CustomEvent)) return;
  insertInto(event.target, event.detail);
});

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

// @ts-check

/** What each button puts around the selection, or before each of its lines. */
const MARKS = {
  heading: { line: "## " },
  bold: { around: ["**", "**"] },
  italic: { around: ["*", "*"] },
  link: { around: ["[", "](https://)"] },
  list: { line: "- " },
  steps: { line: "1. " },
  tasks: { line: "- [ ] " },
  table: { block: ["| … | … |\n|---|---|\n| ", " | … |"] },
  note: { block: ["::: tip\n", "\n:::"] },
  condition: { block: ["::: als itsme\n", "\n:::"] },
};

/** With Ctrl or Cmd, as wherever people write. */
const KEYS = { b: "bold", i: "italic", k: "link" };
const ADDRESS = "https://";

/**
 * Buttons that write Markdown into a textarea: <markdown-toolbar for="id" data-label="…" data-bold="Vet" …>.
 * Arrow keys move between them, as in every toolbar; what they write can be undone with Ctrl-Z.
 */
class MarkdownToolbar extends HTMLElement {
  connectedCallback() {
    const field = document.getElementById(this.getAttribute("for") ?? "");
    if (!(field instanceof HTMLTextAreaElement) || this.childElementCount) return;
    this.field = field;
    this.setAttribute("role", "toolbar");
    this.setAttribute("aria-label", this.dataset.label ?? "");
    this.setAttribute("aria-controls", field.id);
    for (const name of Object.keys(MARKS)) this.append(this.button(name));
    this.firstElementChild?.setAttribute("tabindex", "0");
    this.addEventListener("keydown", this.move);
    field.addEventListener("keydown", (event) => {
      const name = /** @type {Record<string, string>} */ (KEYS)[event.key.toLowerCase()];
      if (!name || !(event.ctrlKey || event.metaKey) || event.altKey || event.shiftKey) return;
      event.preventDefault();
      this.write(name);
    });
  }

  button(/** @type {string} */ name) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "button button--quiet";
    button.tabIndex = -1;
    button.textContent = this.dataset[name] ?? name;
    const key = Object.entries(KEYS).find(([, named]) => named === name)?.[0].toUpperCase();
    if (key) {
      button.setAttribute("aria-keyshortcuts", `Control+${key}`);
      button.title = `Ctrl ${key}`;
    }
    button.addEventListener("click", () => this.write(name));
    return button;
  }

  move = (/** @type {KeyboardEvent} */ event) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    const buttons = [...this.querySelectorAll("button")];
    const at = buttons.indexOf(/** @type {HTMLButtonElement} */ (document.activeElement));
    if (!step || at < 0) return;
    event.preventDefault();
    const next = buttons[(at + step + buttons.length) % buttons.length];
    for (const button of buttons) button.tabIndex = button === next ? 0 : -1;
    next?.focus();
  };

  write(/** @type {string} */ name) {
    const field = this.field;
    if (!field) return;
    const mark = /** @type {Record<string, {line?: string, around?: string[], block?: string[]}>} */ (MARKS)[name] ?? {};
    const { selectionStart: start, selectionEnd: end, value } = field;
    const chosen = value.slice(start, end);
    if (mark.line) {
      const from = value.lastIndexOf("\n", start - 1) + 1;
      const lines = value.slice(from, end).split("\n").map((line) => mark.line + line);
      this.insert(lines.join("\n"), from, end);
    } else if (mark.around) {
      const [before = "", after = ""] = mark.around;
      this.insert(before + chosen + after, start, end);
      // What is typed next stands inside; of a link with a text it is the address.
      const inside = start + before.length + chosen.length;
      const address = inside + after.indexOf(ADDRESS);
      if (!chosen) field.setSelectionRange(inside, inside);
      else if (address >= inside) field.setSelectionRange(address, address + ADDRESS.length);
    } else if (mark.block) {
      const before = start > 0 && !value.slice(0, start).endsWith("\n\n") ? "\n\n" : "";
      this.insert(`${before}${mark.block[0] ?? ""}${chosen}${mark.block[1] ?? ""}\n\n`, start, end);
    }
  }

  insert(/** @type {string} */ text, /** @type {number} */ start, /** @type {number} */ end) {
    const field = this.field;
    if (!field) return;
    field.focus();
    field.setSelectionRange(start, end);
    // Only this way the browser can undo it; where it is gone, setRangeText does.
    if (!document.execCommand("insertText", false, text)) {
      field.setRangeText(text, start, end, "end");
      field.dispatchEvent(new InputEvent("input", { bubbles: true }));
    }
  }

  /** @type {HTMLTextAreaElement | null} */
  field = null;
}

customElements.define("markdown-toolbar", MarkdownToolbar);

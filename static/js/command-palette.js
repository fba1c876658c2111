// @ts-check

const WAIT = 120;
const MOST_RECENT = 6;

/** @typedef {{ title: string, url: string }} Place */

/**
 * @param {string} whose a colleague who signs in next in this tab has places of their own
 * @returns {Place[]}
 */
function recentPlaces(whose) {
  try {
    return JSON.parse(sessionStorage.getItem(whose) ?? "[]");
  } catch {
    return [];
  }
}

/**
 * Do the letters of the question occur in the text, in their order?
 * @param {string} text
 * @param {string} question
 */
function isLike(text, question) {
  let from = 0;
  for (const letter of question.toLowerCase().replaceAll(" ", "")) {
    from = text.toLowerCase().indexOf(letter, from) + 1;
    if (!from) return false;
  }
  return true;
}

/**
 * Ctrl-K opens a dialog that goes to a page, a ticket or an answer; from a composer it puts the address of an answer
 * in the message. data-url answers ?q= with options; the options that the server put in the list are the commands.
 */
class CommandPalette extends HTMLElement {
  connectedCallback() {
    this.recent = `palette-recent-${this.dataset.whose}`;
    this.dialog = /** @type {HTMLDialogElement} */ (this.querySelector("dialog"));
    this.input = /** @type {HTMLInputElement} */ (this.querySelector("input"));
    this.list = /** @type {HTMLUListElement} */ (this.querySelector("[role=listbox]"));
    this.commands = [...this.list.children].map((command) => /** @type {HTMLElement} */ (command));
    this.status = /** @type {HTMLElement} */ (this.querySelector("[role=status]"));
    document.addEventListener("keydown", (event) => this.openByKey(event));
    document.addEventListener("click", (event) => this.openByClick(event));
    this.input.addEventListener("input", () => this.askSoon());
    this.input.addEventListener("keydown", (event) => this.press(event));
    this.dialog.addEventListener("click", (event) => this.click(event));
    // What was found on the way stays there: the dialog begins anew each time.
    this.dialog.addEventListener("close", () => this.request?.abort());
  }

  /** @param {KeyboardEvent} event */
  openByKey(event) {
    if (event.key.toLowerCase() !== "k" || !(event.ctrlKey || event.metaKey) || event.altKey || event.shiftKey) return;
    event.preventDefault();
    const field = document.activeElement;
    this.open(field instanceof HTMLTextAreaElement ? field : null);
  }

  /** @param {MouseEvent} event */
  openByClick(event) {
    const opener = event.target instanceof Element ? event.target.closest("[data-opens-palette]") : null;
    if (!opener || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    const field = opener.closest("form")?.querySelector("textarea");
    this.open(opener.hasAttribute("data-inserts") && field ? field : null);
  }

  /** @param {HTMLTextAreaElement | null} field where to put what is chosen, or null to go there */
  open(field) {
    if (this.dialog.open) return;
    this.field = field;
    // Where the cursor stands is lost with the focus.
    this.cursor = field ? [field.selectionStart, field.selectionEnd] : [0, 0];
    this.dialog.toggleAttribute("data-inserting", field !== null);
    this.input.value = "";
    this.show("");
    this.dialog.showModal();
  }

  askSoon() {
    // What the words of before found is not what these mean: Enter must not lead there.
    this.found = [];
    this.isAsking = this.input.value.trim() !== "";
    this.isChosen = false;
    this.showCommands();
    clearTimeout(this.timer);
    this.timer = setTimeout(() => void this.ask(), WAIT);
  }

  async ask() {
    const question = this.input.value.trim();
    this.request?.abort();
    if (!question) return this.show("");
    this.request = new AbortController();
    const kinds = this.field ? "&alleen=artikelen" : "";
    try {
      const answer = await fetch(`${this.dataset.url}?q=${encodeURIComponent(question)}${kinds}`, { signal: this.request.signal });
      if (answer.ok && !answer.redirected) return this.show(await answer.text());
    } catch (error) {
      if (error instanceof DOMException && error.name === "AbortError") return;
    }
    this.show("");
    this.status.textContent = this.dataset.failed ?? "";
  }

  /** @param {string} found options as the server made them */
  show(found) {
    this.isAsking = false;
    const parsed = new DOMParser().parseFromString(`<ul>${found}</ul>`, "text/html");
    this.found = [...(parsed.querySelector("ul")?.children ?? [])].map((option) => /** @type {HTMLElement} */ (option));
    this.showCommands();
    if (this.isChosen) this.chooseFirst();
  }

  chooseFirst() {
    this.isChosen = false;
    const [first] = this.options();
    if (first) this.choose(first);
  }

  showCommands() {
    const question = this.input.value.trim();
    const commands = this.field ? [] : this.commands.filter((command) => isLike(command.textContent ?? "", question));
    const recent = this.field || question ? [] : recentPlaces(this.recent).map((place, number) => this.option(place, number));
    this.list.replaceChildren(...recent, ...commands, ...(this.found ?? []));
    const options = this.options();
    this.point(options[0] ?? null);
    this.status.textContent = question ? `${options.length} ${this.dataset.found ?? ""}` : "";
  }

  /**
   * @param {Place} place
   * @param {number} number
   */
  option(place, number) {
    const option = document.createElement("li");
    option.id = `palette-recent-${number}`;
    option.setAttribute("role", "option");
    option.dataset.url = place.url;
    option.textContent = place.title;
    return option;
  }

  options() {
    return [...this.list.querySelectorAll("[role=option]")].map((option) => /** @type {HTMLElement} */ (option));
  }

  /** @param {HTMLElement | null} option */
  point(option) {
    for (const other of this.options()) other.setAttribute("aria-selected", String(other === option));
    this.input.setAttribute("aria-activedescendant", option?.id ?? "");
    option?.scrollIntoView({ block: "nearest" });
  }

  /** @param {KeyboardEvent} event */
  press(event) {
    const options = this.options();
    const at = options.findIndex((option) => option.id === this.input.getAttribute("aria-activedescendant"));
    const steps = { ArrowDown: at + 1, ArrowUp: at - 1 + options.length, Home: 0, End: options.length - 1 };
    if (event.key === "Enter") {
      event.preventDefault();
      // Who types and presses Enter at once wants what these words find, as soon as it is there.
      if (this.isAsking && at <= 0) this.isChosen = true;
      else if (options[at]) this.choose(options[at]);
      return;
    }
    if (!(event.key in steps) || !options.length) return;
    if ((event.key === "Home" || event.key === "End") && this.input.value) return;
    event.preventDefault();
    this.point(options[steps[/** @type {keyof typeof steps} */ (event.key)] % options.length]);
  }

  /** @param {MouseEvent} event */
  click(event) {
    if (event.target === this.dialog) this.dialog.close();
    const option = event.target instanceof Element ? event.target.closest("[role=option]") : null;
    if (option instanceof HTMLElement) this.choose(option);
  }

  /** @param {HTMLElement} option */
  choose(option) {
    this.dialog.close();
    if (this.field) return this.insert(this.field, option.dataset.insert ?? "");
    const place = { title: option.textContent?.trim() ?? "", url: option.dataset.url ?? "/" };
    const others = recentPlaces(this.recent).filter((other) => other.url !== place.url);
    sessionStorage.setItem(this.recent, JSON.stringify([place, ...others].slice(0, MOST_RECENT)));
    window.location.assign(place.url);
  }

  /**
   * @param {HTMLTextAreaElement} field
   * @param {string} text
   */
  insert(field, text) {
    field.focus();
    const [start, end] = this.cursor ?? [0, 0];
    field.setSelectionRange(start, end);
    field.dispatchEvent(new CustomEvent("insert-text", { bubbles: true, detail: text }));
  }
}

customElements.define("command-palette", CommandPalette);

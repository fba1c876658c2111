// @ts-check

/** @typedef {{ value: string, label: string, hint?: string }} Item */

const WAIT = 150;
const SHORTEST_QUESTION = 2;

/**
 * Makes an ARIA combobox of the text input inside, after the pattern of the ARIA Authoring Practices.
 * data-url answers ?q= with {"items": [{"value", "label", "hint"}]}. A choice posts its value, free text posts itself.
 * data-value: the value that belongs to the text the server put in the input.
 * Words: data-none ("Mijn bestuur staat er niet bij"), data-found ("{n} besturen gevonden"), data-found-one, data-empty.
 */
class OrganisationPicker extends HTMLElement {
  connectedCallback() {
    const input = this.querySelector("input");
    if (!input || this.input) return;
    this.input = input;
    this.field = input.name;
    this.build(input);
    this.listen(input);
    if (this.dataset.value) this.keep(this.dataset.value);
  }

  /** @param {HTMLInputElement} input */
  build(input) {
    this.list = this.appendChild(document.createElement("ul"));
    this.list.id = `${input.id}_list`;
    this.list.className = "listbox";
    this.list.hidden = true;
    this.list.setAttribute("role", "listbox");
    this.list.setAttribute("aria-label", input.labels?.[0]?.textContent?.trim() ?? "");
    this.status = this.appendChild(document.createElement("p"));
    this.status.className = "visually-hidden";
    this.status.setAttribute("role", "status");
    const combobox = { role: "combobox", "aria-autocomplete": "list", "aria-expanded": "false", "aria-controls": this.list.id };
    for (const [name, value] of Object.entries(combobox)) input.setAttribute(name, value);
    input.autocomplete = "off";
  }

  /** @param {HTMLInputElement} input */
  listen(input) {
    input.addEventListener("input", () => {
      this.keep("");
      clearTimeout(this.timer);
      this.timer = setTimeout(() => void this.ask(), WAIT);
    });
    input.addEventListener("keydown", (event) => this.press(event));
    input.addEventListener("blur", () => this.close());
    // The input must keep the focus while somebody clicks in the list.
    this.list?.addEventListener("pointerdown", (event) => event.preventDefault());
    this.list?.addEventListener("click", (event) => {
      const option = event.target instanceof Element ? event.target.closest("[role=option]") : null;
      if (option) this.choose(option);
    });
  }

  async ask() {
    const question = this.input?.value.trim() ?? "";
    this.request?.abort();
    if (question.length < SHORTEST_QUESTION) return this.close();
    this.request = new AbortController();
    const url = new URL(this.dataset.url ?? "", document.baseURI);
    url.searchParams.set("q", question);
    try {
      const answer = await fetch(url, { signal: this.request.signal, headers: { Accept: "application/json" } });
      if (answer.ok) this.show((await answer.json()).items);
    } catch (error) {
      // Without an answer the plain text input still works; an aborted question has a successor.
      if (!(error instanceof DOMException || error instanceof TypeError)) throw error;
      this.close();
    }
  }

  /** @param {Item[]} items */
  show(items) {
    if (!this.list || document.activeElement !== this.input) return;
    const none = { value: "", label: this.dataset.none ?? "" };
    this.list.replaceChildren(...[...items, none].map((item, index) => this.option(item, index)));
    this.list.hidden = false;
    this.input?.setAttribute("aria-expanded", "true");
    this.point(null);
    this.say(items.length);
  }

  /** @param {number} count */
  say(count) {
    const { empty, foundOne, found } = this.dataset;
    const text = count === 0 ? empty : count === 1 ? foundOne : found;
    if (this.status) this.status.textContent = (text ?? "").replace("{n}", String(count));
  }

  /** @param {Item} item @param {number} index */
  option(item, index) {
    const option = document.createElement("li");
    option.id = `${this.list?.id}_${index}`;
    option.setAttribute("role", "option");
    option.setAttribute("aria-selected", "false");
    option.dataset.value = item.value;
    option.dataset.label = item.label;
    option.textContent = item.label;
    if (item.hint) {
      const hint = option.appendChild(document.createElement("span"));
      hint.className = "hint";
      hint.textContent = item.hint;
    }
    return option;
  }

  /** @param {KeyboardEvent} event */
  press(event) {
    const isOpen = this.list?.hidden === false;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      if (isOpen) this.step(event.key === "ArrowDown" ? 1 : -1);
      else void this.ask();
    } else if (event.key === "Enter" && isOpen && this.active) {
      event.preventDefault();
      this.choose(this.active);
    } else if (event.key === "Escape" && isOpen) {
      event.preventDefault();
      this.close();
    }
  }

  /** @param {1 | -1} direction */
  step(direction) {
    const options = [...(this.list?.children ?? [])];
    const start = this.active ? options.indexOf(this.active) : direction === 1 ? -1 : options.length;
    this.point(options[(start + direction + options.length) % options.length] ?? null);
  }

  /** @param {Element | null} option */
  point(option) {
    this.active?.setAttribute("aria-selected", "false");
    this.active = option;
    option?.setAttribute("aria-selected", "true");
    option?.scrollIntoView({ block: "nearest" });
    if (option) this.input?.setAttribute("aria-activedescendant", option.id);
    else this.input?.removeAttribute("aria-activedescendant");
  }

  /** @param {Element} option */
  choose(option) {
    if (!this.input || !(option instanceof HTMLElement)) return;
    const value = option.dataset.value ?? "";
    if (value) this.input.value = option.dataset.label ?? "";
    this.keep(value);
    this.close();
  }

  /** @param {string} value the identifier that is posted instead of the text; empty: the text itself is posted */
  keep(value) {
    if (!this.input) return;
    this.hiddenInput?.remove();
    this.hiddenInput = undefined;
    this.input.name = value ? "" : this.field;
    if (!value) return;
    this.hiddenInput = this.appendChild(document.createElement("input"));
    this.hiddenInput.type = "hidden";
    this.hiddenInput.name = this.field;
    this.hiddenInput.value = value;
  }

  close() {
    clearTimeout(this.timer);
    this.request?.abort();
    this.point(null);
    if (this.list) this.list.hidden = true;
    this.input?.setAttribute("aria-expanded", "false");
    if (this.status) this.status.textContent = "";
  }

  field = "";
  /** @type {HTMLInputElement | undefined} */
  input;
  /** @type {HTMLInputElement | undefined} */
  hiddenInput;
  /** @type {HTMLElement | undefined} */
  list;
  /** @type {HTMLElement | undefined} */
  status;
  /** @type {Element | null} */
  active = null;
  /** @type {AbortController | undefined} */
  request;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  timer;
}

customElements.define("organisation-picker", OrganisationPicker);

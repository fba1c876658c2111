// @ts-check

const KILOBYTE = 1024;
const numbers = new Intl.NumberFormat("nl-BE", { maximumFractionDigits: 1 });

/** @param {number} bytes */
function readableSize(bytes) {
  const inMegabytes = bytes >= KILOBYTE * KILOBYTE;
  return `${numbers.format(bytes / (inMegabytes ? KILOBYTE * KILOBYTE : KILOBYTE))} ${inMegabytes ? "MB" : "KB"}`;
}

/**
 * Around one <input type="file" multiple>: files can be dropped or pasted, pile up, are listed and can be removed.
 * Words come from data-remove ("{name} verwijderen"), data-too-large, data-count ("{n}"); data-max-bytes is per file.
 */
class FilePicker extends HTMLElement {
  connectedCallback() {
    this.input = this.querySelector("input[type=file]");
    if (!(this.input instanceof HTMLInputElement) || this.list) return;
    this.list = this.appendChild(document.createElement("ul"));
    this.list.className = "chosen-files";
    this.list.setAttribute("role", "list");
    this.status = this.appendChild(document.createElement("p"));
    this.status.className = "visually-hidden";
    this.status.setAttribute("role", "status");
    this.listen();
    if (this.input.files?.length) this.add(this.input.files);
  }

  listen() {
    this.input?.addEventListener("change", () => this.add(this.input?.files ?? []));
    this.addEventListener("dragover", (event) => this.hover(event, true));
    this.addEventListener("dragleave", (event) => this.hover(event, false));
    this.addEventListener("drop", (event) => {
      this.hover(event, false);
      this.add(event.dataTransfer?.files ?? []);
    });
    this.closest("form")?.addEventListener("paste", (event) => this.paste(event));
  }

  /** @param {DragEvent} event @param {boolean} isOver */
  hover(event, isOver) {
    if (!event.dataTransfer?.types.includes("Files")) return;
    event.preventDefault();
    this.classList.toggle("is-over", isOver);
  }

  /** @param {ClipboardEvent} event */
  paste(event) {
    const files = event.clipboardData?.files;
    if (!files?.length) return;
    event.preventDefault();
    this.add(files);
  }

  /** @param {Iterable<File>} files */
  add(files) {
    for (const file of files) this.chosen.set(`${file.name}/${file.size}/${file.lastModified}`, file);
    this.show();
  }

  /** @param {string} key */
  discard(key) {
    const position = [...this.chosen.keys()].indexOf(key);
    this.chosen.delete(key);
    this.show();
    const buttons = this.list?.querySelectorAll("button");
    (buttons?.[Math.min(position, buttons.length - 1)] ?? this.input)?.focus();
  }

  show() {
    if (!this.input || !this.list || !this.status) return;
    const transfer = new DataTransfer();
    for (const file of this.chosen.values()) transfer.items.add(file);
    this.input.files = transfer.files;
    this.list.replaceChildren(...[...this.chosen].map(([key, file]) => this.row(key, file)));
    const tooLarge = [...this.chosen.values()].filter((file) => this.isTooLarge(file));
    const count = (this.dataset.count ?? "").replace("{n}", String(this.chosen.size));
    const warnings = tooLarge.map((file) => `${file.name}: ${this.dataset.tooLarge ?? ""}`);
    this.status.textContent = [count, ...warnings].join(". ");
  }

  /** @param {File} file */
  isTooLarge(file) {
    return file.size > Number(this.dataset.maxBytes ?? Infinity);
  }

  /** @param {string} key @param {File} file */
  row(key, file) {
    const row = document.createElement("li");
    row.classList.toggle("is-too-large", this.isTooLarge(file));
    const name = row.appendChild(document.createElement("span"));
    name.className = "file-name";
    name.textContent = file.name;
    const size = row.appendChild(document.createElement("span"));
    size.className = "attachment__size";
    size.textContent = readableSize(file.size) + (this.isTooLarge(file) ? `: ${this.dataset.tooLarge ?? ""}` : "");
    const button = row.appendChild(document.createElement("button"));
    button.type = "button";
    button.className = "button button--quiet";
    button.textContent = "×";
    button.setAttribute("aria-label", (this.dataset.remove ?? "").replace("{name}", file.name));
    button.addEventListener("click", () => this.discard(key));
    return row;
  }

  /** @type {Map<string, File>} */
  chosen = new Map();
  /** @type {HTMLInputElement | null} */
  input = null;
  /** @type {HTMLElement | undefined} */
  list;
  /** @type {HTMLElement | undefined} */
  status;
}

customElements.define("file-picker", FilePicker);

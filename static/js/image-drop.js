// @ts-check

/**
 * Around the file input for a picture: sends it at once when it is chosen, or dropped or pasted into the textarea,
 * and writes it where the cursor stands. Without this the button beside it does the same with a new page.
 */
class ImageDrop extends HTMLElement {
  connectedCallback() {
    const field = document.getElementById(this.getAttribute("for") ?? "");
    const input = this.querySelector("input[type='file']");
    if (!(field instanceof HTMLTextAreaElement) || !(input instanceof HTMLInputElement)) return;
    this.field = field;
    this.querySelector("button")?.setAttribute("hidden", "");
    input.addEventListener("change", () => this.send(input.files).then(() => (input.value = "")));
    field.addEventListener("paste", (event) => this.take(event, event.clipboardData));
    field.addEventListener("drop", (event) => this.take(event, event.dataTransfer));
  }

  take(/** @type {Event} */ event, /** @type {DataTransfer | null} */ data) {
    if (!data?.files.length) return;
    event.preventDefault();
    this.send(data.files);
  }

  async send(/** @type {FileList | null} */ files) {
    const [file] = files ?? [];
    const token = this.closest("form")?.querySelector("input[name='csrfmiddlewaretoken']");
    if (!file || !(token instanceof HTMLInputElement)) return;
    const body = new FormData();
    body.append("image", file);
    body.append("csrfmiddlewaretoken", token.value);
    this.say(this.dataset.busy);
    try {
      const answer = await fetch(this.dataset.url ?? "", { method: "POST", body, headers: { Accept: "application/json" } });
      const { markdown, error } = await answer.json();
      if (markdown) this.insert(markdown);
      this.say(markdown ? this.dataset.done : error);
    } catch {
      this.say(this.dataset.failed);
    }
  }

  insert(/** @type {string} */ markdown) {
    const field = this.field;
    if (!field) return;
    field.setRangeText(`\n\n${markdown}\n\n`, field.selectionStart, field.selectionEnd, "end");
    field.dispatchEvent(new InputEvent("input", { bubbles: true }));
  }

  say(/** @type {string | undefined} */ text) {
    const status = this.querySelector("[role='status']");
    if (status) status.textContent = text ?? "";
  }

  /** @type {HTMLTextAreaElement | null} */
  field = null;
}

customElements.define("image-drop", ImageDrop);

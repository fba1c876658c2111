// @ts-check

/** <copy-text data-text="…" data-done="Gekopieerd"><button hidden>…<span data-label>…</span></button></copy-text> */
class CopyText extends HTMLElement {
  connectedCallback() {
    const button = this.querySelector("button");
    if (!button || !navigator.clipboard) return;
    button.hidden = false;
    button.addEventListener("click", () => void this.copy(button));
  }

  /** @param {HTMLButtonElement} button */
  async copy(button) {
    const label = button.querySelector("[data-label]");
    if (!label) return;
    this.usual ??= label.textContent ?? "";
    await navigator.clipboard.writeText(this.dataset.text ?? "");
    label.textContent = this.dataset.done ?? "";
    clearTimeout(this.timer);
    this.timer = setTimeout(() => (label.textContent = this.usual ?? ""), 2500);
  }

  /** @type {string | undefined} */
  usual;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  timer;
}

customElements.define("copy-text", CopyText);

// @ts-check

const CLOSE_TO_THE_END = 0.9;

/**
 * Around one textarea or input: <character-count data-max="5000" data-left="Nog {n} tekens" data-over="{n} tekens te veel">.
 * Silent until nine tenths are used; then a polite status.
 */
class CharacterCount extends HTMLElement {
  connectedCallback() {
    this.field = this.querySelector("textarea, input");
    if (!this.field || this.querySelector(".character-count")) return;
    this.status = document.createElement("p");
    this.status.className = "character-count";
    this.status.setAttribute("role", "status");
    this.append(this.status);
    this.field.addEventListener("input", this.show);
    this.show();
  }

  show = () => {
    const field = this.field;
    if (!this.status || !(field instanceof HTMLTextAreaElement || field instanceof HTMLInputElement)) return;
    const maximum = Number(this.dataset.max);
    const left = maximum - field.value.length;
    const text = left < 0 ? this.dataset.over : this.dataset.left;
    const isWorthSaying = field.value.length >= maximum * CLOSE_TO_THE_END;
    this.status.classList.toggle("is-over", left < 0);
    this.status.textContent = isWorthSaying ? (text ?? "").replace("{n}", Math.abs(left).toLocaleString("nl-BE")) : "";
  };

  /** @type {Element | null} */
  field = null;
  /** @type {HTMLElement | undefined} */
  status;
}

customElements.define("character-count", CharacterCount);

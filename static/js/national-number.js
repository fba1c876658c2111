// @ts-check

const SHAPE = /(?<![0-9])[0-9]{2}[ .\-/]?[0-9]{2}[ .\-/]?[0-9]{2}[ .\-/]{0,3}[0-9]{3}[ .\-/]?[0-9]{2}(?![0-9])/g;
const LAST_DAY = 31;
const LAST_MONTH = 12;
const BIS_SHIFT = 20;
const WAIT = 400;

/** @param {string} text a text that has the shape of a number; the same rule as helpdesk/kernel/redaction.py */
function isNationalNumber(text) {
  const digits = text.replace(/[^0-9]/g, "");
  const month = Number(digits.slice(2, 4));
  const isMonth = month <= 2 * BIS_SHIFT + LAST_MONTH && month % BIS_SHIFT <= LAST_MONTH;
  if (!isMonth || Number(digits.slice(4, 6)) > LAST_DAY) return false;
  const [head, check] = [digits.slice(0, 9), Number(digits.slice(9))];
  return ["", "2"].some((century) => 97 - (Number(century + head) % 97) === check);
}

/** Around one textarea: says data-warning, politely, while a rijksregisternummer stands in it. */
class NationalNumber extends HTMLElement {
  connectedCallback() {
    const field = this.querySelector("textarea");
    if (!field || this.warning) return;
    this.warning = document.createElement("p");
    this.warning.className = "field__error";
    this.warning.setAttribute("role", "status");
    field.insertAdjacentElement("afterend", this.warning);
    field.addEventListener("input", () => {
      clearTimeout(this.timer);
      this.timer = setTimeout(() => this.look(field.value), WAIT);
    });
    this.look(field.value);
  }

  /** @param {string} text */
  look(text) {
    const found = (text.match(SHAPE) ?? []).some(isNationalNumber);
    const words = found ? (this.dataset.warning ?? "") : "";
    if (this.warning && this.warning.textContent !== words) this.warning.textContent = words;
  }

  /** @type {HTMLElement | undefined} */
  warning;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  timer;
}

customElements.define("national-number", NationalNumber);

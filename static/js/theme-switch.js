// @ts-check

/** Light, dark or as the system: radio buttons named "theme" inside. Hidden until this module runs. */
class ThemeSwitch extends HTMLElement {
  connectedCallback() {
    const chosen = document.documentElement.dataset.theme ?? "auto";
    for (const radio of this.radios()) radio.checked = radio.value === chosen;
    this.addEventListener("change", this.choose);
    this.hidden = false;
  }

  disconnectedCallback() {
    this.removeEventListener("change", this.choose);
  }

  /** @returns {NodeListOf<HTMLInputElement>} */
  radios() {
    return this.querySelectorAll("input[name=theme]");
  }

  choose = () => {
    const chosen = [...this.radios()].find((radio) => radio.checked)?.value ?? "auto";
    if (chosen === "auto") delete document.documentElement.dataset.theme;
    else document.documentElement.dataset.theme = chosen;
    try {
      localStorage.setItem("theme", chosen);
    } catch {
      // Storage is switched off: the choice holds for this page.
    }
  };
}

customElements.define("theme-switch", ThemeSwitch);

// @ts-check

/**
 * Says whether the page hears news at once. Any module may tell it:
 * document.dispatchEvent(new CustomEvent("live:state", { detail: "live" })); "connecting" | "live" | "offline".
 * Its words stand in data-connecting, data-live and data-offline.
 */
class LiveIndicator extends HTMLElement {
  connectedCallback() {
    document.addEventListener("live:state", this.hear);
    this.show("connecting");
    this.hidden = false;
  }

  disconnectedCallback() {
    document.removeEventListener("live:state", this.hear);
  }

  hear = (/** @type {Event} */ event) => {
    if (event instanceof CustomEvent) this.show(String(event.detail));
  };

  /** @param {string} state */
  show(state) {
    if (this.getAttribute("state") === state) return;
    this.setAttribute("state", state);
    this.textContent = this.dataset[state] ?? "";
  }
}

customElements.define("live-indicator", LiveIndicator);

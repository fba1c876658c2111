// @ts-check

/** Takes the focus when it appears, so that a reader hears at once what is wrong. */
class ErrorSummary extends HTMLElement {
  connectedCallback() {
    const box = this.querySelector("[tabindex]");
    if (box instanceof HTMLElement) box.focus();
    this.addEventListener("click", this.follow);
  }

  follow = (/** @type {MouseEvent} */ event) => {
    const link = event.target instanceof Element ? event.target.closest("a[href^='#']") : null;
    const target = link && document.getElementById(decodeURIComponent(link.getAttribute("href")?.slice(1) ?? ""));
    const input = target?.matches("input, select, textarea") ? target : target?.querySelector("input, select, textarea");
    if (!(input instanceof HTMLElement)) return;
    event.preventDefault();
    (input.closest(".field") ?? input).scrollIntoView({ block: "start" });
    input.focus({ preventScroll: true });
  };
}

customElements.define("error-summary", ErrorSummary);

// @ts-check

const [OK, SIGNED_OUT, CONFLICT] = [200, 401, 409];
/** What a browser sends of a page that is gone: 64 KiB, of which something is left for the rest of the request. */
const MOST_SENT_LEAVING = 60_000;

/** How long a link waits, in milliseconds; what is not kept by then is sent once more by the page that goes. */
const LINK_WAITS = 3_000;

/**
 * Around the line that says what was kept of a form: says there too, in data-failed, what could not be sent.
 * Whoever leaves the page, by another of its forms too, leaves nothing behind that was typed since, or is asked first.
 */
class KeptNote extends HTMLElement {
  connectedCallback() {
    const [form, line] = [this.closest("form"), this.querySelector("[role='status']")];
    if (!form || !line) return;
    [this.form, this.line, this.url] = [form, line, line.getAttribute("hx-post") ?? ""];
    // On the document: this tells its news to where the answer would go, which may stand outside the form.
    document.addEventListener("htmx:beforeSwap", (event) => {
      if (!(event instanceof CustomEvent) || ![SIGNED_OUT, CONFLICT].includes(event.detail.xhr.status)) return;
      if (!form.contains(event.detail.requestConfig.elt)) return;
      // Whatever was asked for: the answer says what can be done, and belongs here.
      Object.assign(event.detail, { shouldSwap: true, isError: false, target: line, swapOverride: "innerHTML" });
    });
    form.addEventListener("htmx:afterRequest", (event) => {
      if (!(event instanceof CustomEvent)) return;
      const isKept = event.detail.xhr.status === OK;
      line.className = isKept ? "muted small" : "field__error";
      if (event.detail.elt === line) this.answered(isKept, this.asked);
    });
    for (const name of ["htmx:responseError", "htmx:sendError", "htmx:timeout"]) {
      form.addEventListener(name, () => this.failed());
    }
    if (this.url) this.keepWhatIsLeft(form, line);
  }

  keepWhatIsLeft(/** @type {HTMLFormElement} */ form, /** @type {Element} */ line) {
    form.addEventListener("input", () => ([this.typed, this.told] = [this.typed + 1, undefined]));
    form.addEventListener("htmx:beforeRequest", (event) => {
      if (event instanceof CustomEvent && event.detail.elt === line) this.asked = this.typed;
    });
    document.addEventListener("submit", (event) => this.leaveBy(event));
    document.addEventListener("click", (event) => this.follow(event));
    // Who goes to another tab or app may not come back; not every browser says so later.
    document.addEventListener("visibilitychange", () => document.hidden && this.keepLeaving());
    window.addEventListener("pagehide", () => this.keepLeaving());
    window.addEventListener("beforeunload", (event) => this.askWhoLeaves(event));
  }

  get isAllKept() {
    return this.kept === this.typed;
  }

  keepLeaving() {
    // A page that goes is hidden as well.
    if (this.isAllKept || this.left === this.typed) return;
    this.left = this.typed;
    this.keep({ keepalive: this.isSmall() }).catch(() => {
      this.left = undefined;
      this.failed();
    });
  }

  /** What cannot be sent by a page that is gone, or was refused, holds up who leaves; what can is sent by then. */
  askWhoLeaves(/** @type {BeforeUnloadEvent} */ event) {
    if (this.isAllKept || (!this.isRefused && this.isSmall())) return;
    event.preventDefault();
    const isTold = this.isRefused;
    this.keep({}).catch(() => isTold || this.failed());
  }

  /**
   * Another form of the page waits until what was typed is kept; the own one takes all of it along.
   * Who was told that it could not be kept, and sends that form again, knows.
   */
  leaveBy(/** @type {SubmitEvent} */ event) {
    const other = event.target;
    if (event.defaultPrevented || !(other instanceof HTMLFormElement)) return;
    if (other === this.form || this.told === other) this.kept = this.typed;
    if (this.isAllKept) return;
    event.preventDefault();
    const isTold = this.isRefused;
    this.keep({}).then(
      () => other.requestSubmit(event.submitter),
      () => {
        this.told = other;
        if (!isTold) this.failed();
      },
    );
  }

  /** A link is followed once what was typed is kept, so that who comes straight back finds it there. */
  follow(/** @type {MouseEvent} */ event) {
    const link = event.target instanceof Element ? event.target.closest("a[href]") : null;
    if (!(link instanceof HTMLAnchorElement) || !leavesThePage(link, event)) return;
    // What cannot be sent, or was refused, asks who leaves.
    if (this.isAllKept || this.isRefused || !this.isSmall()) return;
    event.preventDefault();
    const late = new Promise((resolve) => setTimeout(resolve, LINK_WAITS));
    Promise.race([this.keep({}), late]).then(
      () => location.assign(link.href),
      () => this.failed(),
    );
  }

  async keep(/** @type {RequestInit} */ options) {
    const asked = this.typed;
    const headers = { "HX-Request": "true" };
    const sent = fetch(this.url, { method: "POST", body: this.body(), headers, ...options });
    const answer = await sent.catch(() => undefined);
    this.answered(answer?.status === OK, asked);
    if (answer?.status !== OK) throw new Error(`not kept: ${answer?.status}`);
  }

  body() {
    const body = new URLSearchParams();
    for (const [name, value] of new FormData(this.form)) if (typeof value === "string") body.append(name, value);
    return body;
  }

  isSmall() {
    return this.body().toString().length < MOST_SENT_LEAVING;
  }

  /** What was typed until then is kept, or was not taken. */
  answered(/** @type {boolean} */ isKept, /** @type {number} */ typed) {
    this.isRefused = !isKept;
    if (isKept) this.kept = Math.max(this.kept, typed);
  }

  failed() {
    if (!this.line) return;
    this.line.textContent = this.dataset.failed ?? "";
    this.line.className = "field__error";
  }

  /** @type {HTMLFormElement | undefined} */
  form = undefined;
  /** @type {Element | undefined} */
  line = undefined;
  url = "";
  /** Whose sending was held up. @type {HTMLFormElement | undefined} */
  told = undefined;
  /** How often something was typed, how much of that the last request took along, and how much is kept. */
  typed = 0;
  asked = 0;
  kept = 0;
  /** What was typed when the page was left, on its way to be kept. @type {number | undefined} */
  left = undefined;
  /** Whether what was sent last could not be kept. */
  isRefused = false;
}

/** Whether this click takes the page away, and not to another tab or another place in it. */
function leavesThePage(/** @type {HTMLAnchorElement} */ link, /** @type {MouseEvent} */ event) {
  const isPlain = event.button === 0 && !event.altKey && !event.ctrlKey && !event.metaKey && !event.shiftKey;
  const isElsewhere = link.target !== "" || link.hasAttribute("download") || link.getAttribute("href")?.startsWith("#");
  return isPlain && !event.defaultPrevented && !isElsewhere;
}

customElements.define("kept-note", KeptNote);

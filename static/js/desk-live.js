// @ts-check

/** @typedef {HTMLInputElement | HTMLTextAreaElement | HTMLSelectElement} Field */

const SOCKET = "/ws/desk/";
const SIGN_IN = "/aanmelden/";
const TOGETHER = 150;
const FIRST_PAUSE = 500;
const LONGEST_PAUSE = 30_000;
const REFUSED = 4403;
// While a mail is on its way its state changes without news.
const MAIL_LOOKS = [2_000, 5_000, 15_000];

// Elements that build what they show; the server does not know their state.
const SELF_MADE = new Set(["file-picker", "copy-text"]);

/** @type {any} */
const { Idiomorph, htmx } = window;

/**
 * Did somebody change this field since the server wrote it?
 * @param {Node} node
 */
function isTyped(node) {
  if (node instanceof HTMLTextAreaElement) return node.value !== node.defaultValue;
  if (node instanceof HTMLSelectElement) return [...node.options].some((option) => option.selected !== option.defaultSelected);
  if (!(node instanceof HTMLInputElement) || node.type === "hidden") return false;
  if (node.type === "checkbox" || node.type === "radio") return node.checked !== node.defaultChecked;
  return node.type === "file" ? (node.files?.length ?? 0) > 0 : node.value !== node.defaultValue;
}

// Set while news is taken in, as against the answer to what somebody sent.
let isNews = false;

/**
 * What the morph must leave alone: typed fields, open details and what was loaded in them, and, while somebody fills
 * in a form, what that form says it showed, which lets the server notice that there is more.
 * @param {Node} old
 * @param {Node} fresh
 */
function mayMorph(old, fresh) {
  if (!(old instanceof Element) || !(fresh instanceof Element)) return true;
  if (old instanceof HTMLDetailsElement && old.open && old.hasAttribute("hx-get")) return false;
  if (SELF_MADE.has(old.localName) && old.childElementCount > 0) return false;
  if (old instanceof HTMLInputElement && ["seen", "shown"].includes(old.name)) return !isBusy(old.form);
  if (!isTyped(old)) return true;
  for (const name of ["aria-invalid", "aria-describedby"]) copyAttribute(old, fresh, name);
  return false;
}

/**
 * What is being filled in while news comes.
 * @param {Element | null | undefined} form
 */
function isBusy(form) {
  return isNews && Boolean(form) && [.../** @type {Element} */ (form).querySelectorAll("input, textarea, select")].some(isTyped);
}

/**
 * A warning stays with the form it warns about until that form is sent again.
 * @param {Node} node
 */
function mayRemove(node) {
  return !(node instanceof Element && node.matches("[role=alert], .message") && isBusy(node.closest("form")));
}

/** @param {Element} old @param {Element} fresh @param {string} name */
function copyAttribute(old, fresh, name) {
  const value = fresh.getAttribute(name);
  if (value === null) old.removeAttribute(name);
  else old.setAttribute(name, value);
}

Object.assign(Idiomorph.defaults.callbacks, {
  beforeNodeMorphed: mayMorph,
  beforeNodeRemoved: mayRemove,
  beforeAttributeUpdated: (/** @type {string} */ name, /** @type {Element} */ element) => !(name === "open" && element instanceof HTMLDetailsElement),
});

/** Forms sent by htmx: what went well is no longer typed, and a lost session loses no text. */
document.addEventListener("htmx:beforeSwap", (event) => {
  if (!(event instanceof CustomEvent)) return;
  const { xhr, requestConfig } = event.detail;
  const form = requestConfig.elt;
  if (new URL(xhr.responseURL || location.href).pathname === SIGN_IN) {
    event.detail.shouldSwap = false;
    document.querySelector("desk-live")?.dispatchEvent(new Event("signed-out"));
  } else if (form instanceof HTMLFormElement && event.detail.shouldSwap) {
    if (xhr.status < 300) form.reset();
    // The server has the files now: with the message, or waiting for it under the form.
    for (const picker of form.querySelectorAll("file-picker")) empty(picker);
  }
});

/** @param {Element} picker */
function empty(picker) {
  /** @type {any} */ (picker).chosen?.clear();
  /** @type {any} */ (picker).show?.();
}

/** What htmx cannot send or swap is said aloud, never swallowed. */
for (const name of ["htmx:sendError", "htmx:responseError", "htmx:timeout"]) {
  document.addEventListener(name, () => document.querySelector("desk-live")?.dispatchEvent(new Event("not-sent")));
}

/**
 * Keeps the page like a fresh load: hears over the socket which ticket changed and fetches the parts again.
 * data-parts: ids of those parts; data-url: where from, when not from this address; data-ticket: the one ticket shown.
 * Words: data-news, data-gone, data-signed-out, data-not-sent.
 */
class DeskLive extends HTMLElement {
  connectedCallback() {
    this.setAttribute("role", "status");
    this.addEventListener("signed-out", () => this.say(this.dataset.signedOut ?? "", true));
    this.addEventListener("not-sent", () => this.say(this.dataset.notSent ?? "", true));
    window.addEventListener("pagehide", this.leave);
    window.addEventListener("pageshow", this.enter);
    document.addEventListener("htmx:afterSettle", this.watchMails);
    this.enter();
    this.watchMails();
  }

  disconnectedCallback() {
    window.removeEventListener("pagehide", this.leave);
    window.removeEventListener("pageshow", this.enter);
    document.removeEventListener("htmx:afterSettle", this.watchMails);
    this.leave();
  }

  enter = () => {
    if (this.socket) return;
    this.show("connecting");
    const socket = new WebSocket(new URL(SOCKET, location.href.replace(/^http/, "ws")));
    this.socket = socket;
    socket.addEventListener("open", () => this.opened());
    socket.addEventListener("message", (event) => this.hear(event));
    socket.addEventListener("close", (event) => this.closed(event));
  };

  leave = () => {
    clearTimeout(this.again);
    const socket = this.socket;
    this.socket = undefined;
    socket?.close();
  };

  opened() {
    this.show("live");
    this.pause = FIRST_PAUSE;
    // What happened before the socket opened, nobody told this page.
    this.fetchSoon();
  }

  /** @param {MessageEvent} event */
  hear(event) {
    const news = JSON.parse(String(event.data));
    if (news.type !== "changed") return;
    this.hasNews ||= !this.dataset.ticket || news.ticket === this.dataset.ticket;
    this.fetchSoon();
  }

  /** @param {CloseEvent} event */
  closed(event) {
    if (!this.socket || event.target !== this.socket) return;
    this.socket = undefined;
    this.show("offline");
    if (event.code === REFUSED) {
      this.say(this.dataset.signedOut ?? "", true);
      return;
    }
    this.again = setTimeout(this.enter, this.pause * (0.75 + Math.random() / 2));
    this.pause = Math.min(this.pause * 2, LONGEST_PAUSE);
  }

  fetchSoon() {
    if (this.soon) return;
    this.soon = setTimeout(() => {
      this.soon = undefined;
      void this.fetchParts();
    }, TOGETHER);
  }

  async fetchParts() {
    this.request?.abort();
    const request = new AbortController();
    this.request = request;
    try {
      const answer = await fetch(this.dataset.url ?? location.href, { headers: { "HX-Request": "true" }, signal: request.signal });
      if (new URL(answer.url).pathname === SIGN_IN) this.say(this.dataset.signedOut ?? "", true);
      else if (answer.status === 404) this.say(this.dataset.gone ?? "", true);
      else if (answer.ok) this.take(await answer.text());
    } catch (error) {
      // Aborted by a newer request, or no connection: the next socket fetches again.
      if (!(error instanceof DOMException || error instanceof TypeError)) throw error;
    }
  }

  /** @param {string} html */
  take(html) {
    const fresh = document.createElement("template");
    fresh.innerHTML = html;
    for (const id of (this.dataset.parts ?? "").split(" ")) {
      const old = document.getElementById(id);
      const part = fresh.content.getElementById(id);
      if (!old || !part) continue;
      part.removeAttribute("hx-swap-oob");
      isNews = true;
      try {
        Idiomorph.morph(old, part, { morphStyle: "outerHTML" });
      } finally {
        isNews = false;
      }
      htmx.process(document.getElementById(id));
    }
    document.dispatchEvent(new CustomEvent("htmx:afterSettle"));
    const history = document.getElementById("ticket-history");
    if (history instanceof HTMLDetailsElement && history.open) htmx.trigger(history, "refresh");
    if (this.hasNews) this.say(this.dataset.news ?? "", false);
    this.hasNews = false;
  }

  watchMails = () => {
    const isMailing = document.querySelector("[data-mailing]") !== null;
    if (!isMailing) this.looks = 0;
    else if (!this.look && this.looks < MAIL_LOOKS.length) {
      this.look = setTimeout(() => {
        this.look = undefined;
        this.looks += 1;
        void this.fetchParts();
      }, MAIL_LOOKS[this.looks]);
    }
  };

  /** @param {string} text @param {boolean} isVisible */
  say(text, isVisible) {
    this.className = isVisible ? "notice notice--warning" : "visually-hidden";
    this.textContent = "";
    this.append(text);
  }

  /** @param {"connecting" | "live" | "offline"} state */
  show(state) {
    document.dispatchEvent(new CustomEvent("live:state", { detail: state }));
  }

  /** @type {WebSocket | undefined} */
  socket;
  /** @type {AbortController | undefined} */
  request;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  soon;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  again;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  look;
  looks = 0;
  pause = FIRST_PAUSE;
  hasNews = false;
}

customElements.define("desk-live", DeskLive);

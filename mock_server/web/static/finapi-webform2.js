// The web form in a browser. This script is loaded in two ways:
//
// - by a page of ours, as `<script src="/finapi-webform2.js" data-enhance defer>`: it adds what the page does not
//   need but is better with, such as searching while one types;
// - by the loader of the npm package @finapi/web-form, on somebody else's page: it defines the custom element that
//   the loader has created, and the element shows the same views in its shadow root.
//
// `enhance` serves both. How a view talks to the server is the business of its transport, `OwnPage` or `EmbeddedForm`.
(() => {
  "use strict";

  const script = document.currentScript;
  const FRAGMENT = "application/vnd.finapi-mock.form+json";
  const SEARCH_DELAY = 250;
  const POLL_DELAY = 1000;

  // Gives a view its behaviour, which the `data-` attributes of its markup ask for. Returns what takes it away again.
  function enhance(root, transport) {
    const end = new AbortController();
    const find = (selector) => root.querySelector(selector);
    const on = (type, selector, react) => {
      const heard = (event) => {
        const it = event.target.closest?.(selector);
        if (it) react(it, event);
      };
      root.addEventListener(type, heard, { signal: end.signal });
    };
    const after = (delay, act) => setTimeout(() => end.signal.aborted || act(), delay);

    let typed = 0;
    async function search(form) {
      const mine = ++typed;
      await new Promise((go) => setTimeout(go, SEARCH_DELAY));
      const found = mine === typed && (await transport.search(pathOf(form)).catch(() => null));
      if (!found || mine !== typed || end.signal.aborted || transport.isBusy) return;
      const fresh = found.querySelector("[data-results]");
      if (fresh) find("[data-results]")?.replaceChildren(...fresh.childNodes);
    }

    async function poll(delay) {
      const state = transport.isBusy ? null : await transport.state().catch(() => null);
      // Meanwhile the end user may have pressed something. Its answer is what counts, and drawing twice is a reload.
      const mayAct = !end.signal.aborted && !transport.isBusy;
      if (state && mayAct && transport.isOutdated(state)) transport.refresh();
      else after(delay, () => poll(delay));
    }

    on("submit", "form", (form, event) => {
      if (transport.isBusy) event.preventDefault();
      else transport.submit(form, event);
    });
    on("input", "form[data-live-search]", (form) => search(form));
    on("change", "[data-auto-change]", (field) => field.form.requestSubmit());
    on("click", "[data-close]", (button) => transport.close(button));
    for (const button of root.querySelectorAll("[data-close]")) button.hidden = false;
    for (const form of root.querySelectorAll("form[data-auto-submit]")) {
      after(Number(form.dataset.autoSubmit), () => form.requestSubmit());
    }
    // The embedded form stays where it is while its end user is at the bank in another tab.
    const changing = find("[data-poll]") ?? (transport.isEmbedded ? find("[data-opens-bank]") : null);
    if (changing) poll(Number(changing.dataset.poll) || POLL_DELAY);
    return () => end.abort();
  }

  // Where a form of the method GET leads, with what has been typed into it.
  function pathOf(form) {
    return `${form.getAttribute("action")}?${new URLSearchParams(new FormData(form))}`;
  }

  // Our own page: the browser itself follows the links and sends the forms, and this leaves it to that.
  class OwnPage {
    isEmbedded = false;
    isBusy = false;
    #turn = document.querySelector("[data-turn]")?.dataset.turn;

    submit(form, event) {
      this.isBusy = true;
      event.submitter?.setAttribute("aria-busy", "true");
    }

    async search(path) {
      const answer = await fetch(path);
      return answer.ok ? new DOMParser().parseFromString(await answer.text(), "text/html") : null;
    }

    async state() {
      const answer = await fetch(`${location.pathname}/state`, { headers: { accept: FRAGMENT } });
      return answer.json();
    }

    isOutdated(state) {
      this.#turn ??= state.turn;
      return String(state.turn) !== String(this.#turn) || state.status !== "IN_PROGRESS";
    }

    refresh() {
      this.isBusy = true;
      location.replace(location.pathname);
    }

    // Browsers close only the tabs that a script has opened. In others, the text beside the button has to do.
    close(button) {
      window.close();
      setTimeout(() => (button.hidden = true), 300);
    }

    // The browser has gone back to the page as it was left.
    wake() {
      this.isBusy = false;
      for (const button of document.querySelectorAll("[aria-busy]")) button.removeAttribute("aria-busy");
    }
  }

  function enhanceOwnPage() {
    const page = new OwnPage();
    enhance(document, page);
    window.addEventListener("pageshow", (event) => event.persisted && page.wake());
  }

  const KEY_HEADER = "x-web-form-key";
  const LINKS = ["redirectUrl", "errorRedirectUrl", "abortRedirectUrl", "customerSupportUrl"];

  // The place that the form has on its host's page. How it looks is said by pages.css and by the form's theme.
  const PLACE = `
    :where(:host) { all: initial; display: block; }
    .place { margin-inline: auto; }
    .place .frame { box-sizing: border-box; min-height: 0; }
    .place[data-layout="xs"] { max-width: 392px; }
    .place[data-layout="sm"] { max-width: 592px; }
    .place[data-layout="md"] { max-width: 752px; }
    .place[data-layout] .frame > * { max-width: none; }
    .place[data-no-margins] .frame { margin: 0; padding: 0; }
    .place[data-fill-height], .place[data-fill-height] .frame { height: 100%; }
  `;

  // What is said when the server cannot be reached, and so cannot say it: [what is wrong, try again, close].
  const UNREACHABLE = {
    cs: ["Server není dostupný.", "Zkusit znovu", "Zavřít"],
    de: ["Der Server ist nicht erreichbar.", "Noch einmal versuchen", "Schließen"],
    en: ["The server cannot be reached.", "Try again", "Close"],
    es: ["No se puede conectar con el servidor.", "Volver a intentarlo", "Cerrar"],
    fr: ["Le serveur est injoignable.", "Réessayer", "Fermer"],
    it: ["Il server non è raggiungibile.", "Riprova", "Chiudi"],
    nl: ["De server is niet bereikbaar.", "Opnieuw proberen", "Sluiten"],
    pl: ["Serwer jest nieosiągalny.", "Spróbuj ponownie", "Zamknij"],
    ro: ["Serverul nu poate fi accesat.", "Încearcă din nou", "Închide"],
    sk: ["Server nie je dostupný.", "Skúsiť znova", "Zavrieť"],
    tr: ["Sunucuya ulaşılamıyor.", "Tekrar dene", "Kapat"],
  };

  // One form inside an element. The loader sets the element's properties as plain fields, before or after its class
  // is known, so they have no accessors there and are read here when they are needed.
  class EmbeddedForm {
    isEmbedded = true;
    isBusy = false;
    #element;
    #base;
    #path;
    #key;
    #view;
    #place = document.createElement("div");
    #theme = stylesheet();
    #styled;
    #calm = () => {};

    constructor(element, home) {
      this.token = element.token;
      this.#element = element;
      // The loader says where the server is; the oldest one says it only by where the script comes from.
      this.#base = (element.targetUrl || home).replace(/\/+$/, "");
      this.#path = `/wf/${encodeURIComponent(this.token ?? "")}`;
    }

    // The loader takes its spinner away at `loaded`: once the first view stands, looking as it shall.
    async start() {
      this.#furnish();
      await this.#show(this.#entrance());
      this.#report("loaded");
      this.#closeByItself();
    }

    wake() {
      this.sleep();
      if (this.#view && this.#element.isConnected) this.#calm = enhance(this.#place, this);
    }

    sleep() {
      this.#calm();
    }

    #entrance() {
      const { isInvalidUrl, infoParam } = this.#element;
      if (infoParam === "redirect.completed") return "/finapi-webform2/returned";
      if (isInvalidUrl) return "/finapi-webform2/invalid-url";
      if (!this.token) return "/finapi-webform2/undefined-token";
      const links = LINKS.filter((name) => this.#element[name]).map((name) => [name, this.#element[name]]);
      return links.length ? `${this.#path}?${new URLSearchParams(links)}` : this.#path;
    }

    #furnish() {
      const { layoutConfig, noMargins, fillHeight, colorMode } = this.#element;
      const root = this.#element.shadowRoot ?? this.#element.attachShadow({ mode: "open" });
      const rules = new CSSStyleSheet();
      rules.replaceSync(PLACE);
      root.adoptedStyleSheets = [rules];
      this.#place.className = "place";
      const layout = layoutOf(layoutConfig);
      if (layout) this.#place.dataset.layout = layout;
      this.#place.toggleAttribute("data-no-margins", String(noMargins) === "true");
      const fills = this.#place.toggleAttribute("data-fill-height", String(fillHeight) === "true");
      if (fills) rules.insertRule(":host { height: 100%; }");
      const pages = stylesheet();
      this.#styled = new Promise((done) => {
        pages.onload = () => done(setColourMode(pages.sheet, colorMode));
        pages.onerror = done;
      });
      pages.href = `${this.#base}/static/pages.css`;
      root.replaceChildren(pages, this.#theme, this.#place);
    }

    // Asks for a view and shows it. Nothing else can be done meanwhile.
    async #show(path, body) {
      this.isBusy = true;
      let view;
      try {
        view = await this.#fetch(path, body);
      } catch {
        view = this.#unreachable(() => this.#show(path, body));
      }
      await Promise.all([this.#styled, this.#wear(view.theme)]);
      this.isBusy = false;
      this.#take(view);
    }

    async #fetch(path, body) {
      const headers = { accept: FRAGMENT };
      if (this.#element.language) headers["accept-language"] = this.#element.language;
      if (this.#key) headers[KEY_HEADER] = this.#key;
      const method = body ? "POST" : "GET";
      const answer = await fetch(this.#base + path, { method, headers, body, credentials: "omit" });
      return answer.json();
    }

    #wear(theme) {
      const href = theme && this.#base + theme;
      if (!href || this.#theme.href === href) return null;
      return new Promise((done) => Object.assign(this.#theme, { onload: done, onerror: done, href }));
    }

    #take(view) {
      const isFirst = !this.#view;
      this.#view = view;
      this.#key = view.key ?? this.#key;
      const body = view.body ?? parsed(view.html);
      const field = body.querySelector("[autofocus]");
      field?.removeAttribute("autofocus"); // for the browser, this is one page with one focus at its start
      this.#place.replaceChildren(body);
      this.#turnLinks();
      this.wake();
      if (isFirst) return; // the end user may be busy with something else on the host's page
      this.#focus(field ?? this.#place.querySelector("h1"));
      this.#closeByItself();
    }

    #focus(target) {
      if (target?.matches("h1")) target.setAttribute("tabindex", "-1");
      target?.focus();
    }

    // The addresses in a view are those of our own page.
    #turnLinks() {
      for (const link of this.#place.querySelectorAll("a[href]")) {
        const path = link.getAttribute("href");
        if (path.startsWith("/")) link.href = this.#base + path;
        if (path === this.#path) link.onclick = (event) => (event.preventDefault(), this.refresh());
        if (link.matches("[data-leave]")) link.target = "_top";
        if (link.matches("[data-opens-bank]")) Object.assign(link, { target: "_blank", rel: "opener" });
      }
    }

    #unreachable(retry) {
      const wanted = [this.#element.language, ...navigator.languages].map((language) => language?.slice(0, 2));
      const language = wanted.find((it) => it in UNREACHABLE) ?? "en";
      const [message, again, close] = UNREACHABLE[language];
      const body = parsed(`<div class="frame of-form of-outcome" lang="${language}"><main class="card">
        <h1>${message}</h1>
        <div class="ways-on"><button type="button" data-testid="retry">${again}</button>
        <button type="button" class="quiet" data-close data-testid="close">${close}</button></div>
        </main></div>`);
      body.querySelector("[data-testid=retry]").onclick = () => this.isBusy || retry();
      return { body, event: "fail", error: { type: "FRONTEND_ERROR", code: "UNEXPECTED", message } };
    }

    #closeByItself() {
      if (!this.#view.closesItself) return;
      const way = this.#place.querySelector("a[data-leave]");
      if (way) way.click();
      else this.#report(this.#view.event);
    }

    #report(name, detail) {
      if (this.#element.isConnected) this.#element.dispatchEvent(new CustomEvent(name, { detail }));
    }

    submit(form, event) {
      event.preventDefault();
      event.submitter?.setAttribute("aria-busy", "true");
      if (form.method === "get") this.#show(pathOf(form));
      else this.#show(form.getAttribute("action"), new URLSearchParams(new FormData(form, event.submitter)));
    }

    async search(path) {
      const view = await this.#fetch(path);
      return parsed(view.html);
    }

    state() {
      return this.#fetch(`${this.#path}/state`);
    }

    isOutdated(state) {
      return state.turn !== this.#view.turn || state.status !== this.#view.status;
    }

    refresh() {
      if (!this.isBusy) this.#show(this.#path);
    }

    close(button) {
      button.disabled = true;
      this.#report(this.#view.event, this.#view.error);
    }
  }

  function elementFrom(home) {
    return class extends HTMLElement {
      #form;

      // Not at once: who moves the element, or takes it away and puts a new one there, must not open the form twice.
      connectedCallback() {
        queueMicrotask(() => {
          if (!this.isConnected) return;
          if (this.#form && this.#form.token === this.token) return this.#form.wake();
          this.#form?.sleep();
          this.#form = new EmbeddedForm(this, home);
          this.#form.start();
        });
      }

      disconnectedCallback() {
        this.#form?.sleep();
      }
    };
  }

  function stylesheet() {
    // Asked for as data, so that its rules can be read.
    return Object.assign(document.createElement("link"), { rel: "stylesheet", crossOrigin: "anonymous" });
  }

  function parsed(html) {
    const template = document.createElement("template");
    template.innerHTML = html;
    return template.content;
  }

  // "dark" or "light" decide what the system's setting decides otherwise.
  function setColourMode(sheet, mode) {
    if (mode !== "dark" && mode !== "light") return;
    const condition = /\(prefers-color-scheme:\s*(dark|light)\)/g;
    const decided = (_, scheme) => (scheme === mode ? "(min-width: 0)" : "(max-width: 0)");
    for (const { media } of sheet.cssRules) {
      if (media) media.mediaText = media.mediaText.replace(condition, decided);
    }
    sheet.insertRule(`:host { color-scheme: ${mode}; }`, sheet.cssRules.length);
  }

  // A layout's name, or that of the largest one whose breakpoint the window has reached.
  function layoutOf(config) {
    if (!config || typeof config === "string") return config;
    const reached = Object.entries(config).filter(([, width]) => width <= window.innerWidth);
    return reached.sort(([, one], [, other]) => other - one)[0]?.[0];
  }

  function define() {
    // Older loaders name no element in the script's address, and run the script once for all their forms.
    const name = new URL(script.src).searchParams.get("tagname") || "finapi-webform2-webcomponent";
    const home = script.src.replace(/(\/assets)?\/finapi-webform2\.js.*$/, "");
    if (!customElements.get(name)) customElements.define(name, elementFrom(home));
  }

  if (script.dataset.enhance === undefined) define();
  else enhanceOwnPage();
})();

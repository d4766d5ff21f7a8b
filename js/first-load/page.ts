import type { Actions, Answer, Fault, LifeEvent, Wanted } from "../types/life.js";
import type { ClientOptions, TokenOptions, TokenStore } from "../types/options.js";
import type { Page } from "../types/page.js";
import type { SessionRecord } from "../types/record.js";
import type { Claims, Session } from "../types/session.js";
import type { Message } from "../types/tabs.js";
import type { Step } from "../types/with-core.js";
import { abortable } from "./abortable.js";
import { attempt } from "./attempt.js";
import { AuthError, clientClosed, failure } from "./error.js";
import { begin, live } from "./life.js";
import { fetched } from "./load.js";
import { readRecord, recordKey, toSession } from "./record.js";
import { openStore } from "./store.js";
import { joinTabs } from "./tabs.js";

/** A store that has not answered by then could not be read, and is read again later. */
const STORE_MILLIS = 10_000;

/**
 * The session as this page has it. It brings the session's life what happens in this browser, and does
 * what that asks for.
 */
export class SessionPage<C extends Claims> implements Page {
  // Declared only, for each field that is made costs every page its name once more.
  declare readonly options: ClientOptions;
  declare readonly key: string;
  declare readonly logoutKey: string;
  declare readonly endedKey: string;
  declare readonly store: TokenStore;
  readonly closing: AbortController = new AbortController();
  readonly waiting: Page["waiting"] = [];
  declare life: ReturnType<typeof begin>;
  session: Session<C> | null = null;
  declare proofKey: Page["proofKey"];
  declare tokenWorker: Page["tokenWorker"];
  declare onOver: Page["onOver"];
  declare onFetch: Page["onFetch"];
  readonly #events: EventTarget;
  readonly #step: Step;
  #isRenewing = false;
  #looking: Promise<void> = Promise.resolve();
  #timer: ReturnType<typeof setTimeout> | undefined;
  #told: ((message: Message) => void) | undefined;

  /**
   * @param events - What happens is told there.
   * @param step - Takes a step of the protocol, for which the core is loaded first.
   */
  constructor(options: ClientOptions, events: EventTarget, step: Step) {
    const { bearer = "access_token", store = "session", clientId, issuer, endpoints } = options;
    const keyOf = (what: string): string => recordKey(what, clientId, issuer ?? endpoints?.issuer);
    this.options = options;
    this.#events = events;
    this.#step = step;
    this.life = begin(bearer);
    this.store = openStore(store);
    this.key = keyOf("session");
    this.logoutKey = keyOf("logout");
    this.endedKey = keyOf("signed-out");
  }

  async restore(): Promise<void> {
    if (this.options.idleSeconds) {
      const { attend } = await fetched(import("../on-demand/idle.js"));
      await attend(this, this.#events, this.#step);
    }
    if (!(this.life.isRead || this.session)) await this.look();
  }

  /** One look after the other, so that none ends with what was there before. */
  look(): Promise<void> {
    return (this.#looking = this.#looking.then(async () => {
      this.#told ??= this.#join();
      try {
        const text = await abortable(this.store.get(this.key), AbortSignal.timeout(STORE_MILLIS));
        this.happen({ type: "stored", text, record: this.read(text), ended: this.ended() });
      } catch {
        this.happen({ type: "unread" });
      }
    }));
  }

  read(text: string | null | undefined): SessionRecord | null {
    return readRecord(text, this.key);
  }

  ended(): string[] {
    return attempt(() => JSON.parse(localStorage.getItem(this.endedKey) as string)) ?? [];
  }

  tell(message: Message): void {
    this.#told?.(message);
  }

  #join(): (message: Message) => void {
    const { signal } = this.closing;
    const wake = (event: Event): void => {
      if (document.visibilityState === "hidden") return;
      this.happen({ type: "woke", wasAway: (event as PageTransitionEvent).persisted });
    };
    for (const name of ["online", "pageshow", "visibilitychange", "prerenderingchange"]) {
      // Two of them are the document's.
      addEventListener(name, wake, { signal, capture: true });
    }
    signal.addEventListener("abort", () => {
      clearTimeout(this.#timer);
      this.#goOn(clientClosed() as Fault);
    });
    return joinTabs(this, signal);
  }

  /**
   * A token that was wanted, after a refresh where one is due.
   *
   * @param wanted - Its `signal` ends the wait; the promise rejects with the signal's reason.
   * @throws {AuthError} `login_required`, and what a refresh has failed with
   */
  async token({ signal, ...wanted }: Wanted & TokenOptions): Promise<string> {
    signal?.throwIfAborted();
    return await abortable(this.#token(wanted), signal);
  }

  async #token(wanted: Wanted): Promise<string> {
    await this.restore();
    let answer = this.happen({ type: "wanted", ...wanted });
    if (answer.had) {
      answer = await this.#step((opened, core) => core.waitForToken(opened, wanted, answer));
    }
    const { give, fault } = answer;
    if (give !== undefined) return give;
    if (fault) throw AuthError.from(fault);
    throw failure("login_required", "session", "Nobody is signed in: call signIn().");
  }

  happen(event: LifeEvent): Answer {
    const { life, actions, answer = {} } = live(this.life, event, Date.now(), performance.now());
    this.life = life;
    for (const [name, given] of actions) this.#actions[name](given as never);
    return answer;
  }

  readonly #actions: Actions = {
    look: () => void this.look(),
    save: (text) => this.#inStore("save", text),
    remove: (text) => this.#inStore("remove", text),
    tell: () => this.tell({ news: "changed" }),
    refresh: async () => {
      this.#isRenewing = true;
      const fault = await this.#step((opened, core) => core.renew(opened)).catch((error: Fault) => {
        this.happen({ type: "stuck" });
        return error;
      });
      this.#isRenewing = false;
      if (fault !== undefined) this.#emit("refresherror", { error: AuthError.from(fault) });
      this.#goOn(fault);
    },
    // What an action before this one has brought about may be due earlier.
    ring: () => {
      clearTimeout(this.#timer);
      if (this.closing.signal.aborted) return;
      const after = this.life.ringsAt - performance.now();
      this.#timer = setTimeout(() => this.happen({ type: "rang" }), after);
    },
    show: () => {
      const { record } = this.life;
      // What was taken may have been at its end, of which the next action tells.
      if (record) this.#show(toSession<C>(record));
    },
    expiring: (expiresAt) => this.#emit("expiring", { expiresAt }),
    over: (reason) => {
      // Another sign-in may have taken its place at once.
      if (this.life.record || !this.session) return;
      this.onOver?.();
      this.#show(null);
      this.#emit("signedout", { reason });
    },
  };

  #show(session: Session<C> | null): void {
    const formerSub = (this.session ?? session)?.sub;
    this.session = session;
    // Who keeps anything of the former user's lets go of it before it is shown to the new one.
    if (session && session.sub !== formerSub) this.#emit("userchange", { formerSub });
    this.#emit("sessionchange", { session });
    // Where there is none any more, a refresh that is under way may say why.
    if (session !== null || !this.#isRenewing) this.#goOn();
  }

  /** What fails here is found by the next look into the store. */
  #inStore(work: "save" | "remove", text: string): void {
    this.#step(({ session }) => session[work](text)).catch(() => undefined);
  }

  #goOn(fault?: Fault): void {
    for (const goOn of this.waiting.splice(0)) goOn(fault);
  }

  #emit(name: string, detail: object): void {
    this.#events.dispatchEvent(new CustomEvent(name, { detail }));
  }
}

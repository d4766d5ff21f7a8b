// Replaces a session's tokens, in one tab at a time, so that no refresh token is used twice.
import { lock } from "./platform.js";
import { LATE_MILLIS } from "./requests.js";

/**
 * Before the key of a session, the lock that one tab holds while it refreshes that; before the version of a
 * record, the mark that its refresh token is spent.
 */
const REFRESH = "pkce-wasm/refresh/";

/** How often the other tabs are asked for the record that one of them has. */
const TRIES = 20;

/** A page that takes as long from one step to the next stood still, and knows nothing of the others. */
const STOOD_STILL_MILLIS = 5_000;

/** The refreshes of one client. */
export class Refreshes {
  #core;
  #session;
  #requests;
  #idTokens;
  /** What lets go of the marks of the last refresh that this page made. */
  #marks = [];
  /** How many sessions have ended. */
  #ends = 0;

  constructor(core, session, requests, idTokens) {
    this.#core = core;
    this.#session = session;
    this.#requests = requests;
    this.#idTokens = idTokens;
  }

  /** Replaces the tokens of that record of the session, unless another tab has done so. */
  async refresh(due) {
    for (let tries = 0; tries < TRIES; tries += 1) {
      const asked = performance.now();
      const letGo = await lock(REFRESH + this.#session.key, false);
      const hasWaited = performance.now() - asked > STOOD_STILL_MILLIS;
      try {
        // The second time, another tab has the new record, which is on its way.
        const record = await this.#session.newest(tries > 0 || hasWaited);
        const start = performance.now();
        const isCurrent = () => performance.now() - start < STOOD_STILL_MILLIS;
        if (await this.#refresh(record, due, isCurrent)) return;
      } finally {
        letGo?.();
      }
      // One that stands still has sent the refresh token.
      if (letGo === undefined) break;
    }
    const message = "Another tab renews the session, and does not answer: try again.";
    throw { code: "timeout", kind: "network", message };
  }

  /** Lets go of the marks of the last refresh: there is no session any more. */
  letGo() {
    this.#ends += 1;
    for (const letGo of this.#marks.splice(0)) letGo?.();
  }

  /** Whether there is a newer record now than the one that is `due`; if not, another tab has it. */
  async #refresh(record, due, isCurrent) {
    const begun = this.#core.refresh(record ?? undefined, due.id, due.generation);
    if (begun === undefined) return isCurrent();
    const { refresh, request, version } = begun;
    const marks = [await this.#mark(version)];
    if (marks[0] === null) return false;
    const ends = this.#ends;
    let made = version;
    // The user may have signed out, or in again, meanwhile: then it is for nobody.
    const keep = async (text) => {
      const newer = this.#core.version(text);
      if (!(await this.#isUpTo(newer))) return false;
      await this.#session.keep(text, false);
      made = newer;
      return true;
    };
    let isDone = false;
    let sentAt;
    try {
      // Another tab may have let go of the mark since this one looked.
      if (this.#core.version(await this.#session.latest()) !== version) return true;
      if (!isCurrent()) return false;
      this.#session.requested(true);
      sentAt = Date.now();
      const step = () => refresh.finish(this.#core);
      const name = "pkce-wasm:refresh request";
      const refreshed = await this.#requests.askForTokens(name, request, step);
      // Who sees no more than this record would use the refresh token that the next one has as well.
      marks.push(await this.#mark(this.#core.version(refreshed.interim)));
      if (!(await keep(refreshed.interim))) return true;
      isDone = await keep(
        refreshed.record ?? (await this.#idTokens.verified(refreshed.unverified)),
      );
      return true;
    } catch (fault) {
      if (!this.#core.endsSession(fault?.code)) {
        // What is none of the provider's answers, be it for the keys, comes from a gate on the way.
        const isGate = fault?.kind === "provider";
        throw isGate ? { ...fault, code: "provider_unavailable", kind: "network" } : fault;
      }
      // A wrong clock is no one's end, as long as nobody could be asked for the time; nor is an answer that
      // came while the device slept or the page stood still, or its clock was set.
      const isLate = Math.abs(Date.now() - sentAt) > LATE_MILLIS;
      if (/_(expired|issued_at)$/.test(fault.code) && (this.#requests.isTimeless || isLate)) {
        throw this.#core.failure("", location.origin);
      }
      // Or the refresh token is no good because another tab has a newer one.
      await this.#session.newest(true);
      if (!(await this.#isUpTo(made))) return true;
      throw Object.assign(fault, { ends: true });
    } finally {
      // As long as the refresh token that came is kept with the former tokens only, all may use it.
      const over = made === version ? marks : this.#marks.concat(isDone ? [] : marks.splice(1));
      if (made !== version) this.#marks = marks;
      for (const letGo of over) letGo?.();
      if (ends !== this.#ends) this.letGo();
    }
  }

  /** The mark on the refresh of a record, which says to all tabs that it was made. */
  async #mark(version) {
    return await lock(REFRESH + version, true);
  }

  /** Whether the page's session is of that version's sign-in, and no newer. */
  async #isUpTo(version) {
    const [present, most] = [this.#core.version(await this.#session.latest()), version].map(
      partsOf,
    );
    return present?.id === most.id && present.generation <= most.generation;
  }
}

/** Of which sign-in a record is, and the how manieth of it. */
function partsOf(version) {
  const [id, generation] = version?.split("/") ?? [];
  return version && { id, generation: Number(generation) };
}

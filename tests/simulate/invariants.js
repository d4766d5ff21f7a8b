import { familyIn } from "./families.js";
import { PROVIDER } from "./provider.js";

/** How far an ID token's times may be off from the device's: `clockToleranceSeconds`, and a second. */
const TOLERANCE_MILLIS = 61_000;

/** Token requests of a page that are free, and how long each further one has to wait for. */
const BURST = 3;
const PACE_MILLIS = 1_000;

/**
 * How long a call may take, by the time that its page ran. No request takes longer than 30 s
 * (platform.js); a call may have to wait for a lock (10 s), for tokens, twice for keys, and for the time.
 */
const LONGEST_CALL_MILLIS = 150_000;

/** How long a call may take whose token is good for a while yet. */
const LONGEST_GOOD_CALL_MILLIS = 12_000;
const GOOD_FOR_MILLIS = 30_000;

/** What must hold in every history, checked all along. The first violation ends the history. */
export class Checks {
  #world;
  violation = null;
  /** Sign-ins that a page has shown, in that order: when, and in which tab. */
  established = new Map();
  /** Every call of `signOut`. */
  signOuts = [];
  /** When `localStorage` or `sessionStorage` was cleared by somebody else. */
  clearedAt = -1;
  /** Sign-ins whose newest tokens were lost in a way that no client can help. */
  excused = new Set();
  /** What was sent to the token endpoint, by the code or refresh token. */
  #sent = new Map();
  sendings = 0;
  /** Where the record with a refresh token was kept. */
  #keptIn = new Map();

  constructor(world) {
    this.#world = world;
  }

  #violate(invariant, text) {
    if (this.violation !== null) return;
    this.violation = { invariant, text, time: this.#world.clock.awake };
    this.#world.say(() => `VIOLATION of "${invariant}": ${text}`);
  }

  // What the platform tells.

  kept(place, value) {
    const token = /\brt\.\d+\.\d+/.exec(value)?.[0];
    if (token === undefined) return;
    let places = this.#keptIn.get(token);
    if (places === undefined) this.#keptIn.set(token, (places = new Map()));
    if (!places.has(place)) places.set(place, this.#world.clock.awake);
  }

  pageEnds(page) {
    // What no store would take is gone with the page that had it.
    for (const id of page.unsaved) this.excused.add(id);
  }

  /**
   * calm: no page makes more than one token request in a second beyond the first three, whatever clocks
   * and answers say. By the world's time: a page that slept may make those that it could have made.
   */
  sends(page, request) {
    if (request.url !== `${PROVIDER}/token`) return;
    const { time } = this.#world.clock;
    this.#world.say(() => `${page.tab.name} sends ${wordsOf(request.body)}`);
    this.#send(page, request);
    const due = Math.max(page.freeAt ?? 0, time);
    page.freeAt = due + PACE_MILLIS;
    const isCode = new URLSearchParams(request.body).has("code");
    if (!isCode && due - time > (BURST - 1) * PACE_MILLIS) {
      this.#violate("calm", `${page.tab.name} makes more than a token request in a second`);
    }
  }

  /**
   * once: no code is sent twice, and no refresh token after it was replaced, outside of the provider's
   * grace. Whose doing it is, is judged by when it was sent and not by when it came: the provider tells of
   * a token that comes to it again, and the later sent of the two must have had a reason.
   */
  again(name, one, other) {
    const later = one.order > other.order ? one : other;
    if (later.isExcused) return;
    const text = `sends ${name} again, which ${later.former.page.tab.name} has sent`;
    this.#violate("once", `${later.page.tab.name} ${text}`);
  }

  /** What a page sends to the token endpoint, and whether there is a reason to send it again. */
  #send(page, request) {
    const form = new URLSearchParams(request.body);
    const token = form.get("refresh_token");
    const name = token?.split(".", 3).join(".") ?? form.get("code");
    let sendings = this.#sent.get(name);
    if (sendings === undefined) this.#sent.set(name, (sendings = []));
    const sending = { page, request, order: this.sendings++, arrivedAwake: null };
    sending.former = sendings.find((former) => !this.#isReason(former, name, page));
    sending.isExcused = sending.former === undefined;
    sendings.push(sending);
    request.sending = sending;
  }

  /**
   * Whether a former sending is none that a page could have known, or waited for:
   *  - its answer was lost on the way, or had not come when its page gave up, was gone, or went into the
   *    back-forward cache, where WebKit takes its locks from it;
   *  - the refresh token that came is in no store, and its page is gone: it crashed before it could write,
   *    or no store took it;
   *  - the refresh token that came is in other tabs' `sessionStorage` or memory alone, and no page that has
   *    it ran side by side with this tab in the second before: it asks when it is to refresh, and not sooner;
   *  - with what came the session was over, a moment ago, which this tab has yet to hear.
   */
  #isReason({ page: holder, request, arrivedAwake }, name, page) {
    const [kind, id, number] = name.split(".");
    if (arrivedAwake === null) {
      return holder.isGone || holder.state === "cached" || request.hasFailed;
    }
    if (kind === "code") return false;
    if (this.excused.has(id)) return true;
    const { shown, endedAt } = holder.app;
    if (shown !== id && this.#world.clock.awake - endedAt < 1_000) return true;
    const places = [...(this.#keptIn.get(`rt.${id}.${Number(number) + 1}`) ?? [])];
    // A page that runs has it in its memory, too.
    if (holder.isRunning) places.push([holder.tab.sessionStorage, arrivedAwake]);
    const lately = this.#world.clock.awake - 1_500;
    // Who has another sign-in by now has this one no more.
    const isHeard = ([place, since]) => {
      if (typeof place === "string" || place === page.tab.sessionStorage) return true;
      const { tab } = place;
      const isThere = tab.sessionStorage === place && tab.page?.bornAt <= lately;
      if (!isThere || tab.page.app?.shown !== id) return false;
      return overlap(tab, page.tab, Math.max(since, lately)) >= 1_000;
    };
    return !places.some(isHeard);
  }

  signOutBegins(page) {
    const signOut = { family: page.app.shown, began: this.#world.clock.awake, ended: null, page };
    this.signOuts.push(signOut);
    return signOut;
  }

  signOutEnds(signOut, failed) {
    if (signOut.page.isGone) return;
    if (signOut.family !== null) this.#world.count("sign-outs");
    signOut.isHeldBack = signOut.page.process.isSuspended;
    signOut.ended = this.#world.clock.awake;
    signOut.failed = failed;
  }

  /** A page's console would show it, and nobody could have caught it. */
  unhandled(error) {
    this.#violate("truth", `a rejection that nobody handles: ${error?.stack ?? error?.code}`);
  }

  // What the application sees.

  calls(call) {
    const { page, kind } = call;
    const { session } = page.app.client;
    call.hadSession = session !== null;
    this.#world.say(() => `${page.tab.name} calls ${call.name}(${argument(call.options)})`);
    call.isGood =
      kind === "access" &&
      call.options === undefined &&
      this.#goodFor(page, session) > GOOD_FOR_MILLIS;
  }

  /** For how long both the world and the device have the page's access token for good. */
  #goodFor(page, session) {
    if (session === null) return 0;
    const { clock, provider } = this.#world;
    const known = provider.tokens.get(session.accessToken);
    const wasBack = clock.setBack.some(({ time }) => time >= known?.arrivedAt);
    if (wasBack && clock.setForward > known.setForward) return 0;
    const since = clock.setBack.filter(({ time }) => time >= known?.arrivedAt);
    // A page that got it after that cannot tell this time from those before.
    const isFromBefore = since.some(({ time }) => time < page.app.gotAt);
    const passed = (isFromBefore ? clock.setBack : since).reduce(
      (sum, { millis }) => sum + millis,
      0,
    );
    return Math.min((known?.end ?? 0) - clock.time, session.expiresAt - clock.wall - passed);
  }

  answered(call, value) {
    const { page, kind } = call;
    if (page.isGone) return;
    this.#world.say(() => `${page.tab.name}: ${call.name}() is answered`);
    if (kind !== undefined) this.#fresh(page, kind, value);
  }

  /**
   * fresh: no token that is given has passed its end. The end is reckoned from when its answer came, for
   * the device cannot know how long that was under way; an ID token's is a point in time, of which the
   * device's clock may be off by the tolerance; what the provider does not say is reckoned by what it
   * said of the other one.
   *
   * Exempt is by how much the clock was set back
   *  - while the page did not run, or had no session yet: nobody was there to notice;
   *  - as far as the device slept in the same minute that the page ran, in an engine whose ticks stand still meanwhile: the
   *    one hides the other from a page that saw nothing of it between them;
   *  - before the page got the token from another tab: by then it shows only if it seems to come from the
   *    future, and by how much it was set back at the least;
   *  - for an ID token that refreshes do not renew: it is from before the last tokens, of which alone the
   *    age is known.
   */
  #fresh(page, kind, token) {
    const { clock, provider, config } = this.#world;
    const known = provider.tokens.get(token);
    if (known?.kind !== kind)
      return this.#violate("truth", `${page.tab.name} gives no ${kind} token`);
    const longest = Math.max(config.lifeSeconds, config.idLifeSeconds) * 1000;
    const isByIdToken = kind === "id" || !known.isSaid;
    const life = known.isSaid ? known.lifeMillis : longest;
    let end = known.arrivedAt + life + 1_000 + (isByIdToken ? TOLERANCE_MILLIS : 0);
    const isOld = kind === "id" && !config.idTokenAgain;
    const { gotAt } = page.app;
    for (const { time, awake, millis, noticedBy } of clock.setBack) {
      if (time < known.arrivedAt) continue;
      if (time < gotAt) end += Math.min(millis, gotAt - known.arrivedAt);
      const isNoticed = noticedBy.has(page) && !isOld;
      end += isNoticed ? Math.min(millis, clock.sleptAbout(awake, page)) : millis;
    }
    if (clock.time <= end) return;
    const late = Math.round((clock.time - known.end) / 1000);
    this.#violate("fresh", `${page.tab.name} gives an ${kind} token ${late} s after its end`);
  }

  /**
   * truth, for one call: nothing fails by a fault of the package's own (kind `internal`); where there is a
   * session, a token is given, or a passing fault of kind `network` is said; and while the page's token is
   * good, it is given.
   *
   * Exempt are
   *  - calls in whose time the session ended, and what a failing store says of itself;
   *  - an ID token that seems to be of another time, while the device's clock is wrong and nobody can be
   *    asked for the right one;
   *  - an ID token that is over and that no refresh renews: the session lives on by its access token, and
   *    that there is none is said by `login_required`;
   *  - a token since which the clock was set both forward and back: what was set back counts as time that
   *    passed, for it may have been.
   */
  refused(call, error) {
    const { page, kind, options } = call;
    const { session } = page.app.client;
    if (page.isGone) return;
    const words = `${error?.kind}, ${error?.code ?? error}`;
    this.#world.say(() => `${page.tab.name}: ${call.name}() fails (${words})`);
    if (error?.kind === "internal") {
      return this.#violate("truth", `${page.tab.name}: ${call.name}() fails with ${words}`);
    }
    if (kind === undefined || session === null || !call.hadSession) return;
    const hasFailed = page.tab.faultedAt >= 0;
    if (hasFailed && error?.code === "storage_blocked") return;
    if (/^id_token_(expired|issued_at)$/.test(error?.code) && this.#world.isClockUnknown()) return;
    const { idTokenAgain, refreshToken } = this.#world.config;
    const isUnrenewed = kind === "id" && !(idTokenAgain && refreshToken);
    if (isUnrenewed && error?.code === "login_required") return;
    if (error?.kind !== "network") {
      const text = `has a session, and ${call.name}() fails with ${words}`;
      return this.#violate("truth", `${page.tab.name} ${text}`);
    }
    if (kind === "access" && options === undefined && this.#goodFor(page, session) > 1_000) {
      this.#violate("truth", `${page.tab.name} has a good token, and does not give it: ${words}`);
    }
  }

  /**
   * truth, for the session: each change is told by `sessionchange`, and what ends by `signedout`, once.
   * Looked at after each task of a page.
   */
  look(page) {
    const { app } = page;
    if (app === undefined) return;
    const { session } = app.client;
    const shown = session === null ? null : session.claims.sid;
    if (shown !== app.shown) {
      this.#world.say(() => `${page.tab.name} shows ${nameOf(shown)}`);
      if (shown === null) {
        app.endedAt = this.#world.clock.awake;
        if (this.#world.isTimeless()) this.excused.add(app.shown);
      } else if (!this.established.has(shown)) {
        this.#world.count("sign-ins that a page has shown");
        const { awake: at } = this.#world.clock;
        this.established.set(shown, { at, page, place: page.tab.sessionStorage });
      }
      app.shown = shown;
    }
    if (session !== app.seen) {
      app.seen = session;
      app.gotAt = this.#world.clock.time;
    }
    if (session !== app.session) {
      this.#violate("truth", `${page.tab.name} shows ${nameOf(shown)}, and did not say so`);
    }
    if (app.told !== app.ends) {
      const counts = `${app.ends} ends of sessions, ${app.told} times "signedout"`;
      app.told = app.ends;
      this.#violate("truth", `${page.tab.name}: ${counts}`);
    }
  }

  /**
   * live: no call waits longer than a bound on a tab that does not run, by the time that its own page
   * runs. A page that prerenders waits for its user.
   */
  wait(page) {
    if (page.app === undefined || page.isPrerendering) return;
    for (const call of page.app.calls) {
      const millis = page.ran - call.began;
      const isGood = call.isGood && this.#goodFor(page, page.app.client.session) > 0;
      const longest = isGood ? LONGEST_GOOD_CALL_MILLIS : LONGEST_CALL_MILLIS;
      if (millis > longest) {
        const text = `${call.name}() waits for ${Math.round(millis / 1000)} s`;
        this.#violate("live", `${page.tab.name}: ${text}${isGood ? ", its token is good" : ""}`);
      }
    }
  }

  // What must hold in the end, when every tab has awoken and nothing fails.

  /**
   * final: no tab and no storage has a sign-in that was signed out. Exempt are sign-outs whose page was
   * gone before they were done, or before what it wrote had left its process; and those that failed
   * because nothing could be done (kind `environment`).
   */
  final() {
    const isOver = new Set();
    for (const { family, ended, failed, page } of this.signOuts) {
      const isDone = ended !== null && ended < page.cutOffAt;
      if (family !== null && isDone && failed !== "environment") isOver.add(family);
    }
    if (isOver.size === 0) return;
    for (const page of this.#world.livePages()) {
      if (isOver.has(page.app.shown)) {
        const { name } = page.tab;
        this.#violate("final", `${name} shows ${nameOf(page.app.shown)}, which was signed out`);
      }
    }
    for (const [place, values] of this.#world.storages()) {
      for (const [key, value] of values) {
        const id = familyIn(value);
        if (!isOver.has(id)) continue;
        const name = key.split("/").slice(0, 2).join("/");
        this.#violate(
          "final",
          `${place} has tokens of ${nameOf(id)} (${name}), which was signed out`,
        );
      }
    }
  }

  /**
   * kept: no passing fault loses a session. Every sign-in that a page has shown is there, where its kind
   * of store keeps it, unless
   *  - the provider has ended it, or it had no refresh token and is over;
   *  - a later sign-in took its place, or the user signed out, or cleared the storage, after it came;
   *  - what a page of a process that was suspended had removed left it later; or a page removed the former
   *    sign-in that it had seen, at the moment in which the next one came: no storage does both at once;
   *  - its page's process was suspended as it came, and ended before it went on: nothing of it has left it;
   *  - the page that had what no store would take is gone, or a store kept nothing and did not say so;
   *  - it has no refresh token, and the device's clock was set forward past its end: that cannot be told
   *    from sleep, in which some engines' ticks stand still;
   *  - its page sends the ID token to APIs, and refreshes bring none: it ends with that;
   *  - a page ended it because a refreshed ID token was of another time, by a clock that was wrong, while
   *    the page's server answered without a date.
   */
  keptInTheEnd() {
    const { config, provider, clock } = this.#world;
    if (config.bearer === "id_token" && !config.idTokenAgain) return;
    const latest = new Map();
    for (const [id, { at, place, page }] of this.established) {
      const scope = config.store === "session" ? place : config.store === "memory" ? page : "all";
      const isRace = at - (latest.get(scope)?.at ?? -Infinity) < 2_000;
      latest.set(scope, { id, at, isRace, shownBy: page });
    }
    for (const [scope, { id, at, isRace, shownBy }] of latest) {
      // Of two sign-ins at a time either one may be the one that stays.
      if (isRace) continue;
      const family = provider.families.get(id);
      const isSignedOut = this.signOuts.some(
        ({ ended, isHeldBack }) => ended === null || ended >= at || isHeldBack,
      );
      const { time, setForward } = clock;
      const isOver = !config.refreshToken && family.ownEnd <= time + setForward + 60_000;
      if (family.ended !== null || isSignedOut || isOver || this.clearedAt >= at) continue;
      if (this.excused.has(id) || shownBy.cutOffAt <= at) continue;
      for (const page of this.#world.livePages()) {
        const isConcerned = scope === "all" || scope === page || scope === page.tab.sessionStorage;
        if (!isConcerned || page.app.shown === id) continue;
        const shown = nameOf(page.app.shown);
        this.#violate("kept", `${page.tab.name} shows ${shown}, and not ${nameOf(id)}`);
      }
    }
  }

  /**
   * truth, in the end: what is over for good is null: at the provider, or without a refresh token by its
   * time. Pages have had a while, and have been asked for a token. Exempt as in `fresh` are pages that could
   * not notice that the clock was set back, or by how much.
   */
  over() {
    const { provider, clock } = this.#world;
    for (const page of this.#world.livePages()) {
      const { shown, client } = page.app;
      if (shown === null) continue;
      const family = provider.families.get(shown);
      if (clock.time < provider.lastEnd(family) + TOLERANCE_MILLIS) continue;
      const isUnseen = ({ time, awake, noticedBy }) =>
        !noticedBy.has(page) || time < page.app.gotAt || clock.sleptAbout(awake, page) > 0;
      if (clock.setBack.some(isUnseen)) continue;
      this.#violate(
        "truth",
        `${page.tab.name} shows ${nameOf(shown)}, all of whose tokens are over`,
      );
    }
  }
}

const nameOf = (id) => (id === null ? "nobody" : `sign-in ${id}`);

const argument = (options) => (options === undefined ? "" : JSON.stringify(options));

function wordsOf(body) {
  const form = new URLSearchParams(body);
  const token = form.get("refresh_token");
  if (token === null) return `the ${form.get("code")}`;
  const [, family, number] = token.split(".");
  return `refresh token ${number} of sign-in ${family}`;
}

/** For how long two tabs ran side by side since then. */
function overlap(one, other, since) {
  const spansOf = ({ spans, page, world }) =>
    page?.isRunning ? [...spans, [page.runningSince, world.clock.awake]] : spans;
  let millis = 0;
  for (const [from, to] of spansOf(one)) {
    for (const [begin, end] of spansOf(other)) {
      millis += Math.max(0, Math.min(to, end) - Math.max(from, begin, since));
    }
  }
  return millis;
}

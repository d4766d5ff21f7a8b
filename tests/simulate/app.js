import { APP, CLIENT_ID, PROVIDER } from "./provider.js";

const ENDPOINTS = {
  issuer: PROVIDER,
  authorization: `${PROVIDER}/authorize`,
  token: `${PROVIDER}/token`,
  jwks: `${PROVIDER}/keys`,
};

/** How long an application waits before it calls `start()` again, and how often it does. */
const AGAIN_MILLIS = 3_000;
const TRIES = 6;

/** The application on a page: it makes a client, starts it, and calls it when its user wants something. */
export class App {
  client;
  /** Every call that has not been answered. */
  calls = new Set();
  /** The session's sign-in, as the page saw it last. */
  shown = null;
  /** The session as the page was told of it last, how often that was none, and how often of an end. */
  session = null;
  /** The one that it has, and since when, by the world's time. */
  seen = null;
  gotAt = 0;
  /** When it showed nobody any more, last, by the time that the device was awake. */
  endedAt = -Infinity;
  ends = 0;
  told = 0;
  #page;
  #tries = 0;

  constructor(page) {
    this.#page = page;
    const { world } = page;
    const { createClient } = world.library.load(page.globals());
    this.client = createClient(optionsOf(world, page));
    this.client.addEventListener("sessionchange", ({ detail: { session } }) => {
      this.session = session;
      if (session === null) this.ends += 1;
    });
    this.client.addEventListener("signedout", () => (this.told += 1));
  }

  /** Until it was answered, or refused for good. */
  start() {
    this.call(
      "start",
      () => this.client.start(),
      {},
      (error) => {
        if (error?.kind !== "network" && error?.code !== "storage_blocked") return;
        if (++this.#tries >= TRIES) return;
        const { world } = this.#page;
        world.clock.after(AGAIN_MILLIS, this.#page, "application", () => this.start());
      },
    );
  }

  signIn() {
    this.client.signIn().catch(() => undefined);
  }

  signOut(options) {
    const { checks } = this.#page.world;
    const signOut = checks.signOutBegins(this.#page);
    const ends = (error) => {
      checks.signOutEnds(signOut, error?.kind);
      if (error !== undefined) throw error;
    };
    this.call("signOut", () => this.client.signOut(options).then(() => ends(), ends), {});
  }

  accessToken(options) {
    this.call("accessToken", () => this.client.accessToken(options), { kind: "access", options });
  }

  /** One after the other, for as long as none fails. */
  newAccessTokens(times) {
    if (times === 0) return;
    const options = { minValiditySeconds: 1_000_000_000 };
    const next = () => this.newAccessTokens(times - 1);
    this.call(
      "accessToken",
      () =>
        this.client.accessToken(options).then((token) => {
          next();
          return token;
        }),
      { kind: "access", options },
    );
  }

  idToken(options) {
    this.call("idToken", () => this.client.idToken(options), { kind: "id", options });
  }

  fetch() {
    this.call("fetch", () => this.client.fetch(`${APP}/api`), {});
  }

  /** Calls the client, and has what comes of it checked. */
  call(name, work, more, onError = () => undefined) {
    const page = this.#page;
    const { checks } = page.world;
    const call = { name, page, began: page.ran, ...more };
    this.calls.add(call);
    checks.calls(call);
    work().then(
      (value) => {
        this.calls.delete(call);
        checks.answered(call, value);
      },
      (error) => {
        this.calls.delete(call);
        checks.refused(call, error);
        onError(error);
      },
    );
  }
}

function optionsOf({ config, database }, page) {
  const { store, discovers, revokes, leaves, bearer } = config;
  const endpoints = { ...ENDPOINTS };
  if (revokes) endpoints.revocation = `${PROVIDER}/revoke`;
  if (leaves) endpoints.endSession = `${PROVIDER}/logout`;
  return {
    ...(discovers ? { issuer: PROVIDER } : { endpoints }),
    clientId: CLIENT_ID,
    redirectUri: `${APP}/callback`,
    postLogoutRedirectUri: `${APP}/`,
    store: store === "shared" ? database.storeOf(page) : store,
    bearer,
  };
}

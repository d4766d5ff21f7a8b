import { Buffer } from "node:buffer";

/** Where the application, the provider and somebody else's pages are. */
export const APP = "https://app.example";
export const PROVIDER = "https://provider.example";
export const ELSEWHERE = "https://elsewhere.example/";
export const CLIENT_ID = "simulated";

const encode = (value) => Buffer.from(JSON.stringify(value)).toString("base64url");
const HEADER = encode({ alg: "RS256", kid: "1", typ: "JWT" });

/** A key that the core takes for one: 2048 bits. Nothing is ever computed with it. */
const KEY = {
  kty: "RSA",
  kid: "1",
  use: "sig",
  alg: "RS256",
  e: "AQAB",
  n: Buffer.alloc(256, 0xd5).toString("base64url"),
};

const METADATA = {
  issuer: PROVIDER,
  authorization_endpoint: `${PROVIDER}/authorize`,
  token_endpoint: `${PROVIDER}/token`,
  jwks_uri: `${PROVIDER}/keys`,
  revocation_endpoint: `${PROVIDER}/revoke`,
  end_session_endpoint: `${PROVIDER}/logout`,
  response_types_supported: ["code"],
  subject_types_supported: ["public"],
  id_token_signing_alg_values_supported: ["RS256"],
  code_challenge_methods_supported: ["S256"],
};

/**
 * How a provider says that a refresh token is over, as providers really do: RFC 6749 §5.2 has
 * `invalid_grant` for it.
 */
export const REFUSALS = {
  invalid_grant: [400, { error: "invalid_grant" }],
  invalid_request: [400, { error: "invalid_request", error_description: "expired" }],
  unauthorized_client: [400, { error: "unauthorized_client" }],
  invalid_token: [400, { error: "invalid_token" }],
  token_inactive: [401, { error: "token_inactive" }],
  "an error in a 200": [200, { error: "bad_refresh_token" }],
  interaction_required: [400, { error: "interaction_required" }],
};

/**
 * A signature that costs nothing: a number that is made of the text. The simulated `crypto.subtle` makes
 * the same of it; that real ones are checked is tested elsewhere.
 */
export function signatureOf(text) {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i += 1) {
    hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  }
  return (hash >>> 0).toString(16).padStart(8, "0");
}

/**
 * A sign-in as the provider has it: the family of its tokens.
 *
 * @typedef {object} Family
 * @property {string} id
 * @property {string} nonce
 * @property {number} authenticatedAt seconds since the epoch
 * @property {string | null} ended why, when it is over
 * @property {number} lastEnd when the last of its tokens is over
 * @property {number} ownEnd when it is over that has no refresh token: with the first of those it gives out
 * @property {number} current the number of the refresh token that is good
 * @property {Map<number, object>} uses the first use of each refresh token
 */

/** An OpenID provider, without its pages. */
export class Provider {
  #world;
  #config;
  /** @type {Map<string, Family>} */
  families = new Map();
  /** Codes that were issued, and what became of them. */
  #codes = new Map();
  /** Every token that was given out. */
  tokens = new Map();

  constructor(world) {
    this.#world = world;
    this.#config = world.config;
  }

  /** What a user who signs in at this address is sent back with. */
  authorize(href) {
    const { searchParams } = new URL(href);
    const { time } = this.#world.clock;
    const id = String(this.families.size + 1);
    const nonce = searchParams.get("nonce");
    this.families.set(id, {
      id,
      nonce,
      authenticatedAt: Math.floor(time / 1000),
      ended: null,
      current: 0,
      uses: new Map(),
      issued: 0,
    });
    const code = `code.${id}`;
    this.#codes.set(code, { family: id, used: null });
    const state = searchParams.get("state");
    const url = `${searchParams.get("redirect_uri")}?code=${code}&state=${state}`;
    return { family: id, url };
  }

  /** Ends a sign-in, as its administrator or another device may. */
  end(family, why) {
    family.ended ??= why;
  }

  /** When the last of a sign-in's tokens is over. */
  lastEnd(family) {
    return family.lastEnd;
  }

  /** Whether an API takes this token now. */
  isGood(token) {
    const known = this.tokens.get(token);
    return known !== undefined && this.#world.clock.time < known.end;
  }

  /** Answers a request; `arrived` is called when the page has the answer. */
  answer({ url, body, sending }) {
    const { pathname } = new URL(url);
    switch (pathname) {
      case "/.well-known/openid-configuration":
        return json(200, METADATA);
      case "/keys":
        return json(200, { keys: [KEY] });
      case "/revoke":
        return this.#revoke(new URLSearchParams(body));
      case "/token":
        return this.#token(new URLSearchParams(body), sending);
      default:
        return { answer: ["", { status: 404 }] };
    }
  }

  #revoke(form) {
    const family = this.families.get(form.get("token")?.split(".")[1]);
    if (family) this.end(family, "it was revoked");
    return { answer: ["", {}] };
  }

  #token(form, sending) {
    return form.get("grant_type") === "authorization_code"
      ? this.#exchange(form.get("code"), sending)
      : this.#refresh(form.get("refresh_token"), sending);
  }

  #exchange(text, sending) {
    const code = this.#codes.get(text);
    const family = this.families.get(code.family);
    if (code.used !== null) {
      this.#world.checks.again(`the code of sign-in ${family.id}`, code.used, sending);
      // RFC 6749 §4.1.2: what the first use got is revoked.
      this.end(family, "its code was used twice");
      return json(400, { error: "invalid_grant" });
    }
    code.used = sending;
    return this.#tokens(family, sending, false);
  }

  #refresh(text, sending) {
    const [, id, digits] = text.split(".");
    const family = this.families.get(id);
    const number = Number(digits);
    const { rotation, graceSeconds, refusal } = this.#config;
    const { clock, checks } = this.#world;
    const refuse = () => json(REFUSALS[refusal][0], REFUSALS[refusal][1]);
    const first = family.uses.get(number);
    if (first === undefined) family.uses.set(number, { at: clock.time, sending });
    if (family.ended !== null) return refuse();
    if (rotation !== "off" && number !== family.current) {
      const isInGrace = rotation === "grace" && clock.time < first.at + graceSeconds * 1000;
      if (!isInGrace) {
        checks.again(`refresh token ${number} of sign-in ${id}`, first.sending, sending);
        this.end(family, "a refresh token was used again");
        return refuse();
      }
    } else if (rotation !== "off") {
      family.current += 1;
    }
    this.#world.count("refreshes");
    return this.#tokens(family, sending, true);
  }

  /** A token response: RFC 6749 §5.1, OpenID Connect Core §3.1.3.3 and §12.2. */
  #tokens(family, sending, isRefresh) {
    const { lifeSeconds, idLifeSeconds, expiresIn, rotation, idTokenAgain, laterAuthTime, bearer } =
      this.#config;
    const { time } = this.#world.clock;
    const seconds = Math.floor(time / 1000);
    family.issued += 1;
    const accessToken = `at.${family.id}.${family.issued}`;
    const issued = { family, issuedAt: time, arrivedAt: null };
    const access = { ...issued, kind: "access", lifeMillis: lifeSeconds * 1000 };
    access.end = time + access.lifeMillis;
    this.tokens.set(accessToken, access);
    const document = { access_token: accessToken, token_type: "Bearer" };
    const said = isRefresh || expiresIn.first ? expiresIn.kind : "a number";
    if (said === "a number") document.expires_in = lifeSeconds;
    else if (said === "a text") document.expires_in = String(lifeSeconds);
    else if (said === "0") document.expires_in = 0;
    access.isSaid = said === "a number" || said === "a text";
    // What is not said, a client can reckon by the ID token at best.
    const idEnd = time + idLifeSeconds * 1000;
    const ends = access.isSaid ? [access.end] : [access.end, idEnd];
    family.lastEnd = Math.max(...ends);
    family.ownEnd = Math.min(...ends, ...(bearer === "id_token" ? [idEnd] : []));
    const tokens = [access];
    if (!isRefresh || idTokenAgain) {
      const isLater = isRefresh && laterAuthTime;
      const idToken = sign({
        iss: PROVIDER,
        sub: "ada",
        aud: CLIENT_ID,
        iat: seconds,
        exp: seconds + idLifeSeconds,
        auth_time: isLater ? seconds : family.authenticatedAt,
        nonce: isRefresh ? undefined : family.nonce,
        sid: family.id,
        // Two of one second are different ones.
        jti: String(family.issued),
      });
      const known = { ...issued, kind: "id", lifeMillis: idLifeSeconds * 1000, isSaid: true };
      known.end = (seconds + idLifeSeconds) * 1000;
      this.tokens.set(idToken, known);
      family.lastEnd = Math.max(family.lastEnd, known.end);
      tokens.push(known);
      document.id_token = idToken;
    }
    if (this.#config.refreshToken && (rotation !== "off" || !isRefresh)) {
      // Longer each time, as those that carry their state are.
      const { current } = family;
      document.refresh_token = `rt.${family.id}.${current}.${"x".repeat(2 * (current % 50))}`;
    }
    const arrived = () => {
      const { clock } = this.#world;
      sending.arrivedAwake = clock.awake;
      for (const token of tokens) {
        token.arrivedAt = clock.time;
        token.setForward = clock.setForward;
      }
    };
    return { ...json(200, document), arrived };
  }
}

function sign(claims) {
  const signed = `${HEADER}.${encode(claims)}`;
  return `${signed}.${Buffer.from(signatureOf(signed)).toString("base64url")}`;
}

function json(status, document) {
  const headers = { "content-type": "application/json" };
  return { answer: [JSON.stringify(document), { status, headers }] };
}

import { spawn } from "node:child_process";
import { constants, createPublicKey, verify } from "node:crypto";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { send } from "../../js/with-core/platform.js";

/**
 * The core without a browser, in a process of its own (core.rs): this module fetches, verifies
 * signatures and follows redirects for it. It has the same functions as visit.js, for a process
 * in the place of a tab.
 */
const program = fileURLToPath(new URL("../../target/debug/examples/hostile-core", import.meta.url));

/** Where the app is said to be. Nothing is served there: nobody looks at its pages. */
export const pages = { origin: "http://localhost:9" };

/** Starts a browser without a window, so to speak. */
export function startCore() {
  const core = spawn(program, { stdio: ["pipe", "pipe", "inherit"] });
  const lines = createInterface({ input: core.stdout })[Symbol.asyncIterator]();
  return {
    async visit(wanted) {
      let line = wanted;
      for (;;) {
        core.stdin.write(`${JSON.stringify(line)}\n`);
        const { value, done } = await lines.next();
        if (done) throw new Error("the core has ended");
        const { outcome, ...asked } = JSON.parse(value);
        if (outcome) return withClaims(outcome);
        const [[what, details]] = Object.entries(asked);
        line = await does[what](details);
      }
    },
    close: () => core.stdin.end(),
  };
}

/** @returns {Promise<import("./visit.js").Outcome>} */
export function visit(core, pages, { options, signIn = {}, steps, answeredBy }) {
  return core.visit({ options, signIn, steps, answeredBy });
}

/** @returns {Promise<import("./visit.js").Outcome>} */
export function openCallback(core, callback, options, steps) {
  return core.visit({ callback, options, steps });
}

/** @returns {Promise<import("./visit.js").Outcome>} */
export function signOut(core, options) {
  return core.visit({ signOut: {}, options, steps: ["start"] });
}

const does = {
  async fetch({ url, form, authorization, limit }) {
    const request = { url, form: form ?? undefined, authorization: authorization ?? undefined };
    try {
      const [status, contentType, , body] = await send("native", { ...request, limit });
      // The Fetch standard shows a page nothing of a redirect that is not followed; Node does.
      const isRedirect = status >= 300 && status < 400;
      if (isRedirect) return { status: 0, body: "" };
      return { status, contentType, body: Buffer.from(body).toString("base64") };
    } catch {
      return {};
    }
  },

  /** Goes to a page of the provider, and says where in the app the browser ends up. */
  async open(url) {
    let next = url;
    while (new URL(next).origin !== pages.origin) {
      const { headers } = await fetch(next, { redirect: "manual" });
      next = headers.get("location");
    }
    return { url: next };
  },

  verify({ algorithm, keys, signed, signature }) {
    const bytes = [signed, signature].map((text) => Buffer.from(text, "base64"));
    return { isValid: keys.some((jwk) => isSignedBy(algorithm, JSON.parse(jwk), ...bytes)) };
  },
};

/** RFC 7518 §3.1, RFC 8037 §3.1. */
function isSignedBy(algorithm, jwk, signed, signature) {
  const isEdwards = algorithm.startsWith("Ed");
  const padding = algorithm.startsWith("PS") ? { padding: constants.RSA_PKCS1_PSS_PADDING } : {};
  try {
    const key = createPublicKey({ key: jwk, format: "jwk" });
    const hash = isEdwards ? null : `sha${algorithm.slice(-3)}`;
    return verify(hash, signed, { key, dsaEncoding: "ieee-p1363", ...padding }, signature);
  } catch {
    return false;
  }
}

function withClaims({ session = null, ...outcome }) {
  const claims = () => JSON.parse(Buffer.from(session.idToken.split(".")[1], "base64url"));
  return { ...outcome, polluted: false, session: session && { ...session, claims: claims() } };
}

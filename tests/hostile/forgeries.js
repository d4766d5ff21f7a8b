import assert from "node:assert/strict";
import { callback } from "./answers.js";
import { subject } from "./provider.js";
import * as inBrowser from "./visit.js";

/**
 * A callback that the provider never sent, made of the one that it did send: what it comes to while the
 * sign-in waits, and, where that is not nothing, once the user is signed in.
 *
 * @typedef {{ name: string, change: (parameters: URLSearchParams) => void, code: string,
 *   codeAfter?: string }} Forgery
 */

const only = (parameters, kept) => {
  for (const name of [...parameters.keys()]) parameters.delete(name);
  for (const [name, value] of Object.entries(kept)) parameters.set(name, value);
};

/** @type {Record<string, Forgery>} */
export const forgeries = {
  stranger: {
    name: "a stranger's code and state",
    change: (parameters) => only(parameters, { code: "forged", state: "forged" }),
    code: "state_mismatch",
  },
  mixedUp: {
    name: "another issuer's answer to this very state",
    change(parameters) {
      parameters.set("code", "forged");
      parameters.set("iss", "https://evil.example");
    },
    code: "issuer_mismatch",
  },
  refusal: {
    name: "a refusal in nobody's name",
    change: (parameters) => only(parameters, { error: "access_denied" }),
    code: "provider_denied",
  },
  token: {
    name: "a token in the URL",
    change: (parameters) => parameters.set("access_token", "forged"),
    code: "callback_invalid",
    codeAfter: "callback_invalid",
  },
};

/** Every order of some things. */
export function orders(things) {
  if (things.length === 0) return [[]];
  return things.flatMap((first) =>
    orders(things.filter((other) => other !== first)).map((rest) => [first, ...rest]),
  );
}

/**
 * Opens forged callbacks and the honest one (`null`) in this order, for one sign-in that waits.
 *
 * @param {(Forgery | null)[]} order
 */
export async function playInOrder(order, { tab, pages, provider, by = inBrowser }) {
  const changes = order.map((forgery) => forgery?.change ?? (() => undefined));
  const issuer = provider.open({ authorization: callback(changes[0]) });
  const options = inBrowser.optionsOf(pages, issuer);
  const steps = ["start"];
  const signingIn = { options, steps, isFirst: true };
  let isSignedIn = false;

  for (const [index, forgery] of order.entries()) {
    const url = new URL(issuer.honestCallback ?? pages.origin);
    changes[index](url.searchParams);
    const outcome =
      index === 0
        ? await by.visit(tab, pages, signingIn)
        : await by.openCallback(tab, url.href, options, steps);
    isSignedIn ||= forgery === null;
    const place = `${index + 1}: ${forgery?.name ?? "the honest callback"}`;
    const expected = isSignedIn ? forgery?.codeAfter : forgery?.code;
    assert.equal(outcome.code, expected, place);
    assert.equal(outcome.session?.sub, isSignedIn ? subject : undefined, place);
    const isPending = Object.values(outcome.stored).some((record) =>
      record.includes('"transaction/1"'),
    );
    assert.equal(isPending, !isSignedIn, `${place}: whether the sign-in goes on waiting`);
  }

  const code = new URL(issuer.honestCallback).searchParams.get("code");
  const sent = issuer.asked("token").map(({ parameters }) => parameters.get("code"));
  assert.deepEqual(sent, [code], "the honest code is sent, once, and no other");
}

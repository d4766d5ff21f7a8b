import { callback } from "../answers.js";
import { redirect } from "../provider.js";

const refused = (code) => ({ code, pending: true });
const answered = (code) => ({ code });
const sent = (change) => ({ authorization: callback(change) });
const set = (changes) =>
  sent((parameters) => {
    for (const [name, value] of Object.entries(changes)) parameters.set(name, value);
  });
const without = (...names) =>
  sent((parameters) => names.forEach((name) => parameters.delete(name)));
const twice = (name, value) => sent((parameters) => parameters.append(name, value));
const error = (changes) =>
  sent((parameters) => {
    parameters.delete("code");
    for (const [name, value] of Object.entries(changes)) parameters.set(name, value);
  });
const fragment = (text) => sent((_parameters, _issuer, url) => (url.hash = text));
const raw = (change) => ({
  authorization: (answer) => redirect(change(answer.headers.Location)),
});

/** A code that the provider gave to somebody else's browser, for a sign-in of theirs. */
const somebodyElses = (parameters, issuer) =>
  issuer.grant({
    ...Object.fromEntries(issuer.asked("authorization").at(-1).parameters),
    nonce: "theirs",
    code_challenge: "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM",
  });
const injected = sent((parameters, issuer) =>
  parameters.set("code", somebodyElses(parameters, issuer)),
);

const toOther = (change = (parameters) => parameters) => ({
  authorization: (_answer, issuer) => {
    const { parameters } = issuer.asked("authorization").at(-1);
    return redirect(`${issuer.other.url}/authorize?${change(new URLSearchParams(parameters))}`);
  },
});

/** What the browser brings back from the provider, forged or mixed up. */
export const authorizationResponses = [
  {
    name: "sends another state",
    module:
      "fapi2-security-profile-final-client-test-ensure-authorization-response-with-invalid-state-fails",
    does: set({ state: "another" }),
    expects: refused("state_mismatch"),
    section: "RFC 6749 §10.12",
  },
  {
    name: "sends no state",
    module:
      "fapi2-security-profile-final-client-test-ensure-authorization-response-with-invalid-missing-state-fails",
    does: without("state"),
    expects: refused("state_missing"),
    section: "RFC 6749 §4.1.2",
  },
  {
    name: "sends an empty state",
    does: set({ state: "" }),
    expects: refused("state_missing"),
    section: "RFC 6749 §4.1.2",
  },
  {
    name: "sends the state in other letters",
    does: sent((parameters) => parameters.set("state", parameters.get("state").toLowerCase())),
    expects: refused("state_mismatch"),
    section: "RFC 6749 §4.1.2",
  },
  {
    name: "sends a state that is a path in the storage",
    does: set({ state: "../session/single-page-app" }),
    expects: refused("state_mismatch"),
    section: "RFC 6749 §4.1.2",
  },
  {
    name: "sends a state of 100 kilobytes",
    does: set({ state: "a".repeat(12_000) }),
    expects: refused("state_mismatch"),
    section: "RFC 6749 §4.1.2",
  },
  {
    name: "sends a state named __proto__",
    does: set({ state: "__proto__" }),
    expects: refused("state_mismatch"),
    section: "RFC 6749 §4.1.2",
  },
  {
    name: "answers in another's name",
    isOfTheTen: true,
    module: "fapi2-security-profile-final-client-test-invalid-authorization-response-iss",
    does: set({ iss: "https://evil.example" }),
    expects: refused("issuer_mismatch"),
    section: "RFC 9207 §2.4",
  },
  {
    name: "leaves the announced iss out",
    isOfTheTen: true,
    module: "fapi2-security-profile-final-client-test-remove-authorization-response-iss",
    does: without("iss"),
    expects: refused("issuer_mismatch"),
    section: "RFC 9207 §2.4",
  },
  {
    name: "sends an empty iss",
    does: set({ iss: "" }),
    expects: refused("issuer_mismatch"),
    section: "RFC 9207 §2.4",
  },
  {
    name: "adds a slash to iss",
    does: sent((parameters) => parameters.set("iss", `${parameters.get("iss")}/`)),
    expects: refused("issuer_mismatch"),
    section: "RFC 9207 §2.4",
  },
  {
    name: "did not announce iss, and sends another's",
    does: {
      metadata: { authorization_response_iss_parameter_supported: undefined },
      ...set({ iss: "https://evil.example" }),
    },
    expects: refused("issuer_mismatch"),
    section: "RFC 9207 §2.4",
  },
  {
    name: "neither announces nor sends iss",
    does: {
      metadata: { authorization_response_iss_parameter_supported: undefined },
      ...without("iss"),
    },
    expects: { signedIn: true },
    section: "RFC 9207 §2.4",
  },
  ...["state", "iss", "code"].map((name) => ({
    name: `sends ${name} twice`,
    does: twice(name, "another"),
    expects: refused("callback_invalid"),
    section: "RFC 6749 §3.1",
  })),
  {
    name: "sends a code and an error",
    does: set({ error: "access_denied" }),
    expects: refused("callback_invalid"),
    section: "RFC 6749 §4.1.2",
  },
  ...["access_token", "id_token", "refresh_token"].flatMap((name) => [
    {
      name: `sends ${name} in the query`,
      does: set({ [name]: "leaked" }),
      expects: refused("callback_invalid"),
      section: "RFC 9700 §2.1.2",
    },
    {
      name: `sends ${name} in the fragment`,
      does: fragment(`${name}=leaked`),
      expects: refused("callback_invalid"),
      section: "RFC 9700 §2.1.2",
    },
  ]),
  {
    name: "sends code and state in the fragment",
    does: raw((location) => location.replace("?", "#")),
    expects: { leftAlone: true, pending: true },
    section: "RFC 6749 §4.1.2",
  },
  {
    name: "sends neither code nor error",
    does: without("code"),
    expects: { leftAlone: true, pending: true },
    section: "RFC 6749 §4.1.2",
  },
  {
    name: "breaks the encoding",
    does: raw((location) => `${location}&more=%zz`),
    expects: refused("callback_invalid"),
    section: "RFC 6749 App. B",
  },
  {
    name: "encodes bytes that are not UTF-8",
    does: raw((location) => `${location}&more=%ff`),
    expects: refused("callback_invalid"),
    section: "RFC 6749 App. B",
  },
  {
    name: "adds parameters that nobody knows",
    does: set({ session_state: "1", __proto__: "2", constructor: "3" }),
    expects: { signedIn: true },
    section: "RFC 6749 §4.1.2",
  },
  {
    name: "refuses, in nobody's name",
    does: {
      authorization: callback((parameters) => {
        for (const name of [...parameters.keys()]) parameters.delete(name);
        parameters.set("error", "access_denied");
      }),
    },
    expects: refused("provider_denied"),
    section: "RFC 6749 §4.1.2.1",
  },
  {
    name: "refuses",
    does: error({ error: "access_denied" }),
    expects: answered("provider_denied"),
    section: "RFC 6749 §4.1.2.1",
  },
  {
    name: "refuses with a description that is a script",
    does: error({ error: "invalid_request", error_description: "<script>alert(1)</script>" }),
    expects: answered("provider_error"),
    section: "RFC 6749 §4.1.2.1",
  },
  {
    name: "refuses with an error named __proto__",
    does: error({ error: "__proto__" }),
    expects: answered("provider_error"),
    section: "RFC 6749 §4.1.2.1",
  },
  {
    name: "refuses in the fragment",
    does: raw((location) => {
      const { searchParams } = new URL(location);
      return location.replace(
        /\?.*/,
        `#error=access_denied&state=${searchParams.get("state")}&iss=${searchParams.get("iss")}`,
      );
    }),
    expects: answered("provider_denied"),
    section: "RFC 6749 §4.1.2.1",
  },
  {
    name: "is in trouble",
    does: error({ error: "temporarily_unavailable" }),
    expects: answered("provider_unavailable"),
    section: "RFC 6749 §4.1.2.1",
  },
  {
    name: "sends the same answer twice",
    does: {},
    then: "openCallbackAgain",
    expects: { signedIn: true },
    section: "RFC 6749 §4.1.2",
  },
  {
    name: "gets a code injected that was somebody else's (it checks PKCE)",
    does: injected,
    expects: answered("code_refused"),
    section: "RFC 9700 §4.5",
  },
  {
    name: "gets a code injected that was somebody else's, and does not check PKCE",
    does: { ...injected, ignoresPkce: true },
    expects: answered("id_token_nonce"),
    section: "RFC 9700 §4.5.3.2",
  },
  {
    name: "gets the code challenge taken out of the request (PKCE downgrade)",
    does: sent((parameters, issuer) => {
      const request = Object.fromEntries(issuer.asked("authorization").at(-1).parameters);
      const { code_challenge: _, code_challenge_method: __, ...downgraded } = request;
      parameters.set("code", issuer.grant(downgraded));
    }),
    expects: answered("code_refused"),
    section: "RFC 9700 §4.8.2",
  },
  {
    name: "gets a code that it never gave",
    does: set({ code: "guessed" }),
    expects: answered("code_refused"),
    section: "RFC 6749 §5.2",
  },
  {
    name: "sends the user on to another provider, which says who it is (mix-up)",
    does: toOther(),
    other: {},
    expects: refused("issuer_mismatch"),
    section: "RFC 9700 §4.4.2.1",
  },
  {
    name: "sends the user on to another provider, which answers at its own redirect URI (mix-up)",
    does: toOther((parameters) => {
      parameters.set("redirect_uri", parameters.get("redirect_uri").replace(/$/, "-of-other"));
      return parameters;
    }),
    other: { authorization: callback((parameters) => parameters.delete("iss")) },
    answeredBy: (pages) => ({ redirectUri: `${pages.origin}/bare/callback-of-other` }),
    expects: { leftAlone: true },
    section: "RFC 9700 §4.4.2.2",
  },
  {
    name: "gives out another provider's ID token",
    does: { idToken: { claims: (claims, issuer) => ({ ...claims, iss: issuer.other.url }) } },
    other: {},
    expects: answered("id_token_issuer"),
    section: "OpenID Connect Core §3.1.3.7 (2)",
  },
];

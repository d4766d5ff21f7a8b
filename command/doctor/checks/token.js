import { failed, ok, refused, skipped } from "../finding.js";

/** No provider has given it to anybody. */
const MADE_UP = "pkce-wasm-doctor";

/** What a server says of a path at which it has no token endpoint. */
const WRONG_PLACE = [301, 302, 303, 307, 308, 404, 405];

/** A public client's code is refused for the code, any other's for the client. @type {import("../run.js").Check} */
export async function checkToken(visit) {
  let refusal;
  try {
    refusal = await offerCode(visit);
  } catch (fault) {
    return [refused("token", fault)];
  }
  const { code, message } = refusal;
  const seen = {
    code_refused:
      "The token endpoint takes the client without a secret: it refuses a made-up code alone.",
    provider_error: "The token endpoint refuses a made-up code, in words of its own.",
  }[code];
  if (seen !== undefined) return [ok("token", seen)];
  const { status } = visit.answers.token;
  if (code === "response_invalid" && !WRONG_PLACE.includes(status)) {
    return [
      skipped(
        "token",
        `The token endpoint answers ${status} to a made-up code, which says nothing.`,
      ),
    ];
  }
  // RFC 6749 §5.2: with 401, it is the client's authentication that was refused, whatever the error is called.
  if (code === "client_has_secret" || status === 401) {
    const evidence =
      "The token endpoint refuses the client: it has a secret, or is not known there.";
    const fix =
      "Copy the client ID again; if the client has a secret, create a second one without, a public one.";
    return [failed("token", evidence, fix, code)];
  }
  const fix =
    code === "flow_not_enabled"
      ? "Turn the authorization code grant on for the app client."
      : "Correct the token endpoint.";
  return [failed("token", message, fix, code)];
}

/**
 * Trades a made-up code, as the page would.
 * @param {import("../visit.js").Visit} visit
 * @returns {Promise<{ code: string, message: string }>} the core's words for what comes of it
 * @throws a fault of the network
 */
export async function offerCode(visit) {
  const { options, metadata } = visit;
  const callback = new URL(options.redirectUri);
  callback.searchParams.set("code", MADE_UP);
  callback.searchParams.set("state", visit.beginSignIn().state);
  if (metadata.authorization_response_iss_parameter_supported)
    callback.searchParams.set("iss", visit.issuer);
  const { href } = callback;
  const { exchange, request } = visit.step((core) => core.resume(href, core.transactionKey(href)));
  const answer = await visit.ask(request.url, { form: request.form });
  visit.answers.token = answer;
  try {
    visit.read(answer, (core) => exchange.finish(core));
  } catch (refusal) {
    return refusal;
  }
  return {
    code: "response_invalid",
    message: "The token endpoint took a code that nobody gave out.",
  };
}

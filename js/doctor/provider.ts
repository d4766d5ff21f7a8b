import type { Core } from "../core/core.js";
import type { ClientOptions } from "../types/options.js";
import { failed, ok, refused, skipped, warning, type Finding } from "./finding.js";
import { sent } from "./sent.js";

/** No provider has given it to anybody; as a verifier it is long enough (RFC 7636 §4.1). */
const MADE_UP = "pkce-wasm-doctor".padEnd(43, "-");

/** What the core asks for. */
interface Request {
  readonly url: string;
}

/** The options as the core reads them, and the provider's answers as this page may. */
export async function* checkProvider(options: ClientOptions): AsyncGenerator<Finding> {
  let core: Core;
  let request: Request | undefined;
  try {
    const script = await import("../with-core/core.js");
    core = await script.coreFor(options);
    request = core.prepareSignIn("{}", location.origin) as Request | undefined;
  } catch (reason) {
    yield refused("settings", reason);
    return;
  }
  yield ok("settings", "The options are sound, and for this page.");
  const { endpoints } = options;
  let asked: Endpoints = { ...endpoints };
  if (request !== undefined) {
    const answer = await ask("discovery", request.url);
    if (!(answer instanceof Response)) {
      yield answer;
      return;
    }
    const body = new Uint8Array(await answer.arrayBuffer());
    try {
      core.answer(answer.status, answer.headers.get("content-type") ?? undefined, undefined, body);
      core.discovered();
    } catch (reason) {
      yield refused("discovery", reason);
      return;
    }
    yield ok("discovery", "The provider's metadata can be read, and are the issuer's.");
    const document = JSON.parse(new TextDecoder().decode(body)) as Record<string, unknown>;
    asked = {
      authorization: document["authorization_endpoint"],
      jwks: document["jwks_uri"],
      token: document["token_endpoint"],
      endSession: document["end_session_endpoint"],
      ...asked,
    };
  }
  yield* readable("keys", asked.jwks);
  yield* answers("authorization", asked.authorization, "network");
  yield* readable("token", asked.token, formOf(options));
  yield* answers("sign-out", asked.endSession);
}

/**
 * Trades a made-up code, which is refused; that the page may read so is what matters. The client is named, for
 * providers that allow each client its own origins.
 */
function formOf({ clientId, redirectUri }: ClientOptions): URLSearchParams {
  return new URLSearchParams({
    grant_type: "authorization_code",
    client_id: clientId,
    redirect_uri: redirectUri,
    code: MADE_UP,
    code_verifier: MADE_UP,
  });
}

/** Where the provider is asked, as the options have it or its metadata. */
interface Endpoints {
  readonly authorization?: unknown;
  readonly jwks?: unknown;
  readonly token?: unknown;
  readonly endSession?: unknown;
}

/**
 * Whether anybody answers where the user is sent to. No page may read what is answered there, and a policy for
 * requests says nothing of where users may go.
 */
async function* answers(
  check: "authorization" | "sign-out",
  url: unknown,
  code?: "network",
): AsyncGenerator<Finding> {
  if (typeof url !== "string") return;
  const { isForbidden, answer } = await sent(url, { mode: "no-cors", credentials: "omit" });
  if (answer !== undefined) {
    yield ok(check, `There is an answer at ${url}; what it says, no page may read.`);
  } else if (isForbidden) {
    yield skipped(check, `The page's policy forbids to look at ${url}; users may go there.`);
  } else if (code === undefined) {
    yield warning(check, `Nobody answers at ${url}: signOut() leads there.`);
  } else {
    yield failed(check, code, `Nobody answers at ${url}, where users are to sign in.`);
  }
}

/** Whether this page may ask there and read the answer. */
async function* readable(
  check: "keys" | "token",
  url: unknown,
  form?: URLSearchParams,
): AsyncGenerator<Finding> {
  if (typeof url !== "string") return;
  const answer = await ask(check, url, form);
  yield answer instanceof Response ? ok(check, `This page may read what ${url} answers.`) : answer;
}

/** The answer, or the finding that there is none for this page. */
async function ask(
  check: "discovery" | "keys" | "token",
  url: string,
  form?: URLSearchParams,
): Promise<Response | Finding> {
  const { answer, isForbidden, isLate } = await sent(url, {
    ...(form !== undefined && { method: "POST", body: form }),
    credentials: "omit",
    redirect: "manual",
  });
  if (answer !== undefined) return answer;
  if (isLate) return failed(check, "timeout", `${url} did not answer in time.`);
  const cause = isForbidden
    ? `The page's policy forbids to ask ${new URL(url).origin}: add it to connect-src.`
    : `${url} could not be read: it is down, or does not allow ${location.origin} (CORS).`;
  return failed(check, "network", cause);
}

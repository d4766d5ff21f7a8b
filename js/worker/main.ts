// The worker of `store: "worker"`: it alone has the refresh tokens. What it says to the page has handles in
// their places, and what the page asks with a handle goes with the token, to where that may go.
import type { Answer, Asked, AskedRequest, Told } from "../types/token-worker.js";
import { answerTo } from "../with-core/platform.js";
import { withHandles } from "./handles.js";

/** The refresh token of a sign-in, and the two addresses that it may go to. */
interface Kept {
  token: string;
  /** The how manieth it is. */
  count: number;
  readonly tokenEndpoint: string;
  readonly revocationEndpoint: string | undefined;
}

/** All handles begin with it, and those of other pages otherwise. */
const name = crypto.randomUUID();

/** By the sign-ins that their handles name. */
const kept = new Map<string, Kept>();
let signIns = 0;

const tell = (told: Told): void => postMessage(told);

addEventListener("message", ({ data }: MessageEvent<Asked>) => {
  if ("forget" in data) {
    kept.delete(signInOf(data.forget));
    return;
  }
  const { id } = data;
  ask(data).then(
    (answer) => tell({ id, answer }),
    (error: Error) => tell({ id, failure: error.name }),
  );
});

async function ask({ url, init, limit, revocation }: AskedRequest): Promise<Answer> {
  const form = new URLSearchParams(init.body as string);
  const handle = form.get("refresh_token") ?? form.get("token");
  const signIn = handle === null ? `${name}/${(signIns += 1)}` : signInOf(handle);
  const { token, tokenEndpoint, revocationEndpoint } = kept.get(signIn) ?? {};
  // RFC 6749 §6, RFC 7009 §2.1. Any script of the page may ask: elsewhere, a handle stays a handle.
  for (const [parameter, endpoint] of [
    ["refresh_token", tokenEndpoint],
    ["token", revocationEndpoint],
  ] as const) {
    if (token !== undefined && url === endpoint && form.has(parameter)) form.set(parameter, token);
  }
  const body = form.toString();
  // Nor is it carried on to another address.
  const asked: RequestInit = { ...init, body, redirect: "manual" };
  const [status, contentType, nonce, content, pause] = await answerTo(url, asked, limit);

  const keep = (came: string): string => {
    let own = kept.get(signIn);
    if (own === undefined && handle === null) {
      own = { token: came, count: 0, tokenEndpoint: url, revocationEndpoint: revocation };
      kept.set(signIn, own);
    }
    // Without one, the page has let go of it meanwhile; and from elsewhere none takes its place.
    if (own?.tokenEndpoint === url && own.token !== came) {
      own.token = came;
      own.count += 1;
    }
    return `${signIn}/${own?.count}`;
  };
  const echoed = status === 200 ? undefined : token;
  return [status, contentType, nonce, withHandles(content, keep, echoed), pause];
}

/** The sign-in of a handle. A handle also counts the tokens, for the core to see that they change. */
function signInOf(handle: string): string {
  return handle.slice(0, handle.lastIndexOf("/"));
}

tell({ name });

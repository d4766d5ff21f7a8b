import type { AuthClient } from "../first-load/client.js";
import type { Claims } from "./options.js";

/**
 * What a client can do, whoever made it: the type for an application's own functions, which then
 * take a fake of `pkce-wasm/testing` as well.
 */
export interface Client<C extends Claims = Claims> extends Pick<
  AuthClient<C>,
  keyof AuthClient<C>
> {}

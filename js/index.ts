import { AuthClient } from "./client.js";
import type { Claims, ClientOptions } from "./types.js";

export { AuthClient } from "./client.js";
export { AuthError } from "./error.js";
export type { AuthErrorCode, AuthErrorKind } from "./error.js";
export type {
  Claims,
  ClientOptions,
  Endpoints,
  PopupOptions,
  Session,
  SignInHereOptions,
  SignInOptions,
  SignInResult,
  SignOutOptions,
  TokenOptions,
  TokenStore,
  UserInfo,
} from "./types.js";

/**
 * Makes a client. It touches nothing, so it may be called during server-side rendering; what is
 * wrong with the options is said when they are first needed.
 */
export function createClient<C extends Claims = Claims>(options: ClientOptions): AuthClient<C> {
  return new AuthClient<C>(options);
}

/** What every entry to a client exports beside `createClient`. */
export { AuthClient } from "./client.js";
export { AuthError } from "./error.js";
export type { AuthErrorCode, AuthErrorCodes, AuthErrorKind, AuthErrorOf } from "../types/error.js";
export type { AuthEvents } from "../types/events.js";
export type { Client } from "../types/client.js";
export type {
  ClientOptions,
  Endpoints,
  PopupOptions,
  SignInHereOptions,
  SignInOptions,
  SignOutOptions,
  TokenOptions,
  TokenStore,
} from "../types/options.js";
export type { Claims, Session, SignInResult, UserInfo } from "../types/session.js";

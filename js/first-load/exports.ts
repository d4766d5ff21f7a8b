/** What every entry to a client exports beside `createClient`. */
export { AuthClient } from "./client.js";
export { AuthError } from "./error.js";
export type { AuthErrorCode, AuthErrorCodes, AuthErrorKind, AuthErrorOf } from "./error.js";
export type { AuthEvents } from "../types/events.js";
export type { Client } from "../types/client.js";
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
} from "../types/options.js";

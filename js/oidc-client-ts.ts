/**
 * The `UserManager` of oidc-client-ts on top of a client of this package, for applications that were
 * written for that library. docs/migrating-from-oidc-client-ts.md has what differs.
 */
export { UserManager } from "./oidc-client-ts/user-manager.js";
export type { RevokeTokensTypes, SignoutResponse } from "./oidc-client-ts/user-manager.js";
export { User } from "./oidc-client-ts/user.js";
export type { UserProfile, UserProfile as IdTokenClaims } from "./oidc-client-ts/user.js";
export { UserManagerEvents } from "./oidc-client-ts/events.js";
export { InMemoryWebStorage, WebStorageStateStore } from "./oidc-client-ts/stores.js";
export type { AsyncStorage, StateStore, WebStorageSettings } from "./oidc-client-ts/stores.js";
export type {
  OidcMetadata,
  PopupWindowFeatures,
  QuerySessionStatusArgs,
  SessionStatus,
  SigninArgs,
  SigninPopupArgs,
  SigninRedirectArgs,
  SigninResourceOwnerCredentialsArgs,
  SigninSilentArgs,
  SignoutPopupArgs,
  SignoutRedirectArgs,
  SignoutSilentArgs,
  UserManagerSettings,
} from "./oidc-client-ts/settings.js";
export { AuthError } from "./first-load/error.js";

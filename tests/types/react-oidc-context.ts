// The types of react-oidc-context, as it is published: its oidc-client-ts is this package (tsconfig.json).
import { createElement } from "react";
import { AuthProvider, useAuth, withAuthenticationRequired } from "react-oidc-context";
import {
  User,
  UserManager,
  WebStorageStateStore,
  type IdTokenClaims,
  type UserManagerSettings,
  type UserProfile,
} from "pkce-wasm/oidc-client-ts";
import { same } from "./expect.js";

const settings = {
  authority: "https://id.example",
  client_id: "app",
  redirect_uri: "https://app.example/callback",
  userStore: new WebStorageStateStore({ store: localStorage }),
} satisfies UserManagerSettings;

// A UserManager, or the settings of one.
createElement(AuthProvider, { userManager: new UserManager(settings) });
createElement(AuthProvider, {
  ...settings,
  onSigninCallback: (user) => same<typeof user, User | undefined>(),
  matchSignoutCallback: (all) => location.href === all.post_logout_redirect_uri,
});
// @ts-expect-error without a client there is no sign-in
createElement(AuthProvider, { authority: "https://id.example" });

function Component(): string | undefined {
  const auth = useAuth();
  same<typeof auth.user, User | null | undefined>();
  void auth.signinRedirect({ state: { cart: 1 }, login_hint: "ada", redirectMethod: "replace" });
  void auth.signinPopup({ popupWindowFeatures: { width: 480 } });
  void auth.signinSilent({ forceIframeAuth: true });
  void auth.signoutRedirect({ post_logout_redirect_uri: "https://app.example/" });
  void auth.revokeTokens(["access_token"]);
  auth.events.addAccessTokenExpiring(() => undefined);
  const profile: UserProfile | undefined = auth.user?.profile;
  same<UserProfile, IdTokenClaims>();
  return profile?.email;
}
createElement(withAuthenticationRequired(() => Component() ?? null));

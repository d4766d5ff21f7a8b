import {
  User,
  UserManager,
  WebStorageStateStore,
  type UserManagerSettings,
} from "pkce-wasm/oidc-client-ts";
import { same } from "./expect.js";

const settings: UserManagerSettings = {
  authority: "https://id.example",
  client_id: "app",
  redirect_uri: "https://app.example/callback",
  userStore: new WebStorageStateStore({ prefix: "mine.", store: sessionStorage }),
  extraQueryParams: { lang: "de", attempts: 1 },
  automaticSilentRenew: true,
};
// @ts-expect-error -- without a client there is no sign-in
export const incomplete: UserManagerSettings = { authority: "https://id.example" };

const userManager = new UserManager(settings);
const getUserResult = userManager.getUser();
same<typeof getUserResult, Promise<User | null>>();
const signinRedirectCallbackResult = userManager.signinRedirectCallback();
same<typeof signinRedirectCallbackResult, Promise<User>>();
const signinRedirectResult = userManager.signinRedirect({ state: { cart: 1 }, login_hint: "ada" });
same<typeof signinRedirectResult, Promise<void>>();
const remove = userManager.events.addUserLoaded((user) => {
  same<typeof user, User>();
  same<typeof user.profile.email, string | undefined>();
  same<typeof user.expires_in, number | undefined>();
});
same<typeof remove, () => void>();
userManager.events.removeAccessTokenExpiring(() => undefined);

import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { UserManager, WebStorageStateStore } from "oidc-client-ts";
import { AuthProvider, useAuth } from "react-oidc-context";

const { issuer, clientId, redirectUri, postLogoutRedirectUri } = window.settings;

/** As an application has them that was written for oidc-client-ts. */
const settings = {
  authority: issuer,
  client_id: clientId,
  redirect_uri: redirectUri,
  post_logout_redirect_uri: postLogoutRedirectUri,
  response_type: "code",
  scope: "openid email profile",
  userStore: new WebStorageStateStore({ store: localStorage }),
  automaticSilentRenew: true,
  silent_redirect_uri: redirectUri,
  loadUserInfo: true,
};

/** As applications have it that say all of it at each call. */
const signOut = { state: "goodbye", post_logout_redirect_uri: postLogoutRedirectUri };

/** What the events told. */
window.told = [];
const userManager = new UserManager(settings);
userManager.events.addUserLoaded(({ access_token }) => window.told.push(["loaded", access_token]));
userManager.events.addUserUnloaded(() => window.told.push(["unloaded"]));
userManager.events.addUserSignedOut(() => window.told.push(["signed out"]));
userManager.events.addSilentRenewError(({ code }) => window.told.push(["error", code]));
userManager.events.addAccessTokenExpiring(() => window.told.push(["expiring"]));
userManager.events.addAccessTokenExpired(() => window.told.push(["expired"]));
Object.assign(window, { UserManager, userManager, userManagerSettings: settings });

function App() {
  const auth = useAuth();
  window.auth = auth;
  if (auth.isLoading) return <p role="status">Loading</p>;
  if (auth.error) return <p role="alert">{auth.error.message}</p>;
  if (!auth.isAuthenticated) {
    return (
      <>
        <p role="status">Signed out</p>
        <button onClick={() => auth.signinRedirect({ state: { cart: [1, 2] } })}>Sign in</button>
        <button onClick={() => auth.signinPopup()}>Sign in by popup</button>
      </>
    );
  }
  return (
    <>
      <p role="status">Signed in as {auth.user.profile.email}</p>
      <button onClick={() => auth.signinSilent()}>Renew</button>
      <button onClick={() => auth.removeUser()}>Forget</button>
      <button onClick={() => auth.signoutRedirect(signOut)}>Sign out</button>
    </>
  );
}

createRoot(document.querySelector("#root")).render(
  <StrictMode>
    <AuthProvider
      userManager={userManager}
      onSigninCallback={(user) => {
        window.came = { state: user.state, name: user.profile.name };
        history.replaceState({}, "", "/");
      }}
      matchSignoutCallback={() => sessionStorage.getItem("leaving") !== null}
      onSignoutCallback={(response) => {
        sessionStorage.removeItem("leaving");
        window.back = response;
      }}
    >
      <App />
    </AuthProvider>
  </StrictMode>,
);

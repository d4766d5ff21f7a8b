import { WebStorageStateStore } from "oidc-client";
import { useEffect, useState } from "react";
import { createRoot } from "react-dom/client";
import { Callback, makeAuthenticator, makeUserManager } from "react-oidc";
import { OidcTokenStorage } from "./token-storage.js";

const { issuer, clientId } = await (await fetch("/settings.json")).json();
const store = () => new WebStorageStateStore({ store: new OidcTokenStorage() });

/** As OpenMetadata's UI makes it. */
const userManager = makeUserManager({
  authority: issuer,
  client_id: clientId,
  response_type: "code",
  redirect_uri: `${location.origin}/callback`,
  silent_redirect_uri: `${location.origin}/silent-callback`,
  scope: "openid email profile",
  userStore: store(),
  stateStore: store(),
  silentRequestTimeout: 20000,
});

/** The page after a sign-in, which renews the ID token that the API is asked with. */
function Signed() {
  const [known, setKnown] = useState([]);
  useEffect(() => {
    (async () => {
      const kept = localStorage.getItem("oidcIdToken");
      const before = await userManager.getUser();
      const after = await userManager.signinSilent();
      setKnown([
        kept === before.id_token && "The callback gave the ID token",
        after.id_token !== before.id_token && "The ID token is renewed",
        Object.keys(localStorage).some((key) => key.startsWith("om.")) && "It is in the storage",
      ]);
    })().catch((error) => setKnown([String(error)]));
  }, []);
  return known.map((words) => words && <li key={words}>{words}</li>);
}

function Page() {
  const [user, setUser] = useState();
  useEffect(() => {
    userManager.getUser().then(setUser);
  }, []);
  if (user === undefined) return null;
  return (
    <>
      <p role="status">{user ? `Signed in as ${user.profile.email}` : "Signed out"}</p>
      <button onClick={() => userManager.signinRedirect()}>Sign in</button>
      <ul>{user && <Authenticated />}</ul>
    </>
  );
}

const Authenticated = makeAuthenticator({ userManager })(Signed);

function Back() {
  const goOn = (user) => {
    localStorage.setItem("oidcIdToken", user.id_token);
    location.replace("/");
  };
  const [failure, setFailure] = useState("");
  return (
    <Callback userManager={userManager} onSuccess={goOn} onError={(e) => setFailure(String(e))}>
      <p role="alert">{failure}</p>
    </Callback>
  );
}

createRoot(document.querySelector("#app")).render(
  location.pathname === "/callback" ? <Back /> : <Page />,
);

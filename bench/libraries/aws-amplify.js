import { Amplify } from "aws-amplify";
import "aws-amplify/auth/enable-oauth-listener";
import { fetchAuthSession, signInWithRedirect, signOut } from "aws-amplify/auth";

// For its size only.
export function open({ userPoolId, clientId, domain, redirectUri }) {
  const oauth = {
    domain,
    redirectSignIn: [redirectUri],
    redirectSignOut: [redirectUri],
    responseType: "code",
    scopes: ["openid", "email"],
  };
  Amplify.configure({
    Auth: { Cognito: { userPoolId, userPoolClientId: clientId, loginWith: { oauth } } },
  });
  return { signIn: signInWithRedirect, token: fetchAuthSession, signOut };
}

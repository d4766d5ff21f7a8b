import { Amplify } from "aws-amplify";
import "aws-amplify/auth/enable-oauth-listener";
import { fetchAuthSession, signInWithRedirect } from "aws-amplify/auth";
import { Hub } from "aws-amplify/utils";

export function open({ issuer, clientId, redirectUri, postLogoutRedirectUri }) {
  let failed;
  Hub.listen("auth", ({ payload }) => {
    if (payload.event === "signInWithRedirect_failure") failed = payload.data?.error;
  });
  // Configured with a callback in the address, it answers it by itself.
  Amplify.configure({
    Auth: {
      Cognito: {
        userPoolId: "eu-central-1_Example00",
        userPoolClientId: clientId,
        loginWith: {
          oauth: {
            domain: issuer.replace("https://", ""),
            redirectSignIn: [redirectUri],
            redirectSignOut: [postLogoutRedirectUri],
            responseType: "code",
            scopes: ["openid"],
          },
        },
      },
    },
  });
  const tokens = async () => (await fetchAuthSession()).tokens;
  return {
    signIn: () => signInWithRedirect(),
    callback: async () => {
      await tokens();
      if (failed) throw failed;
    },
    session: async () => {
      const held = await tokens();
      return held
        ? { sub: held.idToken?.payload.sub, accessToken: String(held.accessToken) }
        : null;
    },
  };
}

import { Amplify } from "aws-amplify";
import "aws-amplify/auth/enable-oauth-listener";
import { fetchAuthSession, signInWithRedirect } from "aws-amplify/auth";
import { cognitoUserPoolsTokenProvider } from "aws-amplify/auth/cognito";
import { defaultStorage, sessionStorage } from "aws-amplify/utils";

export function open({ issuer, clientId, redirectUri, scope, shared }) {
  const { host } = new URL(issuer);
  Amplify.configure({
    Auth: {
      Cognito: {
        userPoolId: "eu-central-1_bench",
        userPoolClientId: clientId,
        // What it asks for new tokens, where the token endpoint gives the first.
        userPoolEndpoint: `${issuer}/user-pool`,
        loginWith: {
          oauth: {
            domain: host,
            redirectSignIn: [redirectUri],
            redirectSignOut: [redirectUri],
            responseType: "code",
            scopes: scope.split(" "),
          },
        },
      },
    },
  });
  // Its default is localStorage, where the second sign-in would be refused: there is a user.
  const storage = shared ? defaultStorage : sessionStorage;
  cognitoUserPoolsTokenProvider.setKeyValueStorage(storage);
  const token = async (options) => {
    const { tokens } = await fetchAuthSession(options);
    return tokens.accessToken.toString();
  };
  return {
    signIn: () => signInWithRedirect(),
    // It finishes a sign-in by itself, and the session waits for that.
    callback: () => token(),
    restore: () => token(),
    token: () => token(),
    refresh: () => token({ forceRefresh: true }),
  };
}

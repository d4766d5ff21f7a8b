import { createStandardPublicClientApplication } from "@azure/msal-browser";

// For its size only.
export async function open({ issuer, clientId, redirectUri, scope }) {
  const client = await createStandardPublicClientApplication({
    auth: { clientId, authority: issuer, knownAuthorities: [new URL(issuer).host], redirectUri },
    system: { protocolMode: "OIDC" },
  });
  const scopes = scope.split(" ");
  return {
    signIn: () => client.loginRedirect({ scopes }),
    callback: () => client.handleRedirectPromise(),
    token: () => client.acquireTokenSilent({ scopes }),
  };
}

import { createStandardPublicClientApplication } from "@azure/msal-browser";

export function open({ issuer, endpoints, clientId, redirectUri, scope, shared }) {
  const ready = createStandardPublicClientApplication({
    auth: {
      clientId,
      redirectUri,
      authority: issuer,
      knownAuthorities: [new URL(issuer).host],
      ...(endpoints && { authorityMetadata: JSON.stringify(endpoints) }),
      OIDCOptions: { responseMode: "query", defaultScopes: scope.split(" ") },
    },
    cache: { cacheLocation: shared ? "localStorage" : "sessionStorage" },
    system: { protocolMode: "OIDC" },
  });
  const scopes = scope.split(" ");
  const token = async (options) => {
    const client = await ready;
    const [account] = client.getAllAccounts();
    return (await client.acquireTokenSilent({ scopes, account, ...options })).accessToken;
  };
  return {
    signIn: async () => (await ready).loginRedirect({ scopes }),
    callback: async () => {
      const client = await ready;
      // By default it first goes back to the page that began the sign-in.
      const result = await client.handleRedirectPromise({ navigateToLoginRequestUrl: false });
      return result.accessToken;
    },
    restore: () => token(),
    token: () => token(),
    refresh: () => token({ forceRefresh: true }),
  };
}

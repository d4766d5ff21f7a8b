import * as oauth from "oauth4webapi";

/** It keeps nothing itself: the smallest app around it keeps transaction and tokens in sessionStorage. */
export function open({ issuer, endpoints, clientId, redirectUri, scope }) {
  const insecure = { [oauth.allowInsecureRequests]: true };
  const client = { client_id: clientId };
  const keep = (name, value) => sessionStorage.setItem(name, JSON.stringify(value));
  const kept = (name) => JSON.parse(sessionStorage.getItem(name));

  async function server() {
    if (endpoints) return { issuer, ...endpoints };
    const url = new URL(issuer);
    return oauth.processDiscoveryResponse(url, await oauth.discoveryRequest(url, insecure));
  }

  async function refresh() {
    const as = await server();
    const { refresh_token } = kept("tokens");
    const none = oauth.None();
    const response = await oauth.refreshTokenGrantRequest(
      as,
      client,
      none,
      refresh_token,
      insecure,
    );
    const tokens = await oauth.processRefreshTokenResponse(as, client, response);
    keep("tokens", { refresh_token, ...tokens, at: Date.now() });
    return tokens.access_token;
  }

  const token = async () => {
    const tokens = kept("tokens");
    return Date.now() < tokens.at + tokens.expires_in * 1000 ? tokens.access_token : refresh();
  };

  return {
    async signIn() {
      const as = await server();
      const verifier = oauth.generateRandomCodeVerifier();
      const state = oauth.generateRandomState();
      const nonce = oauth.generateRandomNonce();
      keep("transaction", { verifier, state, nonce });
      const url = new URL(as.authorization_endpoint);
      url.search = new URLSearchParams({
        client_id: clientId,
        redirect_uri: redirectUri,
        response_type: "code",
        scope,
        state,
        nonce,
        code_challenge: await oauth.calculatePKCECodeChallenge(verifier),
        code_challenge_method: "S256",
      });
      location.assign(url);
    },
    async callback() {
      const as = await server();
      const { verifier, state, nonce } = kept("transaction");
      sessionStorage.removeItem("transaction");
      const params = oauth.validateAuthResponse(as, client, new URL(location.href), state);
      const none = oauth.None();
      const response = await oauth.authorizationCodeGrantRequest(
        as,
        client,
        none,
        params,
        redirectUri,
        verifier,
        insecure,
      );
      const tokens = await oauth.processAuthorizationCodeResponse(as, client, response, {
        expectedNonce: nonce,
        requireIdToken: true,
      });
      // Its opt-in: the signature of the ID token, for a comparison like for like.
      await oauth.validateApplicationLevelSignature(as, response, insecure);
      keep("tokens", { ...tokens, at: Date.now() });
      return tokens.access_token;
    },
    restore: token,
    token,
    refresh,
  };
}

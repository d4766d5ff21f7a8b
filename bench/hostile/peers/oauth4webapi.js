import * as oauth from "oauth4webapi";

/** It keeps nothing itself: around it is the smallest application that its examples show. */
export function open({ issuer, clientId, redirectUri, postLogoutRedirectUri, everyCheck }) {
  const client = { client_id: clientId };
  const keep = (name, value) => sessionStorage.setItem(name, JSON.stringify(value));
  const kept = (name) => JSON.parse(sessionStorage.getItem(name));

  const options = { signal: () => AbortSignal.timeout(10_000) };

  async function server() {
    const url = new URL(issuer);
    return oauth.processDiscoveryResponse(url, await oauth.discoveryRequest(url, options));
  }

  /** The session of an answer that was checked. */
  async function hold(as, response, tokens) {
    const { access_token: accessToken, id_token: idToken, refresh_token: refreshToken } = tokens;
    if (everyCheck && idToken) {
      await oauth.validateApplicationLevelSignature(as, response, options);
    }
    const claims = oauth.getValidatedIdTokenClaims(tokens) ?? kept("session")?.claims;
    keep("session", {
      ...kept("session"),
      ...{ accessToken, claims, sub: claims?.sub },
      ...(idToken && { idToken }),
      ...(refreshToken && { refreshToken }),
    });
  }

  return {
    async signIn({ acrValues, maxAge }) {
      const as = await server();
      const verifier = oauth.generateRandomCodeVerifier();
      const state = oauth.generateRandomState();
      // As in its examples: PKCE takes the nonce's place, where the provider has it.
      const hasPkce = as.code_challenge_methods_supported?.includes("S256") === true;
      const nonce = everyCheck || !hasPkce ? oauth.generateRandomNonce() : undefined;
      keep("transaction", { verifier, state, nonce, maxAge });
      const url = new URL(as.authorization_endpoint);
      const parameters = {
        client_id: clientId,
        redirect_uri: redirectUri,
        response_type: "code",
        scope: "openid",
        state,
        code_challenge: await oauth.calculatePKCECodeChallenge(verifier),
        code_challenge_method: "S256",
        ...(nonce && { nonce }),
        ...(acrValues && { acr_values: acrValues }),
        ...(maxAge && { max_age: maxAge }),
      };
      for (const [name, value] of Object.entries(parameters)) url.searchParams.set(name, value);
      location.assign(url);
    },
    async callback() {
      const transaction = kept("transaction");
      if (!transaction) return;
      const as = await server();
      const { verifier, state, nonce, maxAge } = transaction;
      const parameters = oauth.validateAuthResponse(as, client, new URL(location.href), state);
      sessionStorage.removeItem("transaction");
      const response = await oauth.authorizationCodeGrantRequest(
        as,
        client,
        oauth.None(),
        parameters,
        redirectUri,
        verifier,
        options,
      );
      const tokens = await oauth.processAuthorizationCodeResponse(as, client, response, {
        expectedNonce: nonce,
        maxAge,
        requireIdToken: true,
      });
      await hold(as, response, tokens);
    },
    session: () => kept("session"),
    async userInfo() {
      const as = await server();
      const { accessToken, sub } = kept("session");
      const response = await oauth.userInfoRequest(as, client, accessToken, options);
      return oauth.processUserInfoResponse(as, client, sub, response);
    },
    async refresh() {
      const as = await server();
      const none = oauth.None();
      const { refreshToken } = kept("session");
      const response = await oauth.refreshTokenGrantRequest(
        as,
        client,
        none,
        refreshToken,
        options,
      );
      await hold(as, response, await oauth.processRefreshTokenResponse(as, client, response));
    },
    async signOut() {
      const as = await server();
      const { refreshToken, idToken } = kept("session");
      const none = oauth.None();
      const response = await oauth.revocationRequest(as, client, none, refreshToken, options);
      await oauth.processRevocationResponse(response);
      sessionStorage.removeItem("session");
      const url = new URL(as.end_session_endpoint);
      url.searchParams.set("id_token_hint", idToken);
      url.searchParams.set("post_logout_redirect_uri", postLogoutRedirectUri);
      location.assign(url);
    },
    signedOut: () => {},
  };
}

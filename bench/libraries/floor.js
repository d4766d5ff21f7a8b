/**
 * The floor: posts the code with `fetch` and stores the answer, and nothing else. It checks nothing, not
 * even the `state`: no library can be faster, and none may do as little.
 */
export function open({ endpoints, clientId, redirectUri, scope }) {
  const keep = (tokens) => sessionStorage.setItem("tokens", JSON.stringify(tokens));
  const kept = () => JSON.parse(sessionStorage.getItem("tokens"));

  async function request(fields) {
    const body = new URLSearchParams({ client_id: clientId, ...fields });
    const response = await fetch(endpoints.token_endpoint, { method: "POST", body });
    const tokens = await response.json();
    keep({ ...kept(), ...tokens, at: Date.now() });
    return tokens.access_token;
  }

  const refresh = () =>
    request({ grant_type: "refresh_token", refresh_token: kept().refresh_token });
  const token = async () => {
    const { access_token, at, expires_in } = kept();
    return Date.now() < at + expires_in * 1000 ? access_token : refresh();
  };

  return {
    signIn() {
      const url = new URL(endpoints.authorization_endpoint);
      url.search = new URLSearchParams({
        client_id: clientId,
        redirect_uri: redirectUri,
        response_type: "code",
        scope,
        state: "state",
      });
      location.assign(url);
      return Promise.resolve();
    },
    callback: () =>
      request({
        grant_type: "authorization_code",
        code: new URLSearchParams(location.search).get("code"),
        redirect_uri: redirectUri,
      }),
    restore: token,
    token,
    refresh,
  };
}

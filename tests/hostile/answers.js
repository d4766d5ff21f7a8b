/** Small deviations, for the tables of cases. */

/** The same answer with another body, whatever it is. */
export const body = (bytes, headers) => (answer) => ({
  ...answer,
  headers: { ...answer.headers, ...headers },
  body: bytes,
});

/** The same answer with its body as this text makes it of the honest one. */
export const rewritten = (change) => (answer) => ({
  ...answer,
  body: change(Buffer.isBuffer(answer.body) ? answer.body : JSON.stringify(answer.body)),
});

/** The same answer with other headers. */
export const headers = (changes) => (answer) => ({
  ...answer,
  headers: { ...answer.headers, ...changes },
});

/** The same body with another status. */
export const status = (code) => (answer) => ({ ...answer, status: code });

/** An answer that is an error: RFC 6749 §5.2. */
export const refusal =
  (error, code = 400) =>
  () => ({
    status: code,
    headers: { "Content-Type": "application/json" },
    body: { error },
  });

/** A redirect in the place of an answer. */
export const moved =
  (location, code = 302) =>
  (_answer, issuer) => ({
    status: code,
    headers: { Location: typeof location === "function" ? location(issuer) : location },
  });

/** The key set with these keys. */
export const keySet = (keys) => (answer, issuer) => ({
  ...answer,
  body: { keys: keys(issuer.key.jwk, issuer) },
});

/** The authorization response with other parameters. */
export const callback = (change) => (answer, issuer) => {
  const url = new URL(answer.headers.Location);
  change(url.searchParams, issuer, url);
  return { ...answer, headers: { ...answer.headers, Location: url.href } };
};

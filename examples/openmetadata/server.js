// A server with two of OpenMetadata's addresses: its public settings, and who the caller is.
import { createServer } from "node:http";
import { readFileSync } from "node:fs";
import { createRemoteJWKSet, errors, jwtVerify } from "jose";
import sirv from "sirv";

const port = Number(process.argv[2] ?? 8585);
const { issuer, clientId } = JSON.parse(
  readFileSync(new URL("public/settings.json", import.meta.url), "utf8"),
);
const jwksUri = `${issuer}/.well-known/jwks.json`;
const keySet = createRemoteJWKSet(new URL(jwksUri));
const principalClaims = ["email", "preferred_username", "sub"];

const settings = {
  provider: "aws-cognito",
  clientType: "public",
  authority: issuer,
  clientId,
  callbackUrl: `http://localhost:${port}/callback`,
  publicKeyUrls: [jwksUri],
  jwtPrincipalClaims: principalClaims,
};

/** The user that an ID token of this client stands for. */
async function loggedInUser(authorization) {
  const token = /^Bearer +(\S+)$/i.exec(authorization ?? "")?.[1] ?? "";
  try {
    const options = { issuer, audience: clientId, algorithms: ["RS256"] };
    const { payload } = await jwtVerify(token, keySet, options);
    if (payload.token_use !== "id") return [401, { message: "This is no ID token." }];
    const principal = principalClaims.map((name) => payload[name]).find(Boolean);
    return [200, { name: String(principal).split("@")[0], email: payload.email }];
  } catch (error) {
    if (!(error instanceof errors.JOSEError)) return [503, { message: "No keys to verify with." }];
    return [401, { message: error.message }];
  }
}

const page = sirv(new URL("dist", import.meta.url).pathname, { single: true });
const server = createServer(async (request, response) => {
  const answer = (status, body) => {
    response.writeHead(status, { "Content-Type": "application/json", "Cache-Control": "no-store" });
    response.end(JSON.stringify(body));
  };
  switch (request.url) {
    case "/api/v1/system/config/auth":
      return answer(200, settings);
    case "/api/v1/users/loggedInUser":
      return answer(...(await loggedInUser(request.headers.authorization)));
    default:
      return page(request, response, () => answer(404, {}));
  }
});
server.listen(port, "localhost", () => console.log(`http://localhost:${port}`));

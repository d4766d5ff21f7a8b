// Settings of other client libraries: oidc-client(-ts), Angular's, keycloak.json.
import assert from "node:assert/strict";
import { test } from "node:test";
import {
  callback,
  clientId,
  endpoints,
  gives,
  host,
  issuer,
  leaves,
  refuses,
  secret,
} from "./world.js";

const base = { issuer, clientId, redirectUri: callback };

const settings = (changed = "", authority = issuer) => `
import { AuthProvider } from "react-oidc-context";
const config = {
  authority: "${authority}",
  client_id: "${clientId}",
  redirect_uri: "${callback}",
  response_type: "code",
${changed}
};
`;

test("the console's snippet, whose sign-out address is left as it is or filled in", () => {
  const signOut = (address) => `${settings('  scope: "phone openid email",')}
const signOutRedirect = () => {
  const logoutUri = "${address}";
  const cognitoDomain = "https://${host}";
  window.location.href = \`\${cognitoDomain}/logout?client_id=${clientId}&logout_uri=\${encodeURIComponent(logoutUri)}\`;
};`;
  const scope = "phone openid email";
  const imported = gives("main.jsx", signOut("<logout uri>"), { ...base, scope });
  leaves(imported, { logoutUri: "placeholder" });
  assert.equal(imported.register.signOut, null);
  const postLogoutRedirectUri = "https://orders.example.org/";
  gives("main.jsx", signOut(postLogoutRedirectUri), { ...base, scope, postLogoutRedirectUri });
});

test("the old authority, commented out above the new one", () => {
  gives(
    "auth.js",
    settings().replace(
      "authority:",
      'client_id_: "",\n  // authority: "https://old.example.org",\n  authority:',
    ),
    base,
  );
});

test("settings as attributes, as arguments, and as JSON under another library's name", () => {
  const attributes = `<AuthProvider authority="${issuer}" client_id={"${clientId}"} redirect_uri={'${callback}'}><App /></AuthProvider>`;
  gives("main.tsx", `export const Root = () => ${attributes};`, base);
  gives(
    "auth.ts",
    `export const manager = new UserManager({ authority: "${issuer}", client_id: "${clientId}", redirect_uri: "${callback}" });`,
    base,
  );
  gives(
    "aws-exports.json",
    JSON.stringify({
      authority: issuer,
      client_id: clientId,
      redirect_uri: callback,
      scope: "openid",
    }),
    { ...base, scope: "openid" },
  );
});

test("values from the environment with fallbacks, and from the page", () => {
  const text = `export const oidc: AuthProviderProps = {
  authority: import.meta.env.VITE_AUTHORITY ?? "${issuer}",
  client_id: process.env.REACT_APP_CLIENT_ID || "${clientId}",
  redirect_uri: window.location.origin + "/signed-in",
  post_logout_redirect_uri: \`\${window.location.origin}/\`,
};`;
  const page = "https://orders.example.org/start";
  gives(
    "auth.ts",
    text,
    { ...base, postLogoutRedirectUri: "https://orders.example.org/" },
    { page },
  );
  refuses("auth.ts", text, "invalid_config", "redirect_uri");
  const other = { VITE_AUTHORITY: "https://id.example.org/" };
  const redirectUri = callback;
  gives(
    "auth.ts",
    text.replace(/.*post_logout.*\n/, ""),
    { ...base, issuer: other.VITE_AUTHORITY, redirectUri },
    { env: other, redirectUri },
  );
});

test("the page's address in its parts", () => {
  for (const address of [
    "window.location.origin + '/signed-in'",
    "`${location.protocol}//${location.host}/signed-in`",
    "new URL('/signed-in', window.location.origin).toString()",
    "window.location.href",
  ]) {
    const text = `const config = { authority: "${issuer}", client_id: "${clientId}", redirect_uri: ${address} };`;
    gives("auth.js", text, base, { page: callback });
  }
});

test("the page's address by URL, and a constant of the file", () => {
  const text = `const origin = "https://orders.example.org";
const config = { authority: "${issuer}", client_id: "${clientId}", redirect_uri: new URL("/signed-in", origin).href };`;
  gives("auth.js", text, base);
});

test("metadata in part stand beside the issuer; in whole they need no discovery", () => {
  const part = `  metadata: {
    issuer: "${issuer}",
    authorization_endpoint: "https://${host}/oauth2/authorize?response_type=code",
    token_endpoint: "https://${host}/oauth2/token",
    end_session_endpoint: "https://${host}/logout?client_id=${clientId}&logout_uri=https://orders.example.org",
  },`;
  const { authorization, token, endSession, jwks } = endpoints();
  gives("auth.js", settings(part), { ...base, endpoints: { authorization, token, endSession } });
  const { issuer: _, ...more } = base;
  const whole = part.replace("token_endpoint", `jwks_uri: "${jwks}",\n    token_endpoint`);
  gives("auth.js", settings(whole), {
    ...more,
    endpoints: { issuer, authorization, token, endSession, jwks },
  });
  gives("auth.js", settings(part.replace("metadata", "metadataSeed")), {
    ...base,
    endpoints: { authorization, token, endSession },
  });
});

test("the domain as the authority is refused, unless the metadata have the issuer", () => {
  for (const domain of [`https://${host}`, `https://${host}/`]) {
    refuses("auth.js", settings("", domain), "invalid_config", "authority");
  }
  const text = settings(
    `  metadata: { issuer: "${issuer}", token_endpoint: "https://${host}/oauth2/token" },`,
    `https://${host}`,
  );
  leaves(gives("auth.js", text, { ...base, endpoints: { token: endpoints().token } }), {
    authority: "wrong",
  });
});

test("a password in an address is not shown", () => {
  refuses(
    "auth.js",
    settings("", `https://user:${secret}@id.example.org`),
    "invalid_config",
    "authority",
  );
});

test("a secret from anywhere is one; what has no counterpart is named", () => {
  for (const value of [`"${secret}"`, "process.env.OIDC_SECRET", "import.meta.env.VITE_SECRET"]) {
    refuses(
      "auth.js",
      settings(`  client_secret: ${value},`),
      "client_has_secret",
      "client_secret",
    );
  }
  for (const value of ['""', "undefined", 'process.env.OIDC_SECRET ?? ""']) {
    gives("auth.js", settings(`  client_secret: ${value},`), base);
  }
  leaves(gives("auth.js", settings("  automaticSilentRenew: true,\n  loadUserInfo: true,"), base), {
    automaticSilentRenew: "unused",
    loadUserInfo: "unused",
  });
  leaves(gives("auth.js", settings().replace('"code"', '"id_token token"'), base), {
    response_type: "flow",
  });
});

test("angular-auth-oidc-client, with its own names", () => {
  const text = `@NgModule({ imports: [AuthModule.forRoot({ config: {
    authority: '${issuer}', redirectUrl: '${callback}', postLogoutRedirectUri: window.location.origin,
    clientId: '${clientId}', scope: 'openid email', responseType: 'code', silentRenew: true, useRefreshToken: true } })] })
export class AuthConfigModule {}`;
  const expected = {
    ...base,
    scope: "openid email",
    postLogoutRedirectUri: "https://orders.example.org",
  };
  gives("auth-config.module.ts", text, expected, { page: "https://orders.example.org/" });
  const { postLogoutRedirectUri: _, ...without } = expected;
  const wellKnown = text
    .replace(
      `authority: '${issuer}'`,
      `authWellknownEndpointUrl: '${issuer}/.well-known/openid-configuration'`,
    )
    .replace(/postLogoutRedirectUri: [^,]*, *\n?/, "");
  gives("auth-config.module.ts", wellKnown, without);
});

const realm = {
  realm: "orders",
  "auth-server-url": "https://sso.example.org/",
  "ssl-required": "none",
  resource: "shop",
  "public-client": true,
  "confidential-port": 0,
};

test("keycloak.json, with /auth and a final slash or without", () => {
  for (const [server, its] of [
    ["https://sso.example.org", "https://sso.example.org/realms/orders"],
    ["https://sso.example.org/", "https://sso.example.org/realms/orders"],
    ["https://sso.example.org/auth", "https://sso.example.org/auth/realms/orders"],
    ["https://sso.example.org/auth/", "https://sso.example.org/auth/realms/orders"],
  ]) {
    const text = JSON.stringify({ ...realm, "auth-server-url": server });
    const options = { issuer: its, clientId: "shop", redirectUri: callback };
    const imported = gives("keycloak.json", text, options, { redirectUri: callback });
    leaves(imported, { "ssl-required": "unused" });
    refuses("keycloak.json", text, "invalid_config", "redirectUri");
  }
});

test("Keycloak's settings in a script, with either set of names", () => {
  const options = {
    issuer: "https://sso.example.org/realms/orders",
    clientId: "shop",
    redirectUri: callback,
  };
  gives(
    "keycloak.ts",
    'export default new Keycloak({ url: "https://sso.example.org", realm: "orders", clientId: "shop" });',
    options,
    { redirectUri: callback },
  );
  gives(
    "keycloak.js",
    'const config = { "auth-server-url": "https://sso.example.org", realm: "orders", clientId: "shop" };',
    options,
    { redirectUri: callback },
  );
});

test("Keycloak's credentials are those of a confidential client", () => {
  refuses(
    "keycloak.json",
    JSON.stringify({ ...realm, credentials: { secret } }),
    "client_has_secret",
    ["credentials.secret", "credentials"],
  );
  const empty = JSON.stringify({ ...realm, credentials: { secret: "" } });
  gives(
    "keycloak.json",
    empty,
    { issuer: "https://sso.example.org/realms/orders", clientId: "shop", redirectUri: callback },
    { redirectUri: callback },
  );
  refuses(
    "keycloak.json",
    JSON.stringify({ ...realm, resource: "<client>" }),
    "invalid_config",
    "resource",
    { redirectUri: callback },
  );
});

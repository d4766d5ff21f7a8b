import assert from "node:assert/strict";
import { test } from "node:test";
import {
  clientId,
  endpoints,
  gives,
  host,
  leaves,
  pool,
  refuses,
  region,
  secret,
} from "./world.js";

const page = "https://orders.example.org/account";
const home = "https://orders.example.org/";
const expected = {
  endpoints: endpoints(),
  clientId,
  scope: ["openid", "email"],
  redirectUri: home,
  postLogoutRedirectUri: home,
};

const oauth = (changed = {}) => ({
  domain: host,
  scope: ["openid", "email"],
  redirectSignIn: home,
  redirectSignOut: home,
  responseType: "code",
  ...changed,
});
const exports = (
  changed = {},
  before = "const awsmobile = ",
  after = "export default awsmobile;",
) =>
  `/* eslint-disable */\n${before}${JSON.stringify(
    {
      aws_project_region: region,
      aws_cognito_region: region,
      aws_user_pools_id: pool,
      aws_user_pools_web_client_id: clientId,
      oauth: oauth(),
      ...changed,
    },
    null,
    2,
  )};\n${after}\n`;

test("aws-exports.js, as a module, in CommonJS and as JSON", () => {
  gives("aws-exports.js", exports(), expected);
  gives("aws-exports.js", exports({}, "module.exports = ", ""), expected);
  gives(
    "aws-exports.ts",
    exports({}, "const config: Record<string, unknown> = ", "export default config as const;"),
    expected,
  );
  gives(
    "aws-exports.json",
    exports()
      .replace(/^.*\n.*= /, "")
      .replace(/;\n.*\n$/, ""),
    expected,
  );
});

test("keys without quotes, trailing commas, comments, and a value without its key", () => {
  const text = `export default {
  aws_user_pools_id: '${pool}', // the pool
  aws_user_pools_web_client_id: \`${clientId}\`,
  /* aws_user_pools_id: 'eu-west-1_OlDpOoL', */
  oauth: { domain: '${host}', scope: ['openid', 'email'], redirectSignIn: '${home}', redirectSignOut: '${home}', responseType: 'code', },
  "us-east-1",
};`;
  gives("aws-exports.js", text, expected);
});

test("several addresses with commas or in a list: the page's own, and all of them to be registered", () => {
  for (const several of [
    `http://localhost:3000/,${home}`,
    ["http://localhost:3000/", home, "myapp://callback/"],
  ]) {
    const text = exports({ oauth: oauth({ redirectSignIn: several, redirectSignOut: several }) });
    const { register } = gives("aws-exports.js", text, expected, { page });
    const both = ["http://localhost:3000/", home];
    assert.deepEqual(register, { callback: both, signOut: both });
    refuses("aws-exports.js", text, "invalid_config", "oauth.redirectSignIn");
    refuses("aws-exports.js", text, "invalid_config", "oauth.redirectSignIn", {
      page: "https://elsewhere.example.org",
    });
    gives(
      "aws-exports.js",
      text,
      { ...expected, redirectUri: `${home}cb` },
      { page, redirectUri: `${home}cb` },
    );
  }
});

test("a file without a sign-in page says that it has none", () => {
  for (const none of [{}, undefined, { domain: "" }]) {
    refuses(
      "aws-exports.js",
      exports({ oauth: none }),
      "invalid_config",
      ["oauth", "oauth.domain"],
      { redirectUri: home },
    );
  }
  const outputs = {
    version: "1",
    auth: { user_pool_id: pool, user_pool_client_id: clientId, aws_region: region },
  };
  refuses("amplify_outputs.json", JSON.stringify(outputs), "invalid_config", "auth.oauth", {
    redirectUri: home,
  });
});

test("the domain as a prefix, a host, and a URL with a final slash and without", () => {
  for (const domain of ["orders", host, `https://${host}`, `https://${host}/`]) {
    gives("aws-exports.js", exports({ oauth: oauth({ domain }) }), expected);
  }
  const custom = { ...expected, endpoints: endpoints("https://auth.example.org") };
  gives("aws-exports.js", exports({ oauth: oauth({ domain: "auth.example.org" }) }), custom);
});

test("a domain that cannot be: doubled, made of the pool's ID, or of another region", () => {
  for (const domain of [
    `auth.example.org.auth.${region}.amazoncognito.com`,
    `${pool}.auth.${region}.amazoncognito.com`,
    "orders.auth.us-west-2.amazoncognito.com",
  ]) {
    refuses(
      "aws-exports.js",
      exports({ oauth: oauth({ domain }) }),
      "invalid_config",
      "oauth.domain",
    );
  }
});

test("the implicit flow's settings, identity pools and keys of APIs are left out by name", () => {
  const text = exports({
    oauth: oauth({ responseType: "token" }),
    aws_cognito_identity_pool_id: `${region}:12345678-1234-1234-1234-123456789012`,
    aws_appsync_apiKey: secret,
  });
  leaves(gives("aws-exports.js", text, expected), {
    "oauth.responseType": "flow",
    aws_cognito_identity_pool_id: "unused",
    aws_appsync_apiKey: "secret",
  });
});

test("amplify_outputs.json, with addresses of an app beside", () => {
  const outputs = {
    auth: {
      user_pool_id: pool,
      user_pool_client_id: clientId,
      aws_region: region,
      identity_pool_id: `${region}:12345678-1234-1234-1234-123456789012`,
      oauth: {
        identity_providers: ["GOOGLE"],
        domain: host,
        scopes: ["openid", "email"],
        redirect_sign_in_uri: ["myapp://in/", home],
        redirect_sign_out_uri: ["myapp://out/", home],
        response_type: "code",
      },
    },
    version: "1.3",
  };
  const imported = gives("amplify_outputs.json", JSON.stringify(outputs), expected);
  leaves(imported, {
    "auth.identity_pool_id": "unused",
    "auth.oauth.identity_providers": "unused",
  });
  assert.deepEqual(imported.register, { callback: home, signOut: home });
  outputs.auth.oauth.redirect_sign_in_uri = ["myapp://in/"];
  refuses(
    "amplify_outputs.json",
    JSON.stringify(outputs),
    "invalid_config",
    "auth.oauth.redirect_sign_in_uri",
    { page },
  );
});

test("Amplify in code, both generations, with the page where it belongs and beside it", () => {
  const its = JSON.stringify(oauth());
  for (const text of [
    `Amplify.configure({ Auth: { region: "${region}", userPoolId: "${pool}", userPoolWebClientId: "${clientId}", oauth: ${its} } });`,
    `Amplify.configure({ Auth: { Cognito: { userPoolId: "${pool}", userPoolClientId: "${clientId}", loginWith: { oauth: ${its} } } } });`,
    `Amplify.configure({ Auth: { Cognito: { userPoolId: "${pool}", userPoolClientId: "${clientId}" }, oauth: ${its} } });`,
    `const oauth = ${its};\nconst config = { Auth: { Cognito: { userPoolId: "${pool}", userPoolClientId: "${clientId}", loginWith: { oauth } } } };\nAmplify.configure(config, { ssr: true });`,
    `const auth = { region: "${region}", userPoolId: "${pool}", userPoolWebClientId: "${clientId}", userPoolNativeClientId: "native" };\nAuth.configure({ Auth: { ...auth, oauth: ${its} } });`,
  ]) {
    const imported = gives(
      "main.ts",
      `import { Amplify } from "aws-amplify";\n${text}\n`,
      expected,
    );
    assert.equal(imported.system, "amplify");
  }
});

const inCode = (value) => `Amplify.configure({
  Auth: { Cognito: { userPoolId: ${value("USER_POOL_ID")}, userPoolClientId: ${value("CLIENT_ID")},
    loginWith: { oauth: { domain: ${value("DOMAIN")}, scopes: ["openid", "email"],
      redirectSignIn: [window.location.origin + "/"], redirectSignOut: [\`\${location.origin}/\`],
      responseType: "code" as const } } } } });`;

test("values from the environment, in each way of writing it", () => {
  const env = { USER_POOL_ID: pool, CLIENT_ID: clientId, DOMAIN: host };
  for (const value of [
    (name) => `process.env.${name}`,
    (name) => `process.env["${name}"]!`,
    (name) => `import.meta.env.${name} as string`,
    (name) => `import.meta.env.${name} ?? ""`,
    (name) => `process.env.${name} || "fallback"`,
    (name) => `"".concat(process.env.${name})`,
    (name) => `\`\${process.env.${name}}\``,
    (name) => `String(import.meta.env?.${name})`,
  ]) {
    gives("main.ts", inCode(value), expected, { env, page });
  }
  refuses(
    "main.ts",
    inCode((name) => `"".concat(process.env.${name})`),
    "invalid_config",
    "Auth.Cognito.userPoolClientId",
    { env: { USER_POOL_ID: pool, DOMAIN: host }, page },
  );
  refuses(
    "main.ts",
    inCode((name) => `process.env.${name}`),
    "invalid_config",
    "Auth.Cognito.loginWith.oauth.redirectSignIn",
    { env },
  );
});

test("Flutter's configuration, as JSON and in Dart, and its secret", () => {
  const configuration = (changed = {}) =>
    JSON.stringify({
      auth: {
        plugins: {
          awsCognitoAuthPlugin: {
            CognitoUserPool: {
              Default: { PoolId: pool, AppClientId: clientId, Region: region, ...changed },
            },
            Auth: {
              Default: {
                OAuth: {
                  WebDomain: host,
                  AppClientId: clientId,
                  SignInRedirectURI: `myapp://,${home}`,
                  SignOutRedirectURI: `myapp://,${home}`,
                  Scopes: ["openid", "email"],
                },
              },
            },
          },
        },
      },
    });
  gives("amplifyconfiguration.json", configuration(), expected);
  gives("amplifyconfiguration.dart", `const amplifyconfig = ''' ${configuration()} ''';`, expected);
  refuses(
    "amplifyconfiguration.json",
    configuration({ AppClientSecret: secret }),
    "client_has_secret",
    "auth.plugins.awsCognitoAuthPlugin.CognitoUserPool.Default.AppClientSecret",
  );
  gives("amplifyconfiguration.json", configuration({ AppClientSecret: "" }), expected);
});

test("placeholders of the pool, the client and the domain", () => {
  for (const [changed, about] of [
    [{ aws_user_pools_id: `${region}_XXXXXXXXX` }, "aws_user_pools_id"],
    [{ aws_user_pools_web_client_id: "YOUR_CLIENT_ID" }, "aws_user_pools_web_client_id"],
    [
      { oauth: oauth({ domain: "<your-domain>.auth.eu-west-1.amazoncognito.com" }) },
      "oauth.domain",
    ],
    [{ oauth: oauth({ domain: "tu-dominio" }) }, "oauth.domain"],
    [{ aws_user_pools_web_client_id: "강력한_비밀번호_입력" }, "aws_user_pools_web_client_id"],
  ]) {
    refuses("aws-exports.js", exports(changed), "invalid_config", about);
  }
});

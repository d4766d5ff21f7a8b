import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:http";
import { test } from "node:test";
import {
  appsmith,
  cognito,
  fromOpenMetadata,
  openMetadata,
  pomerium,
  rancher,
  theThingsStack,
} from "../dist/presets.js";

const clientId = "304a12ktcc5djt9d7enj6dsjkg";
const userPoolId = "eu-west-2_KcLwCelr7";
const issuer = `https://cognito-idp.eu-west-2.amazonaws.com/${userPoolId}`;
const domain = "https://my-app.auth.eu-west-2.amazoncognito.com";

/** Settings as each guide has them, filled in. */
const guides = {
  cognito: {
    preset: cognito,
    settings: {
      userPoolId,
      domain: "my-app",
      clientId,
      redirectUri: "https://app.example.com/callback",
    },
    secret: "clientSecret",
    placeholders: {
      userPoolId: "<user-pool-id>",
      domain: "${DOMAIN-PREFIX}",
      clientId: "{clientId}",
      redirectUri: "https://<app>/callback",
      issuer: "https://cognito-idp.{region}.amazonaws.com/{userPoolId}",
    },
  },
  rancher: {
    preset: rancher,
    settings: { clientId, issuer, rancherUrl: "https://rancher.example.com" },
    secret: "clientSecret",
    placeholders: {
      clientId: "<client-id>",
      issuer: "https://cognito-idp.{region}.amazonaws.com/{userPoolId}",
      rancherUrl: "https://<rancher>",
    },
  },
  "pomerium, config.yaml": {
    preset: pomerium,
    settings: {
      authenticate_service_url: "https://k8s-auth-prod.example.com",
      authorize_service_url: "https://pomerium-authorize-service.default.svc.cluster.local",
      idp_provider: "oidc",
      idp_provider_url: issuer,
      idp_client_id: clientId,
      idp_scopes: ["openid", "email", "profile"],
    },
    secret: "idp_client_secret",
    placeholders: {
      idp_provider_url: "https://cognito-idp.${AWS-REGION}.amazonaws.com/${USER_POOL_ID}",
      idp_client_id: "${CLIENT_ID}",
      authenticate_service_url: "https://${HOST}",
    },
  },
  "pomerium, environment": {
    preset: pomerium,
    settings: {
      AUTHENTICATE_SERVICE_URL: "https://authenticate.corp.example.com",
      IDP_PROVIDER: "oidc",
      IDP_PROVIDER_URL: issuer,
      IDP_CLIENT_ID: clientId,
      IDP_SCOPES: "openid,profile,email",
    },
    secret: "IDP_CLIENT_SECRET",
    placeholders: {
      IDP_PROVIDER_URL: "https://cognito-idp.${AWS-REGION}.amazonaws.com/${USER-POOL-ID}",
      IDP_CLIENT_ID: "${CLIENT_ID}",
      AUTHENTICATE_SERVICE_URL: "https://${HOST}",
    },
  },
  appsmith: {
    preset: appsmith,
    settings: {
      clientId,
      authorizationUrl: `${domain}/oauth2/authorize`,
      tokenUrl: `${domain}/oauth2/token`,
      userInfoUrl: `${domain}/oauth2/userInfo`,
      jwkSetUrl: `${issuer}/.well-known/jwks.json`,
      redirectUrl: "https://appsmith.example.com/login/oauth2/code/oidc",
    },
    secret: "clientSecret",
    placeholders: {
      clientId: "<client-id>",
      authorizationUrl: "https://<user-pool_domain>/oauth2/authorize",
      tokenUrl: "https://<user-pool_domain>/oauth2/token",
      userInfoUrl: "https://<user-pool_domain>/oauth2/userInfo",
      jwkSetUrl: "https://cognito-idp.<region>.amazonaws.com/<user-pool-id>/.well-known/jwks.json",
      redirectUrl: "https://<appsmith>/login/oauth2/code/oidc",
    },
  },
  theThingsStack: {
    preset: theThingsStack,
    settings: {
      clientId,
      providerId: "aws-cog",
      discoveryAddress: issuer,
      serverAddress: "https://tenant1.eu1.cloud.thethings.industries",
    },
    secret: "clientSecret",
    placeholders: {
      clientId: "<client-id>",
      providerId: "<authentication-provider-id>",
      discoveryAddress: "https://cognito-idp.{REGION_ID}.amazonaws.com/{POOL_ID}",
      serverAddress: "https://{tenant}.eu1.cloud.thethings.industries",
    },
  },
  fromOpenMetadata: {
    preset: fromOpenMetadata,
    settings: {
      provider: "aws-cognito",
      clientType: "public",
      authority: issuer,
      clientId,
      callbackUrl: "http://localhost:8585/callback",
    },
    placeholders: {
      authority: "https://cognito-idp.{region}.amazonaws.com/{userPoolId}",
      clientId: "{clientId}",
      callbackUrl: "https://{host}/callback",
    },
  },
};

const expected = {
  cognito: {
    endpoints: {
      issuer,
      authorization: `${domain}/oauth2/authorize`,
      token: `${domain}/oauth2/token`,
      jwks: `${issuer}/.well-known/jwks.json`,
      userinfo: `${domain}/oauth2/userInfo`,
      revocation: `${domain}/oauth2/revoke`,
      endSession: `${domain}/logout`,
    },
    provider: "cognito",
    clientId,
    redirectUri: "https://app.example.com/callback",
  },
  rancher: { issuer, clientId, redirectUri: "https://rancher.example.com/verify-auth" },
  "pomerium, config.yaml": {
    issuer,
    clientId,
    scope: ["openid", "email", "profile"],
    redirectUri: "https://k8s-auth-prod.example.com/oauth2/callback",
  },
  "pomerium, environment": {
    issuer,
    clientId,
    scope: "openid,profile,email",
    redirectUri: "https://authenticate.corp.example.com/oauth2/callback",
  },
  appsmith: {
    endpoints: {
      issuer,
      authorization: `${domain}/oauth2/authorize`,
      token: `${domain}/oauth2/token`,
      jwks: `${issuer}/.well-known/jwks.json`,
      userinfo: `${domain}/oauth2/userInfo`,
    },
    clientId,
    redirectUri: "https://appsmith.example.com/login/oauth2/code/oidc",
  },
  theThingsStack: {
    issuer,
    clientId,
    redirectUri: "https://tenant1.eu1.cloud.thethings.industries/oauth/login/aws-cog/callback",
  },
  fromOpenMetadata: {
    scope: "openid email profile",
    bearer: "id_token",
    issuer,
    provider: "cognito",
    clientId,
    redirectUri: "http://localhost:8585/callback",
  },
};

const failsWith =
  (code, ...names) =>
  (error) => {
    assert.equal(error.name, "AuthError");
    assert.equal(error.code, code);
    for (const name of names) assert.ok(error.message.includes(name), error.message);
    return true;
  };

for (const [name, { preset, settings, secret, placeholders }] of Object.entries(guides)) {
  test(`${name}: the guide's settings`, () => {
    assert.deepEqual(preset(settings), expected[name]);
  });

  test(`${name}: a setting that is still the guide's placeholder is named`, () => {
    for (const [setting, value] of Object.entries(placeholders)) {
      const [placeholder] = /\$?\{.*?\}|<.*?>/.exec(value);
      const isNamed = failsWith("invalid_config", setting.toLowerCase(), placeholder);
      assert.throws(
        () => preset({ ...settings, [setting]: value }),
        (error) => isNamed(lowerCased(error, placeholder)),
      );
    }
  });

  test(`${name}: without settings, one that is missing is named`, () => {
    for (const nothing of [undefined, null, {}]) {
      assert.throws(() => preset(nothing), failsWith("invalid_config", "missing"));
    }
  });

  test(`${name}: a setting that is missing is named`, () => {
    const ofPomerium = ["IDP_PROVIDER", "IDP_SCOPES", "AUTHORIZE_SERVICE_URL"];
    const optional = [...ofPomerium, "clientType", "provider", "userInfoUrl"];
    const isOptional = (setting) =>
      optional.some((one) => one.toLowerCase() === setting.toLowerCase());
    for (const setting of Object.keys(settings).filter((one) => !isOptional(one))) {
      for (const value of [undefined, "", " "]) {
        assert.throws(
          () => preset({ ...settings, [setting]: value }),
          (error) => failsWith("invalid_config", setting.toLowerCase())(lowerCased(error)),
        );
      }
    }
  });

  if (secret) {
    test(`${name}: a client secret is refused, an empty one is none`, () => {
      const value = "1re5ukkv3dab6up5aefv7rru65lu60oblf04t6cv8u9s0itjbci7";
      assert.throws(
        () => preset({ ...settings, [secret]: value }),
        (error) => {
          assert.ok(!error.message.includes(value));
          return failsWith("client_has_secret", secret.toLowerCase())(lowerCased(error));
        },
      );
      assert.deepEqual(preset({ ...settings, [secret]: "" }), expected[name]);
    });
  }
}

/** Pomerium's environment and its file name the same settings; only their case differs. */
function lowerCased({ name, code, message }, kept = "") {
  return { name, code, message: `${message.toLowerCase()} ${message.includes(kept) ? kept : ""}` };
}

test("what the preset does not settle is the application's", () => {
  const rest = {
    postLogoutRedirectUri: "https://app.example.com/",
    store: "local",
    scope: "openid",
  };
  for (const [name, { preset, settings }] of Object.entries(guides)) {
    const options =
      preset === fromOpenMetadata ? preset(settings, rest) : preset({ ...settings, ...rest });
    const scope = expected[name].scope && preset === pomerium ? expected[name].scope : "openid";
    assert.deepEqual(options, { ...expected[name], ...rest, scope });
  }
});

test("cognito: the domain as a prefix, a host name or an address", () => {
  for (const [given, origin] of [
    ["my-app", domain],
    ["auth.example.com", "https://auth.example.com"],
    ["auth.example.com/", "https://auth.example.com"],
    ["auth.example.com/oauth2/authorize", "https://auth.example.com"],
    ["https://auth.example.com", "https://auth.example.com"],
    [`${domain}/`, domain],
    ["http://localhost:9401", "http://localhost:9401"],
  ]) {
    const { endpoints } = cognito({ ...guides.cognito.settings, domain: given });
    assert.equal(endpoints.authorization, `${origin}/oauth2/authorize`);
    assert.equal(endpoints.endSession, `${origin}/logout`);
  }
});

test("cognito: what cannot be a domain is named", () => {
  for (const given of ["not a domain!", "my app.example.com", "my_app", "evil@", "/"]) {
    assert.throws(
      () => cognito({ ...guides.cognito.settings, domain: given }),
      ({ code, message }) => code === "invalid_config" && /setting domain/.test(message),
      given,
    );
  }
});

test("cognito: China and GovCloud have names of their own", () => {
  for (const { pool, itsIssuer, itsDomain } of [
    {
      pool: "cn-north-1_AbCdEf123",
      itsIssuer: "https://cognito-idp.cn-north-1.amazonaws.com.cn/cn-north-1_AbCdEf123",
      itsDomain: "https://my-app.auth.cn-north-1.amazoncognito.com.cn",
    },
    {
      pool: "us-gov-west-1_AbCdEf123",
      itsIssuer: "https://cognito-idp.us-gov-west-1.amazonaws.com/us-gov-west-1_AbCdEf123",
      itsDomain: "https://my-app.auth-fips.us-gov-west-1.amazoncognito.com",
    },
  ]) {
    const { endpoints } = cognito({ ...guides.cognito.settings, userPoolId: pool });
    assert.equal(endpoints.issuer, itsIssuer);
    assert.equal(endpoints.jwks, `${itsIssuer}/.well-known/jwks.json`);
    assert.equal(endpoints.token, `${itsDomain}/oauth2/token`);
  }
});

test("cognito: an issuer of another form stands", () => {
  const other = "http://localhost:9400/us-east-1_Local0001";
  const { endpoints } = cognito({ ...guides.cognito.settings, issuer: other });
  assert.equal(endpoints.issuer, other);
  assert.equal(endpoints.jwks, `${other}/.well-known/jwks.json`);
});

test("cognito: what is no user pool ID is refused", () => {
  for (const value of ["KcLwCelr7", "eu-west-2", "eu-west-2_", "eu-west-2_Kc/LwCelr7", issuer]) {
    assert.throws(
      () => cognito({ ...guides.cognito.settings, userPoolId: value }),
      failsWith("invalid_config", "userPoolId"),
    );
  }
});

test("addresses may end in a slash, and must be addresses", () => {
  const { settings } = guides.rancher;
  const slashed = rancher({ ...settings, rancherUrl: "https://rancher.example.com/" });
  assert.equal(slashed.redirectUri, "https://rancher.example.com/verify-auth");
  assert.throws(
    () => rancher({ ...settings, rancherUrl: "rancher.example.com" }),
    failsWith("invalid_config", "rancherUrl"),
  );
  const pasted = { ...guides["pomerium, config.yaml"].settings, idp_provider_url: `${issuer}/` };
  assert.equal(pomerium(pasted).issuer, issuer);
});

test("pomerium: the provider cognito is told on", () => {
  const { settings } = guides["pomerium, config.yaml"];
  assert.equal(pomerium({ ...settings, idp_provider: "cognito" }).provider, "cognito");
});

test("appsmith: a JWK Set URL that does not tell the issuer is refused", () => {
  const { settings } = guides.appsmith;
  assert.throws(
    () => appsmith({ ...settings, jwkSetUrl: `${issuer}/keys` }),
    failsWith("invalid_config", "jwkSetUrl"),
  );
});

test("appsmith: the User Info URL may be missing", () => {
  const { endpoints } = appsmith({ ...guides.appsmith.settings, userInfoUrl: undefined });
  assert.equal(endpoints.userinfo, undefined);
});

test("the things stack: an ID that the server would not take is refused", () => {
  const { settings } = guides.theThingsStack;
  for (const providerId of [
    "aw",
    "AWS-Cog",
    "-aws",
    "aws-",
    "aws--cog",
    "a/../b",
    "a".repeat(37),
  ]) {
    assert.throws(
      () => theThingsStack({ ...settings, providerId }),
      failsWith("invalid_config", "providerId"),
    );
  }
});

/** An OpenMetadata server, as far as it says how to sign in. */
async function startOpenMetadata(t, answer) {
  const paths = [];
  const server = createServer((request, response) => {
    paths.push(request.url);
    answer(response);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const close = async () => {
    if (!server.listening) return;
    server.close();
    server.closeAllConnections();
    await once(server, "close");
  };
  t.after(close);
  return { baseUrl: `http://127.0.0.1:${server.address().port}`, paths, close };
}

const json = (body) => (response) =>
  response.writeHead(200, { "Content-Type": "application/json" }).end(JSON.stringify(body));

test("openMetadata reads the server's settings and ignores its response type", async (t) => {
  for (const responseType of ["id_token", "code", undefined, null]) {
    const settings = { ...guides.fromOpenMetadata.settings, providerName: "", responseType };
    const { baseUrl, paths } = await startOpenMetadata(t, json(settings));
    assert.deepEqual(await openMetadata(`${baseUrl}/`), {
      ...expected.fromOpenMetadata,
      allowedOrigins: [baseUrl],
      postLogoutRedirectUri: `${baseUrl}/signin`,
    });
    assert.deepEqual(paths, ["/api/v1/system/config/auth"]);
  }
});

test("openMetadata: what the application says stands", async (t) => {
  const { baseUrl } = await startOpenMetadata(t, json(guides.fromOpenMetadata.settings));
  const rest = {
    allowedOrigins: ["https://api.example.com"],
    postLogoutRedirectUri: "https://app.example.com/",
    store: "local",
  };
  assert.deepEqual(await openMetadata(baseUrl, rest), { ...expected.fromOpenMetadata, ...rest });
});

test("openMetadata: another provider than Cognito is not told on", async (t) => {
  const settings = { ...guides.fromOpenMetadata.settings, provider: "custom-oidc" };
  const { baseUrl } = await startOpenMetadata(t, json(settings));
  assert.equal((await openMetadata(baseUrl)).provider, undefined);
});

test("openMetadata refuses a server that is a confidential client", async (t) => {
  const { settings } = guides.fromOpenMetadata;
  for (const confidential of [
    { ...settings, clientType: "confidential" },
    { ...settings, oidcConfiguration: { secret: "not-for-browsers" } },
  ]) {
    const { baseUrl } = await startOpenMetadata(t, json(confidential));
    await assert.rejects(openMetadata(baseUrl), failsWith("client_has_secret"));
  }
});

test("openMetadata names a setting that the server leaves out", async (t) => {
  const settings = { ...guides.fromOpenMetadata.settings, clientId: null };
  const { baseUrl } = await startOpenMetadata(t, json(settings));
  await assert.rejects(openMetadata(baseUrl), failsWith("invalid_config", "clientId"));
});

for (const { what, answer } of [
  { what: "answers 500", answer: (response) => response.writeHead(500).end("{}") },
  {
    what: "answers with an HTML page",
    answer: (response) =>
      response.writeHead(200, { "Content-Type": "text/html" }).end("<!doctype html><p>Sign in"),
  },
  { what: "answers null", answer: json(null) },
  { what: "answers with a text", answer: json("public") },
]) {
  test(`openMetadata: a server that ${what}`, async (t) => {
    const { baseUrl } = await startOpenMetadata(t, answer);
    await assert.rejects(openMetadata(baseUrl), failsWith("response_invalid"));
  });
}

test("openMetadata: a server that goes on for ever", async (t) => {
  const { baseUrl } = await startOpenMetadata(t, (response) => {
    const spaces = Buffer.alloc(65_536, " ");
    const goOn = () => {
      while (!response.destroyed && response.write(spaces));
    };
    response.writeHead(200, { "Content-Type": "application/json" }).on("drain", goOn);
    goOn();
  });
  await assert.rejects(openMetadata(baseUrl), failsWith("response_invalid"));
});

for (const { what, begin } of [
  { what: "does not answer", begin: () => undefined },
  { what: "does not finish its answer", begin: (response) => response.writeHead(200).write("{") },
]) {
  test(`openMetadata: a server that ${what}`, async (t) => {
    const late = new AbortController();
    t.mock.method(AbortSignal, "timeout", () => late.signal);
    const { baseUrl } = await startOpenMetadata(t, (response) => {
      begin(response);
      late.abort(new DOMException("The answer is late.", "TimeoutError"));
    });
    await assert.rejects(openMetadata(baseUrl), failsWith("timeout"));
  });
}

test("openMetadata: a server that is down", async (t) => {
  const { baseUrl, close } = await startOpenMetadata(t, json({}));
  await close();
  await assert.rejects(openMetadata(baseUrl), failsWith("network"));
});

test("openMetadata: the address must be one", async () => {
  await assert.rejects(openMetadata("localhost"), failsWith("invalid_config", "baseUrl"));
});

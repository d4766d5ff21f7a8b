// Presets on settings as people write them: copied, half filled in, with what else stands beside them.
import assert from "node:assert/strict";
import { test } from "node:test";
import {
  appsmith,
  cognito,
  fromOpenMetadata,
  pomerium,
  rancher,
  theThingsStack,
} from "../dist/presets.js";

const clientId = "62h1bqs9plm2c7tq0v3kfa8rje";
const userPoolId = "eu-central-1_Tz4mQx81B";
const issuer = `https://cognito-idp.eu-central-1.amazonaws.com/${userPoolId}`;
const domain = "https://orders.auth.eu-central-1.amazoncognito.com";
const authentik = "https://id.example.org/application/o/orders/";

const systems = {
  cognito: {
    preset: cognito,
    settings: {
      userPoolId,
      domain: "orders",
      clientId,
      redirectUri: "https://orders.example.org/callback",
    },
  },
  rancher: {
    preset: rancher,
    settings: { clientId, issuer, rancherUrl: "https://rancher.example.org" },
    issuer: "issuer",
  },
  pomerium: {
    preset: pomerium,
    settings: {
      idp_provider: "oidc",
      idp_provider_url: issuer,
      idp_client_id: clientId,
      authenticate_service_url: "https://authenticate.example.org",
    },
    issuer: "idp_provider_url",
    clientId: "idp_client_id",
  },
  appsmith: {
    preset: appsmith,
    settings: {
      clientId,
      authorizationUrl: `${domain}/oauth2/authorize`,
      tokenUrl: `${domain}/oauth2/token`,
      jwkSetUrl: `${issuer}/.well-known/jwks.json`,
      redirectUrl: "https://appsmith.example.org/login/oauth2/code/oidc",
    },
  },
  theThingsStack: {
    preset: theThingsStack,
    settings: {
      clientId,
      providerId: "our-pool",
      discoveryAddress: issuer,
      serverAddress: "https://orders.eu1.cloud.example.org",
    },
    issuer: "discoveryAddress",
  },
  fromOpenMetadata: {
    preset: fromOpenMetadata,
    settings: {
      provider: "aws-cognito",
      clientType: "public",
      authority: issuer,
      clientId,
      callbackUrl: "https://metadata.example.org/callback",
    },
    issuer: "authority",
  },
};

const withIssuer = Object.entries(systems).filter(([, system]) => system.issuer);

const ofSystem = (name, changed = {}) => {
  const { preset, settings } = systems[name];
  return preset({ ...settings, ...changed });
};

const refuses = (name, changed, ...words) => {
  assert.throws(
    () => ofSystem(name, changed),
    (error) => {
      assert.equal(error.code, "invalid_config", error.message);
      for (const word of words) assert.ok(error.message.includes(word), error.message);
      return true;
    },
    `${name} takes ${JSON.stringify(changed)}`,
  );
};

for (const [name, { clientId: setting = "clientId" }] of Object.entries(systems)) {
  test(`${name}: a client ID that nobody filled in is named, in every spelling`, () => {
    for (const placeholder of [
      "${CLIENT_ID}",
      "${CLIENT_ID:-}",
      "$CLIENT_ID",
      "{Client ID}",
      "{{ .Values.clientId }}",
      "<CLIENT_ID>",
      "&lt;CLIENT_ID>",
      "&lt;client-id&gt;",
      "[CLIENT_ID]",
      "(client id)",
      "%CLIENT_ID%",
      "YOUR_CLIENT_ID",
      "your-client-id",
      "REPLACE_ME",
      "REPLACE-ME",
      "changeme",
      "CHANGE_ME",
      "placeholder",
      "REDACTED",
      "xxxx",
      "XXXXXXXXXXXX",
      "…",
    ]) {
      refuses(name, { [setting]: placeholder }, setting, placeholder.trim());
    }
  });

  test(`${name}: a client ID that is the text of no value is missing`, () => {
    for (const text of ["undefined", "null", '""', "''", " undefined ", ""]) {
      refuses(name, { [setting]: text }, setting, "missing");
    }
  });

  test(`${name}: quotation marks around a value and a comment behind it are named`, () => {
    refuses(name, { [setting]: `"${clientId}"` }, setting, "quotation marks");
    refuses(name, { [setting]: `'${clientId}'` }, setting, "quotation marks");
    refuses(name, { [setting]: `${clientId} # of production` }, setting, "comment");
  });

  test(`${name}: options that are not set are left out`, () => {
    const unset = ofSystem(name, { postLogoutRedirectUri: "undefined", scope: "", store: '""' });
    assert.deepEqual(unset, ofSystem(name));
  });
}

test("an ID of a client or a pool may have any letters and digits", () => {
  for (const id of [
    "1xxxx9yourscope7k3replace0",
    "yours1234567890abcdefghijk",
    "0nullundefined9",
  ]) {
    assert.equal(ofSystem("cognito", { clientId: id }).clientId, id);
  }
});

for (const [name, { issuer: setting }] of withIssuer) {
  test(`${name}: Cognito's issuer loses what is behind the pool, and another stays as it was written`, () => {
    for (const given of [
      `${issuer}/`,
      `${issuer}/.well-known/openid-configuration`,
      issuer.replace("https:", "HTTPS:"),
      issuer.replace("https://", ""),
      ` ${issuer} `,
    ]) {
      assert.equal(ofSystem(name, { [setting]: given }).issuer, issuer, given);
    }
    assert.equal(ofSystem(name, { [setting]: authentik }).issuer, authentik);
  });

  test(`${name}: Cognito's host without a pool, and the pool's domain, are no issuer`, () => {
    const host = "https://cognito-idp.eu-central-1.amazonaws.com";
    for (const given of [host, `${host}/`, `${host}/pool-id`]) {
      refuses(name, { [setting]: given }, setting, "user pool ID");
    }
    refuses(name, { [setting]: domain }, setting, "domain", "cognito-idp");
  });

  test(`${name}: an issuer without a scheme is named with one`, () => {
    refuses(name, { [setting]: "localhost:1885" }, setting, "https://localhost:1885");
  });
}

test("cognito: where the domain is the pool's issuer, the endpoints are discovered", () => {
  const discovered = {
    issuer,
    provider: "cognito",
    clientId,
    redirectUri: "https://orders.example.org/callback",
  };
  const host = "https://cognito-idp.eu-central-1.amazonaws.com";
  for (const given of [issuer, `${issuer}/`, host, issuer.replace("https://", "")]) {
    assert.deepEqual(ofSystem("cognito", { domain: given }), discovered);
  }
});

test("cognito: another pool's issuer is no domain, and a domain no issuer", () => {
  const another = issuer.replace(userPoolId, "eu-central-1_Another99");
  refuses("cognito", { domain: another }, "domain", "another user pool");
  refuses("cognito", { domain: issuer, issuer: domain }, "issuer", "domain");
});

test("cognito: a domain that cannot be is refused", () => {
  const suffix = "auth.eu-central-1.amazoncognito.com";
  for (const [given, ...words] of [
    ["orders.auth.us-east-1.amazoncognito.com", "eu-central-1"],
    [`${userPoolId}.${suffix}`, "prefix"],
    [userPoolId, "prefix"],
    [`auth.example.org.${suffix}`, "custom domain"],
    [`https://orders.${suffix}.${suffix}`, "prefix"],
  ]) {
    refuses("cognito", { domain: given }, "domain", given, ...words);
  }
});

test("cognito: a pool in several regions may have its domain in another one", () => {
  const updated = `https://issuer-cognito-idp.us-west-2.amazonaws.com/${userPoolId}`;
  const elsewhere = "https://orders.auth.us-west-2.amazoncognito.com";
  const { endpoints } = ofSystem("cognito", { domain: elsewhere, issuer: updated });
  assert.equal(endpoints.issuer, updated);
  assert.equal(endpoints.token, `${elsewhere}/oauth2/token`);
});

test("cognito: spaces around the pool, and capitals in a domain's scheme, are of no account", () => {
  const { endpoints } = ofSystem("cognito", {
    userPoolId: `${userPoolId} `,
    domain: "HTTPS://Orders.auth.eu-central-1.amazoncognito.com/",
  });
  assert.deepEqual(endpoints, ofSystem("cognito").endpoints);
});

test("a list of scopes that is written as a text is a list", () => {
  const list = ["openid", "email"];
  for (const text of ["[openid, email]", '["openid","email"]', "['openid', 'email']"]) {
    assert.deepEqual(ofSystem("pomerium", { idp_scopes: text }).scope, list);
    assert.deepEqual(ofSystem("rancher", { scope: text }).scope, list);
  }
  assert.equal(ofSystem("rancher", { scope: "openid email" }).scope, "openid email");
});

test("a callback's path that is there already is not put behind it again", () => {
  for (const [name, setting, path] of [
    ["rancher", "rancherUrl", "/verify-auth"],
    ["pomerium", "authenticate_service_url", "/oauth2/callback"],
    ["theThingsStack", "serverAddress", "/oauth/login/our-pool/callback"],
  ]) {
    const { redirectUri } = ofSystem(name);
    const { [setting]: server } = systems[name].settings;
    assert.equal(redirectUri, server + path);
    for (const given of [`${server}${path}`, `${server}${path}/`]) {
      assert.equal(ofSystem(name, { [setting]: given }).redirectUri, redirectUri);
    }
  }
});

test("the console of The Things Stack, whose address people copy, is no part of the server's", () => {
  const { serverAddress } = systems.theThingsStack.settings;
  const { redirectUri } = ofSystem("theThingsStack");
  for (const path of ["/console", "/console/"]) {
    const given = { serverAddress: serverAddress + path };
    assert.equal(ofSystem("theThingsStack", given).redirectUri, redirectUri);
  }
});

test("what is the server's own in the same settings is left out", () => {
  for (const [name, own] of [
    ["rancher", { accessMode: "unrestricted", enabled: true, type: "genericOIDCConfig" }],
    [
      "pomerium",
      {
        cookie_secret: "c2VjcmV0IG9mIHRoZSBzZXJ2ZXI=",
        shared_secret: "${SHARED}",
        signing_key: "a2V5",
        address: ":443",
        routes: [],
        authorize_service_url: "https://authorize.example.org",
        jwt_claims_headers: "email",
      },
    ],
    ["appsmith", { usernameAttribute: "email" }],
    ["theThingsStack", { name: "Our pool", allowRegistrations: true }],
  ]) {
    assert.deepEqual(ofSystem(name, own), ofSystem(name));
  }
});

test("a client's own secret is refused without being shown, and an empty one is none", () => {
  for (const [name, setting] of [
    ["cognito", "clientSecret"],
    ["rancher", "clientSecret"],
    ["pomerium", "idp_client_secret"],
    ["pomerium", "idp_client_secret_file"],
    ["appsmith", "clientSecret"],
    ["theThingsStack", "clientSecret"],
  ]) {
    for (const secret of ["kept-elsewhere", "REPLACE_ME", "${SECRET}", { secretRef: "oidc" }]) {
      assert.throws(
        () => ofSystem(name, { [setting]: secret }),
        ({ code, message }) =>
          code === "client_has_secret" &&
          message.includes(setting) &&
          !message.includes("kept-elsewhere"),
      );
    }
    for (const none of ["", '""', "null", "undefined", null, undefined]) {
      assert.deepEqual(ofSystem(name, { [setting]: none }), ofSystem(name));
    }
  }
});

test("pomerium: Auth0's issuer gets its final slash, and the callback may have a path of its own", () => {
  for (const url of ["https://orders.eu.auth0.com", "https://orders.eu.auth0.com/"]) {
    const asked = { idp_provider: "auth0", idp_provider_url: url };
    assert.equal(ofSystem("pomerium", asked).issuer, "https://orders.eu.auth0.com/");
  }
  const { redirectUri } = ofSystem("pomerium", { authenticate_callback_path: "/signed-in" });
  assert.equal(redirectUri, "https://authenticate.example.org/signed-in");
});

test("appsmith: the JWK Set URLs of Keycloak and Okta tell the issuer", () => {
  for (const [keys, itsIssuer] of [
    ["https://sso.example.org/realms/orders/protocol/openid-connect/certs", "/realms/orders"],
    ["https://sso.example.org/oauth2/v1/keys", ""],
    ["https://sso.example.org/oauth2/default/v1/keys", "/oauth2/default"],
  ]) {
    const base = keys.replace(/(?:certs|keys)$/, "");
    const { endpoints } = ofSystem("appsmith", {
      jwkSetUrl: keys,
      authorizationUrl: `${base}authorize`,
      tokenUrl: `${base}token`,
    });
    assert.equal(endpoints.issuer, `https://sso.example.org${itsIssuer}`);
    assert.equal(endpoints.jwks, keys);
  }
});

test("appsmith: keys of one provider beside endpoints of another are named", () => {
  const keycloak = "https://sso.example.org/realms/orders/protocol/openid-connect";
  const ofKeycloak = {
    authorizationUrl: `${keycloak}/auth`,
    tokenUrl: `${keycloak}/token`,
    userInfoUrl: `${keycloak}/userinfo`,
    jwkSetUrl: `${keycloak}/certs`,
  };
  const { authorizationUrl, tokenUrl, jwkSetUrl } = systems.appsmith.settings;
  const ofCognito = { authorizationUrl, tokenUrl, userInfoUrl: `${domain}/oauth2/userInfo` };
  assert.ok(ofSystem("appsmith", ofKeycloak));
  assert.ok(ofSystem("appsmith", ofCognito));
  for (const name of Object.keys(ofCognito)) {
    for (const mixed of [
      { ...ofKeycloak, [name]: ofCognito[name] },
      { ...ofCognito, [name]: ofKeycloak[name] },
      { ...ofCognito, jwkSetUrl: "https://id.example.org/.well-known/jwks.json" },
    ]) {
      refuses("appsmith", { jwkSetUrl, ...mixed }, "jwkSetUrl", "two providers", "amazon");
    }
  }
});

for (const [name, setting] of [
  ["rancher", "rancherUrl"],
  ["pomerium", "authenticate_service_url"],
  ["appsmith", "redirectUrl"],
  ["theThingsStack", "serverAddress"],
  ["fromOpenMetadata", "callbackUrl"],
]) {
  test(`${name}: an application's own redirectUri stands in for the system's callback`, () => {
    const redirectUri = "https://orders.example.org/signed-in";
    const { preset, settings } = systems[name];
    const { [setting]: _, ...without } = settings;
    for (const given of [settings, without]) {
      const options =
        name === "fromOpenMetadata"
          ? preset(given, { redirectUri })
          : preset({ ...given, redirectUri });
      assert.deepEqual(options, { ...ofSystem(name), redirectUri });
    }
    refuses(name, { [setting]: undefined }, setting, "missing");
  });
}

test("openMetadata: an option of the application's own is never overwritten", () => {
  const { preset, settings } = systems.fromOpenMetadata;
  assert.equal(preset(settings, { bearer: "access_token" }).bearer, "access_token");
  for (const option of [{ issuer: authentik }, { clientId: "another" }, { endpoints: {} }]) {
    assert.throws(
      () => preset(settings, option),
      ({ code, message }) => code === "invalid_config" && message.includes(Object.keys(option)[0]),
    );
  }
});

test("openMetadata: a provider that is none stands beside an authority that means nothing", () => {
  for (const provider of ["basic", "ldap", "saml", "no-auth"]) {
    const asked = { provider, authority: "https://accounts.google.com", clientId: "openmetadata" };
    refuses("fromOpenMetadata", asked, "provider", provider);
  }
});

test("openMetadata: a confidential client is refused however it is written", () => {
  for (const clientType of ["confidential", "Confidential", "CONFIDENTIAL"]) {
    assert.throws(
      () => ofSystem("fromOpenMetadata", { clientType }),
      ({ code }) => code === "client_has_secret",
    );
  }
});

test("openMetadata: a section that is not in use has no secret", () => {
  const oidcConfiguration = { enabled: false, secret: "of-nobody" };
  assert.deepEqual(
    ofSystem("fromOpenMetadata", { oidcConfiguration }),
    ofSystem("fromOpenMetadata"),
  );
});

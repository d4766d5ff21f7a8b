import assert from "node:assert/strict";
import { test } from "node:test";
import { importFiles } from "../../command/import/importer.js";
import { callback, clientId, gives, issuer, leaves, refuses, secret } from "./world.js";

const options = {
  scope: "openid email profile",
  bearer: "id_token",
  issuer,
  clientId,
  redirectUri: callback,
};

const variables = {
  AUTHENTICATION_PROVIDER: "aws-cognito",
  AUTHENTICATION_AUTHORITY: issuer,
  AUTHENTICATION_CLIENT_ID: clientId,
  AUTHENTICATION_CALLBACK_URL: callback,
};
const lines = (changed = {}, form = (name, value) => `${name}=${value}`) =>
  Object.entries({ ...variables, ...changed })
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => form(name, value))
    .join("\n");

test("an environment file, in each spelling that is met", () => {
  for (const form of [
    (name, value) => `${name}=${value}`,
    (name, value) => `${name}= ${value}`,
    (name, value) => `${name} = "${value}"`,
    (name, value) => `${name}: ${value}`,
    (name, value) => `export ${name}='${value}'`,
    (name, value) => `  ${name}="${value}" # Update with your own`,
    (name, value) => `${name}: "${value}"\r`,
  ]) {
    gives(".env", lines({}, form), options);
  }
});

test("the list of public keys, in five notations, stands in nobody's way", () => {
  const keys = `${issuer}/.well-known/jwks.json`;
  for (const list of [
    `=[${keys}, http://localhost:8585/keys]`,
    `=["${keys}","http://localhost:8585/keys"]`,
    `:\n  - "${keys}"\n  - http://localhost:8585/keys`,
    `=[{"url": "${keys}"}]`,
    `="[\\"${keys}\\"]"`,
  ]) {
    for (const name of ["AUTHENTICATION_PUBLIC_KEYS", "AUTHENTICATION_PUBLIC_KEY_URLS"]) {
      const imported = gives("om.env", `${name}${list}\n${lines()}`, options);
      leaves(imported, { [name]: "server" });
    }
  }
});

test("variables with a prefix, and a misspelt one", () => {
  gives(
    "om.env",
    lines({}, (name, value) => `OM_${name}=${value}`),
    options,
  );
  const misspelt = lines({
    AUTHENTICATION_CALLBACK_URL: undefined,
    AUTHENTICATION_CALBACK_URL: callback,
  });
  gives("om.env", misspelt, options);
});

test("commented-out settings are none", () => {
  const old = "# AUTHENTICATION_CLIENT_ID=of-another\n#AUTHENTICATION_PROVIDER: google\n";
  gives("om.env", old + lines(), options);
});

test("braces around whole values, as the documentation writes them", () => {
  const braced = {
    AUTHENTICATION_AUTHORITY: `{${issuer}}`,
    AUTHENTICATION_CLIENT_ID: `{${clientId}}`,
  };
  gives("om.env", lines(braced), options);
  gives(
    "om.yaml",
    lines(braced, (name, value) => `${name}: ${value}`),
    options,
  );
  refuses(
    "om.env",
    lines({ AUTHENTICATION_CLIENT_ID: "{Client ID}" }),
    "invalid_config",
    "AUTHENTICATION_CLIENT_ID",
  );
});

test("a sign-in without a provider is named, whatever stands beside it", () => {
  for (const provider of ["basic", "ldap", "saml", "no-auth", "Basic"]) {
    refuses(
      "om.env",
      lines({ AUTHENTICATION_PROVIDER: provider, OIDC_CLIENT_SECRET: secret }),
      "invalid_config",
      "AUTHENTICATION_PROVIDER",
    );
  }
});

test("a compose file's map, with variables from beside it, of the service that serves", () => {
  const compose = `
x-common: &common
  AUTHENTICATION_PROVIDER: \${AUTHENTICATION_PROVIDER:-basic}
  AUTHENTICATION_AUTHORITY: \${AUTHENTICATION_AUTHORITY:-https://accounts.google.com}
services:
  migrate-all:
    command: "./bootstrap/openmetadata-ops.sh migrate"
    environment:
      <<: *common
      AUTHENTICATION_CLIENT_ID: of-the-migration
  openmetadata-server:
    environment:
      <<: *common
      AUTHENTICATION_CLIENT_ID: \${AUTHENTICATION_CLIENT_ID:-""}
      AUTHENTICATION_CALLBACK_URL: \${AUTHENTICATION_CALLBACK_URL:-"${callback}"}
      OIDC_CLIENT_SECRET: \${OIDC_CLIENT_SECRET:-""}
    ports: ["8585:8585"]
`;
  gives("docker-compose.yml", compose, options, { env: variables });
  refuses("docker-compose.yml", compose, "invalid_config", "AUTHENTICATION_PROVIDER");
  const { AUTHENTICATION_CLIENT_ID: _, ...without } = variables;
  refuses("docker-compose.yml", compose, "invalid_config", "AUTHENTICATION_CLIENT_ID", {
    env: without,
  });
  const files = [
    { name: "docker-compose.yml", text: compose },
    { name: ".env", text: lines() },
  ];
  assert.equal(importFiles(files).options.clientId, clientId);
});

test("a compose file's list, with an authority of the network's own", () => {
  const list = (changed) => `services:
  om:
    environment:
${lines(changed, (name, value) => `      - ${name}=${value}`)}
`;
  gives("compose.yaml", list(), options);
  refuses(
    "compose.yaml",
    list({ AUTHENTICATION_AUTHORITY: "http://keycloak:8082/realms/data" }),
    "insecure_url",
    "AUTHENTICATION_AUTHORITY",
  );
});

const chart = (path, members) => {
  const names = path.split(".");
  const indent = (depth) => "  ".repeat(depth);
  return [
    ...names.map((name, depth) => `${indent(depth)}${name}:`),
    ...members.split("\n").map((line) => indent(names.length) + line),
  ].join("\n");
};
const section = `clientType: public
provider: custom-oidc
authority: ${issuer}
clientId: ${clientId}
callbackUrl: ${callback}
publicKeys:
- ${issuer}/.well-known/jwks.json
responseType: id_token`;

test("Helm values in both layouts", () => {
  for (const path of ["openmetadata.config.authentication", "global.authentication"]) {
    const imported = gives("values.yaml", chart(path, section), options);
    leaves(imported, { [`${path}.publicKeys`]: "server", [`${path}.responseType`]: "flow" });
  }
});

test("a secret's reference counts where its section does", () => {
  const reference = (enabled) => `${section}
oidcConfiguration:
  enabled: ${enabled}
  clientSecret:
    secretRef: oidc-secrets
    secretKey: client-secret`;
  gives("values.yaml", chart("global.authentication", reference(false)), options);
  const about = "global.authentication.oidcConfiguration.clientSecret";
  refuses(
    "values.yaml",
    chart("global.authentication", reference(true)),
    "client_has_secret",
    about,
  );
  const empty = `${section}\noidcConfiguration:\n  enabled: true\n  clientSecret:\n    secretRef: ""\n    secretKey: ""`;
  gives("values.yaml", chart("global.authentication", empty), options);
});

test("a confidential client, however it is written; with a public client's ID the rest is imported", () => {
  for (const type of ["confidential", "Confidential", "CONFIDENTIAL"]) {
    refuses(
      "om.env",
      lines({ AUTHENTICATION_CLIENT_TYPE: type }),
      "client_has_secret",
      "AUTHENTICATION_CLIENT_TYPE",
    );
  }
  for (const value of [secret, "${OIDC_CLIENT_SECRET}", "REPLACE_ME"]) {
    const text = lines({ OIDC_CLIENT_ID: clientId, OIDC_CLIENT_SECRET: value });
    refuses("om.env", text, "client_has_secret", "OIDC_CLIENT_SECRET");
    const imported = gives(
      "om.env",
      text,
      { ...options, clientId: "of-the-page" },
      { clientId: "of-the-page" },
    );
    leaves(imported, { OIDC_CLIENT_SECRET: "secret" });
  }
});

test("an empty secret is none, and neither is another client's", () => {
  for (const value of [
    "",
    '""',
    "''",
    "null",
    "${OIDC_CLIENT_SECRET:-}",
    '${OIDC_CLIENT_SECRET:-""}',
  ]) {
    gives("om.env", lines({ OIDC_CLIENT_SECRET: value }), options);
  }
  const imported = gives(
    "om.env",
    lines({ OIDC_CLIENT_ID: "another", OIDC_CLIENT_SECRET: secret }),
    options,
  );
  leaves(imported, { OIDC_CLIENT_SECRET: "secret" });
});

test("a confidential client's settings stand in for missing ones", () => {
  const text = lines({
    AUTHENTICATION_AUTHORITY: undefined,
    AUTHENTICATION_CALLBACK_URL: "",
    AUTHENTICATION_CLIENT_TYPE: "confidential",
    OIDC_DISCOVERY_URI: `${issuer}/.well-known/openid-configuration`,
    OIDC_CALLBACK: callback,
  });
  gives("om.env", text, { ...options, clientId: "of-the-page" }, { clientId: "of-the-page" });
});

test("the server's own file, with variables and without", () => {
  const server = `
authenticationConfiguration:
  clientType: \${AUTHENTICATION_CLIENT_TYPE:-public}
  provider: \${AUTHENTICATION_PROVIDER:-custom-oidc}
  publicKeyUrls: \${AUTHENTICATION_PUBLIC_KEYS:-[${issuer}/.well-known/jwks.json]}
  authority: \${AUTHENTICATION_AUTHORITY:-${issuer}/}
  clientId: \${AUTHENTICATION_CLIENT_ID:-"${clientId}"}
  callbackUrl: \${AUTHENTICATION_CALLBACK_URL:-'${callback}'}
  oidcConfiguration:
    id: \${OIDC_CLIENT_ID:-""}
    secret: \${OIDC_CLIENT_SECRET:-""}
`;
  leaves(gives("openmetadata.yaml", server, options), {
    "authenticationConfiguration.publicKeyUrls": "server",
  });
  const its = { OIDC_CLIENT_SECRET: secret };
  refuses(
    "openmetadata.yaml",
    server,
    "client_has_secret",
    "authenticationConfiguration.oidcConfiguration.secret",
    { env: its },
  );
});

test("Kubernetes: a list of names and values, a ConfigMap with its Secret, and a file within one", () => {
  const pod = `kind: Deployment
spec:
  template:
    spec:
      containers:
        - name: openmetadata
          env:
${lines({}, (name, value) => `            - name: ${name}\n              value: "${value}"`)}
            - name: OIDC_CLIENT_SECRET
              value: ""
`;
  gives("deployment.yaml", pod, options);
  const { AUTHENTICATION_CLIENT_ID: _, ...open } = variables;
  const yaml = (values) =>
    Object.entries(values)
      .map(([name, value]) => `  ${name}: ${value}`)
      .join("\n");
  const base64 = (text) => Buffer.from(text).toString("base64");
  const two = `kind: ConfigMap
metadata: { name: om }
data:
${yaml(open)}
---
kind: Secret
metadata: { name: om-secret }
data:
  AUTHENTICATION_CLIENT_ID: ${base64(`${clientId}\n`)}
  DB_USER_PASSWORD: ${base64(secret)}
`;
  gives("om.yaml", two, options);
  const [map, its] = two
    .split("---\n")
    .map((document) => `- ${document.trimEnd().replaceAll("\n", "\n  ")}`);
  gives("om.yaml", `kind: List\nitems:\n${map}\n${its}\n`, options);
  const confidential = `${two}  OIDC_CLIENT_SECRET: ${base64(secret)}\n`;
  refuses("om.yaml", confidential, "client_has_secret", "OIDC_CLIENT_SECRET");
  const file = `kind: ConfigMap
metadata: { name: om }
data:
  om.env: |
${lines({}, (name, value) => `    ${name}=${value}`)}
`;
  gives("config-map.yaml", file, options);
});

test("Kubernetes: a reference leads to the Secret that is there", () => {
  const text = `kind: Secret
metadata: { name: om }
stringData: { id: ${clientId} }
---
kind: Deployment
spec:
  containers:
    - env:
        - name: AUTHENTICATION_CLIENT_ID
          valueFrom: { secretKeyRef: { name: om, key: id } }
${lines({ AUTHENTICATION_CLIENT_ID: undefined }, (name, value) => `        - { name: ${name}, value: "${value}" }`)}
`;
  gives("om.yaml", text, options);
  const without = text.slice(text.indexOf("---"));
  refuses("om.yaml", without, "invalid_config", "AUTHENTICATION_CLIENT_ID");
});

test("Terraform's maps and blocks", () => {
  const map = lines({}, (name, value) => `      "${name}" = "${value}"`);
  gives(
    "main.tf",
    `module "om" {\n  source = "./om"\n  environment = {\n${map}\n  }\n}\n`,
    options,
  );
  const set = Object.entries({
    provider: "custom-oidc",
    authority: issuer,
    clientId,
    callbackUrl: callback,
  })
    .map(
      ([name, value]) =>
        `  set {\n    name  = "openmetadata.config.authentication.${name}"\n    value = "${value}"\n  }\n`,
    )
    .join("");
  gives("helm.tf", `resource "helm_release" "om" {\n  chart = "om"\n${set}}\n`, options);
});

test("an issue's text, in a fence and without one", () => {
  gives("issue.md", `It fails. Our setup:\n\n\`\`\`env\n${lines()}\n\`\`\`\n\nWhy?\n`, options);
  const [half, ...rest] = lines().split("\n");
  gives(
    "issue.md",
    `Set:\n\`\`\`\n${half}\n\`\`\`\nand:\n\`\`\`sh\n${rest.join("\n")}\n\`\`\`\n`,
    options,
  );
  gives("issue.txt", `It fails. Our setup:\n\n${lines()}\n\nWhy?\n`, options);
  gives(
    "issue.md",
    `> It fails:\n> \`\`\`yaml\n${lines({}, (name, value) => `> ${name}: ${value}`)}\n> \`\`\`\n`,
    options,
  );
});

test("the pool that somebody removed is missing", () => {
  const removed = { AUTHENTICATION_AUTHORITY: "https://cognito-idp.eu-west-1.amazonaws.com/" };
  refuses("issue.md", lines(removed), "invalid_config", "AUTHENTICATION_AUTHORITY");
});

test("what the running server answers", () => {
  const answer = {
    provider: "aws-cognito",
    providerName: null,
    publicKeyUrls: [`${issuer}/.well-known/jwks.json`],
    authority: issuer,
    clientId,
    callbackUrl: callback,
    clientType: "public",
    oidcConfiguration: null,
  };
  const imported = gives("auth.json", JSON.stringify(answer), options);
  leaves(imported, { publicKeyUrls: "server" });
  assert.equal(imported.system, "openmetadata");
  assert.ok(imported.notes.some((note) => note.includes("/api/v1/system/config/auth")));
});

test("without a callback, the page's own, or the server's", () => {
  const text = lines({ AUTHENTICATION_CALLBACK_URL: undefined });
  gives("om.env", text, options, { redirectUri: callback });
  const redirectUri = "https://data.example.org/callback";
  const { register } = gives(
    "om.env",
    text,
    { ...options, redirectUri },
    { page: "https://data.example.org/my-data" },
  );
  assert.equal(register.callback, redirectUri);
  refuses("om.env", text, "invalid_config", "redirectUri");
});

// Rancher, Pomerium, Appsmith and The Things Stack.
import assert from "node:assert/strict";
import { test } from "node:test";
import { importFiles } from "../../command/import/importer.js";
import { clientId, endpoints, gives, host, issuer, leaves, refuses, secret } from "./world.js";

const rancherUrl = "https://rancher.example.org/verify-auth";
const ofRancher = { issuer, clientId, redirectUri: rancherUrl };

const resource = (changed = "") => `
# The sign-in of everybody.
resource "rancher2_auth_config_generic_oidc" "sso" {
  name        = "genericoidc"
  client_id   = "${clientId}"
  issuer      = "${issuer}"
  rancher_url = "${rancherUrl}" // the callback
${changed}}
`;

test("Rancher: Terraform's resource, with a secret in each way and without one", () => {
  gives("auth.tf", resource('  scopes = "openid email"\n  client_secret = ""\n'), {
    ...ofRancher,
    scope: "openid email",
  });
  for (const value of [
    `"${secret}"`,
    "var.oidc_secret",
    'data.vault_generic_secret.oidc.data["secret"]',
    "random_password.oidc.result",
  ]) {
    const text = resource(`  client_secret = ${value}\n`);
    refuses("auth.tf", text, "client_has_secret", "client_secret");
    leaves(gives("auth.tf", text, { ...ofRancher, clientId: "page" }, { clientId: "page" }), {
      client_secret: "secret",
    });
  }
});

test("Rancher: Terraform's variables, from beside the resource and with names of their own", () => {
  const text = resource()
    .replace(`"${clientId}"`, "var.client")
    .replace(`"${rancherUrl}"`, '"https://${var.host}/verify-auth"');
  refuses("auth.tf", text, "invalid_config", "client_id");
  const tfvars = `client = "${clientId}"\nhost = "rancher.example.org"\n`;
  const files = [
    { name: "auth.tf", text },
    { name: "terraform.tfvars", text: tfvars },
  ];
  assert.deepEqual(importFiles(files).options, ofRancher);
  gives(
    "auth.tf",
    `${text}\nvariable "client" {\n  default = "${clientId}"\n}\nlocals {}\n`,
    ofRancher,
    { env: { host: "rancher.example.org" } },
  );
  gives(
    "prod.tfvars",
    `rancher_callback_url = "${rancherUrl}"\nissuer_url = "${issuer}"\nclient_id = "${clientId}"\n`,
    ofRancher,
  );
});

test("Rancher: the resource as JSON, and Pulumi's", () => {
  const json = {
    type: "genericOIDCConfig",
    accessMode: "required",
    clientId,
    clientSecret: "",
    issuer: `${issuer}/`,
    rancherUrl,
  };
  leaves(gives("config.json", JSON.stringify(json), ofRancher), { accessMode: "server" });
  refuses(
    "config.json",
    JSON.stringify({ ...json, clientSecret: secret }),
    "client_has_secret",
    "clientSecret",
  );
  const script = `new rancher2.AuthConfigGenericOidc("sso", { clientId: "${clientId}", issuer: "${issuer}", rancherUrl: "${rancherUrl}" });`;
  gives("index.ts", script, ofRancher);
});

test("Rancher: its documentation's placeholders, and its own address", () => {
  refuses("auth.tf", resource().replace(clientId, "&lt;CLIENT_ID>"), "invalid_config", "client_id");
  const json = { accessMode: "required", type: "cognitoConfig", clientId, issuer };
  gives("config.json", JSON.stringify(json), ofRancher, {
    page: "https://rancher.example.org/dashboard",
  });
});

const service = "https://authenticate.example.org";
const ofPomerium = { issuer, clientId, redirectUri: `${service}/oauth2/callback` };
const configuration = (changed = "") => `authenticate_service_url: ${service}
idp_provider: oidc
idp_provider_url: ${issuer}
idp_client_id: ${clientId}
${changed}`;

test("Pomerium: config.yaml, with secrets of its own beside", () => {
  const imported = gives(
    "config.yaml",
    `${configuration()}shared_secret: ${secret}\ncookie_secret: "\${COOKIE_SECRET}"\nsigning_key: ${secret}\n`,
    ofPomerium,
  );
  leaves(imported, { shared_secret: "secret", cookie_secret: "secret", signing_key: "secret" });
});

test("Pomerium: scopes as a list, with commas, and as a list in a text", () => {
  gives("config.yaml", configuration("idp_scopes: openid,email\n"), {
    ...ofPomerium,
    scope: "openid,email",
  });
  for (const scopes of ["[openid, email]", "\n  - openid\n  - email", '\'["openid","email"]\'']) {
    gives("config.yaml", configuration(`idp_scopes: ${scopes}\n`), {
      ...ofPomerium,
      scope: ["openid", "email"],
    });
  }
});

test("Pomerium: a client secret in each way", () => {
  for (const line of [
    `idp_client_secret: ${secret}`,
    "idp_client_secret: $IDP_SECRET",
    "idp_client_secret: REPLACE_ME",
    "idp_client_secret_file: /run/secrets/idp",
  ]) {
    refuses("config.yaml", configuration(`${line}\n`), "client_has_secret", line.split(":")[0]);
  }
  for (const line of [
    "idp_client_secret:",
    'idp_client_secret: ""',
    "# idp_client_secret: x",
    "idp_client_secret: null",
  ]) {
    gives("config.yaml", configuration(`${line}\n`), ofPomerium);
  }
});

test("Pomerium: the environment, quoted, exported and prefixed; a compose file's list", () => {
  const names = configuration()
    .trim()
    .split("\n")
    .map((line) => line.split(": "));
  for (const form of [
    (name, value) => `${name}="${value}"`,
    (name, value) => `export ${name}='${value}'`,
    (name, value) => `POMERIUM_${name}=${value}`,
  ]) {
    gives(
      "pomerium.env",
      names.map(([name, value]) => form(name.toUpperCase(), value)).join("\n"),
      ofPomerium,
    );
  }
  const list = names.map(([name, value]) => `      - ${name.toUpperCase()}=${value}`).join("\n");
  gives("compose.yaml", `services:\n  pomerium:\n    environment:\n${list}\n`, ofPomerium);
  const older = names
    .filter(([name]) => name !== "authenticate_service_url")
    .map(([name, value]) => `${name.toUpperCase()}=${value}`);
  gives("old.env", `${older.join("\n")}\nREDIRECT_URL=${service}/callback\n`, {
    ...ofPomerium,
    redirectUri: `${service}/callback`,
  });
});

test("Pomerium: Auth0's issuer gets its final slash, and no other one does", () => {
  const at = (provider, url) => configuration().replace("oidc", provider).replace(issuer, url);
  gives("config.yaml", at("auth0", "https://us.auth0.example.org"), {
    ...ofPomerium,
    issuer: "https://us.auth0.example.org/",
  });
  gives("config.yaml", at("oidc", "https://id.example.org/o/app/"), {
    ...ofPomerium,
    issuer: "https://id.example.org/o/app/",
  });
});

const custom = `apiVersion: ingress.pomerium.io/v1
kind: Pomerium
metadata: { name: global }
spec:
  authenticate: { url: ${service} }
  identityProvider:
    provider: oidc
    url: ${issuer}
    secret: pomerium/idp
`;
const itsSecret = (more = "") => `---
kind: Secret
metadata: { name: idp }
stringData:
  client_id: ${clientId}
${more}`;

test("Pomerium: the resource and the Secret of its client", () => {
  gives("pomerium.yaml", custom + itsSecret(), ofPomerium);
  gives("pomerium.yaml", custom + itsSecret('  client_secret: ""\n'), ofPomerium);
  const about = ["client_secret", "stringData.client_secret", "spec.identityProvider.secret"];
  refuses(
    "pomerium.yaml",
    custom + itsSecret(`  client_secret: ${secret}\n`),
    "client_has_secret",
    about,
  );
  refuses("pomerium.yaml", custom, "client_has_secret", about);
  gives("pomerium.yaml", custom, { ...ofPomerium, clientId: "page" }, { clientId: "page" });
  const encoded = itsSecret()
    .replace("stringData", "data")
    .replace(clientId, Buffer.from(clientId).toString("base64"));
  gives("pomerium.yaml", custom + encoded, ofPomerium);
});

test("Pomerium: Helm values, a ConfigMap with the file in it, and a patch with its line ends written out", () => {
  const values = `authenticate:\n  idp:\n    provider: oidc\n    url: ${issuer}\n    clientID: ${clientId}\n`;
  gives("values.yaml", values, ofPomerium, { page: `${service}/` });
  const file = configuration()
    .split("\n")
    .map((line) => `    ${line}`)
    .join("\n");
  gives(
    "map.yaml",
    `kind: ConfigMap\nmetadata: { name: pomerium }\ndata:\n  config.yaml: |\n${file}\n`,
    ofPomerium,
  );
  const encoded = Buffer.from(configuration()).toString("base64");
  const whole = `kind: Secret\nmetadata: { name: proxy }\ndata:\n  config.yaml: ${encoded}\n`;
  gives("secret.yaml", whole, ofPomerium);
  const patch = [{ op: "add", path: "/data/config.yaml", value: configuration() }];
  gives("patch.json", JSON.stringify(patch), ofPomerium);
  gives(
    "patch.yaml",
    `- op: add\n  path: /data/config.yaml\n  value: '${configuration().replaceAll("\n", "\\n")}'\n`,
    ofPomerium,
  );
});

test("Pomerium: an add-on's options, not their types; comments of other languages", () => {
  const addOn = (section, value) =>
    `${section}:\n  idp_provider_url: ${value(issuer)}\n  idp_client_id: ${value(clientId)}\n  authenticate_service_url: ${value(service)}\n`;
  gives(
    "config.yaml",
    addOn("schema", () => "str?") + addOn("options", (value) => value),
    ofPomerium,
  );
  gives("config.yaml", `// ours\n${configuration("debug: true // for now\n")}`, ofPomerium);
});

test("Pomerium: who uses the vendor's own sign-in has nothing to import", () => {
  refuses(
    "config.yaml",
    "authenticate_service_url: https://authenticate.pomerium.example\nroutes: []\n",
    "invalid_config",
    "authenticate_service_url",
  );
});

test("Pomerium: a client ID that is elsewhere, and what generators leave", () => {
  const without = configuration().replace(/idp_client_id.*\n/, "");
  refuses("config.yaml", without, "invalid_config", "idp_client_id");
  gives("config.yaml", without, ofPomerium, { clientId });
  for (const placeholder of [
    "{{ .Values.clientId }}",
    "{{ client_id }}",
    "$CLIENT_ID",
    "%CLIENT_ID%",
    "<client id>",
  ]) {
    refuses(
      "config.yaml",
      configuration().replace(clientId, placeholder),
      "invalid_config",
      "idp_client_id",
    );
  }
  gives("config.yaml", configuration().replace(clientId, "${CLIENT_ID}"), ofPomerium, {
    env: { CLIENT_ID: clientId },
  });
});

const form = {
  CLIENT_ID: clientId,
  AUTHORIZATION_URI: `https://${host}/oauth2/authorize`,
  TOKEN_URI: `https://${host}/oauth2/token`,
  USER_INFO: `https://${host}/oauth2/userInfo`,
  JWK_SET_URI: `${issuer}/.well-known/jwks.json`,
};
const appsmith = (changed = {}) =>
  Object.entries({ ...form, ...changed })
    .map(([name, value]) => `APPSMITH_OAUTH2_OIDC_${name}=${value}`)
    .join("\n");

test("Appsmith: docker.env, whose callback is at the instance", () => {
  const { revocation: _, endSession: __, ...known } = endpoints();
  const redirectUri = "https://apps.example.org/login/oauth2/code/oidc";
  const expected = { endpoints: known, clientId, redirectUri };
  const page = "https://apps.example.org/applications";
  const text = `${appsmith({ USERNAME_ATTRIBUTE: "email", CLIENT_SECRET: "" })}\nAPPSMITH_ENCRYPTION_SALT=x\n`;
  const imported = gives("docker.env", text, expected, { page });
  leaves(imported, { APPSMITH_OAUTH2_OIDC_USERNAME_ATTRIBUTE: "server" });
  gives("docker.env", appsmith(), expected, { redirectUri });
  refuses("docker.env", appsmith(), "invalid_config", "redirectUri");
  refuses(
    "docker.env",
    appsmith({ CLIENT_SECRET: secret }),
    "client_has_secret",
    "APPSMITH_OAUTH2_OIDC_CLIENT_SECRET",
    { page },
  );
  refuses(
    "docker.env",
    appsmith({ CLIENT_ID: "" }),
    "invalid_config",
    "APPSMITH_OAUTH2_OIDC_CLIENT_ID",
    { page },
  );
});

test("Appsmith: the key sets of Keycloak and Okta tell the issuer", () => {
  const page = "https://apps.example.org";
  for (const [base, its, keys] of [
    [
      "https://sso.example.org/realms/apps/protocol/openid-connect",
      "https://sso.example.org/realms/apps",
      "certs",
    ],
    ["https://apps.okta.example.org/oauth2/v1", "https://apps.okta.example.org", "keys"],
  ]) {
    const { options } = importFiles(
      [
        {
          name: "docker.env",
          text: appsmith({
            AUTHORIZATION_URI: `${base}/auth`,
            TOKEN_URI: `${base}/token`,
            USER_INFO: `${base}/userinfo`,
            JWK_SET_URI: `${base}/${keys}`,
          }),
        },
      ],
      { page },
    );
    assert.equal(options.endpoints.issuer, its);
  }
});

const server = "https://ttn.example.org";
const ofTheThingsStack = {
  issuer,
  clientId,
  redirectUri: `${server}/oauth/login/our-pool/callback`,
};

test("The Things Stack: both spellings of the command, with variables and without", () => {
  for (const command of ["tti-lw-cli authentication-providers create", "ttn-lw-cli ap create"]) {
    const text = `CLIENT="${clientId}"  # of the pool
${command} our-pool \\
  --name "Our pool" \\
  --configuration.provider.oidc.client-id $CLIENT \\
  --configuration.provider.oidc.provider-url=${issuer}
`;
    const imported = gives("create.sh", text, ofTheThingsStack, { page: `${server}/console` });
    leaves(imported, { "--name": "server" });
    const about = ["--configuration.provider.oidc.client-secret"];
    for (const value of [secret, "$SECRET", "<client-secret>"]) {
      const confidential = text.replace(
        "--name",
        `--configuration.provider.oidc.client-secret '${value}' --name`,
      );
      refuses("create.sh", confidential, "client_has_secret", about, { page: server });
    }
    refuses(
      "create.sh",
      text.replace("$CLIENT", "CLIENT"),
      "invalid_config",
      "--configuration.provider.oidc.client-id",
      { page: server },
    );
    refuses(
      "create.sh",
      text.replace("$CLIENT", "<client-id>"),
      "invalid_config",
      "--configuration.provider.oidc.client-id",
      { page: server },
    );
  }
});

test("The Things Stack: the command in a guide's fence", () => {
  const text = `Create it:\n\n\`\`\`bash\n$ tti-lw-cli ap create our-pool --configuration.provider.oidc.client-id ${clientId} --configuration.provider.oidc.provider-url ${issuer}\n\`\`\`\n`;
  gives("guide.md", text, ofTheThingsStack, { page: server });
});

test("The Things Stack: what the server answers", () => {
  const answer = {
    ids: { provider_id: "our-pool" },
    configuration: {
      oidc: { client_id: clientId, provider_url: `${issuer}/.well-known/openid-configuration` },
    },
  };
  gives("answer.json", JSON.stringify(answer), ofTheThingsStack, { page: server });
  answer.configuration.oidc.client_secret = secret;
  refuses(
    "answer.json",
    JSON.stringify(answer),
    "client_has_secret",
    "configuration.oidc.client_secret",
  );
});

// Settings under names of everybody's own: environment files of apps, Angular's environments, outputs.
import assert from "node:assert/strict";
import { test } from "node:test";
import { importFiles } from "../../command/import/importer.js";
import {
  callback,
  clientId,
  endpoints,
  gives,
  host,
  issuer,
  leaves,
  pool,
  refuses,
  region,
  secret,
} from "./world.js";

const expected = { endpoints: endpoints(), clientId, redirectUri: callback };
const discovered = { issuer, clientId, redirectUri: callback };

const file = (values, form = (name, value) => `${name}=${value}`) =>
  Object.entries(values)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => form(name, value))
    .join("\n");
const vite = {
  VITE_COGNITO_USER_POOL_ID: pool,
  VITE_COGNITO_CLIENT_ID: clientId,
  VITE_COGNITO_DOMAIN: host,
  VITE_COGNITO_REDIRECT_URI: callback,
};

test("each framework's prefix, and the names that are met", () => {
  for (const prefix of ["VITE_", "REACT_APP_", "NEXT_PUBLIC_", "PUBLIC_", "VUE_APP_", ""]) {
    for (const [itsPool, client, domain, redirect] of [
      ["COGNITO_USER_POOL_ID", "COGNITO_CLIENT_ID", "COGNITO_DOMAIN", "COGNITO_REDIRECT_URI"],
      ["USER_POOL_ID", "USER_POOL_CLIENT_ID", "COGNITO_HOSTED_UI", "REDIRECT_URI"],
      ["COGNITO_POOL", "COGNITO_APP_CLIENT_ID", "COGNITO_DOMAIN", "REDIRECT_SIGN_IN"],
      ["AWS_USER_POOL_ID", "COGNITO_ID", "OAUTH_DOMAIN", "OIDC_REDIRECT_URI"],
    ]) {
      const values = { [itsPool]: pool, [client]: clientId, [domain]: host, [redirect]: callback };
      const prefixed = Object.fromEntries(
        Object.entries(values).map(([name, value]) => [prefix + name, value]),
      );
      const { system } = gives(".env", file(prefixed), expected);
      assert.equal(system, "cognito");
    }
  }
});

test("each notation in which environments are written", () => {
  for (const [name, form] of [
    [".env.production", (name, value) => `${name} = ${value}`],
    ["env.sh", (name, value) => `export ${name}="${value}"`],
    ["env.cmd", (name, value) => `set ${name}=${value}`],
    ["env.ps1", (name, value) => `$env:${name} = "${value}"`],
    ["Dockerfile", (name, value) => `ARG ${name}=${value}`],
    ["Dockerfile", (name, value) => `ENV ${name}="${value}"`],
    ["Dockerfile", (name, value) => `ENV ${name} ${value}`],
    ["Dockerfile", (name, value) => `RUN echo "${name}=${value}" >> .env`],
    ["deploy.sh", (name, value) => `echo ${name}=${value} >> .env`],
    ["deploy.sh", (name, value) => `cat > .env <<EOF\n${name}=${value}\nEOF`],
    ["run.sh", (name, value) => `docker run \\\n  -e ${name}=${value} \\\n  app`],
    ["app.service", (name, value) => `Environment="${name}=${value}"`],
    ["app.json", (name, value) => `  "${name}": "${value}",`],
  ]) {
    gives(name, file(vite, form), expected);
  }
  gives("config.js", `window.__ENV = ${JSON.stringify(vite)};`, expected);
  gives("config.json", JSON.stringify({ cognito: vite }), expected);
  gives(
    "map.yaml",
    `kind: ConfigMap\nmetadata: { name: web }\ndata:\n${file(vite, (name, value) => `  ${name}: "${value}"`)}`,
    expected,
  );
  gives(
    "kustomization.yaml",
    `configMapGenerator:\n- name: web\n  literals:\n${file(vite, (name, value) => `  - ${name}=${value}`)}`,
    expected,
  );
  const both = file(vite, (name, value) => `ARG ${name}=${value}\nENV ${name}=$${name}`);
  gives("Dockerfile", `FROM node\n${both}\n`, expected);
  const based = `BASE_URL=https://orders.example.org\n${file({ ...vite, VITE_COGNITO_REDIRECT_URI: "${BASE_URL}/signed-in" })}`;
  gives(".env", based, expected);
  gives(
    "index.html",
    `<!doctype html><p>x<script>window.__ENV = ${JSON.stringify(vite)};</script>`,
    expected,
  );
  gives(
    "tagged.yaml",
    file(vite, (name, value) => `${name}: !!binary "${value}"`),
    expected,
  );
  gives("map.yaml", `kind: ConfigMap\ndata:\n  config.json: '${JSON.stringify(vite)}'\n`, expected);
  gives("Dockerfile", `FROM node\nENV ${file(vite).replaceAll("\n", " ")}\n`, expected);
});

test("comments behind values, also where they hold production's, and scopes with spaces", () => {
  const text = `# ours
VITE_USER_POOL_ID='${pool}'
VITE_CLIENT_ID=${clientId}   # web
VITE_COGNITO_DOMAIN=https://${host}/
VITE_REDIRECT_URI=http://localhost:5173/signed-in # Prod: ${callback}
#VITE_LOGOUT_URI=https://orders.example.org/
VITE_COGNITO_SCOPES=openid email profile
`;
  const redirectUri = "http://localhost:5173/signed-in";
  gives(".env", text, { ...expected, redirectUri, scope: "openid email profile" });
});

test("a domain that holds the issuer tells the pool, and is left out as wrong", () => {
  for (const domain of [issuer, `${issuer}/`, `https://cognito-idp.${region}.amazonaws.com`]) {
    leaves(gives(".env", file({ ...vite, VITE_COGNITO_DOMAIN: domain }), discovered), {
      VITE_COGNITO_DOMAIN: "wrong",
    });
  }
  const { VITE_COGNITO_USER_POOL_ID: _, ...without } = vite;
  gives(".env", file({ ...without, VITE_COGNITO_DOMAIN: issuer }), discovered);
  refuses(
    ".env",
    file({ ...without, VITE_COGNITO_DOMAIN: `https://cognito-idp.${region}.amazonaws.com` }),
    "invalid_config",
    "VITE_COGNITO_DOMAIN",
  );
  refuses(
    ".env",
    file({ ...vite, VITE_COGNITO_DOMAIN: issuer.replace("QwErTy789", "Another12") }),
    "invalid_config",
    "VITE_COGNITO_DOMAIN",
  );
});

test("an issuer that holds the domain, or the host without a pool, is refused", () => {
  const { VITE_COGNITO_USER_POOL_ID: _, VITE_COGNITO_DOMAIN: __, ...rest } = vite;
  for (const authority of [`https://${host}`, `https://cognito-idp.${region}.amazonaws.com/`]) {
    refuses(
      ".env",
      file({ ...rest, VITE_COGNITO_AUTHORITY: authority }),
      "invalid_config",
      "VITE_COGNITO_AUTHORITY",
    );
  }
  for (const name of ["VITE_COGNITO_AUTHORITY", "VITE_COGNITO_ISSUER"]) {
    gives(
      ".env",
      file({ ...rest, [name]: `${issuer}/.well-known/openid-configuration` }),
      discovered,
    );
    gives(".env", file({ ...rest, [name]: issuer, VITE_COGNITO_DOMAIN: "orders" }), expected);
  }
});

test("names alone are no settings of a sign-in", () => {
  for (const text of [
    "issuer: letsencrypt\nclient: curl\nclient_id: x\n",
    "CLIENT_ID=orders\nREDIRECT_URI=https://orders.example.org/\n",
    "DATABASE_ISSUER=ourselves\nCLIENT_ID=orders\n",
  ]) {
    assert.throws(
      () => importFiles([{ name: "any.yaml", text }]),
      ({ code }) => code === "unknown_form",
    );
  }
});

test("a pool without a domain in the file is asked for it", () => {
  const { VITE_COGNITO_DOMAIN: _, ...rest } = vite;
  const { notes } = gives(".env", file(rest), discovered);
  assert.ok(notes.some((note) => note.includes("domain")));
});

test("another provider's settings, by the names of OpenID Connect", () => {
  const oidc = {
    VITE_OIDC_AUTHORITY: "https://id.example.org/o/orders/",
    VITE_OIDC_CLIENT_ID: clientId,
    VITE_OIDC_REDIRECT_URI: callback,
    VITE_OIDC_POST_LOGOUT_REDIRECT_URI: "https://orders.example.org/",
    VITE_OIDC_SCOPE: "openid email",
  };
  const options = {
    issuer: oidc.VITE_OIDC_AUTHORITY,
    clientId,
    redirectUri: callback,
    postLogoutRedirectUri: "https://orders.example.org/",
    scope: "openid email",
  };
  const { register, system } = gives(".env", file(oidc), options);
  assert.equal(system, "oidc-client");
  assert.deepEqual(register, { callback, signOut: "https://orders.example.org/" });
  const keycloak = "https://sso.example.org/realms/orders";
  gives(
    ".env",
    file({ ...oidc, VITE_OIDC_AUTHORITY: `${keycloak}/protocol/openid-connect/auth` }),
    { ...options, issuer: keycloak },
  );
});

test("secrets: this client's is refused, and others' are named", () => {
  for (const name of [
    "REACT_APP_COGNITO_SECRET",
    "REACT_APP_COGNITO_CLIENT_SECRET",
    "COGNITO_CLIENT_SECRET",
    "VITE_CLIENT_SECRET",
  ]) {
    refuses(".env", file({ ...vite, [name]: secret }), "client_has_secret", name);
    gives(".env", file({ ...vite, [name]: "" }), expected);
  }
  const others = {
    AWS_SECRET_ACCESS_KEY: secret,
    VITE_API_KEY: secret,
    SESSION_SECRET: secret,
    OAUTH_STATE_SECRET: secret,
    APP_SECRET: secret,
    ADMIN_CLIENT_SECRET: secret,
  };
  leaves(gives(".env", file({ ...vite, ...others }), expected), {
    AWS_SECRET_ACCESS_KEY: "secret",
    VITE_API_KEY: "secret",
    SESSION_SECRET: "secret",
  });
});

test("an example file's placeholders are named", () => {
  for (const [name, placeholder] of [
    ["VITE_COGNITO_USER_POOL_ID", "us-east-1_xxxxxxxxx"],
    ["VITE_COGNITO_USER_POOL_ID", "<YOUR_POOL_ID>"],
    ["VITE_COGNITO_CLIENT_ID", "your-client-id"],
    ["VITE_COGNITO_CLIENT_ID", "Client ID"],
    ["VITE_COGNITO_CLIENT_ID", "EXAMPLE"],
    ["VITE_COGNITO_CLIENT_ID", "[CLIENT_ID]"],
    ["VITE_COGNITO_CLIENT_ID", "(client id)"],
    ["VITE_COGNITO_CLIENT_ID", "changeme"],
    ["VITE_COGNITO_CLIENT_ID", "…"],
    ["VITE_COGNITO_CLIENT_ID", ""],
    ["VITE_COGNITO_DOMAIN", "yourdomain"],
    ["VITE_COGNITO_DOMAIN", "https://your-domain.auth.eu-west-1.amazoncognito.com"],
    ["VITE_COGNITO_REDIRECT_URI", "https://{{host}}/callback"],
  ]) {
    refuses(".env.example", file({ ...vite, [name]: placeholder }), "invalid_config", name);
  }
});

test("a domain's prefix with an underscore or in another region cannot be", () => {
  for (const domain of ["our_orders", "orders.auth.us-east-2.amazoncognito.com"]) {
    refuses(
      ".env",
      file({ ...vite, VITE_COGNITO_DOMAIN: domain }),
      "invalid_config",
      "VITE_COGNITO_DOMAIN",
    );
  }
});

const environment = (body) => `// This file is replaced by \`ng build\`.
export const environment = {
  production: false,
${body}
};
`;

test("Angular's environments, flat and nested", () => {
  const flat = `  cognitoDomain: '${host}',\n  userPoolId: '${pool}',\n  clientId: '${clientId}',\n  redirectUri: '${callback}',`;
  gives("environment.ts", environment(flat), expected);
  const inner = flat.replace("cognitoDomain", "domain").replaceAll("\n", "\n  ");
  for (const name of ["cognito", "aws", "oauth", "authConfig"]) {
    const imported = gives(
      "environment.prod.ts",
      environment(`  ${name}: {\n${inner}\n  responseType: 'token' },\n  apiKey: '${secret}',`),
      expected,
    );
    leaves(imported, { [`${name}.responseType`]: "flow" });
  }
  for (const placeholder of ["<APP_CLIENT_ID>", "{{CLIENT_ID}}"]) {
    refuses(
      "environment.ts",
      environment(flat.replace(clientId, placeholder)),
      "invalid_config",
      "clientId",
    );
  }
  const amplifys = flat
    .replace("userPoolId", "aws_user_pools_id")
    .replace("clientId", "aws_user_pools_web_client_id");
  gives("environment.ts", environment(amplifys), expected);
  const region = flat.replace(host, "orders.auth.eu-central-1.amazoncognito.com");
  refuses(
    "environment.ts",
    environment(`  region: 'eu',\n${region}`),
    "invalid_config",
    "cognitoDomain",
  );
});

test("CDK's outputs as a file, with hashes behind names, and as lines", () => {
  const stack = {
    UserPoolId6A7B8C9D: pool,
    UserPoolClientIdDEADBEEF: clientId,
    HostedUiUrl: `https://${host}`,
    IdentityPoolId: `${region}:12345678-1234-1234-1234-123456789012`,
    CognitoPoolId: `${region}:12345678-1234-1234-1234-123456789012`,
  };
  const given = { redirectUri: callback };
  const imported = gives(
    "outputs.json",
    JSON.stringify({ ApiStack: { Url: "https://api.example.org" }, AuthStack: stack }),
    expected,
    given,
  );
  leaves(imported, {
    "AuthStack.IdentityPoolId": "unused",
    "AuthStack.CognitoPoolId": "unused",
  });
  const lines = `Outputs:\n${file(stack, (name, value) => `AuthStack.${name} = ${value}`)}\nStack ARN:\narn:aws:cloudformation:x\n`;
  gives("deploy.log", lines, expected, given);
  refuses("outputs.json", JSON.stringify({ AuthStack: stack }), "invalid_config", "redirectUri");
  const { HostedUiUrl: _, ...without } = stack;
  gives("outputs.json", JSON.stringify({ AuthStack: without }), discovered, given);
});

test("the outputs of describe-stacks, whole, by the stack and as a bare list; parameters", () => {
  const outputs = [
    { OutputKey: "UserPoolId", OutputValue: pool, Description: "The pool" },
    { OutputKey: "WebClientId", OutputValue: clientId },
    { OutputKey: "CognitoDomain", OutputValue: "orders" },
    { OutputKey: "CallbackUrl", OutputValue: callback },
  ];
  for (const whole of [
    { Stacks: [{ StackName: "orders", Outputs: outputs }] },
    { Outputs: outputs },
    outputs,
  ]) {
    gives("stack.json", JSON.stringify(whole), expected);
  }
  const Parameters = [
    { Name: "/orders/prod/user_pool_id", Value: pool, Type: "String" },
    { Name: "/orders/prod/client_id", Value: clientId, Type: "String" },
    { Name: "/orders/prod/cognito_domain", Value: "orders", Type: "String" },
  ];
  gives("parameters.json", JSON.stringify({ Parameters }), expected, { redirectUri: callback });
});

test("Terraform's outputs as JSON, as text, and in its state", () => {
  const values = {
    user_pool_id: pool,
    client_id: clientId,
    domain: "orders",
    user_pool_endpoint: issuer.slice("https://".length),
    callback_urls: [callback],
    logout_urls: [],
  };
  const outputs = Object.fromEntries(
    Object.entries(values).map(([name, value]) => [
      name,
      { sensitive: false, type: "string", value },
    ]),
  );
  gives("outputs.json", JSON.stringify(outputs), expected);
  gives(
    "terraform.tfstate",
    JSON.stringify({ version: 4, terraform_version: "1.9.0", outputs, resources: [] }),
    expected,
  );
  const text = `user_pool_id = "${pool}"\nclient_id = "${clientId}"\ndomain = "orders"\ncallback_urls = toset([\n  "${callback}",\n])\nlogout_urls = tolist([])\ndb_password = <sensitive>\n`;
  for (const name of ["outputs.tf", "outputs.txt"]) gives(name, text, expected);
  refuses(
    "outputs.txt",
    `${text}client_secret = <sensitive>\n`,
    "client_has_secret",
    "client_secret",
  );
  const { domain: _, ...endpoint } = outputs;
  gives("outputs.json", JSON.stringify(endpoint), discovered);
});

test("several clients side by side: the page's is told by its name, or by --client-id", () => {
  const outputs = { UserPoolId: pool, CognitoDomain: "orders", CallbackUrl: callback };
  const both = {
    ...outputs,
    WebClientId: clientId,
    NativeClientId: "native0123456789",
    MachineClientSecret: secret,
  };
  leaves(gives("outputs.json", JSON.stringify({ Stack: both }), expected), {
    "Stack.NativeClientId": "unused",
    "Stack.MachineClientSecret": "secret",
  });
  const two = { ...outputs, OrdersClientId: clientId, BillingClientId: "billing0123456789" };
  const about = ["Stack.OrdersClientId", "Stack.BillingClientId"];
  refuses("outputs.json", JSON.stringify({ Stack: two }), "invalid_config", about);
  gives("outputs.json", JSON.stringify({ Stack: two }), expected, { clientId });
});

test("an ARN has the pool, an identity pool is none, and a domain made of the pool's ID cannot be", () => {
  const outputs = {
    UserPoolArn: `arn:aws:cognito-idp:${region}:123456789012:userpool/${pool}`,
    AppClientId: clientId,
    CognitoDomain: host,
  };
  gives("outputs.json", JSON.stringify({ Stack: outputs }), expected, { redirectUri: callback });
  const made = { ...outputs, CognitoDomain: `${pool}.auth.${region}.amazoncognito.com` };
  refuses(
    "outputs.json",
    JSON.stringify({ Stack: made }),
    "invalid_config",
    "Stack.CognitoDomain",
    { redirectUri: callback },
  );
  const usual = {
    ...outputs,
    CognitoDomain: `${region}qwerty789.auth.${region}.amazoncognito.com`,
  };
  gives(
    "outputs.json",
    JSON.stringify({ Stack: usual }),
    { ...expected, endpoints: endpoints(`https://${usual.CognitoDomain}`) },
    { redirectUri: callback },
  );
});

test("several files say it together", () => {
  const files = [
    { name: ".env", text: file({ VITE_COGNITO_DOMAIN: "orders", VITE_REDIRECT_URI: callback }) },
    {
      name: "outputs.json",
      text: JSON.stringify({ Stack: { UserPoolId: pool, UserPoolClientId: clientId } }),
    },
  ];
  const { provider: _, ...options } = importFiles(files).options;
  assert.deepEqual(options, expected);
});

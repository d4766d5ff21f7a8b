// `npx pkce-wasm import`, as it is published.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { fileURLToPath } from "node:url";
import { transformSync } from "esbuild";
import { callback, clientId, issuer, secret } from "./world.js";

const script = fileURLToPath(new URL("../../dist/pkce-wasm.js", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "pkce-wasm-import-"));
after(() => rmSync(folder, { recursive: true }));

function run(words, input = "") {
  const { status, stdout, stderr } = spawnSync(process.execPath, [script, ...words], {
    cwd: folder,
    input,
    encoding: "utf8",
  });
  assert.ok(!`${stdout}${stderr}`.includes(secret));
  return { status, stdout, stderr };
}

function file(name, content) {
  writeFileSync(join(folder, name), content);
  return name;
}

const settings = `authenticate_service_url: https://orders.example.org
authenticate_callback_path: /signed-in
idp_provider_url: ${issuer}
idp_client_id: ${clientId}
shared_secret: ${secret}
`;

test("prints a module, and beside it what was left out, what to register and what is missing", () => {
  for (const format of ["js", "ts"]) {
    const { status, stdout, stderr } = run([
      "import",
      file("config.yaml", settings),
      "--format",
      format,
    ]);
    assert.equal(status, 0);
    assert.ok(transformSync(stdout, { loader: format }).code.includes("createClient("));
    assert.ok(stdout.includes(`issuer: "${issuer}"`));
    for (const said of [
      "shared_secret: a secret",
      `callback: ${callback}`,
      "postLogoutRedirectUri",
    ]) {
      assert.ok(stderr.includes(said), stderr);
    }
  }
});

test("a name in a file does not steer the terminal", () => {
  const named = (name) => `${settings}"${name}_secret": x\n${settings}`;
  const evil = "\\e[2J\\x9b31m\\u202e";
  const { status, stderr } = run(["import", file("names.yaml", named(evil))]);
  assert.equal(status, 0, stderr);
  assert.match(stderr, /\[2J31m_secret: a secret/);
  assert.doesNotMatch(stderr, /[^\P{Cc}\n]|\p{Cf}/u);
});

test("prints JSON that says all of it, and of an error its code and its setting", () => {
  const imported = JSON.parse(
    run(["import", file("config.yaml", settings), "--format=json"]).stdout,
  );
  assert.equal(imported.system, "pomerium");
  assert.equal(imported.options.clientId, clientId);
  assert.deepEqual(imported.leftOut, [{ name: "shared_secret", why: "secret" }]);
  assert.deepEqual(imported.register, { callback, signOut: null });
  const confidential = file("secret.yaml", `${settings}idp_client_secret: ${secret}\n`);
  const { status, stdout, stderr } = run(["import", confidential, "--format=json"]);
  assert.equal(status, 1);
  assert.equal(JSON.parse(stdout).error, "client_has_secret");
  assert.equal(JSON.parse(stdout).about, "idp_client_secret");
  assert.match(stderr, /client_has_secret: idp_client_secret .*--client-id/);
  const { options } = JSON.parse(
    run(["import", confidential, "--format=json", "--client-id", "page"]).stdout,
  );
  assert.equal(options.clientId, "page");
});

test("reads the standard input, and variables from words and from a file", () => {
  const template = settings.replace(clientId, "${CLIENT}");
  const env = file("its.env", `CLIENT=${clientId}\n`);
  for (const given of [`CLIENT=${clientId}`, env]) {
    assert.equal(run(["import", "-", "--env", given], template).status, 0);
  }
  const { status, stderr } = run(["import", "-"], template);
  assert.equal(status, 1);
  assert.match(stderr, /idp_client_id.*--env CLIENT=/);
});

test("what is none of the forms gets one sentence that says what was looked for", () => {
  const contents = {
    "empty.env": "",
    "letter.txt": "Dear all,\n\nnothing to see here.\n",
    "image.png": Buffer.from([0x89, 0x50, 0x4e, 0x47, 0, 1, 2, 3, 255, 254]),
    "other.yaml": "kind: Deployment\nspec: { replicas: 2 }\n",
    "package.json": '{ "name": "app", "dependencies": {} }',
    "broken.json": '{ "client_id": ',
    "deep.json": "[".repeat(200_000),
    "deep.js": `cognito = ${"(".repeat(100_000)}`,
    "long.yaml": "cognito: ".padEnd(3_000_000, "x"),
    "lines.env": "client_id_of_something=x\n".repeat(30_000),
    "anchors.yaml": `cognito: &a [x, x]\n${Array.from({ length: 30 }, (_, n) => `b${n}: &b${n} [${n ? `*b${n - 1}, *b${n - 1}` : "*a, *a"}]`).join("\n")}\n`,
  };
  for (const [name, content] of Object.entries(contents)) {
    const { status, stdout, stderr } = run(["import", file(name, content)]);
    assert.equal(status, 1, `${name}: ${stderr}`);
    assert.equal(stdout, "");
    assert.match(
      stderr,
      /^unknown_form: [^\n]*looked for settings of OpenMetadata[^\n]*\.\n$/,
      name,
    );
  }
});

test("a wrong command line says what is wrong with it", () => {
  for (const [words, said] of [
    [["export"], /no command export/],
    [["import"], /Name a file/],
    [["import", "nowhere.env"], /nowhere\.env cannot be read/],
    [["import", "."], /is a folder/],
    [["import", "x", "--format", "xml"], /js, ts or json/],
    [["import", "x", "--page", "localhost"], /--page is an address/],
    [["import", "x", "--secret", "y"], /--secret/],
  ]) {
    const { status, stderr } = run(words);
    assert.equal(status, 2);
    assert.match(stderr, said);
  }
  for (const words of [[], ["--help"], ["import", "--help"]])
    assert.match(run(words).stdout, /Usage: npx pkce-wasm/);
});

test("nothing in a file is run", () => {
  const trap = join(folder, "trapped");
  const text = `const { writeFileSync } = require("node:fs");
writeFileSync(${JSON.stringify(trap)}, "");
const config = { authority: "${issuer}", client_id: "${clientId}", redirect_uri: "${callback}",
  scope: (() => { writeFileSync(${JSON.stringify(trap)}, ""); return "openid"; })(), get x() { throw new Error(); } };`;
  assert.equal(run(["import", file("trap.js", text)]).status, 0);
  const shell = `touch ${trap}\nID=$(touch ${trap})\ntti-lw-cli ap create our-pool --configuration.provider.oidc.client-id ${clientId} --configuration.provider.oidc.provider-url ${issuer}\n`;
  assert.equal(
    run(["import", file("trap.sh", shell), "--page", "https://ttn.example.org"]).status,
    0,
  );
  assert.throws(() => rmSync(trap), { code: "ENOENT" });
});

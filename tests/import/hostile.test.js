// What is no configuration, or one that was made to keep a parser busy: a sentence comes all the same.
import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { fileURLToPath } from "node:url";

const script = fileURLToPath(new URL("../../dist/pkce-wasm.js", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "pkce-wasm-hostile-"));
after(() => rmSync(folder, { recursive: true }));

/** Each of these takes less than a second or two of a processor, of which a busy machine makes no more. */
const FOREVER = "ulimit -t 5";

function file(name, content) {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

function says(path, words) {
  const bounded = ["-c", `${FOREVER} && exec "$@"`, "sh", process.execPath, script, "import", path];
  const { status, stdout, stderr } = spawnSync("sh", bounded, { encoding: "utf8" });
  assert.deepEqual([status, stdout], [1, ""], `${path}: ${stderr}`);
  assert.match(stderr, words);
  assert.equal(stderr.trimEnd().split("\n").length, 1, stderr);
}

/** As many different pieces of a text as make it so long. */
function different(piece, length) {
  let text = "";
  for (let index = 0; text.length < length; index += 1) text += piece(index);
  return text;
}

/** A text that begins like a configuration, as long as its form may be. */
const long = (head, unit, length) => head + unit.repeat(Math.ceil(length / unit.length));

test("repetitions that a careless expression takes forever for", () => {
  const nothing = /^unknown_form: Nothing to import in /;
  for (const [name, text] of [
    ["newlines", long("client_id", "\n", 900_000)],
    ["spaces.env", `client_id=a${" ".repeat(900_000)}b`],
    ["backslashes.env", long('client_id="', "\\", 900_000)],
    ["export.env", long("export ", "client_id", 900_000)],
    ["echo.env", `echo client_id=a${" ".repeat(900_000)}b`],
    ["quotes.yaml", long("client_id: ", '"', 130_000)],
    ["lists.yaml", long("client_id:\n", "- [a]\n", 130_000)],
    ["blocks.yaml", long("client_id: ", "|\n", 130_000)],
    ["ends.yaml", long("client_id: ", "]", 130_000)],
    ["anchors.yaml", long("client_id: ", "&a ", 130_000)],
    ["pieces.env", long("client_id = ", '"', 900_000)],
    ["base64.yaml", `kind: Secret\ndata:\n  client_id: "a${"b ".repeat(60_000)}!"\n`],
    ["quotes.js", long("client_id", "'", 99_000)],
    ["variables.tf", long('client_id = "', "${a}", 390_000)],
    ["escapes.tf", long('client_id = "', '\\"', 390_000)],
    ["indexes.tf", long("client_id = ", "a[", 390_000)],
    ["documents.tf", long("client_id", "\n<<A\n", 390_000)],
    ["lines.sh", long("tti-lw-cli client_id", "\n", 390_000)],
  ]) {
    says(file(name, text), nothing);
  }
});

test("what is nested without end, and names that lead to names that lead to names", () => {
  for (const [name, text] of [
    ["deep.json", long('{"client_id":', "[", 900_000)],
    ["deep.yaml", long("client_id: ", "[", 130_000)],
    ["maps.yaml", long("client_id: ", "{a:a,", 130_000)],
    ["items.yaml", long("client_id:\n", "- ", 130_000)],
    ["keys.yaml", `client_id: ${"? ".repeat(400)}`],
    ["documents.yaml", long("client_id:\n", `${"? ".repeat(40)}\n---\n`, 130_000)],
    ["indented.yaml", different((index) => `${" ".repeat(index)}client_id:\n`, 130_000)],
    ["closed.json", `${'{"client_id":'.repeat(60_000)}1${"}".repeat(60_000)}`],
    ["closed.tf", `client_id = ${"[".repeat(1500)}1${"]".repeat(1500)}`],
    ["dots.env", `client_id=a\n${"a.".repeat(400_000)}a=b`],
    ["deep.js", long("const client_id = ", "{a:", 99_000)],
    ["deep.tf", long("client_id = ", "{a=", 390_000)],
    ["templates.js", long("const client_id = ", "`${", 99_000)],
    [
      "aliases.yaml",
      [...Array(25)].reduce(
        (text, _, index) => `${text}n${index + 1}: &n${index + 1} [*n${index}, *n${index}]\n`,
        "client_id: &n0 [x, x]\n",
      ),
    ],
    [
      "variables.env",
      [...Array(30)].reduce(
        (text, _, index) => `${text}V${index + 1}=\${V${index}}\${V${index}}\n`,
        "V0=x\nCOGNITO_CLIENT_ID=${V30}\nCOGNITO_USER_POOL_ID=${V30}\n",
      ),
    ],
  ]) {
    says(file(name, text), /^(?:unknown_form|invalid_config): /);
  }
});

test("more settings, all of different names, than anybody has", () => {
  for (const [name, text] of [
    ["names.env", different((index) => `client_id${index}=v\n`, 900_000)],
    ["dotted.env", different((index) => `client.id${index}.is=v\n`, 900_000)],
    ["names.json", `{${different((index) => `"client_id${index}":"v",`, 900_000)}"a":"b"}`],
    ["files.json", `{${different((index) => `"client_id${index}":"{}",`, 900_000)}"a":"b"}`],
    ["names.yaml", different((index) => `client_id${index}: v\n`, 130_000)],
    ["names.tf", `client_id = {\n${different((index) => `k${index} = 1\n`, 390_000)}}`],
  ]) {
    says(file(name, text), /^unknown_form: /);
  }
});

test("settings are found with much else around them", () => {
  const imports = (path, clientId) => {
    const words = [script, "import", path, "--format", "json"];
    const { stdout } = spawnSync(process.execPath, words, { encoding: "utf8" });
    assert.equal(JSON.parse(stdout).options?.clientId, clientId, stdout.slice(0, 500));
  };
  const service = (index) =>
    `svc${index}:\n  image: a/b:1\n  env:\n    - name: A${index}\n      value: "b"\n  res:\n    cpu: 1\n`;
  const authentication = `openmetadata:
  config:
    authentication:
      provider: custom-oidc
      authority: https://id.example.com
      clientId: orders
      callbackUrl: https://om.example.com/callback
`;
  const mailer = "mailer:\n  clientId: mail-client\n";
  imports(file("dense.yaml", authentication + different(service, 90_000) + mailer), "orders");
  const resource = (type, attributes) => ({ mode: "managed", type, instances: [{ attributes }] });
  const others = Array.from({ length: 1_200 }, (_, index) =>
    resource("aws_a", { id: `i${index}`, a: "1", b: "2", c: "3", d: "4", e: "5", f: "6", g: "7" }),
  );
  const user_pool_id = "eu-west-1_AbCdEfGhI";
  const id = "1234567890abcdefghijklmnop";
  const output = (value) => ({ value, type: "string" });
  const state = {
    version: 4,
    terraform_version: "1.9.0",
    outputs: {
      user_pool_id: output(user_pool_id),
      user_pool_client_id: output(id),
      cognito_domain: output("orders.auth.eu-west-1.amazoncognito.com"),
    },
    resources: [
      ...others,
      resource("aws_cognito_user_pool", { id: user_pool_id, domain: "orders" }),
      resource("aws_cognito_user_pool_client", {
        id,
        user_pool_id,
        callback_urls: ["https://orders.example.org/callback"],
      }),
    ],
  };
  imports(file("many.tfstate", JSON.stringify(state)), id);
});

test("binary files, and files without an end", async () => {
  says(file("noise", randomBytes(900_000)), /^unknown_form: /);
  says(file("noise.yaml", randomBytes(120_000)), /^unknown_form: /);
  says(file("nothing.js", Buffer.alloc(99_000)), /^unknown_form: /);
  const sparse = file("sparse.json", "{");
  truncateSync(sparse, 2 ** 32);
  says(sparse, /^unknown_form: .*longer/);
  const child = spawn(process.execPath, [script, "import", "-"]);
  const more = () => child.stdin.write("client_id=\n".repeat(1000), (error) => error ?? more());
  child.stdin.on("error", () => {});
  more();
  let said = "";
  child.stderr.setEncoding("utf8").on("data", (text) => (said += text));
  const status = await new Promise((resolve) => child.once("close", resolve));
  assert.equal(status, 1);
  assert.match(said, /^unknown_form: .*longer/);
});

import { plain } from "../plain.js";

/** What each reason of `leftOut` means to whom reads it. */
const REASONS = {
  secret: "a secret: it stays where it is",
  server: "the server's own business",
  flow: "of another flow: the code flow is used",
  unused: "has no counterpart",
  wrong: "has another setting's value, which is used as that",
  placeholder: "nobody filled it in",
};

/**
 * What was imported: the options for the standard output, and what else there is to say.
 * @param {import("./importer.js").Imported} imported
 * @param {"js" | "ts" | "json"} format
 */
export function printed(imported, format) {
  if (format === "json") return { output: `${JSON.stringify(imported, null, 2)}\n`, remarks: "" };
  const literal = literalOf(imported.options);
  const output =
    format === "ts"
      ? 'import { createClient, type AuthClient, type ClientOptions } from "pkce-wasm";\n\n' +
        `const options: ClientOptions = ${literal};\n\n` +
        "export const client: AuthClient = createClient(options);\n"
      : `import { createClient } from "pkce-wasm";\n\nexport const client = createClient(${literal});\n`;
  return { output, remarks: remarksOn(imported) };
}

function literalOf(value, indent = "") {
  if (typeof value !== "object") return JSON.stringify(value);
  const inner = `${indent}  `;
  if (Array.isArray(value)) return `[${value.map((each) => literalOf(each)).join(", ")}]`;
  const lines = Object.entries(value).map(
    ([name, each]) => `${inner}${name}: ${literalOf(each, inner)},\n`,
  );
  return `{\n${lines.join("")}${indent}}`;
}

function remarksOn({ system, leftOut, register, notes }) {
  const lines = ["", `Read as settings of ${system}.`];
  if (leftOut.length > 0) {
    lines.push("", "Left out:", ...leftOut.map(({ name, why }) => `  ${name}: ${REASONS[why]}`));
  }
  lines.push("", "To be registered at the provider, to the letter:");
  for (const [what, addresses] of Object.entries({
    callback: register.callback,
    "sign-out": register.signOut,
  })) {
    for (const each of [addresses ?? []].flat()) lines.push(`  ${what}: ${each}`);
  }
  if (notes.length > 0) lines.push("", "Not in the file:", ...notes.map((note) => `  ${note}`));
  return `${lines.map(plain).join("\n")}\n`;
}

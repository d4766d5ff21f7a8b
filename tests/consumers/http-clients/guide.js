// Writes the files that the guide in the package shows, each named by the paragraph before it.
import { readFileSync, writeFileSync } from "node:fs";

const guide = readFileSync("node_modules/pkce-wasm/docs/http-clients.md", "utf8");
const blocks = [...guide.matchAll(/^`(\S+\.ts)`[^\n]*\n\n```ts\n(.*?)^```$/gms)];
if (blocks.length !== guide.match(/^```ts$/gm).length) throw new Error("A block has no name.");
for (const [, name, content] of blocks) writeFileSync(`src/${name}`, content);

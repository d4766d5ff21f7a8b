import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";
import { bundle, firstLoad } from "../bundle.js";
import { libraries } from "../libraries/index.js";

/** Every file travels compressed by itself. */
function weigh(files) {
  const sum = (encode) => files.reduce((total, file) => total + encode(file).length, 0);
  const quality = { [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY };
  return {
    files: files.length,
    raw: sum((file) => file),
    gzip: sum((file) => gzipSync(file, { level: 9 })),
    brotli: sum((file) => brotliCompressSync(file, { params: quality })),
  };
}

const serviceWorker = new URL(
  "../node_modules/@axa-fr/oidc-client-service-worker/dist/OidcServiceWorker.js",
  import.meta.url,
);

/**
 * Bytes over the wire, of a page that has nothing but the library's smallest use: what a signed-in
 * page waits for, what a sign-in with its callback needs, and all that the package has. The first two once
 * more for ours alone, without a page's own lines, as `npm run size` weighs them.
 */
export async function bytes() {
  const result = {};
  for (const {
    name,
    module = name,
    package: packageName,
    dist,
    optional = [],
    ...library
  } of libraries) {
    const own = `./libraries/${module}.js`;
    const files = await bundle(`export { open } from "${own}";`, dist);
    const { entry = packageName ?? own } = library;
    const all = await bundle(`import * as all from "${entry}"; globalThis.all = all;`, dist);
    const everything = all.map((file) => file.bytes);
    // The only one whose features come in a file beside the package's scripts.
    if (name === "axa-oidc-client") everything.push(readFileSync(fileURLToPath(serviceWorker)));
    const isNeeded = (file) => !optional.some((each) => file.name.startsWith(each));
    const parts = (some) => ({
      firstLoad: weigh(firstLoad(some).map((file) => file.bytes)),
      signIn: weigh(some.filter(isNeeded).map((file) => file.bytes)),
    });
    result[name] = { ...parts(files), everything: weigh(everything) };
    if (packageName !== "pkce-wasm") continue;
    result[name].alone = parts(await bundle('export * from "pkce-wasm";', dist));
  }
  return result;
}

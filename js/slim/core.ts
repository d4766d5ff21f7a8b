import { build, initSync } from "../core/core.js";
import type { Failure } from "../types/error.js";
import type { Page } from "../types/page.js";
import type { Opened } from "../types/with-core.js";
import { once } from "../with-core/once.js";
import { openCore } from "../with-core/open.js";
import { wasmBlocked } from "../with-core/wasm-blocked.js";
import type { CoreContent, CoreSource } from "./source.js";

export * from "../with-core/exports.js";

/** Opens the module that is a file of its own, for a page. */
export async function open(page: Page, source: CoreSource): Promise<Opened> {
  await instantiate(source);
  return await openCore(page);
}

/** Gets the module, and makes it ready. */
const instantiate = once(async (source: CoreSource) => {
  const content = await contentOf(source);
  try {
    const module = await compile(content);
    if (buildOf(module) !== build) throw new WebAssembly.LinkError("It is of another version.");
    initSync({ module });
  } catch (cause) {
    await requireWebAssembly();
    const isRead = cause instanceof WebAssembly.CompileError || !isResponse(content);
    if (isRead || cause instanceof WebAssembly.LinkError) throw notTheCore(cause);
    throw notFetched(cause);
  }
});

async function contentOf(source: CoreSource): Promise<CoreContent> {
  let content: CoreContent;
  try {
    const isUrl = typeof source === "string" || source instanceof URL;
    content = await (isUrl ? fetch(source) : typeof source === "function" ? source() : source);
  } catch (cause) {
    throw notFetched(cause);
  }
  if (!isResponse(content) || content.ok) return content;
  const { url, status } = content;
  throw status < 500 ? notTheCore({ url, status }) : notFetched({ url, status });
}

/** Only a response with the right type is compiled on the way: WebAssembly Web API §4. */
async function compile(content: CoreContent): Promise<WebAssembly.Module> {
  if (content instanceof WebAssembly.Module) return content;
  if (!isResponse(content)) return await WebAssembly.compile(content);
  return content.headers.get("content-type") === "application/wasm"
    ? await WebAssembly.compileStreaming(content)
    : await WebAssembly.compile(await content.arrayBuffer());
}

function isResponse(content: CoreContent): content is Response {
  return "headers" in content;
}

/** The build that a module belongs to, as `cargo xtask build` has stamped it. */
function buildOf(module: WebAssembly.Module): string {
  return new TextDecoder().decode(WebAssembly.Module.customSections(module, "build")[0]);
}

/** Where even an empty module is refused, it is not the module's fault. */
async function requireWebAssembly(): Promise<void> {
  try {
    await WebAssembly.instantiate(Uint8Array.of(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0));
  } catch (cause) {
    throw wasmBlocked(cause);
  }
}

function notTheCore(cause: unknown): Failure {
  const message = "What was given as core.wasm is not the file of this version of pkce-wasm.";
  return { code: "invalid_config", kind: "config", message, cause };
}

function notFetched(cause: unknown): Failure {
  const message = "core.wasm could not be fetched.";
  return { code: "network", kind: "network", message, cause };
}

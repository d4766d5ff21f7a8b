export default new URL("pkce-wasm/core.wasm", import.meta.url);

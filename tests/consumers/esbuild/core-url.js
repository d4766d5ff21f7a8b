export { default } from "pkce-wasm/core.wasm";

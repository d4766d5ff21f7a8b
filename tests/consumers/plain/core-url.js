export default "/node_modules/pkce-wasm/dist/core/core.wasm";

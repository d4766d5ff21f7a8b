export default "/core.wasm";

// Parcel takes a bare path in a URL for a relative one.
export default new URL("npm:pkce-wasm/core.wasm", import.meta.url);

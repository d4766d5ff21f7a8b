//! The functions of `platform.js`.

use js_sys::Promise;
use wasm_bindgen::prelude::wasm_bindgen;

#[wasm_bindgen(module = "/src/web/platform.js")]
extern "C" {
    #[allow(clippy::too_many_arguments, reason = "a header or an option of fetch each")]
    pub(super) fn send(
        name: &str,
        place: &str,
        url: &str,
        form: Option<&str>,
        authorization: Option<&str>,
        proof: Option<&str>,
        cache: &str,
        keepalive: bool,
        timeout_millis: u32,
        limit: usize,
    ) -> Promise;

    pub(super) fn measure(name: &str, start: f64);

    pub(super) fn lock(name: &str, if_available: bool) -> Promise;

    pub(super) fn verify(algorithm: &str, jwk: &str, signature: &[u8], signed: &[u8]) -> Promise;

    #[wasm_bindgen(js_name = serverTime)]
    pub(super) fn server_time() -> Promise;
}

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_namespace = performance, js_name = now)]
    pub(super) fn elapsed() -> f64;
}

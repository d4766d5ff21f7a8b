//! User Timing measures, so that each step shows in the browser's developer tools.
//!
//! A measure says which step, how long it took, and where a request went; never what was sent.

use js_sys::Object;
use wasm_bindgen::prelude::wasm_bindgen;

use super::failure::set;

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_namespace = performance)]
    fn now() -> f64;

    #[wasm_bindgen(js_namespace = performance, catch)]
    fn measure(
        name: &str,
        options: &Object,
    ) -> Result<wasm_bindgen::JsValue, wasm_bindgen::JsValue>;
}

/// A step that has begun.
pub(crate) struct Step {
    name: &'static str,
    start: f64,
}

impl Step {
    /// Begins a step.
    pub(crate) fn begin(name: &'static str) -> Self {
        Self { name, start: now() }
    }

    /// Ends it; `place` is a URL without a query.
    pub(crate) fn end(self, place: Option<&str>, status: Option<u16>) {
        let options = Object::new();
        set(&options, "start", self.start);
        set(&options, "end", now());
        let detail = Object::new();
        if let Some(place) = place {
            set(&detail, "url", place);
        }
        if let Some(status) = status {
            set(&detail, "status", status);
        }
        set(&options, "detail", detail);
        // A page may have replaced `performance`; a missing measure harms nobody.
        let _ = measure(self.name, &options);
    }
}

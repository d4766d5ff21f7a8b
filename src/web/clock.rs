//! What time it is.

#[cfg(feature = "client")]
use wasm_bindgen::prelude::wasm_bindgen;

use crate::time::Timestamp;

#[cfg(feature = "client")]
#[wasm_bindgen]
extern "C" {
    /// Milliseconds of a clock that nobody sets.
    #[wasm_bindgen(js_namespace = performance, js_name = now)]
    pub(crate) fn ticks() -> f64;
}

/// The device's time, as `Date.now()` tells it.
pub(crate) fn now() -> Timestamp {
    timestamp(js_sys::Date::now()).unwrap_or(Timestamp::from_millis(0))
}

/// A time as JavaScript has it; `None` for NaN.
pub(crate) fn timestamp(millis: f64) -> Option<Timestamp> {
    #[allow(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "times are whole numbers of milliseconds"
    )]
    (millis > 0.0).then_some(Timestamp::from_millis(millis as u64))
}

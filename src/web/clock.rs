//! What time it is.

use wasm_bindgen::prelude::wasm_bindgen;

use crate::time::Timestamp;

#[wasm_bindgen]
extern "C" {
    /// Milliseconds of a clock that nobody sets.
    #[wasm_bindgen(js_namespace = performance, js_name = now)]
    pub(crate) fn ticks() -> f64;
}

/// When a request was sent.
#[derive(Clone, Copy, Debug)]
pub(crate) struct SentAt {
    time: Timestamp,
    ticks: f64,
}

impl SentAt {
    pub(crate) fn now() -> Self {
        Self { time: now(), ticks: ticks() }
    }

    /// The time of it, as the device's clock shows it now.
    pub(crate) fn time(self) -> Timestamp {
        let ticked = timestamp(ticks() - self.ticks).map_or(0, Timestamp::as_millis);
        Timestamp::since(self.time, now(), ticked)
    }
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

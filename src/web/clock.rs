//! What time it is.

use crate::time::Timestamp;

/// The device's time, as `Date.now()` tells it.
pub(crate) fn now() -> Timestamp {
    #[allow(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "Date.now() is a whole number of milliseconds"
    )]
    Timestamp::from_millis(js_sys::Date::now() as u64)
}

//! Errors on their way to JavaScript, where the façade makes an `AuthError` of them.

use js_sys::{Object, Reflect};
use wasm_bindgen::JsValue;

use crate::error::{Code, Error};

impl From<Error> for JsValue {
    fn from(error: Error) -> Self {
        let failure = Object::new();
        set(&failure, "code", error.code().as_str());
        set(&failure, "kind", error.code().kind().as_str());
        set(&failure, "message", error.message());
        if let Some(provider) = error.provider() {
            set(&failure, "error", &provider.error);
            if let Some(description) = &provider.description {
                set(&failure, "errorDescription", description);
            }
        }
        if let Some(seconds) = error.retry_after() {
            set(&failure, "retryAfter", seconds);
        }
        if let Some(path) = error.return_to() {
            set(&failure, "returnTo", path);
        }
        if !error.evidence().is_empty() {
            let cause = Object::new();
            for (name, value) in error.evidence() {
                set(&cause, name, value);
            }
            set(&failure, "cause", cause);
        }
        failure.into()
    }
}

/// Sets a property of a plain object, which cannot fail.
pub(crate) fn set(object: &Object, name: &str, value: impl Into<JsValue>) {
    let _ = Reflect::set(object, &name.into(), &value.into());
}

/// The error for a browser without something that every browser has.
pub(crate) fn not_in_browser() -> Error {
    Error::new(Code::NotInBrowser, "This needs a browser window.")
}

//! The page: where it is, and whether it may use cryptography.

use wasm_bindgen::prelude::wasm_bindgen;
#[cfg(feature = "client")]
use web_sys::Location;
use web_sys::Window;

use crate::error::{Code, Error, Result};
#[cfg(feature = "client")]
use crate::web::failure::not_in_browser;

#[wasm_bindgen]
extern "C" {
    /// The window: `globalThis`, which an object gives as its own value. Elsewhere it has not what a window
    /// has, and asking for it fails. `web_sys::window` looks for it under four names, and keeps it.
    #[wasm_bindgen(js_namespace = globalThis, js_name = valueOf)]
    pub(crate) fn window() -> Window;
}

/// Refuses pages that the browser keeps WebCrypto from.
pub(crate) fn require_secure_context() -> Result<()> {
    if window().is_secure_context() {
        Ok(())
    } else {
        Err(Error::new(
            Code::InsecureContext,
            "The page is not a secure context: serve it over https:, or from localhost.",
        ))
    }
}

/// This page's origin.
#[cfg(feature = "client")]
pub(crate) fn origin() -> Result<String> {
    location().origin().map_err(|_| not_in_browser())
}

/// This page's address.
#[cfg(feature = "client")]
pub(crate) fn href() -> Result<String> {
    location().href().map_err(|_| not_in_browser())
}

/// This page's place at its origin: path, query and fragment.
#[cfg(feature = "client")]
pub(crate) fn path() -> Result<String> {
    let location = location();
    let parts = [location.pathname(), location.search(), location.hash()];
    Ok(parts.map(core::result::Result::unwrap_or_default).concat())
}

/// Leaves this page.
#[cfg(feature = "client")]
pub(crate) fn go_to(url: &str) -> Result<()> {
    location().assign(url).map_err(|_| not_in_browser())
}

/// Shows another address of this origin for this page, without leaving it.
#[cfg(feature = "client")]
pub(crate) fn replace_url(url: &str) -> Result<()> {
    let history = window().history().map_err(|_| not_in_browser())?;
    let state = history.state().unwrap_or_default();
    let replaced = history.replace_state_with_url(&state, "", Some(url));
    replaced.map_err(|_| not_in_browser())
}

#[cfg(feature = "client")]
fn location() -> Location {
    window().location()
}

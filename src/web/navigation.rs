//! The page: where it is, and whether it may use cryptography.

use web_sys::{Location, Window};

use super::failure::not_in_browser;
use crate::error::{Code, Error, Result};

/// The window, outside of which there is nothing to sign in to.
pub(crate) fn window() -> Result<Window> {
    web_sys::window().ok_or_else(not_in_browser)
}

/// Refuses pages that the browser keeps WebCrypto from.
pub(crate) fn require_secure_context() -> Result<()> {
    if window()?.is_secure_context() {
        Ok(())
    } else {
        Err(Error::new(
            Code::InsecureContext,
            "The page is not a secure context: serve it over https:, or from localhost.",
        ))
    }
}

/// This page's origin.
pub(crate) fn origin() -> Result<String> {
    location()?.origin().map_err(|_| not_in_browser())
}

fn location() -> Result<Location> {
    Ok(window()?.location())
}

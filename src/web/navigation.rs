//! The page: where it is, and whether it may use cryptography.

use web_sys::{Location, Window};

use crate::{
    error::{Code, Error, Result},
    web::failure::not_in_browser,
};

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

/// This page's address.
#[cfg(feature = "client")]
pub(crate) fn href() -> Result<String> {
    location()?.href().map_err(|_| not_in_browser())
}

/// This page's place at its origin: path, query and fragment.
#[cfg(feature = "client")]
pub(crate) fn path() -> Result<String> {
    let location = location()?;
    let parts = [location.pathname(), location.search(), location.hash()];
    Ok(parts.map(core::result::Result::unwrap_or_default).concat())
}

/// Leaves this page.
#[cfg(feature = "client")]
pub(crate) fn go_to(url: &str) -> Result<()> {
    location()?.assign(url).map_err(|_| not_in_browser())
}

/// Shows another address of this origin for this page, without leaving it.
#[cfg(feature = "client")]
pub(crate) fn replace_url(url: &str) -> Result<()> {
    let history = window()?.history().map_err(|_| not_in_browser())?;
    let state = history.state().unwrap_or_default();
    let replaced = history.replace_state_with_url(&state, "", Some(url));
    replaced.map_err(|_| not_in_browser())
}

fn location() -> Result<Location> {
    Ok(window()?.location())
}

//! Web Locks: one tab at a time.

use js_sys::Function;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;

use super::platform;

/// Lets go of the lock when dropped.
#[derive(Debug)]
struct Release(Function);

impl Drop for Release {
    fn drop(&mut self) {
        let _ = self.0.call0(&JsValue::UNDEFINED);
    }
}

/// Does `work` while no other tab of this origin holds the lock of that name.
///
/// Browsers without Web Locks do it unlocked: every record is written before it is acted upon, so
/// that the window for a race is the time of one storage access.
pub(crate) async fn with_lock<T>(name: &str, work: impl Future<Output = T>) -> T {
    let _held = lock(name, false).await;
    work.await
}

/// A mark that all tabs see at once, until it is dropped or its page goes away: a lock that nobody
/// waits for. What one tab writes to `localStorage` may reach another only after a lock has, so that
/// a record alone cannot say that something was done.
#[derive(Debug)]
pub(crate) struct Mark {
    _held: Option<Release>,
}

/// Makes a mark; `None` when another page, or this one, has made it.
pub(crate) async fn mark(name: &str) -> Option<Mark> {
    lock(name, true).await.map(|held| Mark { _held: held })
}

/// `None` when it is taken; without a lock inside in a browser that has none.
async fn lock(name: &str, if_available: bool) -> Option<Option<Release>> {
    let release = JsFuture::from(platform::lock(name, if_available)).await.unwrap_or_default();
    (!release.is_null()).then(|| release.dyn_into().ok().map(Release))
}

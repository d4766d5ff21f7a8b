//! Web Locks: one tab at a time.

use js_sys::{Function, Promise};
use wasm_bindgen::{JsCast, JsValue, closure::Closure, prelude::wasm_bindgen};
use wasm_bindgen_futures::JsFuture;

#[wasm_bindgen]
extern "C" {
    /// `navigator.locks`, which web-sys has among its unstable interfaces only.
    type LockManager;

    #[wasm_bindgen(thread_local_v2, js_namespace = navigator, js_name = locks)]
    static LOCKS: Option<LockManager>;

    #[wasm_bindgen(method, catch)]
    fn request(this: &LockManager, name: &str, held: &JsValue) -> Result<Promise, JsValue>;
}

/// Lets go of the lock when dropped.
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
    let _held = acquire(name).await;
    work.await
}

async fn acquire(name: &str) -> Option<Release> {
    let (done, release) = promise();
    let (granted, grant) = promise();
    let on_grant = Closure::once_into_js(move || {
        let _ = grant.call0(&JsValue::UNDEFINED);
        done
    });
    let outcome = LOCKS.with(|locks| locks.as_ref()?.request(name, &on_grant).ok())?;
    // A refused request (an opaque origin has no locks) never grants; it rejects instead.
    let either = Promise::race(&js_sys::Array::of2(&granted, &outcome));
    JsFuture::from(either).await.ok()?;
    Some(Release(release))
}

/// A promise, and the function that resolves it.
fn promise() -> (Promise, Function) {
    let mut resolve = None;
    let promise = Promise::new(&mut |fulfil, _| resolve = Some(fulfil));
    (promise, resolve.unwrap_or_else(|| JsValue::UNDEFINED.unchecked_into()))
}

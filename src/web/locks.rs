//! Web Locks: one tab at a time.

use js_sys::{Function, Object, Promise};
use wasm_bindgen::{JsCast, JsValue, closure::Closure, prelude::wasm_bindgen};
use wasm_bindgen_futures::JsFuture;

use super::failure::set;

#[wasm_bindgen]
extern "C" {
    /// `navigator.locks`, which web-sys has among its unstable interfaces only.
    type LockManager;

    #[wasm_bindgen(thread_local_v2, js_namespace = navigator, js_name = locks)]
    static LOCKS: Option<LockManager>;

    #[wasm_bindgen(method, catch)]
    fn request(this: &LockManager, name: &str, held: &JsValue) -> Result<Promise, JsValue>;

    #[wasm_bindgen(method, catch, js_name = request)]
    fn request_with(
        this: &LockManager,
        name: &str,
        options: &Object,
        held: &JsValue,
    ) -> Result<Promise, JsValue>;
}

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
    let _held = acquire(name).await;
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
    let (done, release) = promise();
    let (answered, answer) = promise();
    let on_answer = Closure::once_into_js(move |lock: JsValue| {
        let is_held = !lock.is_null();
        let _ = answer.call1(&JsValue::UNDEFINED, &is_held.into());
        if is_held { JsValue::from(done) } else { JsValue::UNDEFINED }
    });
    let options = Object::new();
    set(&options, "ifAvailable", true);
    let requested = LOCKS.with(|locks| {
        let locks = locks.as_ref()?;
        locks.request_with(name, &options, &on_answer).ok()
    });
    let Some(outcome) = requested else {
        return Some(Mark { _held: None });
    };
    let either = Promise::race(&js_sys::Array::of2(&answered, &outcome));
    match JsFuture::from(either).await {
        Ok(is_held) if !is_held.is_truthy() => None,
        Ok(_) => Some(Mark { _held: Some(Release(release)) }),
        Err(_) => Some(Mark { _held: None }),
    }
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

//! The npm package's scripts that a client in Rust has in common with it: the life of a session, and the
//! steps of the protocol.

use js_sys::{Array, Object, Promise};
use wasm_bindgen::{JsValue, prelude::wasm_bindgen};

use crate::web::steps::Core;

#[wasm_bindgen(module = "/js/first-load/life.js")]
extern "C" {
    pub(crate) fn begin(bearer: &str) -> Life;

    pub(crate) fn live(before: &Life, event: &JsValue, now: f64, ticks: f64) -> Lived;
}

#[wasm_bindgen]
extern "C" {
    #[derive(Clone)]
    pub(crate) type Life;

    #[wasm_bindgen(method, getter)]
    pub(crate) fn text(this: &Life) -> Option<String>;

    /// When it is to be looked at again, by the clock that nobody sets.
    #[wasm_bindgen(method, getter, js_name = ringsAt)]
    pub(crate) fn rings_at(this: &Life) -> f64;

    /// Whether somebody waits for a refresh.
    #[wasm_bindgen(method, getter, js_name = isWanted)]
    pub(crate) fn is_wanted(this: &Life) -> Option<bool>;

    /// What has become of a life by an event.
    pub(crate) type Lived;

    #[wasm_bindgen(method, getter)]
    pub(crate) fn life(this: &Lived) -> Life;

    /// What is to be done: each is a name, and what it is given.
    #[wasm_bindgen(method, getter)]
    pub(crate) fn actions(this: &Lived) -> Array;

    #[wasm_bindgen(method, getter)]
    pub(crate) fn answer(this: &Lived) -> JsValue;

    /// What the scripts work with: a page, and what they do for it.
    pub(crate) type Opened;

    #[wasm_bindgen(method, getter)]
    pub(crate) fn session(this: &Opened) -> SessionOfPage;

    #[wasm_bindgen(method, getter)]
    pub(crate) fn steps(this: &Opened) -> Steps;

    /// What becomes of the wish for a token.
    pub(crate) type Answer;

    #[wasm_bindgen(method, getter)]
    pub(crate) fn give(this: &Answer) -> Option<String>;

    #[wasm_bindgen(method, getter)]
    pub(crate) fn wait(this: &Answer) -> Option<bool>;

    #[wasm_bindgen(method, getter)]
    pub(crate) fn fault(this: &Answer) -> JsValue;
}

#[wasm_bindgen(module = "/js/with-core/session.js")]
extern "C" {
    pub(crate) type SessionOfPage;

    #[wasm_bindgen(js_name = sessionOf)]
    pub(crate) fn session_of(page: JsValue, store: &str) -> SessionOfPage;

    #[wasm_bindgen(method)]
    pub(crate) fn save(this: &SessionOfPage, text: &str) -> Promise;

    #[wasm_bindgen(method)]
    pub(crate) fn remove(this: &SessionOfPage, text: &str) -> Promise;
}

#[wasm_bindgen(module = "/js/with-core/renew.js")]
extern "C" {
    pub(crate) fn renew(opened: &Opened) -> Promise;
}

#[wasm_bindgen(module = "/js/with-core/token.js")]
extern "C" {
    #[wasm_bindgen(js_name = waitForToken)]
    pub(crate) fn wait_for_token(opened: &Opened, wanted: &Object) -> Promise;
}

#[wasm_bindgen(module = "/js/with-core/steps.js")]
extern "C" {
    pub(crate) type Steps;

    #[wasm_bindgen(constructor)]
    pub(crate) fn new(core: Core, session: &SessionOfPage) -> Steps;

    #[wasm_bindgen(method, js_name = signIn)]
    pub(crate) fn sign_in(this: &Steps, options: &str) -> Promise;

    #[wasm_bindgen(method, js_name = handleCallback)]
    pub(crate) fn handle_callback(this: &Steps, url: &str) -> Promise;

    #[wasm_bindgen(method, js_name = userInfo)]
    pub(crate) fn user_info(this: &Steps) -> Promise;

    #[wasm_bindgen(method, js_name = signOut)]
    pub(crate) fn sign_out(this: &Steps, options: &str, stay: bool) -> Promise;

    #[wasm_bindgen(method, js_name = finishSignOut)]
    pub(crate) fn finish_sign_out(this: &Steps, url: &str) -> Promise;
}

// What follows is imported by the scripts above; naming it here is what takes it along.

#[wasm_bindgen(module = "/js/with-core/happenings.js")]
extern "C" {
    fn made();
}

#[wasm_bindgen(module = "/js/with-core/newest.js")]
extern "C" {
    #[wasm_bindgen(js_name = newerThan)]
    fn newer_than();
}

#[wasm_bindgen(module = "/js/with-core/callback.js")]
extern "C" {
    type Callbacks;
}

#[wasm_bindgen(module = "/js/with-core/refresh.js")]
extern "C" {
    type Refreshes;
}

#[wasm_bindgen(module = "/js/with-core/id-token.js")]
extern "C" {
    type IdTokens;
}

#[wasm_bindgen(module = "/js/with-core/requests.js")]
extern "C" {
    type Requests;
}

#[wasm_bindgen(module = "/js/with-core/storage-blocked.js")]
extern "C" {
    fn settled();
}

#[wasm_bindgen(module = "/js/with-core/platform.js")]
extern "C" {
    fn measure();
}

//! The session as a page of an app in Rust has it. It brings the session's life what happens here, and
//! does what that asks for, as `js/first-load/page.ts` does for the npm package.

use alloc::{rc::Rc, string::String};
use core::cell::{Cell, RefCell};

use js_sys::{
    Array, Function, JSON, Object, Promise,
    futures::{JsFuture, spawn_local},
};
use wasm_bindgen::{JsCast as _, JsValue, closure::Closure, prelude::wasm_bindgen};

use crate::{
    config::Config,
    session::{self, Session},
    web::{
        clock::ticks,
        failure::set,
        navigation::window,
        record_store::RecordStore,
        scripts::{Answer, Life, Opened, Steps, begin, live, renew, session_of, wait_for_token},
        steps::Core,
        storage,
    },
};

/// A page's session, as the edge's scripts work on it. Clones are the same page.
#[wasm_bindgen]
#[derive(Clone)]
pub struct Page(Rc<Shared>);

struct Shared {
    config: Config,
    /// The names of the session's record, of what the tab waits for at the provider's logout page, and of
    /// the sign-ins that were signed out of: those of the npm package.
    key: String,
    logout_key: String,
    ended_key: String,
    store: RecordStore,
    life: RefCell<Life>,
    /// Those who wait for a refresh to end, each a function that takes the fault.
    waiting: Array,
    is_renewing: Cell<bool>,
    timer: Cell<i32>,
    opened: Opened,
}

/// Its life holds tokens, so that it is not shown.
impl core::fmt::Debug for Page {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("Page").field("config", &self.0.config).finish_non_exhaustive()
    }
}

#[wasm_bindgen]
impl Page {
    /// The name of the session's record.
    #[wasm_bindgen(getter)]
    pub fn key(&self) -> String {
        self.0.key.clone()
    }

    /// Under this name the tab keeps what it waits for at the provider's logout page.
    #[wasm_bindgen(getter, js_name = logoutKey)]
    pub fn logout_key(&self) -> String {
        self.0.logout_key.clone()
    }

    /// Under this name the browser keeps which sign-ins were signed out of.
    #[wasm_bindgen(getter, js_name = endedKey)]
    pub fn ended_key(&self) -> String {
        self.0.ended_key.clone()
    }

    /// Where the session's record is kept.
    #[wasm_bindgen(getter)]
    pub fn store(&self) -> RecordStore {
        self.0.store.clone()
    }

    /// The session's life.
    #[wasm_bindgen(getter)]
    pub fn life(&self) -> JsValue {
        self.0.life.borrow().clone().into()
    }

    /// Those who wait for a refresh to end.
    #[wasm_bindgen(getter)]
    pub fn waiting(&self) -> Array {
        self.0.waiting.clone()
    }

    /// Looks into the store. One that fails says nothing of the session.
    pub fn look(&self) {
        let Ok(text) = self.0.store.get(&self.0.key) else { return };
        let stored = event("stored");
        set(&stored, "record", self.read(text.clone()));
        set(&stored, "text", text);
        set(&stored, "ended", self.ended());
        self.happen(&stored);
    }

    /// The record of this client that a text is; null when it is none.
    pub fn read(&self, text: Option<String>) -> JsValue {
        let ours = text.filter(|text| Session::read(text, &self.0.config).is_some());
        ours.and_then(|text| JSON::parse(&text).ok()).unwrap_or(JsValue::NULL)
    }

    /// The sign-ins that were signed out of, in whichever tab.
    pub fn ended(&self) -> Array {
        let text =
            storage::local().ok().and_then(|local| local.get_item(&self.0.ended_key).ok()?);
        let ids = text.and_then(|text| JSON::parse(&text).ok()?.dyn_into().ok());
        ids.unwrap_or_default()
    }

    /// Brings the session's life an event, and does what that asks for.
    pub fn happen(&self, event: &JsValue) -> JsValue {
        let before = self.0.life.borrow().clone();
        let lived = live(&before, event, js_sys::Date::now(), ticks());
        self.0.life.replace(lived.life());
        for action in lived.actions().iter() {
            let action = Array::from(&action);
            self.act(&action.get(0).as_string().unwrap_or_default(), &action.get(1));
        }
        let answer = lived.answer();
        if answer.is_undefined() { Object::new().into() } else { answer }
    }

    /// The other tabs find it in the store, or among the sign-outs, when they look.
    pub fn tell(&self, _message: &JsValue) {}
}

impl Page {
    pub(crate) fn new(config: Config, core: Core, store: RecordStore) -> Self {
        let page = Self(Rc::new(Shared {
            key: config.record_key("session"),
            logout_key: config.record_key("logout"),
            ended_key: config.record_key("signed-out"),
            config,
            store,
            life: RefCell::new(begin("access_token")),
            waiting: Array::new(),
            is_renewing: Cell::default(),
            timer: Cell::default(),
            opened: Object::new().unchecked_into(),
        }));
        let session = session_of(page.clone().into(), page.0.store.kind());
        let opened = page.0.opened.unchecked_ref();
        set(opened, "page", page.clone());
        set(opened, "steps", Steps::new(core, &session));
        set(opened, "session", session);
        page
    }

    pub(crate) fn config(&self) -> &Config {
        &self.0.config
    }

    pub(crate) fn steps(&self) -> Steps {
        self.0.opened.steps()
    }

    /// The session that there is after a look into the store.
    pub(crate) fn session(&self) -> Option<Session> {
        self.look();
        let text = self.0.life.borrow().text()?;
        Session::read(&text, &self.0.config)
    }

    /// A token of that kind, after a refresh where one is due; another one than the one that was refused.
    pub(crate) async fn token(
        &self,
        kind: &str,
        refused: Option<&str>,
    ) -> core::result::Result<String, JsValue> {
        self.look();
        let wanted = event("wanted");
        set(&wanted, "kind", kind);
        set(&wanted, "refused", refused);
        let mut answer: Answer = self.happen(&wanted).unchecked_into();
        if answer.wait() == Some(true) {
            let waiting = wait_for_token(&self.0.opened, &wanted);
            answer = JsFuture::from(waiting).await?.unchecked_into();
        }
        match answer.give() {
            Some(token) => Ok(token),
            None if answer.fault().is_undefined() => Err(session::login_required().into()),
            None => Err(answer.fault()),
        }
    }

    fn act(&self, name: &str, given: &JsValue) {
        let text = || given.as_string().unwrap_or_default();
        let page = self.clone();
        match name {
            "save" => in_store(self.0.opened.session().save(&text())),
            "remove" => in_store(self.0.opened.session().remove(&text())),
            // An action may bring the next event about, whose actions have to come after those of this one.
            "look" => spawn_local(async move { page.look() }),
            "refresh" => {
                self.0.is_renewing.set(true);
                spawn_local(async move { page.renew().await });
            }
            "ring" => self.ring(),
            "show" | "over" if !self.0.is_renewing.get() => self.go_on(&JsValue::UNDEFINED),
            _ => {}
        }
    }

    async fn renew(&self) {
        let fault = JsFuture::from(renew(&self.0.opened)).await.unwrap_or_else(|fault| fault);
        self.0.is_renewing.set(false);
        self.go_on(&fault);
    }

    fn go_on(&self, fault: &JsValue) {
        while self.0.waiting.length() > 0 {
            let go_on: Function = self.0.waiting.shift().unchecked_into();
            let _ = go_on.call1(&JsValue::UNDEFINED, fault);
        }
    }

    /// Comes back when it is time, for those who wait. There is no other timer: nobody says when a client
    /// is needed no more.
    fn ring(&self) {
        let window = window();
        window.clear_timeout_with_handle(self.0.timer.get());
        let (is_wanted, rings_at) = {
            let life = self.0.life.borrow();
            (life.is_wanted() == Some(true), life.rings_at())
        };
        if !is_wanted {
            return;
        }
        let page = self.clone();
        let rang = Closure::once_into_js(move || {
            page.happen(&event("rang"));
        });
        #[allow(clippy::cast_possible_truncation, reason = "who waits is not kept for days")]
        let timer = window.set_timeout_with_callback_and_timeout_and_arguments_0(
            rang.unchecked_ref(),
            (rings_at - ticks()) as i32,
        );
        self.0.timer.set(timer.unwrap_or_default());
    }
}

fn event(name: &str) -> Object {
    let event = Object::new();
    set(&event, "type", name);
    event
}

/// What fails in the store is found by the next look into it.
fn in_store(working: Promise) {
    spawn_local(async move {
        let _ = JsFuture::from(working).await;
    });
}

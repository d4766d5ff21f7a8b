//! Where records are kept: the browser's storages, or the caller's own.

use gloo_storage::{LocalStorage, SessionStorage, Storage as _};
use js_sys::Promise;
use wasm_bindgen::{JsCast, JsValue, prelude::wasm_bindgen};
use wasm_bindgen_futures::JsFuture;

use super::navigation::window;
use crate::{
    error::{Code, Error, Result},
    time::Timestamp,
    transaction::Stored,
};

#[wasm_bindgen]
extern "C" {
    /// A `TokenStore` of the caller's. Its methods may return promises.
    #[derive(Clone, Debug)]
    pub type TokenStore;

    #[wasm_bindgen(method, catch)]
    fn get(this: &TokenStore, key: &str) -> core::result::Result<JsValue, JsValue>;

    #[wasm_bindgen(method, catch)]
    fn set(this: &TokenStore, key: &str, value: &str) -> core::result::Result<JsValue, JsValue>;

    #[wasm_bindgen(method, catch)]
    fn remove(this: &TokenStore, key: &str) -> core::result::Result<JsValue, JsValue>;
}

/// One place for records.
#[derive(Clone, Debug)]
pub(crate) enum Store {
    /// `sessionStorage`: this tab.
    Session,
    /// `localStorage`: this browser.
    Local,
    /// The caller's.
    Custom(TokenStore),
}

impl Store {
    /// The store that an option names, or that it is.
    pub(crate) fn from_option(option: &JsValue) -> Self {
        match option.as_string().as_deref() {
            Some("local") => Self::Local,
            Some(_) => Self::Session,
            None => Self::Custom(option.clone().unchecked_into()),
        }
    }

    /// Where pending sign-ins are kept: in `localStorage`, for one that begins in this tab may end
    /// in another. Where that is blocked, the caller's own store has to do.
    pub(crate) fn for_transactions(&self) -> Self {
        match self {
            Self::Custom(store) if Self::Local.raw().is_err() => Self::Custom(store.clone()),
            _ => Self::Local,
        }
    }

    pub(crate) async fn get(&self, key: &str) -> Result<Option<String>> {
        match self {
            Self::Custom(store) => Ok(settled(store.get(key)).await?.as_string()),
            storage => storage.raw()?.get_item(key).map_err(|_| blocked()),
        }
    }

    pub(crate) async fn set(&self, key: &str, record: &str) -> Result<()> {
        match self {
            Self::Custom(store) => settled(store.set(key, record)).await.map(drop),
            storage => storage.raw()?.set_item(key, record).map_err(|_| blocked()),
        }
    }

    pub(crate) async fn remove(&self, key: &str) -> Result<()> {
        match self {
            Self::Custom(store) => settled(store.remove(key)).await.map(drop),
            storage => storage.raw()?.remove_item(key).map_err(|_| blocked()),
        }
    }

    /// Clears away pending sign-ins that nobody will come back to. The caller's own store cannot
    /// be listed.
    pub(crate) fn sweep(&self, prefix: &str, now: Timestamp) -> Result<()> {
        if matches!(self, Self::Custom(_)) {
            return Ok(());
        }
        let storage = self.raw()?;
        let keys = (0..storage.length().unwrap_or_default())
            .filter_map(|index| storage.key(index).ok().flatten())
            .filter(|key| key.starts_with(prefix));
        for key in keys.collect::<Vec<_>>() {
            if let Ok(Some(record)) = storage.get_item(&key)
                && Stored::is_stale(&record, now)
            {
                storage.remove_item(&key).map_err(|_| blocked())?;
            }
        }
        Ok(())
    }

    /// The browser's storage. `gloo-storage` panics where it is blocked, so that is asked first.
    fn raw(&self) -> Result<web_sys::Storage> {
        let window = window()?;
        let probe = match self {
            Self::Local => window.local_storage(),
            _ => window.session_storage(),
        };
        match (self, probe) {
            (Self::Local, Ok(Some(_))) => Ok(LocalStorage::raw()),
            (_, Ok(Some(_))) => Ok(SessionStorage::raw()),
            _ => Err(blocked()),
        }
    }
}

async fn settled(outcome: core::result::Result<JsValue, JsValue>) -> Result<JsValue> {
    let failed = |_| Error::new(Code::StorageBlocked, "The TokenStore failed.");
    JsFuture::from(Promise::resolve(&outcome.map_err(failed)?)).await.map_err(failed)
}

fn blocked() -> Error {
    Error::new(
        Code::StorageBlocked,
        "The browser blocks this page's storage, or it is full: sign-in needs it.",
    )
}

//! Where records are kept: pending sign-ins in `localStorage`, sessions in the caller's store.

use gloo_storage::{LocalStorage, Storage as _};
use js_sys::Promise;
use wasm_bindgen::{JsValue, prelude::wasm_bindgen};
use wasm_bindgen_futures::JsFuture;

use super::navigation::window;
use crate::{
    error::{Code, Error, Result},
    time::Timestamp,
    transaction::Stored,
};

#[wasm_bindgen]
extern "C" {
    /// A `TokenStore`. Its methods may return promises.
    #[derive(Clone, Debug)]
    pub type TokenStore;

    #[wasm_bindgen(method, catch)]
    fn get(this: &TokenStore, key: &str) -> core::result::Result<JsValue, JsValue>;

    #[wasm_bindgen(method, catch)]
    fn set(this: &TokenStore, key: &str, value: &str) -> core::result::Result<JsValue, JsValue>;

    #[wasm_bindgen(method, catch)]
    fn remove(this: &TokenStore, key: &str) -> core::result::Result<JsValue, JsValue>;
}

/// The record of a session in its store, under one key.
#[derive(Debug)]
pub(crate) struct SessionRecord {
    pub(crate) store: TokenStore,
    pub(crate) key: String,
}

impl SessionRecord {
    pub(crate) async fn get(&self) -> Result<Option<String>> {
        Ok(settled(self.store.get(&self.key)).await?.as_string())
    }

    pub(crate) async fn set(&self, record: &str) -> Result<()> {
        settled(self.store.set(&self.key, record)).await.map(drop)
    }

    pub(crate) async fn remove(&self) -> Result<()> {
        settled(self.store.remove(&self.key)).await.map(drop)
    }
}

async fn settled(outcome: core::result::Result<JsValue, JsValue>) -> Result<JsValue> {
    let promise = Promise::resolve(&outcome.map_err(|_| blocked())?);
    JsFuture::from(promise).await.map_err(|_| blocked())
}

/// Pending sign-ins are kept under this and their `state`. They are in `localStorage`, for one that
/// begins in this tab may end in another.
const TRANSACTION: &str = "pkce-wasm/transaction/";

/// The key of a pending sign-in; also the name of the lock on it.
pub(crate) fn transaction_key(state: &str) -> String {
    [TRANSACTION, state].concat()
}

/// The record of a pending or answered sign-in.
pub(crate) fn transaction(key: &str) -> Result<Option<String>> {
    local()?.get_item(key).map_err(|_| blocked())
}

/// Keeps the record of a pending or answered sign-in.
pub(crate) fn keep_transaction(key: &str, record: &str) -> Result<()> {
    local()?.set_item(key, record).map_err(|_| blocked())
}

/// Clears away sign-ins that nobody will come back to.
pub(crate) fn sweep_transactions(now: Timestamp) -> Result<()> {
    let storage = local()?;
    let mut index = 0;
    while let Ok(Some(key)) = storage.key(index) {
        let record = if key.starts_with(TRANSACTION) { transaction(&key)? } else { None };
        match record {
            Some(record) if Stored::is_stale(&record, now) => {
                storage.remove_item(&key).map_err(|_| blocked())?;
            }
            _ => index += 1,
        }
    }
    Ok(())
}

/// `localStorage`. `gloo-storage` panics where it is blocked, so that is asked first.
fn local() -> Result<web_sys::Storage> {
    match window()?.local_storage() {
        Ok(Some(_)) => Ok(LocalStorage::raw()),
        _ => Err(blocked()),
    }
}

fn blocked() -> Error {
    Error::new(
        Code::StorageBlocked,
        "The browser blocks this page's storage, or it is full: sign-in needs it.",
    )
}

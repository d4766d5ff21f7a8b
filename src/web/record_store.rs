//! Where the record of a session is kept, as `session.js` uses it.

use alloc::{collections::BTreeMap, rc::Rc, string::String};
use core::cell::RefCell;

use gloo_storage::{LocalStorage, SessionStorage, Storage as _};
use wasm_bindgen::{JsValue, prelude::wasm_bindgen};

use crate::{
    error::Result,
    web::{navigation::window, options::Store, storage::blocked},
};

/// The store of a client's record. Clones are the same store.
#[wasm_bindgen]
#[derive(Clone)]
pub struct RecordStore {
    store: Store,
    memory: Rc<RefCell<BTreeMap<String, String>>>,
}

/// Its records hold tokens, so they are not shown.
impl core::fmt::Debug for RecordStore {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("RecordStore").field("store", &self.store).finish_non_exhaustive()
    }
}

#[wasm_bindgen]
impl RecordStore {
    /// The record under a key.
    #[wasm_bindgen(js_name = get)]
    pub fn get_from_script(&self, key: &str) -> core::result::Result<Option<String>, JsValue> {
        Ok(self.get(key)?)
    }

    /// Keeps a record.
    #[wasm_bindgen(js_name = set)]
    pub fn set_from_script(&self, key: &str, record: &str) -> core::result::Result<(), JsValue> {
        Ok(self.set(key, record)?)
    }

    /// Forgets a record.
    #[wasm_bindgen(js_name = remove)]
    pub fn remove_from_script(&self, key: &str) -> core::result::Result<(), JsValue> {
        Ok(self.remove(key)?)
    }
}

impl RecordStore {
    pub(crate) fn new(store: Store) -> Self {
        Self { store, memory: Rc::default() }
    }

    /// Its name, as the scripts have it.
    pub(crate) fn kind(&self) -> &'static str {
        match self.store {
            Store::Session => "session",
            Store::Local => "local",
            Store::Memory => "memory",
        }
    }

    pub(crate) fn get(&self, key: &str) -> Result<Option<String>> {
        match self.storage()? {
            Some(storage) => storage.get_item(key).map_err(|_| blocked()),
            None => Ok(self.memory.borrow().get(key).cloned()),
        }
    }

    pub(crate) fn set(&self, key: &str, record: &str) -> Result<()> {
        match self.storage()? {
            Some(storage) => {
                storage.set_item(key, record).map_err(|_| blocked())?;
                // Some that are blocked let it seem to be done.
                let kept = storage.get_item(key).ok().flatten();
                if kept.as_deref() == Some(record) { Ok(()) } else { Err(blocked()) }
            }
            None => {
                self.memory.borrow_mut().insert(key.into(), record.into());
                Ok(())
            }
        }
    }

    pub(crate) fn remove(&self, key: &str) -> Result<()> {
        match self.storage()? {
            Some(storage) => storage.remove_item(key).map_err(|_| blocked()),
            None => {
                self.memory.borrow_mut().remove(key);
                Ok(())
            }
        }
    }

    fn storage(&self) -> Result<Option<web_sys::Storage>> {
        // `gloo-storage` panics where they are blocked, so that is asked first.
        let (asked, raw): (_, fn() -> web_sys::Storage) = match self.store {
            Store::Session => (window().session_storage(), SessionStorage::raw),
            Store::Local => (window().local_storage(), LocalStorage::raw),
            Store::Memory => return Ok(None),
        };
        asked.ok().flatten().ok_or_else(blocked)?;
        Ok(Some(raw()))
    }
}

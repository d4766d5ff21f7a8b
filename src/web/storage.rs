//! Where pending sign-ins are kept: `localStorage`.

use web_sys::Storage;

use crate::{
    config::Config,
    error::{Code, Error, Result},
    time::Timestamp,
    transaction::Stored,
    web::navigation::window,
};

/// Pending sign-ins are kept under this and their `state`. They are in `localStorage`, for one that
/// begins in this tab may end in another.
const TRANSACTION: &str = "pkce-wasm/transaction/";

/// At so many pending sign-ins a new one looks whether they are stale, until it has seen a quarter of them
/// that are not. It leaves one behind.
const SWEPT: usize = 8;

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
    let _ = local()?.set_item(key, record);
    // Some that are blocked let it seem to be done.
    if transaction(key)?.as_deref() == Some(record) { Ok(()) } else { Err(blocked()) }
}

/// Keeps the record of a new sign-in, and clears away some that nobody will come back to: of all of them
/// only where there is no room, for they may be many.
pub(crate) fn begin_transaction(key: &str, record: &str, now: Timestamp) -> Result<()> {
    sweep_transactions(now, SWEPT)?;
    keep_transaction(key, record).or_else(|_| {
        sweep_transactions(now, usize::MAX)?;
        keep_transaction(key, record)
    })
}

/// Clears away those that are stale among so many sign-ins, beginning anywhere. Where a quarter of so many
/// are not, others are not either.
fn sweep_transactions(now: Timestamp, most: usize) -> Result<()> {
    let storage = local()?;
    let count = u64::from(storage.length().map_err(|_| blocked())?);
    let mut keys = Vec::new();
    for index in 0..count {
        let at = u32::try_from((now.as_millis() + index) % count).ok();
        let key = at.and_then(|at| storage.key(at).ok()?);
        keys.extend(key.filter(|key| key.starts_with(TRANSACTION)));
        if keys.len() == most {
            break;
        }
    }
    let mut fresh = 0;
    for key in keys {
        if transaction(&key)?.is_some_and(|record| Stored::is_stale(&record, now)) {
            storage.remove_item(&key).map_err(|_| blocked())?;
        } else {
            fresh += 1;
        }
        if fresh == most / 4 {
            break;
        }
    }
    Ok(())
}

/// Whether a sign-in of this client is pending whose tokens are to be bound to the browser's key.
pub(crate) fn awaits_proof_key(config: &Config) -> Result<bool> {
    let storage = local()?;
    let keys = (0..).map_while(|index| storage.key(index).ok().flatten());
    for key in keys.filter(|key| key.starts_with(TRANSACTION)) {
        let record = transaction(&key)?.unwrap_or_default();
        if let Some(Stored::Pending(pending)) = Stored::read(&record, config)
            && pending.proof_key().is_some()
        {
            return Ok(true);
        }
    }
    Ok(false)
}

/// `localStorage`, where it is not blocked.
pub(crate) fn local() -> Result<Storage> {
    window().local_storage().ok().flatten().ok_or_else(blocked)
}

/// The error for a storage that is not there.
pub(crate) fn blocked() -> Error {
    Error::new(
        Code::StorageBlocked,
        "The browser blocks this page's storage, or it is full: sign-in needs it.",
    )
}

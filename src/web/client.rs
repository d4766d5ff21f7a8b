//! The client that JavaScript drives: each method carries one step through the browser.

use std::cell::RefCell;

use js_sys::Object;
use wasm_bindgen::{JsValue, prelude::wasm_bindgen};

use super::{
    clock::now,
    crypto,
    failure::set,
    fetch::{Freshness, send},
    locks::with_lock,
    navigation,
    storage::Store,
    trace::Step,
};
use crate::{
    authorization::{self, SignIn},
    callback::Callback,
    config::Config,
    discovery::Metadata,
    error::{Code, Error, Result},
    jwks::KeySet,
    logout,
    refresh::{Refresh, Renewal},
    revocation,
    session::{self, Session},
    token::{CodeExchange, Unverified, Verdict},
    transaction::{Stored, Transaction},
    userinfo,
};

/// Pending sign-ins are kept under this and their `state`.
const TRANSACTION: &str = "pkce-wasm/transaction/";

/// The lock that one tab holds while it refreshes a session.
const REFRESH: &str = "pkce-wasm/refresh/";

/// A client at one provider.
#[wasm_bindgen]
#[derive(Debug)]
pub struct Client {
    config: Config,
    store: Store,
    transactions: Store,
    session_key: String,
    metadata: RefCell<Option<Metadata>>,
    /// Tokens whose keys could not be fetched, by `state`: the code is spent, so they wait here
    /// for the next try.
    unverified: RefCell<Option<(String, Unverified)>>,
}

/// How a callback URL was dealt with.
enum Handled {
    /// It is not ours, or not a callback at all.
    Left,
    /// It was answered before.
    Answered { return_to: Option<String> },
    /// The user is signed in.
    SignedIn { record: String, return_to: Option<String> },
}

#[wasm_bindgen]
impl Client {
    /// Parses the options. `store` is `"session"`, `"local"` or a `TokenStore`; the session's
    /// record is kept there under `session_key`.
    #[wasm_bindgen(constructor)]
    pub fn new(
        options: &str,
        store: &JsValue,
        session_key: String,
    ) -> core::result::Result<Client, JsValue> {
        let config = Config::parse(options.as_bytes())?;
        let store = Store::from_option(store);
        Ok(Self {
            transactions: store.for_transactions(),
            store,
            session_key,
            metadata: RefCell::new(config.metadata.clone()),
            config,
            unverified: RefCell::new(None),
        })
    }

    /// Begins a sign-in and leaves for the provider.
    #[wasm_bindgen(js_name = signIn)]
    pub async fn sign_in(&self, options: String) -> core::result::Result<(), JsValue> {
        let sign_in = SignIn::parse(options.as_bytes(), &self.config)?;
        navigation::require_secure_context()?;
        self.config.check_page(&navigation::origin()?)?;
        let metadata = self.metadata().await?;
        let step = Step::begin("pkce-wasm:authorization request");
        let (url, transaction) =
            authorization::begin(&self.config, &metadata, sign_in, &crypto::entropy()?, now())?;
        let record = transaction.to_record();
        self.transactions.set(&transaction_key(transaction.state()), &record).await?;
        self.transactions.sweep(TRANSACTION, now())?;
        step.end(Some(metadata.authorization_endpoint.without_query()), None);
        navigation::leave_for(&url)?;
        Ok(())
    }

    /// Finishes the sign-in that a callback URL answers. Resolves to
    /// `{ handled: "left" | "answered" | "signed_in", record?, returnTo? }`.
    #[wasm_bindgen(js_name = handleCallback)]
    pub async fn handle_callback(&self, url: String) -> core::result::Result<Object, JsValue> {
        let handled = self.finish(&url).await?;
        let result = Object::new();
        let (name, return_to) = match handled {
            Handled::Left => ("left", None),
            Handled::Answered { return_to } => ("answered", return_to),
            Handled::SignedIn { record, return_to } => {
                set(&result, "record", record);
                ("signed_in", return_to)
            }
        };
        set(&result, "handled", name);
        set(&result, "returnTo", return_to);
        Ok(result)
    }

    /// Replaces the tokens of the session whose `generation` the caller has, unless another tab
    /// has done so. Resolves to the session's record.
    pub async fn refresh(&self, generation: u32) -> core::result::Result<String, JsValue> {
        let key = [REFRESH, &self.session_key].concat();
        Ok(with_lock(&key, self.refresh_unlocked(generation.into())).await?)
    }

    /// The claims of the UserInfo endpoint, as JSON.
    #[wasm_bindgen(js_name = userInfo)]
    pub async fn user_info(&self) -> core::result::Result<String, JsValue> {
        let session = self.session().await?.ok_or_else(session::login_required)?;
        let request = userinfo::request(&session).ok_or_else(|| {
            Error::new(Code::InvalidConfig, "The provider has no UserInfo endpoint.")
        })?;
        let sending = send("pkce-wasm:userinfo request", &request, Freshness::Cached)?;
        Ok(userinfo::finish(&sending.response().await?, &session)?)
    }

    /// Revokes its tokens, forgets the session, and leaves for the provider's logout page, where it has one.
    #[wasm_bindgen(js_name = signOut)]
    pub async fn sign_out(&self) -> core::result::Result<(), JsValue> {
        let session = self.session().await?;
        let metadata = match &session {
            Some(session) => session.metadata().clone(),
            None => self.metadata().await?,
        };
        let id_token = session.as_ref().map(Session::id_token);
        let url = logout::url(&self.config, &metadata, id_token)?;
        let revoking = session
            .as_ref()
            .and_then(revocation::request)
            .and_then(|request| send("pkce-wasm:revocation", &request, Freshness::Cached).ok());
        self.store.remove(&self.session_key).await?;
        if let Some(revoking) = revoking {
            // The user is signed out here whatever the provider says to it.
            let _ = revoking.response().await;
        }
        if let Some(url) = url {
            navigation::leave_for(&url)?;
        }
        Ok(())
    }
}

impl Client {
    async fn metadata(&self) -> Result<Metadata> {
        if let Some(metadata) = self.metadata.borrow().clone() {
            return Ok(metadata);
        }
        let request = Metadata::request(&self.config)?;
        let sending = send("pkce-wasm:discovery", &request, Freshness::Cached)?;
        let metadata = Metadata::finish(&sending.response().await?, &self.config)?;
        self.metadata.replace(Some(metadata.clone()));
        Ok(metadata)
    }

    async fn session(&self) -> Result<Option<Session>> {
        let record = self.store.get(&self.session_key).await?;
        Ok(record.and_then(|record| Session::read(&record, &self.config)))
    }

    async fn refresh_unlocked(&self, generation: u64) -> Result<String> {
        let session = self.session().await?.ok_or_else(session::login_required)?;
        if session.generation() > generation {
            return Ok(session.to_record());
        }
        let generation = session.generation();
        let refresh = Refresh::begin(session, &self.config).ok_or_else(session::login_required)?;
        let sending = send("pkce-wasm:refresh request", &refresh.request(), Freshness::Cached)?;
        let refreshed = match refresh.finish(&sending.response().await?, now()) {
            Ok(refreshed) => refreshed,
            Err(error) if error.code() == Code::SessionEnded => {
                return self.ended(generation, error).await;
            }
            Err(error) => return Err(error),
        };
        self.store.set(&self.session_key, &refreshed.interim.to_record()).await?;
        let session = match refreshed.tokens {
            Renewal::Verified(session) => *session,
            Renewal::Unverified(unverified) => {
                let keys = self.keys(&unverified, Freshness::Cached).await;
                let verdict = self.verdict(&unverified, keys).await?;
                unverified.verify_with(verdict, now())?
            }
        };
        let record = session.to_record();
        self.store.set(&self.session_key, &record).await?;
        Ok(record)
    }

    /// The refresh token is no good: because another tab has a newer one, or for good.
    async fn ended(&self, generation: u64, error: Error) -> Result<String> {
        match self.session().await? {
            Some(session) if session.generation() > generation => Ok(session.to_record()),
            _ => {
                self.store.remove(&self.session_key).await?;
                Err(error)
            }
        }
    }

    async fn finish(&self, url: &str) -> Result<Handled> {
        let Some(callback) = Callback::parse(url, &self.config)? else {
            return Ok(Handled::Left);
        };
        let Some(state) = callback.state.clone() else {
            return self.unknown(&callback).await;
        };
        let key = transaction_key(&state);
        // StrictMode, a duplicated tab, a link opened twice: one of them exchanges the code.
        with_lock(&key, async {
            let record = self.transactions.get(&key).await?.unwrap_or_default();
            if let Some(unverified) = self.take_unverified(&state) {
                return self.verify(&state, unverified).await;
            }
            match Stored::read(&record, &self.config) {
                None => self.unknown(&callback).await,
                Some(Stored::Foreign) => Ok(Handled::Left),
                Some(Stored::Answered { return_to }) => Ok(Handled::Answered { return_to }),
                Some(Stored::Pending(transaction)) => {
                    navigation::require_secure_context()?;
                    self.answer(*transaction, callback, &key, &record).await
                }
            }
        })
        .await
    }

    async fn unknown(&self, callback: &Callback) -> Result<Handled> {
        let signed_in = self.session().await?.is_some();
        callback.unknown(&self.config, signed_in).map_or(Ok(Handled::Left), Err)
    }

    async fn answer(
        &self,
        transaction: Transaction,
        callback: Callback,
        key: &str,
        record: &str,
    ) -> Result<Handled> {
        let state = transaction.state().to_owned();
        let answered = transaction.to_answered_record();
        let exchange = match transaction.resume(callback, &self.config, now()) {
            Ok(exchange) => exchange,
            Err(refused) => {
                if refused.answered {
                    self.transactions.set(key, &answered).await?;
                }
                return Err(refused.error);
            }
        };
        // Written first, so that no crash between here and the answer lets the code be sent twice.
        self.transactions.set(key, &answered).await?;
        match self.exchange(exchange).await {
            Ok((unverified, keys)) => self.verify_with_keys(&state, unverified, keys).await,
            Err(error) => {
                if error.is_passing() {
                    self.transactions.set(key, record).await?;
                }
                Err(error)
            }
        }
    }

    /// Trades the code for tokens, while the keys to verify them with are on their way.
    async fn exchange(&self, exchange: CodeExchange) -> Result<(Unverified, Result<KeySet>)> {
        let tokens = send("pkce-wasm:token request", &exchange.request(), Freshness::Cached)?;
        let keys = send("pkce-wasm:key set", &exchange.key_set_request(), Freshness::Cached)?;
        let unverified = exchange.finish(&tokens.response().await?, now())?;
        let keys = keys.response().await.and_then(|response| KeySet::finish(&response));
        Ok((unverified, keys))
    }

    async fn verify(&self, state: &str, unverified: Unverified) -> Result<Handled> {
        let keys = self.keys(&unverified, Freshness::Reload).await;
        self.verify_with_keys(state, unverified, keys).await
    }

    async fn keys(&self, unverified: &Unverified, freshness: Freshness) -> Result<KeySet> {
        let sending = send("pkce-wasm:key set", &unverified.key_set_request(), freshness)?;
        KeySet::finish(&sending.response().await?)
    }

    async fn verify_with_keys(
        &self,
        state: &str,
        unverified: Unverified,
        keys: Result<KeySet>,
    ) -> Result<Handled> {
        let step = Step::begin("pkce-wasm:id token");
        match self.verdict(&unverified, keys).await {
            Ok(verdict) => {
                let return_to = unverified.return_to().map(str::to_owned);
                let session = unverified.verify_with(verdict, now())?;
                step.end(None, None);
                let record = session.to_record();
                self.store.set(&self.session_key, &record).await?;
                Ok(Handled::SignedIn { record, return_to })
            }
            Err(error) => {
                if error.is_passing() {
                    self.unverified.replace(Some((state.to_owned(), unverified)));
                }
                Err(error)
            }
        }
    }

    /// Tries the keys at hand, and then, once, the provider's present ones: it may have changed
    /// them (OpenID Connect Core §10.1.1).
    async fn verdict(&self, unverified: &Unverified, keys: Result<KeySet>) -> Result<Verdict> {
        if let Ok(keys) = keys {
            let candidates = unverified.candidates(&keys);
            if crypto::verify(unverified, &candidates).await? == Verdict::Valid {
                return Ok(Verdict::Valid);
            }
        }
        let candidates = unverified.candidates(&self.keys(unverified, Freshness::Reload).await?);
        if candidates.is_empty() {
            return Err(unverified.unknown_key());
        }
        crypto::verify(unverified, &candidates).await
    }

    fn take_unverified(&self, state: &str) -> Option<Unverified> {
        let waiting = self.unverified.take();
        match waiting {
            Some((of, unverified)) if of == state => Some(unverified),
            other => {
                self.unverified.replace(other);
                None
            }
        }
    }
}

fn transaction_key(state: &str) -> String {
    [TRANSACTION, state].concat()
}

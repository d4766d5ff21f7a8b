//! The client that JavaScript drives: each method carries one step through the browser.

use std::{
    cell::{Cell, RefCell},
    pin::Pin,
    rc::Rc,
};

use js_sys::{Object, Promise};
use oauth2::AccessToken;
use wasm_bindgen::{JsValue, prelude::wasm_bindgen};
use wasm_bindgen_futures::{JsFuture, future_to_promise, spawn_local};

use super::{
    clock::{self, now},
    crypto::{self, ProofKey},
    failure::set,
    fetch::{Mode, send},
    locks::{Mark, mark, with_lock},
    navigation, platform,
    storage::{
        SessionRecord, TokenStore, keep_transaction, sweep_transactions, transaction,
        transaction_key,
    },
};
use crate::{
    authorization::{self, SignIn},
    callback::Callback,
    challenge::StepUp,
    config::Config,
    discovery::Metadata,
    dpop::{self, Proof},
    error::{Code, Error, Result},
    http::{Request, Response},
    json,
    jwks::KeySet,
    logout::{Return, SignOut},
    par,
    refresh::{Refresh, Renewal},
    revocation,
    session::{self, Session},
    time::{ClockOffset, Timestamp},
    token::{CodeExchange, Unverified, Verdict},
    transaction::{Stored, Transaction},
    userinfo,
};

/// The lock that one tab holds while it refreshes a session.
const REFRESH: &str = "pkce-wasm/refresh/";

/// A client at one provider.
#[wasm_bindgen]
#[derive(Debug)]
pub struct Client(Rc<Steps>);

/// What its methods work on, until the last of them has ended.
#[derive(Debug)]
struct Steps {
    config: Config,
    stored: SessionRecord,
    /// What tokens are bound to, where the options want that.
    proof_key: Option<ProofKey>,
    metadata: RefCell<Option<Metadata>>,
    /// By how much this device's clock was off, when that was last in doubt.
    clock_offset: Cell<ClockOffset>,
    /// The sign-ins that this page has answered, for as long as it lives.
    marks: RefCell<Vec<Mark>>,
    /// The last refresh that this page made.
    refreshed: RefCell<Option<Mark>>,
    /// The provider's keys, as they were when last asked for.
    keys: RefCell<Option<KeySet>>,
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
    /// Parses the options. The session's record is kept in `store` under `key`.
    #[wasm_bindgen(constructor)]
    pub fn new(
        options: &str,
        store: TokenStore,
        key: String,
        proof_key: Option<ProofKey>,
    ) -> core::result::Result<Client, JsValue> {
        navigation::require_secure_context()?;
        let config = Config::parse(options.as_bytes())?;
        Ok(Self(Rc::new(Steps {
            stored: SessionRecord { store, key },
            metadata: RefCell::new(config.metadata.clone()),
            proof_key: proof_key.filter(|_| config.dpop),
            config,
            clock_offset: Cell::default(),
            marks: RefCell::new(Vec::new()),
            refreshed: RefCell::new(None),
            keys: RefCell::new(None),
            unverified: RefCell::new(None),
        })))
    }

    /// Begins a sign-in. Resolves to `{ url, state }`: where to send the user to, and what the response
    /// will be known by.
    #[wasm_bindgen(js_name = signIn, unchecked_return_type = "Promise<object>")]
    pub fn sign_in(&self, options: String) -> Promise {
        let steps = Rc::clone(&self.0);
        promise(async move { steps.sign_in(&options).await })
    }

    /// Finishes the sign-in that a callback URL answers. Resolves to
    /// `{ handled: "left" | "answered" | "signed_in", record?, returnTo? }`.
    #[wasm_bindgen(js_name = handleCallback, unchecked_return_type = "Promise<object>")]
    pub fn handle_callback(&self, url: String) -> Promise {
        let steps = Rc::clone(&self.0);
        promise(async move { steps.handle_callback(&url).await })
    }

    /// Replaces the tokens of the session whose `generation` the caller has, unless another tab
    /// has done so. Resolves to the session's record, or to nothing when that other tab's record
    /// has not arrived here yet.
    #[wasm_bindgen(unchecked_return_type = "Promise<string | undefined>")]
    pub fn refresh(&self, generation: u32) -> Promise {
        let steps = Rc::clone(&self.0);
        promise(async move { steps.refresh(generation.into()).await })
    }

    /// The claims of the UserInfo endpoint, as JSON.
    #[wasm_bindgen(js_name = userInfo, unchecked_return_type = "Promise<string>")]
    pub fn user_info(&self) -> Promise {
        let steps = Rc::clone(&self.0);
        promise(async move { steps.user_info().await })
    }

    /// Revokes the session's tokens and forgets it. Resolves to `{ url?, record? }`: the provider's
    /// logout page, where it has one, and what to keep in this tab until the user is back.
    #[wasm_bindgen(js_name = signOut, unchecked_return_type = "Promise<object>")]
    pub fn sign_out(&self, options: String) -> Promise {
        let steps = Rc::clone(&self.0);
        promise(async move { steps.sign_out(&options).await })
    }

    /// Whether a URL is where a user comes back to from the logout page, and the record that was kept
    /// has done its duty: `{ over, returnTo? }`.
    #[wasm_bindgen(js_name = finishSignOut)]
    pub fn finish_sign_out(
        &self,
        record: &str,
        url: &str,
    ) -> core::result::Result<Object, JsValue> {
        let returned = SignOut::finish(record, url, &self.0.config, now())?;
        let result = Object::new();
        set(&result, "over", returned != Return::Waiting);
        if let Return::Back { return_to } = returned {
            set(&result, "returnTo", return_to);
        }
        Ok(result)
    }

    /// A proof for a request to an API with this access token: RFC 9449 §7.
    #[wasm_bindgen(unchecked_return_type = "Promise<string>")]
    pub fn prove(&self, method: String, url: String, access_token: String) -> Promise {
        let steps = Rc::clone(&self.0);
        promise(async move {
            let proof = Proof::new(&method, &url, Some(&AccessToken::new(access_token)));
            steps.prove(&proof).await
        })
    }
}

/// What an API's `WWW-Authenticate` asks of the next sign-in, as its options in JSON: RFC 9470 §3.
#[wasm_bindgen(js_name = stepUp)]
pub fn step_up(header: &str) -> Option<String> {
    StepUp::parse(header).map(|step_up| step_up.to_options())
}

/// Starts a step. Exported `async fn`s would each bring a copy of the machinery of promises.
fn promise<T: Into<JsValue>>(step: impl Future<Output = Result<T>> + 'static) -> Promise {
    let step: Pin<Box<dyn Future<Output = _>>> = Box::pin(async move { Ok(step.await?.into()) });
    future_to_promise(step)
}

impl Steps {
    async fn sign_in(&self, options: &str) -> Result<Object> {
        let mut sign_in = SignIn::parse(options.as_bytes(), &self.config)?;
        self.config.check_page(&navigation::origin()?)?;
        let metadata = self.metadata().await?;
        if let Some(key) = &self.proof_key {
            sign_in.proof_key = Some(key.public().await?.thumbprint());
        }
        let start = platform::elapsed();
        let (url, transaction) =
            authorization::begin(&self.config, &metadata, sign_in, &crypto::entropy()?, now())?;
        let record = transaction.to_record();
        keep_transaction(&transaction_key(transaction.state()), &record)?;
        sweep_transactions(now())?;
        platform::measure("pkce-wasm:authorization request", start);
        let result = Object::new();
        set(&result, "state", transaction.state());
        set(&result, "url", self.push(url, &metadata).await?);
        Ok(result)
    }

    /// Takes the request to the provider beforehand, where that is offered.
    async fn push(&self, url: String, metadata: &Metadata) -> Result<String> {
        let Some(request) = par::request(metadata, &url) else {
            return Ok(url);
        };
        match self.send("pkce-wasm:pushed authorization request", &request).await {
            Ok(response) => par::finish(&response, &self.config, metadata),
            Err(_) if par::is_optional(metadata) => Ok(url),
            Err(error) => Err(error),
        }
    }

    /// Sends a request with its proof, if it wants one, and once more where the provider asks for a
    /// nonce in it.
    async fn send(&self, name: &'static str, request: &Request) -> Result<Response> {
        let Some((proof, key)) = request.proof.as_ref().zip(self.proof_key.as_ref()) else {
            return send(name, request, Mode::Cached, None).response().await;
        };
        let mut is_second = false;
        loop {
            let signed = self.prove(proof).await?;
            let response = send(name, request, Mode::Cached, Some(&signed)).response().await?;
            if let Some(nonce) = &response.dpop_nonce {
                key.keep(proof.origin(), nonce);
            }
            if is_second || !dpop::wants_nonce(&response) {
                return Ok(response);
            }
            is_second = true;
        }
    }

    async fn prove(&self, proof: &Proof) -> Result<String> {
        let key = self.proof_key.as_ref().ok_or_else(session::login_required)?;
        let nonce = key.nonce(proof.origin());
        key.prove(proof, nonce.as_deref(), self.clock_offset.get()).await
    }

    /// The time as far as it is known here.
    fn right_time(&self) -> Timestamp {
        self.clock_offset.get().correct(now())
    }

    /// The tokens, with what is known of this device's clock. Where that and the tokens are at odds, the
    /// server of this page is asked what time it is.
    async fn timed(&self, unverified: Unverified) -> Unverified {
        if unverified.is_untimely(self.right_time()) {
            let time = JsFuture::from(platform::server_time()).await.ok();
            let time = time.and_then(|time| time.as_f64()).and_then(clock::timestamp);
            if let Some(offset) = time.and_then(|time| ClockOffset::between(now(), time)) {
                self.clock_offset.set(offset);
            }
        }
        unverified.with_clock_offset(self.clock_offset.get())
    }

    async fn handle_callback(&self, url: &str) -> Result<Object> {
        let handled = self.finish(url).await?;
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

    async fn refresh(&self, generation: u64) -> Result<Option<String>> {
        let key = [REFRESH, &self.stored.key].concat();
        with_lock(&key, self.refresh_unlocked(generation)).await
    }

    async fn user_info(&self) -> Result<String> {
        let session = self.session().await?.ok_or_else(session::login_required)?;
        let request = userinfo::request(&session).ok_or_else(|| {
            Error::new(Code::InvalidConfig, "The provider has no UserInfo endpoint.")
        })?;
        userinfo::finish(&self.send("pkce-wasm:userinfo request", &request).await?, &session)
    }

    async fn sign_out(&self, options: &str) -> Result<Object> {
        let sign_out = SignOut::parse(options.as_bytes(), &self.config, &crypto::random()?, now())?;
        let session = self.session().await?;
        let metadata = match &session {
            Some(session) => session.metadata().clone(),
            None => self.metadata().await?,
        };
        let revoking = session
            .as_ref()
            .and_then(revocation::request)
            .map(|request| send("pkce-wasm:revocation", &request, Mode::Parting, None));
        if let Some(revoking) = revoking {
            // It goes on by itself: the user is signed out here, whatever the provider says to it.
            spawn_local(async { drop(revoking.response().await) });
        }
        self.stored.remove().await?;
        let id_token = session.as_ref().map(Session::id_token);
        let result = Object::new();
        if let Some(url) = sign_out.url(&self.config, &metadata, id_token)? {
            set(&result, "url", url);
            set(&result, "record", sign_out.to_record());
        }
        Ok(result)
    }

    async fn metadata(&self) -> Result<Metadata> {
        if let Some(metadata) = self.metadata.borrow().clone() {
            return Ok(metadata);
        }
        let request = Metadata::request(&self.config)?;
        let sending = send("pkce-wasm:discovery", &request, Mode::Cached, None);
        let metadata = Metadata::finish(&sending.response().await?, &self.config)?;
        self.metadata.replace(Some(metadata.clone()));
        Ok(metadata)
    }

    async fn session(&self) -> Result<Option<Session>> {
        let record = self.stored.get().await?;
        Ok(record.and_then(|record| Session::read(&record, &self.config)))
    }

    async fn refresh_unlocked(&self, generation: u64) -> Result<Option<String>> {
        let session = self.session().await?.ok_or_else(session::login_required)?;
        if session.generation() > generation {
            return Ok(Some(session.to_record()));
        }
        let began_with = version(&session);
        let Some(mark) = mark(&began_with).await else {
            return Ok(None);
        };
        let refresh = Refresh::begin(session, &self.config).ok_or_else(session::login_required)?;
        let response = self.send("pkce-wasm:refresh request", &refresh.request()).await?;
        let refreshed = match refresh.finish(&response, now()) {
            Ok(refreshed) => refreshed,
            Err(error) if error.code() == Code::SessionEnded => {
                return self.ended(&began_with, error).await;
            }
            Err(error) => return Err(error),
        };
        self.replace(&began_with, &refreshed.interim.to_record()).await?;
        let session = match refreshed.tokens {
            Renewal::Verified(session) => *session,
            Renewal::Unverified(unverified) => {
                let verdict = self.verdict(&unverified).await?;
                self.timed(*unverified).await.verify_with(verdict, now())?
            }
        };
        let record = session.to_record();
        self.replace(&began_with, &record).await?;
        self.refreshed.replace(Some(mark));
        Ok(Some(record))
    }

    /// Writes the record of a refresh in the place of the one that it began with. The user may have
    /// signed out, or in again, meanwhile; then it is for nobody.
    async fn replace(&self, began_with: &str, record: &str) -> Result<()> {
        match self.session().await? {
            Some(session) if version(&session) == began_with => self.stored.set(record).await,
            _ => Err(session::login_required()),
        }
    }

    /// The refresh token is no good: because another tab has a newer one, or for good.
    async fn ended(&self, began_with: &str, error: Error) -> Result<Option<String>> {
        match self.session().await? {
            Some(session) if version(&session) != began_with => Ok(Some(session.to_record())),
            _ => {
                self.stored.remove().await?;
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
            let record = transaction(&key)?.unwrap_or_default();
            if let Some(unverified) = self.take_unverified(&state) {
                return self.verify(&state, unverified).await;
            }
            match Stored::read(&record, &self.config) {
                None => self.unknown(&callback).await,
                Some(Stored::Foreign) => Ok(Handled::Left),
                Some(Stored::Answered { return_to }) => Ok(Handled::Answered { return_to }),
                Some(Stored::Pending(transaction)) => {
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
                    keep_transaction(key, &answered)?;
                }
                return Err(refused.error);
            }
        };
        let Some(mark) = mark(&[key, "/answered"].concat()).await else {
            return Ok(Handled::Answered { return_to: exchange.return_to().map(str::to_owned) });
        };
        // Written first, so that no crash between here and the answer lets the code be sent twice.
        keep_transaction(key, &answered)?;
        match self.exchange(exchange).await {
            Ok(unverified) => {
                self.marks.borrow_mut().push(mark);
                self.verify(&state, unverified).await
            }
            Err(error) => {
                if error.is_passing() {
                    keep_transaction(key, record)?;
                }
                Err(error)
            }
        }
    }

    /// Trades the code for tokens, while the keys to verify them with are on their way.
    async fn exchange(&self, exchange: CodeExchange) -> Result<Unverified> {
        let keys = send("pkce-wasm:key set", &exchange.key_set_request(), Mode::Cached, None);
        let tokens = self.send("pkce-wasm:token request", &exchange.request()).await?;
        let unverified = exchange.finish(&tokens, now())?;
        // Where this fails, it is tried again when they are needed.
        let keys = keys.response().await.and_then(|response| KeySet::finish(&response));
        self.keys.replace(keys.ok());
        Ok(unverified)
    }

    async fn verify(&self, state: &str, unverified: Unverified) -> Result<Handled> {
        let start = platform::elapsed();
        match self.verdict(&unverified).await {
            Ok(verdict) => {
                let return_to = unverified.return_to().map(str::to_owned);
                let session = self.timed(unverified).await.verify_with(verdict, now())?;
                platform::measure("pkce-wasm:id token", start);
                let record = session.to_record();
                self.stored.set(&record).await?;
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
    async fn verdict(&self, unverified: &Unverified) -> Result<Verdict> {
        let mut mode = Mode::Cached;
        let at_hand = self.keys.take();
        let mut keys = match at_hand {
            Some(keys) => keys,
            None => self.fetch_keys(unverified, mode).await?,
        };
        loop {
            let candidates = unverified.candidates(&keys);
            let verdict = crypto::verify(unverified, &candidates).await?;
            match (verdict, mode) {
                (Verdict::Invalid, Mode::Cached) => mode = Mode::Reload,
                (Verdict::Invalid, _) if candidates.is_empty() => {
                    return Err(unverified.unknown_key());
                }
                _ => {
                    self.keys.replace(Some(keys));
                    return Ok(verdict);
                }
            }
            keys = self.fetch_keys(unverified, mode).await?;
        }
    }

    async fn fetch_keys(&self, unverified: &Unverified, mode: Mode) -> Result<KeySet> {
        let sending = send("pkce-wasm:key set", &unverified.key_set_request(), mode, None);
        KeySet::finish(&sending.response().await?)
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

/// Which sign-in a session is of, and how often it was refreshed; also the name of the mark on its
/// next refresh.
fn version(session: &Session) -> String {
    [REFRESH, session.id(), &json::write(&session.generation())].concat()
}

//! The protocol's steps as JavaScript calls them: `client.js` carries values from one to the next.
//!
//! All of them are synchronous. What a step leaves for a later one is an object that only that step
//! takes, so that JavaScript has the same choices as Rust, and no more.

use std::cell::{Cell, RefCell};

use js_sys::{Array, Object, Uint8Array};
use wasm_bindgen::{JsValue, prelude::wasm_bindgen};

use super::{
    clock::now,
    crypto,
    failure::set,
    navigation,
    storage::{self, keep_transaction, sweep_transactions, transaction, transaction_key},
};
use crate::{
    authorization::{self, SignIn},
    callback::Callback,
    challenge::StepUp,
    config::Config,
    discovery::Metadata,
    dpop::{self, Proof, PublicKey},
    error::{Code, Error},
    http::{Request, Response},
    jwks::KeySet,
    logout::{Return, SignOut},
    par, refresh, revocation,
    session::{self, Session},
    time::ClockOffset,
    token::{self, CodeExchange, Verdict},
    transaction::Stored,
    userinfo,
};

type Result<T> = core::result::Result<T, JsValue>;

/// The core of one client.
#[wasm_bindgen]
#[derive(Debug)]
pub struct Core {
    config: Config,
    metadata: RefCell<Option<Metadata>>,
    /// The provider's keys, as they were when last asked for.
    keys: RefCell<Option<KeySet>>,
    /// By how much this device's clock was off, when that was last in doubt.
    clock_offset: Cell<ClockOffset>,
    /// The answer that the next step reads.
    answer: RefCell<Response>,
}

/// A code on its way to the token endpoint.
#[wasm_bindgen]
#[derive(Debug)]
pub struct Exchange(CodeExchange);

/// Tokens whose ID token has yet to be verified.
#[wasm_bindgen]
#[derive(Debug)]
pub struct Unverified(token::Unverified);

/// A session whose tokens are being replaced.
#[wasm_bindgen]
#[derive(Debug)]
pub struct Refresh(refresh::Refresh);

#[wasm_bindgen]
impl Core {
    /// Parses the options of `createClient`.
    #[wasm_bindgen(constructor)]
    pub fn new(options: &JsValue) -> Result<Core> {
        let options = &text(options);
        navigation::require_secure_context()?;
        let config = Config::parse(options.as_bytes())?;
        Ok(Self {
            metadata: RefCell::new(config.metadata.clone()),
            config,
            keys: RefCell::default(),
            clock_offset: Cell::default(),
            answer: RefCell::default(),
        })
    }

    /// Takes the answer to a request; the step that reads it comes next, unless the request is to be
    /// sent once more, with its nonce: then this is true.
    pub fn answer(
        &self,
        status: u16,
        content_type: &JsValue,
        dpop_nonce: &JsValue,
        body: &Uint8Array,
    ) -> bool {
        let content_type = content_type.as_string();
        let dpop_nonce = dpop_nonce.as_string();
        let body = body.to_vec();
        let answer = Response { status, content_type, dpop_nonce, body };
        let wants_nonce = dpop::wants_nonce(&answer);
        self.answer.replace(answer);
        wants_nonce
    }

    /// Reads the provider's metadata.
    pub fn discovered(&self) -> Result<()> {
        let metadata = Metadata::finish(&self.answer.take(), &self.config)?;
        self.metadata.replace(Some(metadata));
        Ok(())
    }

    /// Refuses options of `signIn` that cannot work here. Gives the request for the provider's
    /// metadata, while it is unknown.
    #[wasm_bindgen(js_name = prepareSignIn)]
    pub fn prepare_sign_in(&self, options: &JsValue) -> Result<Option<Object>> {
        let options = &text(options);
        SignIn::parse(options.as_bytes(), &self.config)?;
        self.config.check_page(&navigation::origin()?)?;
        self.discovery_request()
    }

    /// Begins a sign-in, and keeps it: `{ url, state, push?, mayPush? }`. `push` is the request that
    /// takes it to the provider beforehand; where that need not succeed, `mayPush` is true.
    #[wasm_bindgen(js_name = beginSignIn)]
    pub fn begin_sign_in(&self, options: &JsValue, jwk: &JsValue) -> Result<Object> {
        let options = &text(options);
        let jwk = jwk.as_string();
        let mut sign_in = SignIn::parse(options.as_bytes(), &self.config)?;
        sign_in.proof_key = match jwk {
            Some(jwk) => Some(public_key(&jwk)?.thumbprint()),
            None => None,
        };
        let metadata = self.known_metadata()?;
        let entropy = crypto::entropy()?;
        let (url, transaction) =
            authorization::begin(&self.config, &metadata, sign_in, &entropy, now())?;
        keep_transaction(&transaction_key(transaction.state()), &transaction.to_record())?;
        sweep_transactions(now())?;
        let begun = Object::new();
        if let Some(request) = par::request(&metadata, &url) {
            set(&begun, "push", to_object(&request));
            set(&begun, "mayPush", par::is_optional(&metadata));
        }
        set(&begun, "url", url);
        set(&begun, "state", transaction.state());
        Ok(begun)
    }

    /// The URL to go to with a pushed request.
    #[wasm_bindgen(unchecked_return_type = "string")]
    pub fn pushed(&self) -> Result<JsValue> {
        Ok(par::finish(&self.answer.take(), &self.config, &self.known_metadata()?)?.into())
    }

    /// The key of the sign-in that a callback URL answers: also the name of the lock on it. Without
    /// a `state` it is empty; a URL that is no callback has none.
    #[wasm_bindgen(js_name = transactionKey, unchecked_return_type = "string | undefined")]
    pub fn transaction_key(&self, url: &JsValue) -> Result<JsValue> {
        let url = &text(url);
        let callback = Callback::parse(url, &self.config)?;
        let key =
            |state: Option<String>| state.map_or(String::new(), |state| transaction_key(&state));
        Ok(callback.map(|callback| key(callback.state)).into())
    }

    /// Holds a callback URL against the sign-in that is kept under its key:
    /// `{ handled: "left" | "answered" | "unknown", returnTo? }`, or what it takes to trade the code:
    /// `{ exchange, request, keySetRequest, pending, answered, returnTo? }`.
    pub fn resume(&self, url: &JsValue, key: &JsValue) -> Result<Object> {
        let url = &text(url);
        let key = &text(key);
        let result = Object::new();
        let Some(callback) = Callback::parse(url, &self.config)? else {
            set(&result, "handled", "left");
            return Ok(result);
        };
        let pending = transaction(key)?.unwrap_or_default();
        match Stored::read(&pending, &self.config) {
            None => {
                set(&result, "handled", "unknown");
            }
            Some(Stored::Foreign) => set(&result, "handled", "left"),
            Some(Stored::Answered { return_to }) => {
                set(&result, "handled", "answered");
                set(&result, "returnTo", return_to);
            }
            Some(Stored::Pending(transaction)) => {
                let answered = transaction.to_answered_record();
                match transaction.resume(callback, &self.config, now()) {
                    Ok(exchange) => {
                        set(&result, "returnTo", exchange.return_to().map(str::to_owned));
                        set(&result, "request", to_object(&exchange.request()));
                        set(&result, "keySetRequest", to_object(&exchange.key_set_request()));
                        set(&result, "pending", pending);
                        set(&result, "answered", answered);
                        set(&result, "exchange", Exchange(exchange));
                    }
                    Err(refused) => {
                        if refused.answered {
                            keep_transaction(key, &answered)?;
                        }
                        return Err(refused.error.into());
                    }
                }
            }
        }
        Ok(result)
    }

    /// Refuses a callback that no sign-in is kept for, unless it is to be left alone.
    pub fn unknown(&self, url: &JsValue, record: &JsValue) -> Result<()> {
        let url = &text(url);
        let record = record.as_string();
        let signed_in = self.session(record.as_deref()).is_some();
        let callback = Callback::parse(url, &self.config)?;
        let error = callback.and_then(|callback| callback.unknown(&self.config, signed_in));
        Ok(error.map_or(Ok(()), Err)?)
    }

    /// Reads the provider's keys; without good ones they are asked for again when they are needed.
    #[wasm_bindgen(js_name = readKeys)]
    pub fn read_keys(&self) -> Result<()> {
        let keys = KeySet::finish(&self.answer.take());
        self.keys.replace(keys.as_ref().ok().cloned());
        Ok(keys.map(drop)?)
    }

    /// Learns by how much this device's clock is off, from another one.
    #[wasm_bindgen(js_name = learnClock)]
    pub fn learn_clock(&self, other: f64) {
        let offset =
            super::clock::timestamp(other).and_then(|other| ClockOffset::between(now(), other));
        if let Some(offset) = offset {
            self.clock_offset.set(offset);
        }
    }

    /// Which sign-in a session's record is of, and how often it was refreshed.
    #[wasm_bindgen(unchecked_return_type = "string | undefined")]
    pub fn version(&self, record: &JsValue) -> JsValue {
        let record = record.as_string();
        self.session(record.as_deref()).as_ref().map(version).into()
    }

    /// Begins to refresh a session: `{ refresh, request, version }`. Nothing when it was refreshed
    /// since that generation.
    pub fn refresh(&self, record: &JsValue, generation: u32) -> Result<Option<Object>> {
        let record = record.as_string();
        let session = self.session(record.as_deref()).ok_or_else(session::login_required)?;
        if session.generation() > generation.into() {
            return Ok(None);
        }
        let begun = Object::new();
        set(&begun, "version", version(&session));
        let refresh = refresh::Refresh::begin(session, &self.config);
        let refresh = refresh.ok_or_else(session::login_required)?;
        set(&begun, "request", to_object(&refresh.request()));
        set(&begun, "refresh", Refresh(refresh));
        Ok(Some(begun))
    }

    /// The request for the user's claims.
    #[wasm_bindgen(js_name = userInfoRequest)]
    pub fn user_info_request(&self, record: &JsValue) -> Result<Object> {
        let record = record.as_string();
        let session = self.session(record.as_deref()).ok_or_else(session::login_required)?;
        let request = userinfo::request(&session).ok_or_else(|| {
            Error::new(Code::InvalidConfig, "The provider has no UserInfo endpoint.")
        })?;
        Ok(to_object(&request))
    }

    /// The user's claims, as JSON.
    #[wasm_bindgen(js_name = userInfo, unchecked_return_type = "string")]
    pub fn user_info(&self, record: &JsValue) -> Result<JsValue> {
        let record = record.as_string();
        let session = self.session(record.as_deref()).ok_or_else(session::login_required)?;
        Ok(userinfo::finish(&self.answer.take(), &session)?.into())
    }

    /// Refuses options of `signOut`: `{ revocation?, discovery? }`, the requests that make the session's
    /// tokens useless, and that find the logout page when there is no session.
    #[wasm_bindgen(js_name = prepareSignOut)]
    pub fn prepare_sign_out(&self, options: &JsValue, record: &JsValue) -> Result<Object> {
        let options = &text(options);
        let record = record.as_string();
        SignOut::parse(options.as_bytes(), &self.config, &[0; 32], now())?;
        let requests = Object::new();
        match self.session(record.as_deref()) {
            Some(session) => {
                let revocation = revocation::request(&session);
                set(&requests, "revocation", revocation.as_ref().map(to_object));
            }
            None => set(&requests, "discovery", self.discovery_request()?),
        }
        Ok(requests)
    }

    /// Where to end the provider's own session, if it has such a page: `{ url?, record? }`. The
    /// record is to be kept in this tab until the user is back.
    #[wasm_bindgen(js_name = signOut)]
    pub fn sign_out(&self, options: &JsValue, record: &JsValue) -> Result<Object> {
        let options = &text(options);
        let record = record.as_string();
        let entropy = crypto::random()?;
        let sign_out = SignOut::parse(options.as_bytes(), &self.config, &entropy, now())?;
        let session = self.session(record.as_deref());
        let metadata = match &session {
            Some(session) => session.metadata().clone(),
            None => self.known_metadata()?,
        };
        let id_token = session.as_ref().map(Session::id_token);
        let result = Object::new();
        if let Some(url) = sign_out.url(&self.config, &metadata, id_token)? {
            set(&result, "url", url);
            set(&result, "record", sign_out.to_record());
        }
        Ok(result)
    }

    /// Whether a URL is where a user comes back to from the logout page, and the record that was kept
    /// has done its duty: `{ over, back?, returnTo? }`.
    #[wasm_bindgen(js_name = finishSignOut)]
    pub fn finish_sign_out(&self, record: &JsValue, url: &JsValue) -> Result<Object> {
        let record = &text(record);
        let url = &text(url);
        let returned = SignOut::finish(record, url, &self.config, now())?;
        let result = Object::new();
        set(&result, "over", returned != Return::Waiting);
        if let Return::Back { return_to } = returned {
            set(&result, "back", true);
            set(&result, "returnTo", return_to);
        }
        Ok(result)
    }

    /// What is to be signed for a proof of possession: RFC 9449 §4.2.
    #[wasm_bindgen(unchecked_return_type = "string")]
    pub fn proof(
        &self,
        jwk: &JsValue,
        method: &JsValue,
        url: &JsValue,
        access_token: &JsValue,
        nonce: &JsValue,
    ) -> Result<JsValue> {
        let jwk = &text(jwk);
        let method = &text(method);
        let url = &text(url);
        let access_token = access_token.as_string();
        let nonce = nonce.as_string();
        let token = access_token.map(oauth2::AccessToken::new);
        let proof = Proof::new(method, url, token.as_ref());
        let now = self.clock_offset.get().correct(now());
        let key = public_key(jwk)?;
        Ok(proof.signing_input(&key, &crypto::random()?, nonce.as_deref(), now).into())
    }

    /// Keeps the record of a sign-in under its key.
    #[wasm_bindgen(js_name = keepTransaction)]
    pub fn keep_transaction(&self, key: &JsValue, record: &JsValue) -> Result<()> {
        let key = &text(key);
        let record = &text(record);
        Ok(keep_transaction(key, record)?)
    }

    /// The failure of what the browser does: a storage (`"storage"`), a session that is over
    /// (`"session"`), or a request to that place, by the name of the exception.
    pub fn failure(&self, name: &JsValue, place: &JsValue) -> JsValue {
        let name = text(name);
        let place = &text(place);
        match name.as_str() {
            "storage" => storage::blocked(),
            "session" => session::login_required(),
            "TimeoutError" => {
                Error::new(Code::Timeout, "The provider did not answer in time.").with("url", place)
            }
            _ => Error::new(
                Code::Network,
                "The provider could not be reached: offline, blocked by CORS or by the page's \
                 connect-src, or down.",
            )
            .with("url", place),
        }
        .into()
    }

    fn discovery_request(&self) -> Result<Option<Object>> {
        if self.metadata.borrow().is_some() {
            return Ok(None);
        }
        Ok(Some(to_object(&Metadata::request(&self.config)?)))
    }

    fn known_metadata(&self) -> core::result::Result<Metadata, Error> {
        let unknown = || Error::new(Code::Internal, "The provider's metadata is not there yet.");
        self.metadata.borrow().clone().ok_or_else(unknown)
    }

    fn session(&self, record: Option<&str>) -> Option<Session> {
        Session::read(record?, &self.config)
    }
}

#[wasm_bindgen]
impl Exchange {
    /// Reads the token response.
    pub fn finish(self, core: &Core) -> Result<Unverified> {
        Ok(Unverified(self.0.finish(&core.answer.take(), now())?))
    }
}

#[wasm_bindgen]
impl Unverified {
    /// What it takes to verify the signature: `{ algorithm, candidates, signature, signed,
    /// keySetRequest }`. The keys to try are JWKs in JSON, the algorithm WebCrypto's parameters.
    pub fn signature(&self, core: &Core) -> Object {
        let keys = core.keys.borrow();
        let candidates = keys.as_ref().map(|keys| self.0.candidates(keys)).unwrap_or_default();
        let jwks = candidates.iter().map(|key| JsValue::from(key.to_jwk()));
        let signature = Object::new();
        set(&signature, "candidates", jwks.collect::<Array>());
        set(&signature, "algorithm", crypto::parameters(self.0.algorithm()));
        set(&signature, "signature", Uint8Array::from(self.0.signature()));
        set(&signature, "signed", Uint8Array::from(self.0.signing_input()));
        set(&signature, "keySetRequest", to_object(&self.0.key_set_request()));
        signature
    }

    /// The failure when the provider's keys, fetched anew, still lack the token's; or, with
    /// `has_keys`, when the browser can read none of them.
    pub fn unverifiable(&self, has_keys: bool) -> JsValue {
        if has_keys {
            crypto::unsupported(self.0.algorithm()).into()
        } else {
            self.0.unknown_key().into()
        }
    }

    /// Whether the token and this device's clock are at odds.
    #[wasm_bindgen(js_name = isUntimely)]
    pub fn is_untimely(&self, core: &Core) -> bool {
        self.0.is_untimely(core.clock_offset.get().correct(now()))
    }

    /// Makes the session, when the signature is valid and every claim is what it must be: its record.
    #[wasm_bindgen(unchecked_return_type = "string")]
    pub fn verify(self, is_valid: bool, core: &Core) -> Result<JsValue> {
        let verdict = if is_valid { Verdict::Valid } else { Verdict::Invalid };
        let timed = self.0.with_clock_offset(core.clock_offset.get());
        Ok(timed.verify_with(verdict, now())?.to_record().into())
    }
}

#[wasm_bindgen]
impl Refresh {
    /// Reads the answer: `{ interim, record? , unverified? }`. The interim record is to be kept at
    /// once.
    pub fn finish(self, core: &Core) -> Result<Object> {
        let refreshed = self.0.finish(&core.answer.take(), now())?;
        let result = Object::new();
        set(&result, "interim", refreshed.interim.to_record());
        match refreshed.tokens {
            refresh::Renewal::Unverified(unverified) => {
                set(&result, "unverified", Unverified(*unverified));
            }
            refresh::Renewal::Verified(session) => set(&result, "record", session.to_record()),
        }
        Ok(result)
    }
}

/// What an API's `WWW-Authenticate` asks of the next sign-in, as its options in JSON: RFC 9470 §3.
#[wasm_bindgen(js_name = stepUp, unchecked_return_type = "string | undefined")]
pub fn step_up(header: &JsValue) -> JsValue {
    let header = &text(header);
    StepUp::parse(header).map(|step_up| step_up.to_options()).into()
}

/// A text that `client.js` passes; the step refuses whatever is none.
fn text(value: &JsValue) -> String {
    value.as_string().unwrap_or_default()
}

fn public_key(jwk: &str) -> core::result::Result<PublicKey, Error> {
    PublicKey::from_jwk(jwk.as_bytes()).ok_or_else(storage::blocked)
}

/// A request as `client.js` sends it.
fn to_object(request: &Request) -> Object {
    let object = Object::new();
    set(&object, "url", request.url.as_str());
    set(&object, "place", request.url.without_query());
    set(&object, "form", request.form.clone());
    set(&object, "authorization", request.authorization.clone());
    set(&object, "proof", request.proof.is_some());
    set(&object, "limit", crate::json::MAX_BYTES);
    object
}

/// Which sign-in a session is of, and how often it was refreshed; also the name of the mark on its
/// next refresh.
fn version(session: &Session) -> String {
    [session.id(), "/", &crate::json::write(&session.generation())].concat()
}

//! From the options of `signIn` to a code on its way to the token endpoint.

use js_sys::{Object, Uint8Array};
use oauth2::PkceCodeVerifier;
use wasm_bindgen::{JsValue, prelude::wasm_bindgen};

use crate::{
    authorization::{self, SignIn},
    callback::Callback,
    code_exchange::{self, CodeExchange},
    config::Dpop,
    error::Code,
    par,
    pkce::{self, Secrets},
    session::Session,
    transaction::Stored,
    uri::Uri,
    web::{
        clock::{SentAt, now},
        crypto,
        failure::set,
        steps::{
            core::{Core, Result, text, to_object},
            verification::Unverified,
        },
        storage::{begin_transaction, keep_transaction, transaction, transaction_key},
    },
};

/// A code on its way to the token endpoint, since that time.
#[wasm_bindgen]
#[derive(Debug)]
pub struct Exchange(CodeExchange, SentAt);

#[wasm_bindgen]
impl Core {
    /// Refuses options of `signIn` that cannot work on a page of this origin. Gives the request for the provider's
    /// metadata, while it is unknown.
    #[wasm_bindgen(js_name = prepareSignIn)]
    pub fn prepare_sign_in(&self, options: &JsValue, origin: &JsValue) -> Result<Option<Object>> {
        let options = &text(options);
        SignIn::parse(options.as_bytes(), &self.config)?;
        self.config.check_page(&text(origin))?;
        self.discovery_request()
    }

    /// A new code verifier, whose SHA-256 the browser makes.
    #[wasm_bindgen(js_name = codeVerifier, unchecked_return_type = "string")]
    pub fn code_verifier(&self) -> Result<JsValue> {
        Ok(pkce::code_verifier(&crypto::random()?).secret().into())
    }

    /// Begins a sign-in with a code verifier and its hash, and keeps it: `{ url, state, push?, mayPush? }`.
    /// `push` is the request that takes it to the provider beforehand; where that need not succeed, `mayPush`
    /// is true. `proof_key` is the thumbprint of the key that tokens are bound to, if there is one.
    #[wasm_bindgen(js_name = beginSignIn)]
    pub fn begin_sign_in(
        &self,
        options: &JsValue,
        proof_key: &JsValue,
        record: &JsValue,
        code_verifier: &JsValue,
        hash: &Uint8Array,
    ) -> Result<Object> {
        let options = &text(options);
        let mut sign_in = SignIn::parse(options.as_bytes(), &self.config)?;
        // The key may be there for a session of a time when the option was another.
        sign_in.proof_key = proof_key.as_string().filter(|_| self.config.dpop != Dpop::Off);
        sign_in.id_token = self.session(record).map(Session::into_id_token);
        let metadata = self.known_metadata()?;
        let secrets = Secrets {
            state: crypto::random()?,
            nonce: crypto::random()?,
            code_verifier: PkceCodeVerifier::new(text(code_verifier)),
            code_challenge: pkce::challenge_of(&hash.to_vec()),
        };
        let (url, transaction) =
            authorization::begin_with(&self.config, &metadata, sign_in, secrets, now())?;
        let key = transaction_key(transaction.state());
        begin_transaction(&key, &transaction.to_record(), now())?;
        let begun = Object::new();
        if let Some(request) = par::request(&self.config, &metadata, &url)? {
            set(&begun, "push", to_object(&request));
            set(&begun, "mayPush", par::is_optional(&self.config, &metadata));
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
    /// `{ handled: "left" | "answered" | "unknown", returnTo?, appState? }`, or what it takes to trade the code:
    /// `{ exchange, request, keySetRequest, pending, answered, returnTo?, appState? }`.
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
            Some(Stored::Answered { return_to, app_state }) => {
                set(&result, "handled", "answered");
                set(&result, "returnTo", return_to);
                set(&result, "appState", app_state);
            }
            Some(Stored::Pending(transaction)) => {
                let answered = transaction.to_answered_record();
                match CodeExchange::begin(*transaction, callback, &self.config, now()) {
                    Ok(exchange) => {
                        set(&result, "returnTo", exchange.return_to().map(str::to_owned));
                        set(&result, "appState", exchange.app_state().map(str::to_owned));
                        let request = to_object(&exchange.request());
                        set(
                            &request,
                            "revocation",
                            exchange.revocation_endpoint().map(Uri::as_str),
                        );
                        set(&result, "request", request);
                        set(&result, "keySetRequest", to_object(&exchange.key_set_request()));
                        set(&result, "pending", pending);
                        set(&result, "answered", answered);
                        set(&result, "exchange", Exchange(exchange, SentAt::now()));
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

    /// Whether a token request that failed with this code and status left the sign-in's code unseen.
    #[wasm_bindgen(js_name = isUnseen)]
    pub fn is_unseen(&self, code: &JsValue, status: u16) -> bool {
        let code = Code::from_name(&text(code));
        code.is_some_and(|code| code_exchange::is_unseen(code, status))
    }

    /// Refuses a callback that no sign-in is kept for, unless it is to be left alone.
    pub fn unknown(&self, url: &JsValue, record: &JsValue) -> Result<()> {
        let url = &text(url);
        let signed_in = self.session(record).is_some();
        let callback = Callback::parse(url, &self.config)?;
        let error = callback.and_then(|callback| callback.unknown(&self.config, signed_in));
        Ok(error.map_or(Ok(()), Err)?)
    }
}

#[wasm_bindgen]
impl Exchange {
    /// Reads the token response.
    pub fn finish(self, core: &Core) -> Result<Unverified> {
        let unverified = self.0.finish(core.answer.take(), self.1.time())?;
        Ok(Unverified(unverified, self.1))
    }
}

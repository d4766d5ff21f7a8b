//! What the steps share: a client's core, and values on their way from and to JavaScript.

use core::cell::{Cell, RefCell};

use js_sys::{Object, Uint8Array};
use wasm_bindgen::{JsValue, prelude::wasm_bindgen};

use crate::{
    config::Config,
    discovery,
    dpop::{PublicKey, Remedy},
    error::{Code, Error},
    http::{Request, Response},
    json,
    jwks::KeySet,
    metadata::Metadata,
    session::{self, Session},
    time::ClockOffset,
    web::{
        failure::set,
        navigation,
        storage::{self, keep_transaction},
    },
};

pub(super) type Result<T> = core::result::Result<T, JsValue>;

/// The core of one client.
#[wasm_bindgen]
#[derive(Debug)]
pub struct Core {
    pub(super) config: Config,
    pub(super) metadata: RefCell<Option<Metadata>>,
    /// The provider's keys, as they were when last asked for.
    pub(super) keys: RefCell<Option<KeySet>>,
    /// By how much this device's clock was off, when that was last in doubt.
    pub(super) clock_offset: Cell<ClockOffset>,
    /// The answer that the next step reads.
    pub(super) answer: RefCell<Response>,
}

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

    /// Takes the answer to a request; the step that reads it comes next. When a proof of possession went
    /// along, this may say what lets the request be sent once more before that: the `nonce` that came, or
    /// the right `clock`. `retry_after` is in seconds.
    #[wasm_bindgen(unchecked_return_type = "\"nonce\" | \"clock\" | undefined")]
    pub fn answer(
        &self,
        status: u16,
        content_type: &JsValue,
        dpop_nonce: &JsValue,
        body: &Uint8Array,
        retry_after: Option<u32>,
    ) -> JsValue {
        let content_type = content_type.as_string();
        let dpop_nonce = dpop_nonce.as_string();
        let body = body.to_vec();
        let answer = Response { status, content_type, dpop_nonce, retry_after, body };
        let remedy = Remedy::of(&answer).map(|remedy| match remedy {
            Remedy::Nonce => "nonce",
            Remedy::Clock => "clock",
        });
        self.answer.replace(answer);
        remedy.into()
    }

    /// Reads the provider's metadata.
    pub fn discovered(&self) -> Result<()> {
        let metadata = discovery::finish(&self.answer.take(), &self.config)?;
        self.metadata.replace(Some(metadata));
        Ok(())
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
                Error::about(Code::Timeout, &[place, " did not answer in time."]).with("url", place)
            }
            _ => Error::about(
                Code::Network,
                &[
                    place,
                    " could not be reached: offline, blocked by CORS or by the page's connect-src, \
                     or down.",
                ],
            )
            .with("url", place),
        }
        .into()
    }

    pub(super) fn discovery_request(&self) -> Result<Option<Object>> {
        if self.metadata.borrow().is_some() {
            return Ok(None);
        }
        Ok(Some(to_object(&discovery::request(&self.config)?)))
    }

    pub(super) fn known_metadata(&self) -> core::result::Result<Metadata, Error> {
        let unknown = || Error::new(Code::Internal, "The provider's metadata is not there yet.");
        self.metadata.borrow().clone().ok_or_else(unknown)
    }

    pub(super) fn session(&self, record: &JsValue) -> Option<Session> {
        Session::read(record.as_string()?, &self.config)
    }
}

/// A text that a script passes; the step refuses whatever is none.
pub(super) fn text(value: &JsValue) -> String {
    value.as_string().unwrap_or_default()
}

pub(super) fn public_key(jwk: &str) -> core::result::Result<PublicKey, Error> {
    PublicKey::from_jwk(jwk.as_bytes()).ok_or_else(storage::blocked)
}

/// A request as `requests.js` sends it.
pub(super) fn to_object(request: &Request) -> Object {
    let object = Object::new();
    set(&object, "url", request.url.as_str());
    set(&object, "place", request.url.without_query());
    set(&object, "form", request.form.clone());
    set(&object, "authorization", request.authorization.clone());
    set(&object, "proof", request.is_proved);
    set(&object, "limit", json::MAX_BYTES);
    object
}

//! What is done with a session: it is refreshed, and its user's claims are asked for.

use js_sys::Object;
use wasm_bindgen::{JsValue, prelude::wasm_bindgen};

use crate::{
    error::{Code, Error},
    json, refresh,
    session::{self, Session},
    userinfo,
    web::{
        clock::SentAt,
        failure::set,
        steps::{
            core::{Core, Result, text, to_object},
            verification::Unverified,
        },
    },
};

/// A session whose tokens are being replaced, since that time.
#[wasm_bindgen]
#[derive(Debug)]
pub struct Refresh(refresh::Refresh, SentAt);

#[wasm_bindgen]
impl Core {
    /// Which sign-in a session's record is of, and how often it was refreshed.
    #[wasm_bindgen(unchecked_return_type = "string | undefined")]
    pub fn version(&self, record: &JsValue) -> JsValue {
        self.session(record).as_ref().map(version).into()
    }

    /// Begins to refresh a session: `{ refresh, request, version }`. Nothing when it was refreshed
    /// since that generation of that sign-in, or is of another one.
    pub fn refresh(
        &self,
        record: &JsValue,
        id: &JsValue,
        generation: u32,
    ) -> Result<Option<Object>> {
        let session = self.session(record).ok_or_else(session::login_required)?;
        if session.id() != text(id) || session.generation() > generation.into() {
            return Ok(None);
        }
        let begun = Object::new();
        set(&begun, "version", version(&session));
        let refresh = refresh::Refresh::begin(session, &self.config);
        let refresh = refresh.ok_or_else(session::login_required)?;
        set(&begun, "request", to_object(&refresh.request()));
        set(&begun, "refresh", Refresh(refresh, SentAt::now()));
        Ok(Some(begun))
    }

    /// Whether a session is over whose refresh has failed with this code.
    #[wasm_bindgen(js_name = endsSession)]
    pub fn ends_session(&self, code: &JsValue) -> bool {
        Code::from_name(&text(code)).is_some_and(refresh::ends_session)
    }

    /// The request for the user's claims.
    #[wasm_bindgen(js_name = userInfoRequest)]
    pub fn user_info_request(&self, record: &JsValue) -> Result<Object> {
        let session = self.session(record).ok_or_else(session::login_required)?;
        let request = userinfo::request(&session).ok_or_else(|| {
            Error::new(Code::InvalidConfig, "The provider has no UserInfo endpoint.")
        })?;
        Ok(to_object(&request))
    }

    /// The user's claims, as JSON.
    #[wasm_bindgen(js_name = userInfo, unchecked_return_type = "string")]
    pub fn user_info(&self, record: &JsValue) -> Result<JsValue> {
        let session = self.session(record).ok_or_else(session::login_required)?;
        Ok(userinfo::finish(&self.answer.take(), &session)?.into())
    }
}

#[wasm_bindgen]
impl Refresh {
    /// Reads the answer: `{ interim, record? , unverified? }`. The interim record is to be kept at
    /// once, and the other one in its place.
    pub fn finish(self, core: &Core) -> Result<Object> {
        let refreshed = self.0.finish(&core.answer.take(), self.1.time())?;
        let result = Object::new();
        set(&result, "interim", refreshed.interim.to_record());
        match refreshed.tokens {
            refresh::Renewal::Unverified(unverified) => {
                set(&result, "unverified", Unverified(*unverified, self.1));
            }
            refresh::Renewal::Verified(session) => set(&result, "record", session.to_record()),
        }
        Ok(result)
    }
}

/// Which sign-in a session is of, and how often it was refreshed; also the name of the mark on its
/// next refresh.
fn version(session: &Session) -> String {
    [session.id(), "/", &json::write(&session.generation())].concat()
}

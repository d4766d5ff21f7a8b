//! From the options of `signOut` to the way back from the logout page.

use js_sys::Object;
use wasm_bindgen::{JsValue, prelude::wasm_bindgen};

use crate::{
    logout::{Return, SignOut},
    revocation,
    session::Session,
    web::storage::awaits_proof_key,
    web::{
        clock::now,
        crypto,
        failure::set,
        steps::core::{Core, Result, text, to_object},
    },
};

#[wasm_bindgen]
impl Core {
    /// What a sign-out begins with, whatever its options: `{ revocation?, discovery? }`, the requests that
    /// make the session's tokens useless, and that find the logout page when there is no session.
    #[wasm_bindgen(js_name = prepareSignOut)]
    pub fn prepare_sign_out(&self, record: &JsValue) -> Result<Object> {
        let requests = Object::new();
        match self.session(record) {
            Some(session) => {
                let revocation = revocation::request(&session);
                set(&requests, "revocation", revocation.as_ref().map(to_object));
            }
            None => set(&requests, "discovery", self.discovery_request()?),
        }
        Ok(requests)
    }

    /// Whether the key that tokens are bound to has to stay: a sign-in is on its way that needs it.
    #[wasm_bindgen(js_name = awaitsProofKey)]
    pub fn awaits_proof_key(&self) -> Result<bool> {
        Ok(awaits_proof_key(&self.config)?)
    }

    /// Where to end the provider's own session, if it has such a page: `{ url?, record? }`. The
    /// record is to be kept in this tab until the user is back. Refuses options that cannot work here: the
    /// session is over by then.
    #[wasm_bindgen(js_name = signOut)]
    pub fn sign_out(&self, options: &JsValue, record: &JsValue) -> Result<Object> {
        let options = &text(options);
        let entropy = crypto::random()?;
        let sign_out = SignOut::parse(options.as_bytes(), &self.config, &entropy, now())?;
        let session = self.session(record);
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
}

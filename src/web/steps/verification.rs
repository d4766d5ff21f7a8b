//! The ID token's signature, which the browser verifies, and the clock that its times are held against.

use js_sys::{Array, Object, Uint8Array};
use wasm_bindgen::{JsValue, prelude::wasm_bindgen};

use crate::{
    jwks::KeySet,
    time::ClockOffset,
    unverified::{self, Verdict},
    web::{
        clock::{SentAt, now, timestamp},
        crypto,
        failure::set,
        steps::core::{Core, Result, to_object},
    },
};

/// Tokens whose ID token has yet to be verified, and when they were asked for.
#[wasm_bindgen]
#[derive(Debug)]
pub struct Unverified(pub(super) unverified::Unverified, pub(super) SentAt);

#[wasm_bindgen]
impl Core {
    /// Reads the provider's keys; without good ones they are asked for again when they are needed.
    #[wasm_bindgen(js_name = readKeys)]
    pub fn read_keys(&self) -> Result<()> {
        self.keys.take();
        self.keys.replace(Some(KeySet::finish(&self.answer.take())?));
        Ok(())
    }

    /// Learns by how much this device's clock is off, from another one: true when that was news.
    #[wasm_bindgen(js_name = learnClock)]
    pub fn learn_clock(&self, other: f64) -> bool {
        let offset = timestamp(other).and_then(|other| ClockOffset::between(now(), other));
        offset.is_some_and(|offset| offset.is_news_to(self.clock_offset.replace(offset)))
    }
}

#[wasm_bindgen]
impl Unverified {
    /// What it takes to verify the signature: `{ algorithm, candidates, signature, signed,
    /// keySetRequest, hash, hashed }`. The keys to try are JWKs in JSON, the algorithm WebCrypto's parameters.
    /// And what [`Unverified::verify`] takes the hash of, with WebCrypto's name of the hash function.
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
        set(&signature, "hash", crypto::hash(self.0.algorithm()));
        set(&signature, "hashed", Uint8Array::from(self.0.hashed()));
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
    pub fn verify(self, is_valid: bool, hash: &Uint8Array, core: &Core) -> Result<JsValue> {
        let verdict = if is_valid { Verdict::Valid } else { Verdict::Invalid };
        let timed = self.0.with_clock_offset(core.clock_offset.get()).with_sent_at(self.1.time());
        Ok(timed.verify_hashed(verdict, &hash.to_vec(), now())?.to_record().into())
    }
}

//! Proofs of possession, for the provider and for APIs, and what an API's refusal asks for.

use wasm_bindgen::{JsValue, prelude::wasm_bindgen};

use crate::{
    challenge::StepUp,
    dpop::Proof,
    web::{
        clock::now,
        crypto,
        steps::core::{Core, Result, public_key, text},
    },
};

#[wasm_bindgen]
impl Core {
    /// The thumbprint of a public key, which names it to the provider: RFC 9449 §6.1.
    #[wasm_bindgen(unchecked_return_type = "string")]
    pub fn thumbprint(&self, jwk: &JsValue) -> Result<JsValue> {
        Ok(public_key(&text(jwk))?.thumbprint().into())
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
}

/// What an API's `WWW-Authenticate` asks of the next sign-in, as its options in JSON: RFC 9470 §3.
#[wasm_bindgen(js_name = stepUp, unchecked_return_type = "string | undefined")]
pub fn step_up(header: &JsValue) -> JsValue {
    let header = &text(header);
    StepUp::parse(header).map(|step_up| step_up.to_options()).into()
}

//! The browser's cryptography: entropy, signature checks by WebCrypto, and the key of proofs.

use js_sys::Promise;
use wasm_bindgen::{JsValue, prelude::wasm_bindgen};
use wasm_bindgen_futures::JsFuture;

use super::{clock::now, failure::not_in_browser, navigation::window, platform};
use crate::{
    dpop::{Proof, PublicKey},
    error::{Code, Error, Result},
    jwks::PublicKey as VerificationKey,
    jwt::Algorithm,
    pkce::Entropy,
    time::ClockOffset,
    token::{Unverified, Verdict},
};

/// Entropy for one sign-in.
pub(crate) fn entropy() -> Result<Entropy> {
    Ok(Entropy { state: random()?, nonce: random()?, code_verifier: random()? })
}

pub(crate) fn random() -> Result<[u8; 32]> {
    let mut bytes = [0; 32];
    let crypto = window()?.crypto().map_err(|_| not_in_browser())?;
    crypto.get_random_values_with_u8_array(&mut bytes).map_err(|_| not_in_browser())?;
    Ok(bytes)
}

/// Whether one of the keys made the token's signature. A key that the browser cannot read is none
/// of those; when it can read none at all, it lacks the algorithm.
pub(crate) async fn verify(unverified: &Unverified, keys: &[VerificationKey]) -> Result<Verdict> {
    let algorithm = parameters(unverified.algorithm());
    let mut is_supported = keys.is_empty();
    for key in keys {
        let verifying = platform::verify(
            algorithm,
            &key.to_jwk(),
            unverified.signature(),
            unverified.signing_input(),
        );
        let is_valid = JsFuture::from(verifying).await.unwrap_or_default();
        if is_valid.is_truthy() {
            return Ok(Verdict::Valid);
        }
        is_supported |= !is_valid.is_undefined();
    }
    if is_supported { Ok(Verdict::Invalid) } else { Err(unsupported(unverified)) }
}

fn unsupported(unverified: &Unverified) -> Error {
    Error::new(Code::IdTokenAlgorithm, "This browser cannot verify the ID token's algorithm.")
        .with("found", unverified.algorithm().name())
}

/// WebCrypto's names and parameters for an algorithm.
fn parameters(algorithm: Algorithm) -> &'static str {
    match algorithm {
        Algorithm::Rs256 => r#"{"name":"RSASSA-PKCS1-v1_5","hash":"SHA-256"}"#,
        Algorithm::Rs384 => r#"{"name":"RSASSA-PKCS1-v1_5","hash":"SHA-384"}"#,
        Algorithm::Rs512 => r#"{"name":"RSASSA-PKCS1-v1_5","hash":"SHA-512"}"#,
        Algorithm::Ps256 => r#"{"name":"RSA-PSS","hash":"SHA-256","saltLength":32}"#,
        Algorithm::Ps384 => r#"{"name":"RSA-PSS","hash":"SHA-384","saltLength":48}"#,
        Algorithm::Ps512 => r#"{"name":"RSA-PSS","hash":"SHA-512","saltLength":64}"#,
        Algorithm::Es256 => r#"{"name":"ECDSA","hash":"SHA-256","namedCurve":"P-256"}"#,
        Algorithm::Es384 => r#"{"name":"ECDSA","hash":"SHA-384","namedCurve":"P-384"}"#,
        Algorithm::Es512 => r#"{"name":"ECDSA","hash":"SHA-512","namedCurve":"P-521"}"#,
        Algorithm::EdDsa => r#"{"name":"Ed25519"}"#,
    }
}

#[wasm_bindgen]
extern "C" {
    /// The key that proofs are made with, whose private half no script can read.
    #[derive(Clone, Debug)]
    pub type ProofKey;

    /// Resolves to the public half as a JWK, in JSON. It is made when there is none yet.
    #[wasm_bindgen(method, js_name = publicKey)]
    fn public_key(this: &ProofKey) -> Promise;

    /// Resolves to the ES256 signature over a text, in base64url.
    #[wasm_bindgen(method)]
    fn sign(this: &ProofKey, input: &str) -> Promise;

    /// The last nonce that an origin gave.
    #[wasm_bindgen(method)]
    pub(crate) fn nonce(this: &ProofKey, origin: &str) -> Option<String>;

    /// Keeps the nonce that an origin gave.
    #[wasm_bindgen(method)]
    pub(crate) fn keep(this: &ProofKey, origin: &str, nonce: &str);
}

impl ProofKey {
    /// The public half.
    pub(crate) async fn public(&self) -> Result<PublicKey> {
        let jwk = settled(self.public_key()).await?;
        PublicKey::from_jwk(jwk.as_bytes()).ok_or_else(unusable)
    }

    /// A proof: RFC 9449 §4.
    pub(crate) async fn prove(
        &self,
        proof: &Proof,
        nonce: Option<&str>,
        offset: ClockOffset,
    ) -> Result<String> {
        let key = self.public().await?;
        let input = proof.signing_input(&key, &random()?, nonce, offset.correct(now()));
        let signature = settled(self.sign(&input)).await?;
        Ok([&input, ".", &signature].concat())
    }
}

async fn settled(promise: Promise) -> Result<String> {
    let text = JsFuture::from(promise).await.ok().as_ref().and_then(JsValue::as_string);
    text.ok_or_else(unusable)
}

fn unusable() -> Error {
    Error::new(
        Code::StorageBlocked,
        "The browser does not keep the key that tokens are bound to: IndexedDB is blocked.",
    )
}

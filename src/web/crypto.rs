//! The browser's cryptography: entropy, and signature checks by WebCrypto.

use js_sys::{Array, JSON, Object, Uint8Array};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{Crypto, CryptoKey};

use super::{failure::not_in_browser, navigation::window};
use crate::{
    error::{Code, Error, Result},
    jwks::PublicKey,
    jwt::Algorithm,
    pkce::Entropy,
    token::{Unverified, Verdict},
};

/// Entropy for one sign-in.
pub(crate) fn entropy() -> Result<Entropy> {
    Ok(Entropy { state: random()?, nonce: random()?, code_verifier: random()? })
}

fn random() -> Result<[u8; 32]> {
    let mut bytes = [0; 32];
    crypto()?.get_random_values_with_u8_array(&mut bytes).map_err(|_| not_in_browser())?;
    Ok(bytes)
}

fn crypto() -> Result<Crypto> {
    window()?.crypto().map_err(|_| not_in_browser())
}

/// Whether one of the keys made the token's signature. A key that the browser cannot read is none
/// of those; when it can read none at all, it lacks the algorithm.
pub(crate) async fn verify(unverified: &Unverified, keys: &[PublicKey]) -> Result<Verdict> {
    let mut is_supported = keys.is_empty();
    for key in keys {
        let Ok(imported) = import(unverified.algorithm(), key).await else {
            continue;
        };
        is_supported = true;
        if signed_by(unverified, &imported).await.unwrap_or_default() {
            return Ok(Verdict::Valid);
        }
    }
    if is_supported { Ok(Verdict::Invalid) } else { Err(unsupported(unverified)) }
}

async fn import(algorithm: Algorithm, key: &PublicKey) -> core::result::Result<CryptoKey, JsValue> {
    let subtle = crypto().map_err(JsValue::from)?.subtle();
    let jwk: Object = JSON::parse(&key.to_jwk())?.unchecked_into();
    let usages = Array::of1(&"verify".into());
    let import =
        subtle.import_key_with_object("jwk", &jwk, &parameters(algorithm), false, &usages)?;
    Ok(JsFuture::from(import).await?.unchecked_into())
}

async fn signed_by(
    unverified: &Unverified,
    key: &CryptoKey,
) -> core::result::Result<bool, JsValue> {
    let verifying = crypto()
        .map_err(JsValue::from)?
        .subtle()
        .verify_with_object_and_js_u8_array_and_js_u8_array(
            &parameters(unverified.algorithm()),
            key,
            &Uint8Array::from(unverified.signature()),
            &Uint8Array::from(unverified.signing_input()),
        )?;
    Ok(JsFuture::from(verifying).await?.is_truthy())
}

fn unsupported(unverified: &Unverified) -> Error {
    Error::new(Code::IdTokenAlgorithm, "This browser cannot verify the ID token's algorithm.")
        .with("found", unverified.algorithm().name())
}

/// WebCrypto's names and parameters for an algorithm.
fn parameters(algorithm: Algorithm) -> Object {
    let parameters = match algorithm {
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
    };
    JSON::parse(parameters).unwrap_or_default().unchecked_into()
}

//! The browser's cryptography: entropy, and signature checks by WebCrypto.

use js_sys::{Array, JSON, Object, Uint8Array};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{Crypto, CryptoKey};

use super::{
    failure::{not_in_browser, set},
    navigation::window,
};
use crate::{
    error::{Code, Error, Result},
    jwks::PublicKey,
    jwt::{Algorithm, Hash},
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
    let hash = match algorithm.hash() {
        Hash::Sha256 => "SHA-256",
        Hash::Sha384 => "SHA-384",
        Hash::Sha512 => "SHA-512",
    };
    let salt_length = match algorithm.hash() {
        Hash::Sha256 => 32,
        Hash::Sha384 => 48,
        Hash::Sha512 => 64,
    };
    let object = Object::new();
    let name = match algorithm.name().get(..2) {
        Some("RS") => "RSASSA-PKCS1-v1_5",
        Some("PS") => "RSA-PSS",
        Some("ES") => "ECDSA",
        _ => "Ed25519",
    };
    set(&object, "name", name);
    set(&object, "hash", hash);
    set(&object, "saltLength", salt_length);
    if let Some(curve) = algorithm.curve() {
        set(&object, "namedCurve", curve);
    }
    object
}

//! The browser's cryptography: entropy, and how WebCrypto names algorithms.

use wasm_bindgen::{JsValue, prelude::wasm_bindgen};

use crate::{
    error::{Code, Error, Result},
    jwt::{Algorithm, Hash},
    web::failure::not_in_browser,
};

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(catch, js_namespace = crypto, js_name = getRandomValues)]
    fn fill(bytes: &mut [u8]) -> core::result::Result<JsValue, JsValue>;
}

/// Entropy for one text that nobody is to guess.
pub(crate) fn random() -> Result<[u8; 32]> {
    let mut bytes = [0; 32];
    fill(&mut bytes).map_err(|_| not_in_browser())?;
    Ok(bytes)
}

/// The error when the browser can read no key of this algorithm.
pub(crate) fn unsupported(algorithm: Algorithm) -> Error {
    Error::new(Code::IdTokenAlgorithm, "This browser cannot verify the ID token's algorithm.")
        .with("found", algorithm.name())
}

/// WebCrypto's name for the hash function of an algorithm.
pub(crate) fn hash(algorithm: Algorithm) -> &'static str {
    match algorithm.hash() {
        Hash::Sha256 => "SHA-256",
        Hash::Sha384 => "SHA-384",
        Hash::Sha512 => "SHA-512",
    }
}

/// WebCrypto's names and parameters for an algorithm.
pub(crate) fn parameters(algorithm: Algorithm) -> &'static str {
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

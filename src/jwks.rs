//! The provider's key set, and which of its keys may verify a signature: RFC 7517.

use alloc::{string::String, vec::Vec};
use core::mem;

use serde::Serialize;

use crate::{
    base64url,
    error::Result,
    http::{Request, Response},
    json::{self, Value},
    jwt::{Algorithm, Jws},
    metadata::Metadata,
};

/// The least size of an RSA modulus, in bytes: RFC 7518 §3.3.
const MIN_RSA_BYTES: usize = 2048 / 8;

/// How many keys are tried on one signature, when the token names none or several share its name.
const MAX_CANDIDATES: usize = 8;

/// The keys of a key set, as they came.
#[derive(Clone, Debug)]
pub struct KeySet(Vec<Value>);

/// A public key, ready for WebCrypto's `importKey("jwk", …)`: only the members that make the key.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
pub struct PublicKey {
    kty: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    crv: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    n: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    e: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    x: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    y: Option<String>,
}

impl PublicKey {
    /// The key as a JWK.
    pub fn to_jwk(&self) -> String {
        json::write(self)
    }
}

impl KeySet {
    /// The request for the provider's keys.
    pub fn request(metadata: &Metadata) -> Request {
        Request::get(metadata.jwks_uri.clone())
    }

    /// Reads the answer. Keys of kinds that are not understood do no harm: RFC 7517 §5.
    pub fn finish(response: &Response) -> Result<Self> {
        const WHAT: &str = "The key set";
        let mut document = response.document(WHAT)?;
        if !matches!(document, Value::Object(_)) {
            return Err(response.invalid(WHAT, "is not a JSON object"));
        }
        match document.member_mut("keys") {
            Some(Value::Array(keys)) => Ok(Self(mem::take(keys))),
            _ => Err(response.invalid(WHAT, "has no keys")),
        }
    }

    /// The keys that may have signed this token: of its algorithm's type, for signatures, and of
    /// its `kid` where it has one. A `kid` is any text; Cognito's hold `/`, `+` and `=`.
    pub fn candidates(&self, jws: &Jws) -> Vec<PublicKey> {
        let mut candidates = Vec::new();
        for key in &self.0 {
            let is_named = jws.kid.as_deref().is_none_or(|kid| key.has("kid", kid));
            if is_named && may_verify(key, jws.algorithm) && candidates.len() < MAX_CANDIDATES {
                candidates.extend(public_key(key, jws.algorithm));
            }
        }
        candidates
    }
}

/// RFC 7517 §4.2 to §4.4: what the key says that it is for.
fn may_verify(key: &Value, algorithm: Algorithm) -> bool {
    let is_for_signatures = key.member("use").is_none() || key.has("use", "sig");
    let verifies = match key.member("key_ops") {
        None => true,
        Some(Value::Array(operations)) => {
            operations.iter().any(|operation| operation.as_str() == Some("verify"))
        }
        Some(_) => false,
    };
    let is_for_algorithm = match key.member("alg") {
        None => true,
        Some(alg) => alg.as_str().and_then(Algorithm::from_name) == Some(algorithm),
    };
    is_for_signatures && verifies && is_for_algorithm
}

/// The public key, where the entry is one of the algorithm's type and strength. An entry that
/// gives its private part away is nobody's signature any more.
fn public_key(key: &Value, algorithm: Algorithm) -> Option<PublicKey> {
    let kty = algorithm.key_type();
    let crv = algorithm.curve();
    let is_of_type = key.has("kty", kty) && crv.is_none_or(|crv| key.has("crv", crv));
    if !is_of_type || key.member("d").is_some() {
        return None;
    }
    let is_rsa = crv.is_none();
    let number = |member: &str| number(key.text(member)?, algorithm.coordinate_bytes());
    if is_rsa && !is_strong(&number("n")?) {
        return None;
    }
    let text = |member: &str| Some(base64url::encode(&number(member)?));
    Some(PublicKey {
        kty,
        crv,
        n: if is_rsa { Some(text("n")?) } else { None },
        e: if is_rsa { Some(text("e")?) } else { None },
        x: if is_rsa { None } else { Some(text("x")?) },
        y: if is_rsa || algorithm == Algorithm::EdDsa { None } else { Some(text("y")?) },
    })
}

/// The bytes of a number, of a coordinate as many as its curve has. RFC 7518 §6.2.1.2 and §6.3.1.1
/// settle how it is written, and one key in eight is written otherwise: what counts is the number.
fn number(text: &str, size: Option<usize>) -> Option<Vec<u8>> {
    let written = base64url::decode_leniently(text)?;
    let zeros = written.iter().take_while(|byte| **byte == 0).count();
    let number = written.get(zeros..)?;
    let size = size.unwrap_or(number.len());
    let mut bytes = Vec::with_capacity(size);
    bytes.extend(core::iter::repeat_n(0, size.checked_sub(number.len())?));
    bytes.extend_from_slice(number);
    Some(bytes)
}

fn is_strong(modulus: &[u8]) -> bool {
    // Of the fewest bytes that will do, the first must be a full one.
    let least = if modulus.first() >= Some(&0x80) { MIN_RSA_BYTES } else { MIN_RSA_BYTES + 1 };
    modulus.len() >= least
}

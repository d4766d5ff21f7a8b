//! Signing as a provider does, and checking signatures as the browser's WebCrypto does.

use std::{fs, path::Path};

use base64::{
    Engine,
    prelude::{BASE64_STANDARD, BASE64_URL_SAFE_NO_PAD},
};
use pkce_wasm::{
    jwks::{KeySet, PublicKey},
    unverified::{Unverified, Verdict},
};
use ring::{
    rand::SystemRandom,
    rsa,
    signature::{self, EcdsaKeyPair, Ed25519KeyPair, KeyPair, RsaKeyPair, UnparsedPublicKey},
};
use serde_json::{Value, json};

use super::{json_answer, with};

/// Signs JWTs with one key and algorithm.
pub(crate) struct Signer {
    pub(crate) alg: &'static str,
    key: Key,
}

enum Key {
    Rsa(Box<RsaKeyPair>),
    Ecdsa(EcdsaKeyPair, &'static str),
    Ed25519(Ed25519KeyPair),
}

impl Signer {
    /// A signer with the test key for this `alg`.
    pub(crate) fn new(alg: &'static str) -> Self {
        let ecdsa = |parameters, file, curve| {
            let der = fixture(file);
            let key = EcdsaKeyPair::from_pkcs8(parameters, &der, &SystemRandom::new()).unwrap();
            Key::Ecdsa(key, curve)
        };
        let key = match alg {
            "ES256" => ecdsa(&signature::ECDSA_P256_SHA256_FIXED_SIGNING, "p256", "P-256"),
            "ES384" => ecdsa(&signature::ECDSA_P384_SHA384_FIXED_SIGNING, "p384", "P-384"),
            "EdDSA" => {
                let der = fixture("ed25519");
                Key::Ed25519(Ed25519KeyPair::from_pkcs8_maybe_unchecked(&der).unwrap())
            }
            _ => return Self::with_rsa_key(alg, "rsa-1"),
        };
        Self { alg, key }
    }

    /// A signer with another RSA key than the first.
    pub(crate) fn with_other_rsa_key(alg: &'static str) -> Self {
        Self::with_rsa_key(alg, "rsa-2")
    }

    fn with_rsa_key(alg: &'static str, file: &str) -> Self {
        Self { alg, key: Key::Rsa(Box::new(RsaKeyPair::from_pkcs8(&fixture(file)).unwrap())) }
    }

    /// The public key as a JWK, without `kid`, `alg` and `use`.
    pub(crate) fn jwk(&self) -> Value {
        let text = |bytes: &[u8]| BASE64_URL_SAFE_NO_PAD.encode(bytes);
        match &self.key {
            Key::Rsa(key) => {
                let public = rsa::PublicKeyComponents::<Vec<u8>>::from(key.public());
                json!({ "kty": "RSA", "n": text(&public.n), "e": text(&public.e) })
            }
            Key::Ecdsa(key, crv) => {
                let point = key.public_key().as_ref().strip_prefix(&[4]).unwrap();
                let (x, y) = point.split_at(point.len() / 2);
                json!({ "kty": "EC", "crv": crv, "x": text(x), "y": text(y) })
            }
            Key::Ed25519(key) => {
                json!({ "kty": "OKP", "crv": "Ed25519", "x": text(key.public_key().as_ref()) })
            }
        }
    }

    /// The provider's key set, with this key only.
    pub(crate) fn key_set(&self) -> KeySet {
        key_set(&[self.jwk()])
    }

    /// A signed JWT whose header has the algorithm only.
    pub(crate) fn sign(&self, claims: &Value) -> String {
        self.sign_with_header(&json!({}), claims)
    }

    /// A signed JWT whose header has these parameters beside the algorithm.
    pub(crate) fn sign_with_header(&self, header: &Value, claims: &Value) -> String {
        let header = with(json!({ "alg": self.alg }), header.clone());
        self.sign_bytes(header.to_string().as_bytes(), claims.to_string().as_bytes())
    }

    /// A JWS over these bytes, whatever they are.
    pub(crate) fn sign_bytes(&self, header: &[u8], payload: &[u8]) -> String {
        let signing_input = signing_input(header, payload);
        let signature = BASE64_URL_SAFE_NO_PAD.encode(self.signature(signing_input.as_bytes()));
        format!("{signing_input}.{signature}")
    }

    fn signature(&self, message: &[u8]) -> Vec<u8> {
        let random = SystemRandom::new();
        match &self.key {
            Key::Rsa(key) => {
                let encoding: &dyn signature::RsaEncoding = match self.alg {
                    "RS256" => &signature::RSA_PKCS1_SHA256,
                    "RS384" => &signature::RSA_PKCS1_SHA384,
                    "RS512" => &signature::RSA_PKCS1_SHA512,
                    "PS256" => &signature::RSA_PSS_SHA256,
                    "PS384" => &signature::RSA_PSS_SHA384,
                    "PS512" => &signature::RSA_PSS_SHA512,
                    alg => unknown(alg),
                };
                let mut signature = vec![0; key.public().modulus_len()];
                key.sign(encoding, &random, message, &mut signature).unwrap();
                signature
            }
            Key::Ecdsa(key, _) => key.sign(&random, message).unwrap().as_ref().into(),
            Key::Ed25519(key) => key.sign(message).as_ref().into(),
        }
    }
}

/// `header.payload`, encoded.
pub(crate) fn signing_input(header: &[u8], payload: &[u8]) -> String {
    let [header, payload] = [header, payload].map(|part| BASE64_URL_SAFE_NO_PAD.encode(part));
    format!("{header}.{payload}")
}

/// A key set of these JWKs.
pub(crate) fn key_set(keys: &[Value]) -> KeySet {
    KeySet::finish(&json_answer(200, &json!({ "keys": keys }))).unwrap()
}

/// What the browser does: tries each candidate key with the token's algorithm.
pub(crate) fn verify(unverified: &Unverified, keys: &KeySet) -> Verdict {
    let is_signer = |key: &PublicKey| {
        let key: Value = serde_json::from_str(&key.to_jwk()).unwrap();
        is_signed_by(unverified, &key)
    };
    if unverified.candidates(keys).iter().any(is_signer) {
        Verdict::Valid
    } else {
        Verdict::Invalid
    }
}

fn is_signed_by(unverified: &Unverified, key: &Value) -> bool {
    let member = |name: &str| -> Vec<u8> {
        BASE64_URL_SAFE_NO_PAD.decode(key[name].as_str().unwrap_or_default()).unwrap_or_default()
    };
    let (message, signature) = (unverified.signing_input(), unverified.signature());
    let by_rsa = |parameters: &'static signature::RsaParameters| {
        let key = rsa::PublicKeyComponents { n: member("n"), e: member("e") };
        key.verify(parameters, message, signature).is_ok()
    };
    let by_point = |parameters: &'static dyn signature::VerificationAlgorithm, point: Vec<u8>| {
        UnparsedPublicKey::new(parameters, point).verify(message, signature).is_ok()
    };
    let point = || [vec![4], member("x"), member("y")].concat();
    match unverified.algorithm().name() {
        "RS256" => by_rsa(&signature::RSA_PKCS1_2048_8192_SHA256),
        "RS384" => by_rsa(&signature::RSA_PKCS1_2048_8192_SHA384),
        "RS512" => by_rsa(&signature::RSA_PKCS1_2048_8192_SHA512),
        "PS256" => by_rsa(&signature::RSA_PSS_2048_8192_SHA256),
        "PS384" => by_rsa(&signature::RSA_PSS_2048_8192_SHA384),
        "PS512" => by_rsa(&signature::RSA_PSS_2048_8192_SHA512),
        "ES256" => by_point(&signature::ECDSA_P256_SHA256_FIXED, point()),
        "ES384" => by_point(&signature::ECDSA_P384_SHA384_FIXED, point()),
        "EdDSA" => by_point(&signature::ED25519, member("x")),
        alg => unknown(alg),
    }
}

/// `ring` has no P-521: ES512 is verified in the browsers only.
fn unknown(alg: &str) -> ! {
    panic!("no test signs with {alg}")
}

/// The bytes of a PEM file.
fn fixture(name: &str) -> Vec<u8> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/keys");
    let pem = fs::read_to_string(folder.join(format!("{name}.pem"))).unwrap();
    let base64: String = pem.lines().filter(|line| !line.starts_with("-----")).collect();
    BASE64_STANDARD.decode(base64).unwrap()
}

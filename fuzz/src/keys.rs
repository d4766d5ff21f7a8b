//! Signing as a provider does, and verifying as the browser's WebCrypto does.

use std::sync::LazyLock;

use base64::{
    Engine,
    prelude::{BASE64_STANDARD, BASE64_URL_SAFE_NO_PAD},
};
use ring::{
    rand::SystemRandom,
    rsa,
    signature::{self, EcdsaKeyPair, Ed25519KeyPair, KeyPair, RsaKeyPair, UnparsedPublicKey},
};
use serde_json::{Value, json};

/// A key pair of the tests, with the algorithm that it signs with.
pub(crate) enum Signer {
    Ecdsa(&'static str, &'static str, Box<EcdsaKeyPair>),
    Ed25519(Box<Ed25519KeyPair>),
    Rsa(Box<RsaKeyPair>),
}

impl Signer {
    /// One of five. The first is the provider's own; Cognito's is the third, and the last is an
    /// attacker's of the same kind.
    pub(crate) fn of(number: u8) -> &'static Self {
        static ALL: LazyLock<[Signer; 5]> = LazyLock::new(|| [0, 1, 2, 3, 4].map(Signer::new));
        &ALL[usize::from(number) % ALL.len()]
    }

    fn new(number: u8) -> Self {
        let ecdsa = |alg, crv, parameters, pem| {
            let key = EcdsaKeyPair::from_pkcs8(parameters, &der(pem), &SystemRandom::new());
            Self::Ecdsa(alg, crv, Box::new(key.expect("a key of the tests")))
        };
        let rsa = |pem| Self::Rsa(Box::new(RsaKeyPair::from_pkcs8(&der(pem)).expect("a key")));
        match number {
            0 => ecdsa(
                "ES256",
                "P-256",
                &signature::ECDSA_P256_SHA256_FIXED_SIGNING,
                include_str!("../../tests/fixtures/keys/p256.pem"),
            ),
            1 => ecdsa(
                "ES384",
                "P-384",
                &signature::ECDSA_P384_SHA384_FIXED_SIGNING,
                include_str!("../../tests/fixtures/keys/p384.pem"),
            ),
            2 => rsa(include_str!("../../tests/fixtures/keys/rsa-1.pem")),
            3 => {
                let der = der(include_str!("../../tests/fixtures/keys/ed25519.pem"));
                let key = Ed25519KeyPair::from_pkcs8_maybe_unchecked(&der);
                Self::Ed25519(Box::new(key.expect("a key of the tests")))
            }
            _ => rsa(include_str!("../../tests/fixtures/keys/rsa-2.pem")),
        }
    }

    pub(crate) fn alg(&self) -> &'static str {
        match self {
            Self::Ecdsa(alg, ..) => alg,
            Self::Ed25519(_) => "EdDSA",
            Self::Rsa(_) => "RS256",
        }
    }

    /// The public key as a JWK.
    pub(crate) fn jwk(&self) -> Value {
        match self {
            Self::Ecdsa(_, crv, key) => {
                let point = key.public_key().as_ref();
                let (x, y) = point[1..].split_at(point.len() / 2);
                json!({ "kty": "EC", "crv": crv, "x": encode(x), "y": encode(y) })
            }
            Self::Ed25519(key) => {
                json!({ "kty": "OKP", "crv": "Ed25519", "x": encode(key.public_key().as_ref()) })
            }
            Self::Rsa(key) => {
                let public = rsa::PublicKeyComponents::<Vec<u8>>::from(key.public());
                json!({ "kty": "RSA", "n": encode(&public.n), "e": encode(&public.e) })
            }
        }
    }

    /// The compact serialization of a JWS over these bytes.
    pub(crate) fn sign(&self, header: &[u8], payload: &[u8]) -> String {
        let message = [encode(header), encode(payload)].join(".");
        let random = SystemRandom::new();
        let signature = match self {
            Self::Ecdsa(_, _, key) => {
                key.sign(&random, message.as_bytes()).expect("a signature").as_ref().to_vec()
            }
            Self::Ed25519(key) => key.sign(message.as_bytes()).as_ref().to_vec(),
            Self::Rsa(key) => {
                let mut signature = vec![0; key.public().modulus_len()];
                key.sign(&signature::RSA_PKCS1_SHA256, &random, message.as_bytes(), &mut signature)
                    .expect("a signature");
                signature
            }
        };
        [message, encode(&signature)].join(".")
    }
}

/// Whether the owner of this JWK made the signature, with an algorithm that is the key's.
pub(crate) fn verifies(alg: &str, jwk: &Value, message: &[u8], signature: &[u8]) -> bool {
    let member = |name: &str| number(&jwk[name]);
    // In front of a coordinate may be zeros too few.
    let coordinate = |name: &str, bytes: usize| {
        let number = member(name)?;
        Some([vec![0; bytes.checked_sub(number.len())?], number].concat())
    };
    let is_of = |kty: &str, crv: Option<&str>| {
        jwk["kty"].as_str() == Some(kty) && (kty == "RSA" || jwk["crv"].as_str() == crv)
    };
    let by_rsa = |parameters: &'static signature::RsaParameters| {
        let key = rsa::PublicKeyComponents { n: member("n")?, e: member("e")? };
        Some(is_of("RSA", None) && key.verify(parameters, message, signature).is_ok())
    };
    let by_point = |crv, bytes, parameters: &'static dyn signature::VerificationAlgorithm| {
        let point = [vec![4], coordinate("x", bytes)?, coordinate("y", bytes)?].concat();
        let key = UnparsedPublicKey::new(parameters, point);
        Some(is_of("EC", Some(crv)) && key.verify(message, signature).is_ok())
    };
    let verdict = match alg {
        "RS256" => by_rsa(&signature::RSA_PKCS1_2048_8192_SHA256),
        "RS384" => by_rsa(&signature::RSA_PKCS1_2048_8192_SHA384),
        "RS512" => by_rsa(&signature::RSA_PKCS1_2048_8192_SHA512),
        "PS256" => by_rsa(&signature::RSA_PSS_2048_8192_SHA256),
        "PS384" => by_rsa(&signature::RSA_PSS_2048_8192_SHA384),
        "PS512" => by_rsa(&signature::RSA_PSS_2048_8192_SHA512),
        "ES256" => by_point("P-256", 32, &signature::ECDSA_P256_SHA256_FIXED),
        "ES384" => by_point("P-384", 48, &signature::ECDSA_P384_SHA384_FIXED),
        "EdDSA" | "Ed25519" => coordinate("x", 32).map(|x| {
            is_of("OKP", Some("Ed25519"))
                && UnparsedPublicKey::new(&signature::ED25519, x).verify(message, signature).is_ok()
        }),
        _ => None,
    };
    verdict == Some(true)
}

pub(crate) fn encode(bytes: &[u8]) -> String {
    BASE64_URL_SAFE_NO_PAD.encode(bytes)
}

pub(crate) fn decode(text: &str) -> Option<Vec<u8>> {
    BASE64_URL_SAFE_NO_PAD.decode(text).ok()
}

fn der(pem: &str) -> Vec<u8> {
    let base64: String = pem.lines().filter(|line| !line.starts_with("-----")).collect();
    BASE64_STANDARD.decode(base64).expect("a PEM file of the tests")
}

/// The bytes of a number that may be padded, or in plain base64, without the zeros in front.
pub(crate) fn number(text: &Value) -> Option<Vec<u8>> {
    let text = text.as_str()?.trim_end_matches('=').replace('+', "-").replace('/', "_");
    Some(decode(&text)?.into_iter().skip_while(|byte| *byte == 0).collect())
}

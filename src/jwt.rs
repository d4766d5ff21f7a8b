//! Signed JWTs: RFC 7515 (compact serialization) and RFC 7518 (algorithms).

use alloc::{borrow::ToOwned, string::String, vec::Vec};

use sha2::{Digest, Sha256, Sha384, Sha512};

use crate::{
    base64url,
    error::{Code, Error, Result},
    json::Value,
};

/// An asymmetric signature algorithm. There is no HMAC among them: a public client has no secret
/// to check one with (OpenID Connect Core §3.1.3.7, 8).
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum Algorithm {
    /// RSASSA-PKCS1-v1_5 with SHA-256.
    Rs256,
    /// RSASSA-PKCS1-v1_5 with SHA-384.
    Rs384,
    /// RSASSA-PKCS1-v1_5 with SHA-512.
    Rs512,
    /// RSASSA-PSS with SHA-256.
    Ps256,
    /// RSASSA-PSS with SHA-384.
    Ps384,
    /// RSASSA-PSS with SHA-512.
    Ps512,
    /// ECDSA on P-256 with SHA-256.
    Es256,
    /// ECDSA on P-384 with SHA-384.
    Es384,
    /// ECDSA on P-521 with SHA-512.
    Es512,
    /// Ed25519: RFC 8037.
    EdDsa,
}

/// A hash function of an algorithm.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Hash {
    /// SHA-256.
    Sha256,
    /// SHA-384.
    Sha384,
    /// SHA-512.
    Sha512,
}

impl Algorithm {
    /// All that are understood.
    pub const ALL: &'static [Self] = &[
        Self::Rs256,
        Self::Rs384,
        Self::Rs512,
        Self::Ps256,
        Self::Ps384,
        Self::Ps512,
        Self::Es256,
        Self::Es384,
        Self::Es512,
        Self::EdDsa,
    ];

    /// The algorithm of a JWS `alg`: RFC 7518 §3.1, RFC 8037 §3.1, RFC 9864 §2.2.
    pub fn from_name(name: &str) -> Option<Self> {
        if name == "Ed25519" {
            return Some(Self::EdDsa);
        }
        Self::ALL.iter().copied().find(|algorithm| algorithm.name() == name)
    }

    /// The JWS `alg`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Rs256 => "RS256",
            Self::Rs384 => "RS384",
            Self::Rs512 => "RS512",
            Self::Ps256 => "PS256",
            Self::Ps384 => "PS384",
            Self::Ps512 => "PS512",
            Self::Es256 => "ES256",
            Self::Es384 => "ES384",
            Self::Es512 => "ES512",
            Self::EdDsa => "EdDSA",
        }
    }

    /// The JWK `kty` that it needs.
    pub fn key_type(self) -> &'static str {
        match self {
            Self::Rs256 | Self::Rs384 | Self::Rs512 | Self::Ps256 | Self::Ps384 | Self::Ps512 => {
                "RSA"
            }
            Self::Es256 | Self::Es384 | Self::Es512 => "EC",
            Self::EdDsa => "OKP",
        }
    }

    /// The JWK `crv` that it needs.
    pub fn curve(self) -> Option<&'static str> {
        match self {
            Self::Es256 => Some("P-256"),
            Self::Es384 => Some("P-384"),
            Self::Es512 => Some("P-521"),
            Self::EdDsa => Some("Ed25519"),
            _ => None,
        }
    }

    /// How many bytes a coordinate of its curve has: RFC 7518 §6.2.1.2, RFC 8032 §5.1.5.
    pub(crate) fn coordinate_bytes(self) -> Option<usize> {
        match self {
            Self::Es256 | Self::EdDsa => Some(32),
            Self::Es384 => Some(48),
            Self::Es512 => Some(66),
            _ => None,
        }
    }

    /// The hash that `at_hash` is made with: OpenID Connect Core §3.1.3.6.
    pub fn hash(self) -> Hash {
        match self {
            Self::Rs256 | Self::Ps256 | Self::Es256 => Hash::Sha256,
            Self::Rs384 | Self::Ps384 | Self::Es384 => Hash::Sha384,
            Self::Rs512 | Self::Ps512 | Self::Es512 | Self::EdDsa => Hash::Sha512,
        }
    }
}

impl Hash {
    /// The hash of some bytes: FIPS 180-4.
    pub fn of(self, bytes: &[u8]) -> Vec<u8> {
        match self {
            Self::Sha256 => Sha256::digest(bytes).to_vec(),
            Self::Sha384 => Sha384::digest(bytes).to_vec(),
            Self::Sha512 => Sha512::digest(bytes).to_vec(),
        }
    }
}

/// A JWS whose signature has not been checked.
#[derive(Clone)]
pub struct Jws {
    pub(crate) algorithm: Algorithm,
    pub(crate) kid: Option<String>,
    pub(crate) claims: Value,
    pub(crate) signature: Vec<u8>,
}

impl core::fmt::Debug for Jws {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("Jws")
            .field("algorithm", &self.algorithm)
            .field("kid", &self.kid)
            .finish_non_exhaustive()
    }
}

impl Jws {
    /// Parses the compact serialization: RFC 7515 §5.2.
    ///
    /// The header's `jku`, `x5u`, `jwk` and `x5c` are never looked at (RFC 8725 §3.10), and a
    /// `crit` is refused, for no extension is understood (RFC 7515 §4.1.11).
    pub fn parse(token: &str) -> Result<Self> {
        let (signing_input, signature) =
            parts(token).ok_or_else(|| malformed("is no signed JWT"))?;
        let (header, payload) =
            signing_input.split_once('.').ok_or_else(|| malformed("is no signed JWT"))?;
        let header = document(header)?;
        let claims = document(payload)?;
        let signature = decode(signature)?;
        if header.member("crit").is_some() {
            return Err(malformed("has a critical header parameter that is not understood"));
        }
        // RFC 8725 §3.11: an access token or logout token is no ID token.
        let is_jwt = |typ: &Value| typ.as_str().is_some_and(|typ| typ.eq_ignore_ascii_case("JWT"));
        if !header.member("typ").is_none_or(is_jwt) {
            return Err(malformed("is a JWT of another type"));
        }
        let alg = header.text("alg").unwrap_or_default();
        let algorithm = Algorithm::from_name(alg).ok_or_else(|| refused(alg))?;
        let kid = match header.member("kid") {
            None => None,
            Some(kid) => Some(kid.as_str().ok_or_else(|| malformed("has a kid that is no text"))?),
        };
        let kid = kid.map(str::to_owned);
        Ok(Self { algorithm, kid, claims, signature })
    }

    /// The claims, as yet unverified.
    pub fn claims(&self) -> &Value {
        &self.claims
    }
}

/// What was signed, and the signature: RFC 7515 §7.1.
pub(crate) fn parts(token: &str) -> Option<(&str, &str)> {
    let (_, rest) = token.split_once('.')?;
    let (_, signature) = rest.split_once('.')?;
    Some((token.strip_suffix(signature)?.strip_suffix('.')?, signature))
}

/// The error for an algorithm that is not accepted.
pub(crate) fn refused(alg: &str) -> Error {
    Error::new(
        Code::IdTokenAlgorithm,
        "The ID token is signed with an algorithm that is not accepted.",
    )
    .with("found", alg)
}

fn document(segment: &str) -> Result<Value> {
    let document = Value::parse(&decode(segment)?);
    match document {
        Ok(document @ Value::Object(_)) => Ok(document),
        _ => Err(malformed("has a part that is not a JSON object")),
    }
}

fn decode(segment: &str) -> Result<Vec<u8>> {
    base64url::decode(segment).ok_or_else(|| malformed("is not encoded in base64url"))
}

fn malformed(flaw: &str) -> Error {
    Error::about(Code::IdTokenMalformed, &["The ID token ", flaw, "."])
}

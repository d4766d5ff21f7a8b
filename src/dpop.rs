//! Demonstrating Proof of Possession: RFC 9449, with ES256.

use alloc::string::String;

use oauth2::AccessToken;
use serde::Serialize;
use sha2::{Digest, Sha256};

use crate::{
    base64url,
    http::{Request, Response},
    json::{self, Value},
    time::Timestamp,
};

/// The public half of the key that tokens are bound to. The members are in the order of its
/// thumbprint: RFC 7638 §3.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
pub struct PublicKey {
    crv: &'static str,
    kty: &'static str,
    x: String,
    y: String,
}

impl PublicKey {
    /// Reads a JWK of the curve P-256: RFC 7517 §4. Whatever else it has stays behind.
    pub fn from_jwk(jwk: &[u8]) -> Option<Self> {
        let jwk = Value::parse(jwk).ok()?;
        let is_ours = jwk.has("kty", "EC") && jwk.has("crv", "P-256");
        let coordinate = |name| jwk.text(name).map(String::from);
        let key = Self { crv: "P-256", kty: "EC", x: coordinate("x")?, y: coordinate("y")? };
        is_ours.then_some(key)
    }

    /// The SHA-256 thumbprint, which names the key to the provider: RFC 9449 §6.1.
    pub fn thumbprint(&self) -> String {
        base64url::encode(&Sha256::digest(json::write(self)))
    }
}

/// What a proof is about: one request, and the token that goes with it.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Proof {
    method: String,
    url: String,
    access_token_hash: Option<String>,
}

#[derive(Serialize)]
struct Header<'a> {
    typ: &'static str,
    alg: &'static str,
    jwk: &'a PublicKey,
}

#[derive(Serialize)]
struct Claims<'a> {
    jti: &'a str,
    htm: &'a str,
    htu: &'a str,
    iat: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    ath: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    nonce: Option<&'a str>,
}

impl Proof {
    /// A proof for one request. Query and fragment are no part of it: RFC 9449 §4.2.
    pub fn new(method: &str, url: &str, access_token: Option<&AccessToken>) -> Self {
        let url = url.split(['?', '#']).next().unwrap_or_default();
        let hash =
            |token: &AccessToken| base64url::encode(&Sha256::digest(token.secret().as_bytes()));
        Self { method: method.into(), url: url.into(), access_token_hash: access_token.map(hash) }
    }

    /// The proof that goes with a request to the provider, and with its bound token (§7.1); `None`
    /// for a request that needs none.
    pub fn of(request: &Request) -> Option<Self> {
        let method = if request.form.is_some() { "POST" } else { "GET" };
        let authorization = request.authorization.as_deref().unwrap_or_default();
        let token = authorization.strip_prefix("DPoP ").map(|token| AccessToken::new(token.into()));
        request.is_proved.then(|| Self::new(method, request.url.as_str(), token.as_ref()))
    }

    /// What is to be signed. The signature in base64url, after a `.`, makes the proof of it.
    ///
    /// `id` is new for each proof; `nonce` is the last one that this server gave (§8, §9).
    pub fn signing_input(
        &self,
        key: &PublicKey,
        id: &[u8; 32],
        nonce: Option<&str>,
        now: Timestamp,
    ) -> String {
        let header = Header { typ: "dpop+jwt", alg: "ES256", jwk: key };
        let claims = Claims {
            jti: &base64url::encode(id),
            htm: &self.method,
            htu: &self.url,
            iat: now.as_millis() / 1000,
            ath: self.access_token_hash.as_deref(),
            nonce,
        };
        let part = |json: String| base64url::encode(json.as_bytes());
        [&part(json::write(&header)), ".", &part(json::write(&claims))].concat()
    }

    /// The origin that nonces for this proof come from.
    pub fn origin(&self) -> &str {
        let end = self.url.match_indices('/').nth(2).map_or(self.url.len(), |(at, _)| at);
        self.url.get(..end).unwrap_or_default()
    }
}

/// What may put a refused proof right, before its request is sent once more.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Remedy {
    /// The nonce that came with the answer: RFC 9449 §8 for a provider's endpoint, §9 for a resource.
    Nonce,
    /// The right time. A proof is refused that is not of the provider's present (§4.3, 11), and without
    /// it nothing says that this device's clock is wrong.
    Clock,
}

impl Remedy {
    /// What this answer asks for, if the request is worth another try.
    pub fn of(response: &Response) -> Option<Self> {
        if !matches!(response.status, 400 | 401) {
            return None;
        }
        let said = response.provider_error();
        let is = |word| said.as_ref().is_some_and(|said| said.error == word);
        if is("invalid_dpop_proof") {
            return Some(Self::Clock);
        }
        // A resource says why in a header that other origins often cannot read.
        let is_asked = response.status == 401 || is("use_dpop_nonce");
        (is_asked && response.dpop_nonce.is_some()).then_some(Self::Nonce)
    }
}

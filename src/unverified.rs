//! Tokens that are no session yet: their ID token's signature and claims have to be verified
//! (OpenID Connect Core §3.1.3.7).

use alloc::{string::String, vec::Vec};

use crate::{
    error::{Code, Error, Result},
    http::Request,
    id_token::{self, Checks, Expected},
    jwks::{KeySet, PublicKey},
    jwt::{self, Algorithm, Jws},
    secret::Secret,
    session::Session,
    time::{ClockOffset, Timestamp},
};

/// A token response whose ID token nobody has verified: it is no session, and cannot be used as
/// one.
#[derive(Debug)]
pub struct Unverified {
    session: Box<Session>,
    id_token: Secret,
    jws: Jws,
    checks: Checks,
    return_to: Option<String>,
}

/// Whether one of the candidate keys made the signature.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Verdict {
    /// One did.
    Valid,
    /// None did.
    Invalid,
}

impl Unverified {
    pub(crate) fn new(
        session: Box<Session>,
        id_token: Secret,
        checks: Checks,
        return_to: Option<String>,
    ) -> Result<Self> {
        let jws = Jws::parse(id_token.expose())?;
        check_algorithm(jws.algorithm, &session)?;
        Ok(Self { session, id_token, jws, checks, return_to })
    }

    /// The path that the sign-in began on.
    pub fn return_to(&self) -> Option<&str> {
        self.return_to.as_deref()
    }

    /// The request for the keys, when the ones at hand lack the token's: OpenID Connect Core
    /// §10.1.1.
    pub fn key_set_request(&self) -> Request {
        KeySet::request(self.session.metadata())
    }

    /// The keys to try. None means that the key set should be fetched anew, once.
    pub fn candidates(&self, key_set: &KeySet) -> Vec<PublicKey> {
        key_set.candidates(&self.jws)
    }

    /// The algorithm to verify with. It comes from the token, is one of the accepted ones, and
    /// fits every candidate key.
    pub fn algorithm(&self) -> Algorithm {
        self.jws.algorithm
    }

    /// Whether the token would be of another time, or over already though the tolerance lets it pass,
    /// by a clock that shows `now`. One of two clocks is wrong then, and a third may tell which:
    /// [`ClockOffset`].
    pub fn is_untimely(&self, now: Timestamp) -> bool {
        let times = id_token::check_times(&self.jws.claims, &self.checks, now);
        !times.is_ok_and(|times| now < times.expires_at)
    }

    /// The same tokens, from a device whose clock is off by so much.
    #[must_use]
    pub fn with_clock_offset(mut self, offset: ClockOffset) -> Self {
        self.checks.clock_offset = offset;
        self
    }

    /// The same tokens, when the clock was set since they were asked for: at that time, as it shows it now.
    #[must_use]
    pub fn with_sent_at(mut self, sent_at: Timestamp) -> Self {
        self.session.set_sent_at(sent_at);
        self
    }

    /// What was signed: RFC 7515 §5.2.
    pub fn signing_input(&self) -> &[u8] {
        jwt::parts(self.id_token.expose()).unwrap_or_default().0.as_bytes()
    }

    /// The signature over it.
    pub fn signature(&self) -> &[u8] {
        &self.jws.signature
    }

    /// The error when the provider's keys, fetched anew, still lack the token's.
    pub fn unknown_key(&self) -> Error {
        Error::new(Code::IdTokenKey, "The provider's key set has no key for the ID token.")
            .with("kid", self.jws.kid.as_deref().unwrap_or_default())
            .with("alg", self.jws.algorithm.name())
    }

    /// Makes the session, when the signature is valid and every claim is what it must be:
    /// OpenID Connect Core §3.1.3.7 and §12.2.
    pub fn verify_with(self, verdict: Verdict, now: Timestamp) -> Result<Session> {
        let hash = self.algorithm().hash().of(self.hashed());
        self.verify_hashed(verdict, &hash, now)
    }

    /// What `at_hash` is made of, for who has another hash function at hand than [`jwt::Hash::of`]: the
    /// access token, which stays within this crate.
    pub(crate) fn hashed(&self) -> &[u8] {
        self.session.access_token().secret().as_bytes()
    }

    /// The same as [`Unverified::verify_with`], with the hash of [`Unverified::hashed`].
    pub(crate) fn verify_hashed(
        mut self,
        verdict: Verdict,
        hash: &[u8],
        now: Timestamp,
    ) -> Result<Session> {
        if verdict == Verdict::Invalid {
            return Err(Error::new(
                Code::IdTokenSignature,
                "The ID token's signature does not match the provider's key.",
            ));
        }
        let expected = Expected {
            issuer: &self.session.metadata().issuer,
            client_id: self.session.client_id(),
            access_token_hash: hash,
            provider: self.session.provider(),
        };
        let identity = id_token::check(&self.jws, &expected, &self.checks, now)?;
        self.session.identify(self.id_token, identity);
        Ok(*self.session)
    }
}

/// Core §3.1.3.7, 7 and RFC 8725 §3.1: the algorithm is one that this provider is known for.
fn check_algorithm(algorithm: Algorithm, session: &Session) -> Result<()> {
    let announced = session.metadata().id_token_signing_alg_values_supported.as_ref();
    let is_algorithm = |name: &String| Algorithm::from_name(name) == Some(algorithm);
    let is_announced = announced.is_none_or(|names| names.iter().any(is_algorithm));
    if is_announced && session.provider().rules().algorithms.contains(&algorithm) {
        Ok(())
    } else {
        Err(jwt::refused(algorithm.name()))
    }
}

//! The token endpoint: code exchange (RFC 6749 §4.1.3, RFC 7636 §4.5) and what it answers
//! (RFC 6749 §5.1, §5.2).

use alloc::{string::String, vec::Vec};

use oauth2::{AccessToken, AuthorizationCode, RefreshToken};

use crate::{
    config::Config,
    error::{Code, Error, ProviderError, Result},
    http::{Request, Response},
    id_token::{self, Checks, Nonce, Tolerance},
    json::Value,
    jwks::{KeySet, PublicKey},
    jwt::{self, Algorithm, Jws},
    secret::Secret,
    session::Session,
    time::{ClockOffset, Timestamp},
    transaction::Transaction,
    uri,
};

/// A code on its way to the token endpoint. It was issued for this transaction and is used once.
#[derive(Debug)]
pub struct CodeExchange {
    transaction: Transaction,
    code: AuthorizationCode,
    tolerance: Tolerance,
}

impl CodeExchange {
    pub(crate) fn new(transaction: Transaction, code: AuthorizationCode, config: &Config) -> Self {
        Self { transaction, code, tolerance: Tolerance::of(config) }
    }

    /// The path that the sign-in began on.
    pub fn return_to(&self) -> Option<&str> {
        self.transaction.return_to.as_deref()
    }

    /// The token request: a public client names itself in the body and authenticates with
    /// nothing but its verifier.
    pub fn request(&self) -> Request {
        let Transaction {
            client_id,
            redirect_uri,
            code_verifier,
            metadata,
            resource,
            proof_key,
            ..
        } = &self.transaction;
        let mut parameters = alloc::vec![
            ("grant_type", "authorization_code"),
            ("client_id", client_id.as_str()),
            ("code", self.code.secret()),
            ("redirect_uri", redirect_uri.as_str()),
            ("code_verifier", code_verifier.secret()),
        ];
        parameters.extend(uri::each("resource", resource));
        Request::post(metadata.token_endpoint.clone(), &parameters).with_proof(proof_key.is_some())
    }

    /// The request for the keys, to be sent at the same time.
    pub fn key_set_request(&self) -> Request {
        KeySet::request(&self.transaction.metadata)
    }

    /// Reads the token response. Its ID token has yet to be verified.
    pub fn finish(self, response: &Response, now: Timestamp) -> Result<Unverified> {
        let tokens = Tokens::finish(response, self.transaction.proof_key.is_some())?;
        let id_token = tokens.id_token.clone().ok_or_else(|| {
            Error::new(Code::IdTokenMissing, "The token response has no ID token.")
        })?;
        let transaction = self.transaction;
        let checks = Checks {
            nonce: Nonce::Is(transaction.nonce.clone()),
            subject: None,
            auth_time: None,
            acr_values: transaction.acr_values.clone(),
            max_age: transaction.max_age,
            tolerance: self.tolerance,
            clock_offset: ClockOffset::default(),
        };
        let return_to = transaction.return_to.clone();
        let session = Session::begin(transaction, tokens, now);
        Unverified::new(session, id_token, checks, return_to)
    }
}

/// A token response whose ID token nobody has verified: it is no session, and cannot be used as
/// one.
#[derive(Debug)]
pub struct Unverified {
    session: Session,
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
        session: Session,
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

    /// Whether the token would be of another time, by a clock that shows `now`. One of two clocks is
    /// wrong then, and a third may tell which: [`ClockOffset`].
    pub fn is_untimely(&self, now: Timestamp) -> bool {
        id_token::check_times(&self.jws.claims, &self.checks, now).is_err()
    }

    /// The same tokens, from a device whose clock is off by so much.
    #[must_use]
    pub fn with_clock_offset(mut self, offset: ClockOffset) -> Self {
        self.checks.clock_offset = offset;
        self
    }

    /// What was signed: RFC 7515 §5.2.
    pub fn signing_input(&self) -> &[u8] {
        self.jws.signing_input.as_bytes()
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
        if verdict == Verdict::Invalid {
            return Err(Error::new(
                Code::IdTokenSignature,
                "The ID token's signature does not match the provider's key.",
            ));
        }
        let identity = id_token::check(&self.jws, &self.checks, &self.session, now)?;
        Ok(self.session.identified(self.id_token, identity))
    }
}

/// What a token response holds: RFC 6749 §5.1, OpenID Connect Core §3.1.3.3.
pub(crate) struct Tokens {
    pub(crate) access_token: AccessToken,
    pub(crate) id_token: Option<Secret>,
    pub(crate) refresh_token: Option<RefreshToken>,
    pub(crate) scope: Option<String>,
    pub(crate) expires_in: Option<u64>,
}

impl Tokens {
    /// `is_bound` when a proof of possession went along.
    pub(crate) fn finish(response: &Response, is_bound: bool) -> Result<Self> {
        const WHAT: &str = "The token response";
        if response.status != 200 {
            return Err(error_response(response));
        }
        let document = response.json(WHAT)?;
        let text = |name: &str| document.text(name);
        let present = |name: &str| text(name).filter(|text| !text.is_empty());
        // RFC 6749 §7.1: a token of a type that is not understood must not be used. RFC 9449 §5: nor
        // one that is not bound to the key, where that was wanted.
        let (kind, flaw) = if is_bound {
            ("dpop", "has no token_type DPoP")
        } else {
            ("bearer", "has no token_type Bearer")
        };
        if !text("token_type").is_some_and(|found| found.eq_ignore_ascii_case(kind)) {
            return Err(response.invalid(WHAT, flaw));
        }
        // RFC 6749 A.12: it goes into a header, where anything else would not stay one.
        let access_token = present("access_token")
            .filter(|token| token.bytes().all(|byte| matches!(byte, b' '..=b'~')))
            .ok_or_else(|| response.invalid(WHAT, "has no access token"))?;
        // Some providers write the number as a text.
        let expires_in = document.member("expires_in").and_then(|seconds| match seconds {
            Value::String(digits) => digits.parse().ok(),
            number => number.as_u64(),
        });
        Ok(Self {
            access_token: AccessToken::new(access_token.into()),
            id_token: present("id_token").map(|token| Secret::new(token.into())),
            refresh_token: present("refresh_token").map(|token| RefreshToken::new(token.into())),
            scope: present("scope").map(Into::into),
            expires_in,
        })
    }
}

/// Names the cause behind an error response: RFC 6749 §5.2.
fn error_response(response: &Response) -> Error {
    let is_client_error = matches!(response.status, 400..=499) && response.status != 429;
    let said = response.provider_error().filter(|_| is_client_error);
    let Some(ProviderError { error, description }) = said else {
        return response.unexpected("The token response");
    };
    // RFC 6749 would have invalid_grant for it; Cognito has this.
    let is_redirect_uri =
        error == "unauthorized_client" && description.as_deref() == Some("invalid_redirect");
    let (code, message) = match error.as_str() {
        "invalid_client" => return client_has_secret(ProviderError { error, description }),
        "invalid_grant" => (
            Code::CodeRefused,
            "The provider refused the code: it was used, has expired, or is another client's.",
        ),
        "unauthorized_client" if is_redirect_uri => {
            (Code::RedirectUriMismatch, "redirectUri is not the one that the code was issued for.")
        }
        "unauthorized_client" | "unsupported_grant_type" => {
            (Code::FlowNotEnabled, "The client may not use this grant: enable it at the provider.")
        }
        "invalid_scope" => {
            (Code::ScopeNotEnabled, "A requested scope is not enabled for this client.")
        }
        _ => (Code::ProviderError, "The provider refused the token request."),
    };
    Error::new(code, message).said_by(ProviderError { error, description })
}

/// The error when the provider wants a client to authenticate that cannot: RFC 6749 §5.2.
pub(crate) fn client_has_secret(said: ProviderError) -> Error {
    Error::new(
        Code::ClientHasSecret,
        "The provider wants a client secret: use a public app client, which has none.",
    )
    .said_by(said)
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

//! The code exchange: a pending sign-in that has met its callback trades the code for tokens
//! (RFC 6749 §4.1.3, RFC 7636 §4.5).

use alloc::string::String;
use core::{borrow::Borrow, fmt};

use oauth2::AuthorizationCode;

use crate::{
    authorization_error::{provider_error, state_mismatch},
    callback::{Callback, Outcome},
    config::{Config, Dpop},
    error::{Code, Error, Result},
    form::Form,
    http::{Request, Response},
    id_token::{Checks, Nonce, Tolerance},
    jwks::KeySet,
    metadata::{Metadata, issuer_mismatch},
    session::Session,
    time::{ClockOffset, Timestamp},
    token_response::Tokens,
    transaction::Transaction,
    unverified::Unverified,
    uri::Uri,
};

/// A code on its way to the token endpoint. It was issued for this transaction and is used once.
#[derive(Debug)]
pub struct CodeExchange {
    transaction: Transaction,
    code: AuthorizationCode,
    tolerance: Tolerance,
    takes_bearer: bool,
}

/// Why a callback leads to no code exchange.
#[derive(Debug)]
pub struct Refused {
    /// The reason.
    pub error: Error,
    /// Whether this was the provider's answer all the same, so that no other will come.
    /// A forged one leaves the transaction pending.
    pub answered: bool,
}

impl CodeExchange {
    /// Holds the callback against the sign-in that it answers: client, issuer, age, and the
    /// provider's verdict.
    pub fn begin(
        transaction: Transaction,
        callback: Callback,
        config: &Config,
        now: Timestamp,
    ) -> core::result::Result<Self, Refused> {
        match code_of(callback, &transaction, config, now) {
            Ok(code) => Ok(Self {
                takes_bearer: transaction.proof_key.is_none() || config.dpop == Dpop::RefreshToken,
                transaction,
                code: AuthorizationCode::new(code),
                tolerance: Tolerance::of(config),
            }),
            Err(Refused { error, answered }) => {
                Err(Refused { error: error.on_the_way_to(transaction.return_to), answered })
            }
        }
    }

    /// The path that the sign-in began on.
    pub fn return_to(&self) -> Option<&str> {
        self.transaction.return_to.as_deref()
    }

    /// What the application wanted to have back, as JSON.
    pub fn app_state(&self) -> Option<&str> {
        self.transaction.app_state.as_deref()
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
        let mut form = Form::default();
        form.add("grant_type", "authorization_code");
        form.add("client_id", client_id);
        form.add("code", self.code.secret());
        form.add("redirect_uri", redirect_uri.as_str());
        form.add("code_verifier", code_verifier.secret());
        form.add_each("resource", resource);
        Request::post_form(metadata.token_endpoint.clone(), form).with_proof(proof_key.is_some())
    }

    /// Where the refresh token that comes may go, beside where the code goes: RFC 7009 §2.
    pub fn revocation_endpoint(&self) -> Option<&Uri> {
        self.transaction.metadata.revocation_endpoint.as_ref()
    }

    /// The request for the keys, to be sent at the same time.
    pub fn key_set_request(&self) -> Request {
        KeySet::request(&self.transaction.metadata)
    }

    /// Reads the token response, which may be long: given away, it is gone once it is read. Its ID token has
    /// yet to be verified. The lives of the tokens are counted from when the request was sent: the device may
    /// have slept since.
    pub fn finish(self, response: impl Borrow<Response>, sent_at: Timestamp) -> Result<Unverified> {
        let is_proved = self.transaction.proof_key.is_some();
        let tokens = Tokens::finish(response.borrow(), is_proved, self.takes_bearer)?;
        drop(response);
        let transaction = self.transaction;
        let checks = Checks {
            nonce: Nonce::Is(transaction.nonce.clone()),
            subject: None,
            acr_values: transaction.acr_values.clone(),
            max_age: transaction.max_age,
            tolerance: self.tolerance,
            clock_offset: ClockOffset::default(),
        };
        let return_to = transaction.return_to.clone();
        let (session, id_token) = Session::begin(transaction, tokens, sent_at);
        let id_token = id_token.ok_or_else(|| {
            Error::new(Code::IdTokenMissing, "The token response has no ID token.")
        })?;
        Unverified::new(Box::new(session), id_token, checks, return_to)
    }
}

/// Whether a token request that failed with this error, of a response with this status if there was one, left
/// the code unseen, for all that is known. A code may be used once (RFC 6749 §4.1.2): after a silence, or a
/// fault within the provider, it is not sent again.
pub fn is_unseen(code: Code, status: u16) -> bool {
    match code {
        // Without its proof of possession, the request has not left.
        Code::Network | Code::StorageBlocked => true,
        Code::ProviderUnavailable => status == 503 || !matches!(status, 500..=599),
        _ => false,
    }
}

/// The code that a callback brings to its transaction.
fn code_of(
    callback: Callback,
    transaction: &Transaction,
    config: &Config,
    now: Timestamp,
) -> core::result::Result<String, Refused> {
    let forged = |error| Refused { error, answered: false };
    if callback.state.as_deref() != Some(transaction.state()) || !transaction.is_of(config) {
        return Err(forged(state_mismatch()));
    }
    if let Some(path) = &callback.elsewhere {
        return Err(forged(elsewhere(path, config)));
    }
    let from_issuer = check_issuer(callback.iss.as_deref(), &transaction.metadata);
    // An error may come without the `iss` that was announced, as several providers' do: it is named, for
    // it carries nothing that could be sent to the wrong place, and uses nothing up.
    let answered = from_issuer.is_ok();
    if callback.iss.is_some() || matches!(callback.outcome, Outcome::Code(_)) {
        from_issuer.map_err(forged)?;
    }
    if now > transaction.expires_at {
        let error = Error::new(Code::SignInExpired, "The sign-in took too long: begin it again.");
        return Err(Refused { error, answered: true });
    }
    match callback.outcome {
        Outcome::Code(code) => Ok(code),
        Outcome::Error(error) => {
            Err(Refused { error: provider_error(error, transaction.provider), answered })
        }
    }
}

/// RFC 9207 §2.4: an `iss` must be the issuer's, and must be there when it was announced.
fn check_issuer(iss: Option<&str>, metadata: &Metadata) -> Result<()> {
    let expected = metadata.issuer.as_str();
    match iss {
        Some(iss) if iss == expected => Ok(()),
        None if !metadata.authorization_response_iss_parameter_supported => Ok(()),
        found => Err(issuer_mismatch("The callback", expected, found)),
    }
}

/// A host has led the response to another page, or the provider has: RFC 9700 §4.4.2.2.
fn elsewhere(path: &str, config: &Config) -> Error {
    let registered = config.redirect_uri.path();
    let parts = &["The response came to ", path, "; the path of redirectUri is ", registered, "."];
    Error::about(Code::RedirectUriMismatch, parts)
}

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.error.fmt(f)
    }
}

impl core::error::Error for Refused {}

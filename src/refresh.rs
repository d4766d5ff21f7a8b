//! Refreshing a session: RFC 6749 §6, OpenID Connect Core §12.

use oauth2::RefreshToken;

use crate::{
    config::Config,
    error::{Code, Error, Result},
    http::{Request, Response},
    id_token::{Checks, Nonce, Tolerance},
    session::Session,
    time::{ClockOffset, Timestamp},
    token_response::Tokens,
    unverified::Unverified,
    uri,
};

/// A session whose tokens are being replaced.
#[derive(Debug)]
pub struct Refresh {
    session: Session,
    refresh_token: RefreshToken,
    tolerance: Tolerance,
}

/// What the provider gave for the refresh token.
#[derive(Debug)]
pub struct Refreshed {
    /// The former session with the present refresh token. It is to be stored at once: a provider
    /// that rotates them takes the former one no more (RFC 9700 §4.14.2).
    pub interim: Session,
    /// What is to become the new session.
    pub tokens: Renewal,
}

/// The new tokens.
#[derive(Debug)]
pub enum Renewal {
    /// With a new ID token, yet to be verified.
    Unverified(Box<Unverified>),
    /// Without one; the former stays.
    Verified(Box<Session>),
}

impl Refresh {
    /// `None` when the session has no refresh token.
    pub fn begin(session: Session, config: &Config) -> Option<Self> {
        let refresh_token = session.refresh_token()?.clone();
        Some(Self { session, refresh_token, tolerance: Tolerance::of(config) })
    }

    /// The refresh request of a public client: RFC 6749 §6.
    pub fn request(&self) -> Request {
        let mut parameters = alloc::vec![
            ("grant_type", "refresh_token"),
            ("client_id", self.session.client_id().as_str()),
            ("refresh_token", self.refresh_token.secret()),
        ];
        parameters.extend(uri::each("resource", self.session.resource()));
        Request::post(self.session.metadata().token_endpoint.clone(), &parameters)
            .with_proof(self.session.proof_key().is_some())
    }

    /// Reads the answer. Only [`Code::SessionEnded`] means that the refresh token is no good; after
    /// any other error the session stands.
    pub fn finish(self, response: &Response, now: Timestamp) -> Result<Refreshed> {
        let tokens = Tokens::finish(response, self.session.proof_key().is_some())
            .map_err(as_refresh_error)?;
        let id_token = tokens.id_token.clone();
        let interim = self.session.clone().with_refresh_token(tokens.refresh_token.clone());
        let checks = Checks {
            nonce: Nonce::IsOrMissing(self.session.nonce().clone()),
            subject: Some(self.session.subject().into()),
            auth_time: self.session.auth_time(),
            acr_values: String::new(),
            max_age: None,
            tolerance: self.tolerance,
            clock_offset: ClockOffset::default(),
        };
        let session = self.session.next_generation().with_tokens(tokens, now);
        let tokens = match id_token {
            Some(id_token) => {
                Renewal::Unverified(Box::new(Unverified::new(session, id_token, checks, None)?))
            }
            None => Renewal::Verified(Box::new(session.unchanged_identity())),
        };
        Ok(Refreshed { interim, tokens })
    }
}

/// `invalid_grant` for a refresh token is the end of the session.
fn as_refresh_error(error: Error) -> Error {
    match (error.code(), error.provider()) {
        (Code::CodeRefused, Some(provider)) => Error::new(
            Code::SessionEnded,
            "The provider ended the session: the user has to sign in again.",
        )
        .said_by(provider.clone()),
        _ => error,
    }
}

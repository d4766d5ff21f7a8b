//! Refreshing a session: RFC 6749 §6, OpenID Connect Core §12.

use oauth2::RefreshToken;

use crate::{
    config::{Config, Dpop},
    error::{Code, Error, Kind, Result},
    form::Form,
    http::{Request, Response, TokenType},
    id_token::{Checks, Nonce, Tolerance},
    session::Session,
    time::{ClockOffset, Timestamp},
    token_response::Tokens,
    unverified::Unverified,
    uri,
};

/// The words of a provider that wants to ask the user something: OpenID Connect Core §3.1.2.6, and its
/// further one for a step-up.
const ASKING: &str = "\
    interaction_required login_required consent_required account_selection_required \
    unmet_authentication_requirements";

/// The words that are no refusal: RFC 6749 §4.1.2.1, RFC 8628 §3.5, RFC 9449 §8.
const PASSING: &str = "temporarily_unavailable server_error slow_down use_dpop_nonce";

/// A session whose tokens are being replaced.
#[derive(Debug)]
pub struct Refresh {
    session: Session,
    refresh_token: RefreshToken,
    tolerance: Tolerance,
    takes_bearer: bool,
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
        // What the session has counts, whatever is asked of new ones: but a client that does without
        // bound access tokens does so here, too.
        let takes_bearer =
            session.token_type() == TokenType::Bearer || config.dpop == Dpop::RefreshToken;
        Some(Self { session, refresh_token, tolerance: Tolerance::of(config), takes_bearer })
    }

    /// The refresh request of a public client: RFC 6749 §6.
    pub fn request(&self) -> Request {
        let mut form = Form::default();
        form.add("grant_type", "refresh_token");
        form.add("client_id", self.session.client_id());
        form.add("refresh_token", self.refresh_token.secret());
        form.add_each("resource", self.session.resource());
        Request::post_form(self.session.metadata().token_endpoint.clone(), form)
            .with_proof(self.session.proof_key().is_some())
    }

    /// Reads the answer to a request that was sent at that time, from which the lives of the tokens are
    /// counted. After an error, [`ends_session`] says whether the session is over.
    pub fn finish(self, response: &Response, sent_at: Timestamp) -> Result<Refreshed> {
        let is_proved = self.session.proof_key().is_some();
        let tokens = Tokens::finish(response, is_proved, self.takes_bearer)
            .map_err(|flaw| without_tokens(response, flaw))?;
        let refresh_token = tokens.refresh_token.clone();
        let mut interim = self.session;
        interim.take_refresh_token(refresh_token);
        interim.count();
        let checks = Checks {
            nonce: Nonce::IsOrMissing(interim.nonce().clone()),
            subject: Some(interim.subject().into()),
            acr_values: String::new(),
            max_age: None,
            tolerance: self.tolerance,
            clock_offset: ClockOffset::default(),
        };
        let mut session = Box::new(interim.clone());
        session.count();
        let tokens = match session.take_tokens(tokens, sent_at) {
            Some(id_token) => {
                Renewal::Unverified(Box::new(Unverified::new(session, id_token, checks, None)?))
            }
            None => {
                session.keep_identity();
                Renewal::Verified(session)
            }
        };
        Ok(Refreshed { interim, tokens })
    }
}

/// Whether a session is over whose refresh has failed with this code: when the provider refused it, or
/// what answered is not whom the user signed in at, as by its ID token. Whatever else fails may work the
/// next time.
pub fn ends_session(code: Code) -> bool {
    matches!(code.kind(), Kind::Session | Kind::IdToken) && code != Code::ClientClosed
}

/// What an answer means that brings no tokens: the provider's refusal (RFC 6749 §5.2), which ends the
/// session, or a fault that may pass. Some providers refuse with a 200, and a gate in between that lets
/// nothing through answers with whatever it likes, but not in the words of the protocol.
fn without_tokens(response: &Response, flaw: Error) -> Error {
    let may_refuse = matches!(response.status, 200 | 400 | 401 | 403);
    let said = response.provider_error().filter(|said| may_refuse && is_refusal(&said.error));
    let Some(said) = said else {
        if flaw.is_passing() {
            return flaw;
        }
        let message = "The refresh was not answered as a provider would: try again.";
        let error = response.unavailable(message, flaw.message());
        return match flaw.provider() {
            Some(said) => error.said_by(said.clone()),
            None => error,
        };
    };
    let (code, message) = if uri::lists(ASKING, &said.error) {
        let message = "The provider wants the user on its page first: sign in again.";
        (Code::InteractionRequired, message)
    } else {
        (Code::SessionEnded, "The provider ended the session: the user has to sign in again.")
    };
    Error::new(code, message).said_by(said)
}

/// Whether an `error` is one of OAuth's words, and none that asks to try again.
fn is_refusal(error: &str) -> bool {
    !error.is_empty()
        && error.bytes().all(|byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'_'))
        && !uri::lists(PASSING, error)
}

//! What the token endpoint answers: RFC 6749 §5.1, §5.2.

use alloc::string::String;

use oauth2::{AccessToken, RefreshToken};

use crate::{
    authorization_error::client_has_secret,
    error::{Code, Error, ProviderError, Result},
    http::{Response, TokenType},
    json::Value,
    secret::Secret,
    uri::{decimal, spaced},
};

/// The longest that an access token is taken to be good for: a number beyond it says as much as ever.
const MOST_SECONDS: u64 = 10 * 365 * 24 * 60 * 60;

/// What a token response holds: RFC 6749 §5.1, OpenID Connect Core §3.1.3.3.
pub(crate) struct Tokens {
    pub(crate) token_type: TokenType,
    pub(crate) access_token: AccessToken,
    pub(crate) id_token: Option<Secret>,
    pub(crate) refresh_token: Option<RefreshToken>,
    pub(crate) scope: Option<String>,
    /// In seconds, and more than none.
    pub(crate) expires_in: Option<u64>,
}

impl Tokens {
    /// `is_proved` when a proof of possession went along, and `takes_bearer` when the access token need
    /// not be bound to the key for all that.
    pub(crate) fn finish(response: &Response, is_proved: bool, takes_bearer: bool) -> Result<Self> {
        const WHAT: &str = "The token response";
        if response.status != 200 {
            return Err(error_response(response));
        }
        let mut document = response.json(WHAT)?;
        // RFC 6749 §7.1: a token of a type that is not understood must not be used. RFC 9449 §5: nor
        // one that is not bound to the key, where that was wanted.
        let flaw = if takes_bearer { "has no token_type Bearer" } else { "has no token_type DPoP" };
        let token_type = document
            .text("token_type")
            .and_then(TokenType::from_name)
            .filter(|found| if *found == TokenType::Dpop { is_proved } else { takes_bearer })
            .ok_or_else(|| response.invalid(WHAT, flaw))?;
        // RFC 6749 A.12: it goes into a header, where anything else would not stay one.
        let access_token = present(&mut document, "access_token")
            .filter(|token| token.bytes().all(|byte| matches!(byte, b' '..=b'~')))
            .ok_or_else(|| response.invalid(WHAT, "has no access token"))?;
        // Some providers write the number as a text. None, or less, says nothing: nobody gives out a
        // token that is over.
        let expires_in = document.member("expires_in").and_then(|seconds| match seconds {
            Value::String(digits) => decimal(digits),
            number => number.as_u64(),
        });
        let expires_in = expires_in.filter(|seconds| *seconds > 0);
        Ok(Self {
            token_type,
            access_token: AccessToken::new(access_token),
            id_token: present(&mut document, "id_token").map(Secret::new),
            refresh_token: present(&mut document, "refresh_token").map(RefreshToken::new),
            // Some providers write the list as an array.
            scope: document
                .texts("scope")
                .map(|scopes| spaced(&scopes))
                .or_else(|| document.take_text("scope"))
                .filter(|scope| !scope.is_empty()),
            expires_in: expires_in.map(|seconds| seconds.min(MOST_SECONDS)),
        })
    }
}

/// A text that is there and not empty.
fn present(document: &mut Value, name: &str) -> Option<String> {
    document.take_text(name).filter(|text| !text.is_empty())
}

/// Names the cause behind an error response: RFC 6749 §5.2.
fn error_response(response: &Response) -> Error {
    let is_client_error = matches!(response.status, 400..=499) && response.status != 429;
    let said = response.provider_error().filter(|_| is_client_error);
    let Some(ProviderError { error, description }) = said else {
        return response.unexpected("The token response");
    };
    // RFC 6749 would have invalid_client for it; Google and Gitea have these.
    let misses_secret = matches!(error.as_str(), "invalid_request" | "unauthorized_client")
        && (response.says("client_secret") || response.says("client secret"));
    // RFC 6749 would have invalid_grant for it; Cognito has this.
    let is_redirect_uri =
        error == "unauthorized_client" && description.as_deref() == Some("invalid_redirect");
    let (code, message) = match error.as_str() {
        "invalid_client" => return client_has_secret(ProviderError { error, description }),
        _ if misses_secret => return client_has_secret(ProviderError { error, description }),
        // Gitea says so of a code verifier.
        "unauthorized_client" if response.says("pkce") => {
            (Code::CodeRefused, "The provider refused the code verifier of this sign-in.")
        }
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

//! What it means when a sign-in is refused on its way to a code.

use crate::{
    error::{Code, Error, ProviderError},
    provider::Provider,
};

const SCOPE_NOT_ENABLED: &str =
    "A requested scope is not enabled for this client: enable it at the provider, or drop it.";

/// The error for a response whose `state` no pending sign-in has: RFC 6749 §10.12.
pub(crate) fn state_mismatch() -> Error {
    Error::new(
        Code::StateMismatch,
        "This callback belongs to no sign-in that is pending in this browser.",
    )
}

/// Names the cause behind the authorization endpoint's error: RFC 6749 §4.1.2.1 and OpenID
/// Connect Core §3.1.2.6.
pub(crate) fn provider_error(provider_error: ProviderError, provider: Provider) -> Error {
    let description = provider_error.description.as_deref().unwrap_or_default();
    let vague_scope = provider.rules().scope_refusal == Some(description);
    let (code, message) = match provider_error.error.as_str() {
        "access_denied" => (Code::ProviderDenied, "The user or the provider refused the sign-in."),
        "invalid_scope" => (Code::ScopeNotEnabled, SCOPE_NOT_ENABLED),
        "invalid_request" if vague_scope => (Code::ScopeNotEnabled, SCOPE_NOT_ENABLED),
        "unauthorized_client" | "unsupported_response_type" => (
            Code::FlowNotEnabled,
            "The client may not use the authorization code flow: enable it at the provider.",
        ),
        "login_required" => {
            (Code::LoginRequired, "The provider has no session for this user: sign in again.")
        }
        "interaction_required" | "consent_required" | "account_selection_required" => (
            Code::InteractionRequired,
            "The provider wants to ask the user something: sign in without prompt \"none\".",
        ),
        "server_error" | "temporarily_unavailable" => {
            (Code::ProviderUnavailable, "The provider is in trouble: try again.")
        }
        _ => (Code::ProviderError, "The provider refused the sign-in."),
    };
    Error::new(code, message).said_by(provider_error)
}

/// The error when the provider wants a client to authenticate that cannot: RFC 6749 §5.2.
pub(crate) fn client_has_secret(said: ProviderError) -> Error {
    Error::new(
        Code::ClientHasSecret,
        "The provider wants a client secret: use a public app client, which has none.",
    )
    .said_by(said)
}

//! The provider's logout page: OpenID Connect RP-Initiated Logout 1.0, and Cognito's `/logout`.

use alloc::{string::String, vec::Vec};

use crate::{
    config::Config,
    discovery::Metadata,
    error::{Code, Error, Result},
    provider::Logout,
    secret::Secret,
};

/// The URL that ends the provider's own session, where it has such a page.
///
/// `id_token` is the session's last one, if there is one; an expired one serves: RP-Initiated
/// Logout §2.
pub fn url(
    config: &Config,
    metadata: &Metadata,
    id_token: Option<&Secret>,
) -> Result<Option<String>> {
    let Some(endpoint) = &metadata.end_session_endpoint else {
        return Ok(None);
    };
    let client_id = config.client_id.as_str();
    let return_uri = config.post_logout_redirect_uri.as_ref().map(|uri| uri.as_str());
    let mut parameters: Vec<(&str, &str)> = alloc::vec![("client_id", client_id)];
    match config.provider.rules().logout {
        Logout::LogoutUri => {
            let return_uri = return_uri.ok_or_else(|| {
                Error::new(
                    Code::InvalidConfig,
                    "Cognito signs out only with postLogoutRedirectUri, one of the app client's \
                     allowed sign-out URLs.",
                )
            })?;
            parameters.push(("logout_uri", return_uri));
        }
        Logout::Standard => {
            parameters.extend(id_token.map(|token| ("id_token_hint", token.expose())));
            parameters.extend(return_uri.map(|uri| ("post_logout_redirect_uri", uri)));
        }
    }
    Ok(Some(endpoint.with_query(&parameters)))
}

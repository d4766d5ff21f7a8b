//! Token revocation at sign-out: RFC 7009.

use crate::{http::Request, session::Session};

/// The request that makes the session's tokens useless at the provider; `None` where it has no
/// such endpoint, or the session no token that it takes.
///
/// A refresh token takes its access tokens along where the provider can (§2.1). Whatever the
/// answer, the sign-out goes on: §2.2 has a 200 for unknown tokens as well.
pub fn request(session: &Session) -> Option<Request> {
    let endpoint = session.metadata().revocation_endpoint.clone()?;
    let takes_access_tokens = session.provider().rules().revokes_access_tokens;
    let token = match session.refresh_token() {
        Some(token) => token.secret(),
        None if takes_access_tokens => session.access_token().secret(),
        None => return None,
    };
    let client_id = session.client_id().as_str();
    Some(Request::post(endpoint, &[("token", token), ("client_id", client_id)]))
}

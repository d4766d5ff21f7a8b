//! The UserInfo endpoint: OpenID Connect Core §5.3.

use crate::{
    error::{Code, Error, Result},
    http::{Request, Response},
    session::Session,
};

/// The request for the claims of the session's user; `None` where the provider has no such
/// endpoint.
pub fn request(session: &Session) -> Option<Request> {
    let endpoint = session.metadata().userinfo_endpoint.clone()?;
    Some(Request::get(endpoint).with_token(session.token_type(), session.access_token()))
}

/// Checks that the claims are about the session's user (§5.3.2: else they must not be used), and
/// gives the document as it came.
pub fn finish(response: &Response, session: &Session) -> Result<String> {
    const WHAT: &str = "The UserInfo response";
    if response.status == 401 {
        return Err(Error::new(
            Code::TokenRefused,
            "The provider no longer takes the access token: it was revoked, or lacks a scope.",
        ));
    }
    let claims = response.document(WHAT)?;
    if !claims.has("sub", session.subject()) {
        return Err(Error::new(
            Code::UserInfoSubject,
            "The UserInfo response is about another user than the ID token.",
        ));
    }
    String::from_utf8(response.body.clone()).map_err(|_| response.invalid(WHAT, "is not UTF-8"))
}

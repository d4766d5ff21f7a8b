//! Pushed authorization requests: RFC 9126.

use alloc::string::String;

use crate::{
    authorization_error::{client_has_secret, provider_error},
    config::Config,
    error::Result,
    http::{Request, Response},
    metadata::Metadata,
};

/// The request that takes an authorization request to the provider beforehand (§2.1); `None` where
/// the provider does not offer it.
///
/// `url` is what [`authorization::begin`](crate::authorization::begin) gave. Where the provider
/// offers it, it is always used: what the browser's history shows is then no parameter of ours.
pub fn request(metadata: &Metadata, url: &str) -> Option<Request> {
    let endpoint = metadata.pushed_authorization_request_endpoint.clone()?;
    let parameters = url.strip_prefix(metadata.authorization_endpoint.as_str())?;
    let form = parameters.trim_start_matches(['?', '&']);
    Some(Request::post_form(endpoint, form.into()))
}

/// Whether the provider takes requests that were not pushed as well (§5): then an endpoint that
/// browsers do not reach, for want of CORS headers, is no reason to give up.
pub fn is_optional(metadata: &Metadata) -> bool {
    !metadata.require_pushed_authorization_requests
}

/// The URL to send the browser to instead: §4.
pub fn finish(response: &Response, config: &Config, metadata: &Metadata) -> Result<String> {
    const WHAT: &str = "The pushed authorization response";
    // §2.3: 429 is for a provider that has too much to do, whatever the body says.
    if matches!(response.status, 400..=499)
        && response.status != 429
        && let Some(error) = response.provider_error()
    {
        return Err(match error.error.as_str() {
            // The client authenticates here as at the token endpoint: §2.
            "invalid_client" => client_has_secret(error),
            _ => provider_error(error, config.provider),
        });
    }
    // §2.2 says 201; the body tells as well, and some providers say 200.
    let document = match response.status {
        200 | 201 => response.json(WHAT)?,
        _ => return Err(response.unexpected(WHAT)),
    };
    let request_uri = document.text("request_uri").filter(|uri| !uri.is_empty());
    let request_uri = request_uri.ok_or_else(|| response.invalid(WHAT, "has no request_uri"))?;
    let parameters = [("client_id", config.client_id.as_str()), ("request_uri", request_uri)];
    Ok(metadata.authorization_endpoint.with_query(&parameters))
}

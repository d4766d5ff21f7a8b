//! Pushed authorization requests: RFC 9126.

use alloc::string::String;

use crate::{
    authorization_error::{client_has_secret, provider_error},
    config::{Config, PushedAuthorization},
    error::{Code, Error, Result},
    form::Form,
    http::{Request, Response},
    metadata::Metadata,
};

/// The request that takes an authorization request to the provider beforehand (§2.1); `None` where
/// the provider does not offer it, or the options want none.
///
/// `url` is what [`authorization::begin`](crate::authorization::begin) gave. Where the provider
/// offers it, it is used unless the options say otherwise: what the browser's history shows is then no
/// parameter of ours.
pub fn request(config: &Config, metadata: &Metadata, url: &str) -> Result<Option<Request>> {
    let endpoint = metadata.pushed_authorization_request_endpoint.clone();
    match (endpoint, config.pushed_authorization) {
        (_, PushedAuthorization::Never) => Ok(None),
        (None, PushedAuthorization::Required) => Err(Error::new(
            Code::InvalidConfig,
            "pushedAuthorization is \"required\", and the provider has no endpoint for it.",
        )),
        (endpoint, _) => Ok(endpoint.and_then(|endpoint| {
            let parameters = url.strip_prefix(metadata.authorization_endpoint.as_str())?;
            let form = parameters.trim_start_matches(['?', '&']);
            Some(Request::post_form(endpoint, form))
        })),
    }
}

/// Whether requests may go to the provider that were not pushed (§5). Then an endpoint that browsers do
/// not reach, or that takes none of a public client, is no reason to give up: several providers have one
/// for confidential clients alone. What is wrong with the request itself, their login page says as well.
pub fn is_optional(config: &Config, metadata: &Metadata) -> bool {
    !metadata.require_pushed_authorization_requests
        && config.pushed_authorization != PushedAuthorization::Required
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
    let mut form = Form::default();
    form.add("client_id", &config.client_id);
    form.add("request_uri", request_uri);
    Ok(metadata.authorization_endpoint.with_form(&form))
}

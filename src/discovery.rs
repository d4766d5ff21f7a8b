//! Where a provider's metadata come from: OpenID Connect Discovery 1.0.

use crate::{
    config::Config,
    error::{Code, Error, Result},
    http::{Request, Response},
    json::Value,
    metadata::{Metadata, issuer_mismatch},
    uri::{Uri, without_final_slashes},
};

/// The request for the metadata of the configured issuer: §4.1.
pub fn request(config: &Config) -> Result<Request> {
    let issuer = without_final_slashes(config.issuer.as_str());
    let url = Uri::parse([issuer, "/.well-known/openid-configuration"].concat())
        .map_err(|_| Error::new(Code::InvalidConfig, "The option issuer must be a URL."))?;
    Ok(Request::get(url))
}

/// Reads the answer and checks that it is this issuer's: §4.3.
pub fn finish(response: &Response, config: &Config) -> Result<Metadata> {
    const WHAT: &str = "The metadata document";
    let document = response.document(WHAT)?;
    let issuer = document.text("issuer");
    if issuer != Some(config.issuer.as_str()) {
        return Err(issuer_mismatch(WHAT, config.issuer.as_str(), issuer));
    }
    // The first of a name counts.
    let mut members = config.endpoints.clone();
    if let Value::Object(mut discovered) = document {
        members.append(&mut discovered);
    }
    let mut document = Value::Object(members);
    let metadata = Metadata::read(&mut document);
    // A pool without a domain has endpoints of Cognito's own host, and once had no token endpoint.
    let has_domain = match &metadata {
        Ok(metadata) => metadata.authorization_endpoint.origin() != config.issuer.origin(),
        Err(name) => document.member(name).is_some(),
    };
    if config.provider.rules().needs_domain && !has_domain {
        return Err(Error::new(
            Code::PoolHasNoDomain,
            "The user pool has no domain: create one in Cognito, for it carries the login page.",
        ));
    }
    let metadata = metadata.map_err(|name| {
        let parts = &[WHAT, " lacks ", name, ", or has a wrong one."];
        Error::about(Code::ResponseInvalid, parts)
    })?;
    check(&metadata, config)?;
    Ok(metadata.with_derived_endpoints(config.provider))
}

fn check(metadata: &Metadata, config: &Config) -> Result<()> {
    for (name, endpoint) in metadata.endpoints() {
        config.check_secure(name, endpoint)?;
        // RFC 6749 §3.1 and §3.2; parameters behind one would be lost.
        if endpoint.has_fragment() {
            let parts = &["The metadata document's ", name, " has a fragment."];
            return Err(Error::about(Code::ResponseInvalid, parts));
        }
    }
    match &metadata.code_challenge_methods_supported {
        Some(methods) if !methods.iter().any(|method| method == "S256") => Err(Error::new(
            Code::PkceUnsupported,
            "The provider does not offer PKCE with S256, without which codes can be stolen.",
        )),
        _ => Ok(()),
    }
}

//! A provider's metadata as a value, and as part of our records.

use alloc::{string::String, vec::Vec};

use serde::Serialize;

use crate::{
    error::{Code, Error},
    json::{Fields, Value},
    provider::Provider,
    uri::Uri,
};

/// What is used of a provider's metadata, by its names in RFC 8414 §2.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
pub struct Metadata {
    /// The issuer, compared to the letter.
    pub issuer: Uri,
    /// Where the user signs in: RFC 6749 §3.1.
    pub authorization_endpoint: Uri,
    /// Where codes become tokens: RFC 6749 §3.2.
    pub token_endpoint: Uri,
    /// Where the signing keys are: RFC 7517 §5.
    pub jwks_uri: Uri,
    /// OpenID Connect Core §5.3.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub userinfo_endpoint: Option<Uri>,
    /// RFC 9126 §2.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pushed_authorization_request_endpoint: Option<Uri>,
    /// Whether it takes no other requests: RFC 9126 §5.
    #[serde(skip_serializing_if = "core::ops::Not::not")]
    pub require_pushed_authorization_requests: bool,
    /// RFC 7009 §2.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub revocation_endpoint: Option<Uri>,
    /// OpenID Connect RP-Initiated Logout 1.0 §2.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub end_session_endpoint: Option<Uri>,
    /// The algorithms of ID tokens; all that we accept when it is left out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id_token_signing_alg_values_supported: Option<Vec<String>>,
    /// Whether every authorization response names its issuer: RFC 9207 §3.
    pub authorization_response_iss_parameter_supported: bool,
    /// RFC 8414 §2; Cognito leaves it out and supports S256 all the same.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub code_challenge_methods_supported: Option<Vec<String>>,
}

/// The error for an answer that names another issuer, or none.
pub(crate) fn issuer_mismatch(what: &str, expected: &str, found: Option<&str>) -> Error {
    let found = found.unwrap_or_default();
    let parts: &[&str] = if found.is_empty() {
        &[what, " names no issuer, and should be of ", expected, "."]
    } else {
        &[what, " is of the issuer ", found, ", not of ", expected, "."]
    };
    Error::about(Code::IssuerMismatch, parts).with("expected", expected).with("found", found)
}

impl Metadata {
    /// Reads a provider's document, or our own record of one, whose texts it takes; or gives the name of what
    /// is missing in it or wrong.
    pub(crate) fn read(document: &mut Value) -> Result<Self, &'static str> {
        let mut fields = Fields::of(document);
        let metadata = Self {
            issuer: fields.uri("issuer"),
            authorization_endpoint: fields.uri("authorization_endpoint"),
            token_endpoint: fields.uri("token_endpoint"),
            jwks_uri: fields.uri("jwks_uri"),
            userinfo_endpoint: fields.optional_uri("userinfo_endpoint"),
            pushed_authorization_request_endpoint: fields
                .optional_uri("pushed_authorization_request_endpoint"),
            require_pushed_authorization_requests: fields
                .is_true("require_pushed_authorization_requests"),
            revocation_endpoint: fields.optional_uri("revocation_endpoint"),
            end_session_endpoint: fields.optional_uri("end_session_endpoint"),
            id_token_signing_alg_values_supported: fields
                .optional_texts("id_token_signing_alg_values_supported"),
            authorization_response_iss_parameter_supported: fields
                .is_true("authorization_response_iss_parameter_supported"),
            code_challenge_methods_supported: fields
                .optional_texts("code_challenge_methods_supported"),
        };
        fields.flaw().map_or(Ok(metadata), Err)
    }

    /// The endpoints that there are, by name.
    pub(crate) fn endpoints(&self) -> Vec<(&'static str, &Uri)> {
        let optional = [
            ("userinfo_endpoint", &self.userinfo_endpoint),
            ("pushed_authorization_request_endpoint", &self.pushed_authorization_request_endpoint),
            ("revocation_endpoint", &self.revocation_endpoint),
            ("end_session_endpoint", &self.end_session_endpoint),
        ];
        let mut endpoints = alloc::vec![
            ("authorization_endpoint", &self.authorization_endpoint),
            ("token_endpoint", &self.token_endpoint),
            ("jwks_uri", &self.jwks_uri),
        ];
        endpoints.extend(optional.iter().filter_map(|(name, uri)| Some((*name, uri.as_ref()?))));
        endpoints
    }

    /// Fills in what this family of providers serves without saying so.
    #[must_use]
    pub(crate) fn with_derived_endpoints(mut self, provider: Provider) -> Self {
        let derived = provider.rules().derived;
        let origin = self.authorization_endpoint.origin();
        let derive = |path: Option<&str>| Uri::parse([origin, path?].concat()).ok();
        let revocation = derive(derived.revocation);
        let end_session = derive(derived.end_session);
        let userinfo = derive(derived.userinfo);
        self.revocation_endpoint = self.revocation_endpoint.or(revocation);
        self.end_session_endpoint = self.end_session_endpoint.or(end_session);
        self.userinfo_endpoint = self.userinfo_endpoint.or(userinfo);
        self
    }
}

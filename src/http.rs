//! Requests to send and responses to read, as plain values: the core sends nothing itself.

use alloc::{string::String, vec::Vec};
use core::fmt;

use oauth2::AccessToken;
use serde::Serialize;

use crate::{
    error::{Code, Error, ProviderError, Result},
    form,
    json::{self, Value},
    uri::Uri,
};

/// How an access token is used: RFC 6749 §7.1.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize)]
pub enum TokenType {
    /// By whoever has it: RFC 6750.
    Bearer,
    /// With a proof of the key that it is bound to: RFC 9449 §7.
    #[serde(rename = "DPoP")]
    Dpop,
}

impl TokenType {
    /// Its name, which is also the scheme of the header that it goes into.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Bearer => "Bearer",
            Self::Dpop => "DPoP",
        }
    }

    /// The type of that name, in any case: RFC 6749 §5.1.
    pub(crate) fn from_name(name: &str) -> Option<Self> {
        [Self::Bearer, Self::Dpop].into_iter().find(|kind| name.eq_ignore_ascii_case(kind.as_str()))
    }
}

/// A request that the caller sends without cookies and without following redirects.
#[derive(Clone, Eq, PartialEq)]
pub struct Request {
    /// Where to.
    pub url: Uri,
    /// The form to POST; without one it is a GET.
    pub form: Option<String>,
    /// The `Authorization` header.
    pub authorization: Option<String>,
    /// Whether a proof of possession goes along, where the client has a key: RFC 9449.
    pub is_proved: bool,
}

impl Request {
    /// A GET that asks for JSON.
    pub fn get(url: Uri) -> Self {
        Self { url, form: None, authorization: None, is_proved: false }
    }

    /// A POST of `application/x-www-form-urlencoded`, which needs no CORS preflight.
    pub fn post(url: Uri, parameters: &[(&str, &str)]) -> Self {
        Self::post_form(url, form::write(parameters))
    }

    pub(crate) fn post_form(url: Uri, form: impl Into<String>) -> Self {
        Self { url, form: Some(form.into()), authorization: None, is_proved: false }
    }

    /// The same request with a proof of possession, where one is wanted: RFC 9449 §5.
    #[must_use]
    pub(crate) fn with_proof(mut self, is_wanted: bool) -> Self {
        self.is_proved = is_wanted;
        self
    }

    /// The same request with an access token: RFC 6750 §2.1. One that is bound to a key goes with a proof
    /// of it: RFC 9449 §7.1.
    #[must_use]
    pub(crate) fn with_token(self, kind: TokenType, token: &AccessToken) -> Self {
        let authorization = Some([kind.as_str(), " ", token.secret()].concat());
        Self { authorization, is_proved: kind == TokenType::Dpop, ..self }
    }
}

/// The form and the header hold codes and tokens, so only the URL is shown.
impl fmt::Debug for Request {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Request").field("url", &self.url.as_str()).finish_non_exhaustive()
    }
}

/// What came back.
#[derive(Clone, Default)]
pub struct Response {
    /// The status code; 0 for a redirect, which is not followed.
    pub status: u16,
    /// The `Content-Type` header.
    pub content_type: Option<String>,
    /// The `DPoP-Nonce` header: RFC 9449 §8.
    pub dpop_nonce: Option<String>,
    /// The `Retry-After` header, in seconds from now: RFC 9110 §10.2.3.
    pub retry_after: Option<u32>,
    /// The body, at most [`json::MAX_BYTES`] and one more byte of it.
    pub body: Vec<u8>,
}

impl Response {
    /// The body as JSON, when the answer says that it is and it is.
    pub(crate) fn json(&self, what: &'static str) -> Result<Value> {
        let content_type = self.content_type.as_deref().unwrap_or_default();
        let media_type = content_type.split(';').next().unwrap_or_default().trim_ascii();
        let is_json = media_type.eq_ignore_ascii_case("application/json")
            || media_type.to_ascii_lowercase().ends_with("+json");
        if !is_json {
            return Err(self.invalid(what, "is not application/json"));
        }
        Value::parse(&self.body).map_err(|_| self.invalid(what, "is not the JSON it should be"))
    }

    /// The body of a 200 as JSON.
    pub(crate) fn document(&self, what: &'static str) -> Result<Value> {
        if self.status == 200 { self.json(what) } else { Err(self.unexpected(what)) }
    }

    /// The error that the provider names in the body: RFC 6749 §5.2.
    pub(crate) fn provider_error(&self) -> Option<ProviderError> {
        let document = self.json("").ok()?;
        Some(ProviderError {
            error: document.text("error")?.into(),
            description: document.text("error_description").map(String::from),
        })
    }

    /// The error for a status that the step has no use for.
    pub(crate) fn unexpected(&self, what: &'static str) -> Error {
        const TROUBLE: &str = "The provider is in trouble: try again.";
        const GATE: &str =
            "A gate before the provider, such as a firewall, has answered: try again.";
        match self.status {
            // AWS WAF blocks with 403, and asks for a captcha with 405, for a proof of a browser with 202.
            202 | 403 | 405 if self.provider_error().is_none() => self.unavailable(GATE, what),
            // Cognito says with a 400 of its own form that a user pool's rate is exceeded.
            400 if self.says("TooManyRequests") => self.unavailable(TROUBLE, what),
            0 => self.invalid(what, "redirects elsewhere"),
            429 | 500..=599 => self.unavailable(TROUBLE, what),
            _ => self.invalid(what, "comes with a wrong status, as from a wrong URL"),
        }
    }

    /// Whether the body has these words, in whatever case; the search of `str` is made for speed, and heavy.
    pub(crate) fn says(&self, words: &str) -> bool {
        let words = words.as_bytes();
        self.body.windows(words.len()).any(|window| window.eq_ignore_ascii_case(words))
    }

    /// The error for an answer in whose place another may come the next time.
    pub(crate) fn unavailable(&self, message: &'static str, what: &str) -> Error {
        // RFC 6585 §4: it need not say how long, and few say so to scripts of another origin.
        let retry_after = self.retry_after.or((self.status == 429).then_some(1));
        Error::new(Code::ProviderUnavailable, message)
            .with("answer", what)
            .with("status", &json::write(&u64::from(self.status)))
            .not_before(retry_after)
    }

    /// The error for an answer that does not keep to its specification.
    pub(crate) fn invalid(&self, what: &'static str, flaw: &'static str) -> Error {
        Error::about(Code::ResponseInvalid, &[what, " ", flaw, "."])
            .with("status", &json::write(&u64::from(self.status)))
            .with("content_type", self.content_type.as_deref().unwrap_or_default())
    }
}

/// The body may hold tokens, so it is not shown.
impl fmt::Debug for Response {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Response").field("status", &self.status).finish_non_exhaustive()
    }
}

//! URLs as the protocol uses them: absolute `http(s)` URIs, and paths to return to.
//!
//! The grammar is a strict part of RFC 3986. Whatever it accepts, every URL parser reads alike;
//! what parsers disagree about (user names, backslashes, control characters, other alphabets) is
//! refused instead of being repaired. Names of other alphabets are taken as browsers write them
//! (`xn--`); that each letter of them may be in a name, only a browser knows.

use alloc::{borrow::ToOwned, string::String};
use core::fmt;

use serde::Serialize;

use crate::{
    error::{Code, Error, Result},
    form::Form,
    punycode,
};

/// An absolute `https:` or `http:` URI, kept to the letter: RFC 6749 §3.1.2 and OpenID Connect
/// compare such URIs as strings.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
#[serde(transparent)]
pub struct Uri(String);

impl Uri {
    /// Parses an absolute URI.
    pub fn parse(text: String) -> core::result::Result<Self, NotAUri> {
        if !text.bytes().all(is_uri_byte) {
            return Err(NotAUri);
        }
        let uri = Self(text);
        let (scheme, authority, path) = uri.parts();
        // Browsers take these out, and the URI would no longer be what was registered.
        let dots = [".", "..", "%2e", "%2e.", ".%2e", "%2e%2e"];
        let is_dots = |segment: &str| dots.iter().any(|dots| segment.eq_ignore_ascii_case(dots));
        let is_good = matches!(scheme, "https" | "http")
            && is_authority(authority)
            && !path.split('/').any(is_dots);
        if is_good { Ok(uri) } else { Err(NotAUri) }
    }

    /// Scheme, authority and path: RFC 3986 §3.
    #[inline(never)]
    fn parts(&self) -> (&str, &str, &str) {
        let (scheme, rest) = self.without_query().split_once(':').unwrap_or_default();
        let rest = rest.strip_prefix("//").unwrap_or_default();
        let end = rest.find('/').unwrap_or(rest.len());
        let (authority, path) = rest.split_at_checked(end).unwrap_or_default();
        (scheme, authority, path)
    }

    /// What stands in for a URI in a record that turned out not to be whole.
    pub(crate) fn nowhere() -> Self {
        Self(String::new())
    }

    /// The whole URI, as it was given.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Scheme, host and port, as browsers write them: `https://login.example.com`, without `:443`.
    #[inline(never)]
    pub fn origin(&self) -> &str {
        let (scheme, _, path) = self.parts();
        let origin = self.without_query().strip_suffix(path).unwrap_or_default();
        origin.strip_suffix(if scheme == "https" { ":443" } else { ":80" }).unwrap_or(origin)
    }

    /// The host, without its port; an IPv6 address keeps its brackets.
    pub fn host(&self) -> &str {
        host_and_port(self.parts().1).0
    }

    /// The path: empty, or beginning with `/`.
    pub fn path(&self) -> &str {
        self.parts().2
    }

    /// The path of an address of this origin, which a browser wrote: RFC 3986 §6.2.3.
    pub(crate) fn path_of<'a>(&self, location: &'a str) -> Option<&'a str> {
        let path = location.strip_prefix(self.origin())?;
        (path.is_empty() || path.starts_with('/')).then_some(path)
    }

    /// Whether a page of this origin with that path is where the URI leads to. Some hosts put a slash
    /// behind a path, or take it away, or name the file that is there. Whatever else differs is another
    /// page: it may be the redirect URI of another provider, by which its answers are told (RFC 9700
    /// §4.4.2.2).
    pub(crate) fn leads_to(&self, path: &str) -> bool {
        plain(path) == plain(self.path())
    }

    /// Everything before `?` and `#`.
    #[inline(never)]
    pub fn without_query(&self) -> &str {
        self.0.split(['?', '#']).next().unwrap_or_default()
    }

    /// The same without a final `/`, where a pasted one is a slip.
    #[must_use]
    pub(crate) fn without_final_slash(&self) -> Self {
        Self::parse(without_final_slashes(&self.0).to_owned()).unwrap_or_else(|_| self.clone())
    }

    /// Whether there is a fragment, which a redirect URI must not have: RFC 6749 §3.1.2.
    pub fn has_fragment(&self) -> bool {
        self.0.contains('#')
    }

    /// Whether what is sent there is safe from onlookers: `https:`.
    pub fn is_encrypted(&self) -> bool {
        self.0.starts_with("https:")
    }

    /// Whether the host is written as browsers write it: in lower case.
    pub(crate) fn has_plain_host(&self) -> bool {
        !self.origin().bytes().any(|byte| byte.is_ascii_uppercase())
    }

    /// Whether the host is this machine itself: RFC 8252 §7.3 and `localhost`.
    pub fn is_loopback(&self) -> bool {
        let host = self.host();
        let ipv4 = |host: &str| {
            let mut octets = host.split('.');
            octets.next() == Some("127")
                && octets.clone().count() == 3
                && octets.all(|octet| is_at_most(octet, 255))
        };
        host.eq_ignore_ascii_case("localhost")
            || host.ends_with(".localhost")
            || host == "[::1]"
            || ipv4(host)
    }

    /// The URI with these parameters added to its query: RFC 6749 §3.1.
    pub fn with_query(&self, parameters: &[(&str, &str)]) -> String {
        self.with_form(&Form::of(parameters))
    }

    pub(crate) fn with_form(&self, form: &Form) -> String {
        let separator = match form.as_str() {
            "" => "",
            _ if self.0.contains('?') => "&",
            _ => "?",
        };
        [&self.0, separator, form.as_str()].concat()
    }
}

impl From<Uri> for String {
    fn from(uri: Uri) -> Self {
        uri.0
    }
}

/// The text is no absolute `http(s)` URI.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct NotAUri;

impl fmt::Display for NotAUri {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("not an absolute https: or http: URL")
    }
}

impl core::error::Error for NotAUri {}

/// Whether a text has no scheme: RFC 3986 §4.2.
pub(crate) fn is_relative(text: &str) -> bool {
    text.bytes().find(|byte| b":/?#".contains(byte)) != Some(b':')
}

pub(crate) fn is_uri_byte(byte: u8) -> bool {
    byte.is_ascii_graphic()
        && !matches!(byte, b'"' | b'<' | b'>' | b'\\' | b'^' | b'`' | b'{' | b'|' | b'}')
}

fn plain(path: &str) -> &str {
    without_final_slashes(path.strip_suffix("/index.html").unwrap_or(path))
}

pub(crate) fn without_final_slashes(mut text: &str) -> &str {
    while let Some(shorter) = text.strip_suffix('/') {
        text = shorter;
    }
    text
}

/// A host name or address, and perhaps a port. Capitals in it are another spelling to a browser, and to
/// issuers another name.
fn is_authority(authority: &str) -> bool {
    let (host, port) = host_and_port(authority);
    // Browsers drop a zero in front.
    let port_is_good = port.is_empty()
        || port.strip_prefix(':').is_some_and(|port| {
            (port == "0" || !port.starts_with('0')) && is_at_most(port, 65_535)
        });
    let label_is_good = |label: &str| {
        !label.is_empty()
            && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'))
            && encoded(label).is_none_or(punycode::is_name)
    };
    let host_is_good = match host.strip_prefix('[').and_then(|host| host.strip_suffix(']')) {
        // Other addresses have many spellings, and no provider lives at one.
        Some(address) => address == "::1",
        // A last label of digits makes parsers try the host as an IPv4 number.
        None if host.split('.').fold(false, |_, label| {
            label.bytes().next().is_some_and(|first| first.is_ascii_digit())
        }) =>
        {
            host.split('.').count() == 4 && host.split('.').all(is_octet)
        }
        None => host.split('.').all(label_is_good),
    };
    host_is_good && port_is_good
}

/// What stands behind the prefix of a name of another alphabet: RFC 5890 §2.3.1.
fn encoded(label: &str) -> Option<&str> {
    let (prefix, encoded) = label.split_at_checked(4)?;
    prefix.eq_ignore_ascii_case("xn--").then_some(encoded)
}

fn is_octet(octet: &str) -> bool {
    (octet == "0" || !octet.starts_with('0')) && is_at_most(octet, 255)
}

/// What `:` stands between, which is in the port as well; an address has colons itself, in brackets.
fn host_and_port(authority: &str) -> (&str, &str) {
    let address = authority.find(']').unwrap_or_default();
    let colon = authority.get(address..).and_then(|rest| rest.find(':'));
    let end = colon.map_or(authority.len(), |at| address.saturating_add(at));
    authority.split_at_checked(end).unwrap_or_default()
}

fn is_at_most(digits: &str, most: u64) -> bool {
    decimal(digits).is_some_and(|number| number <= most)
}

/// A whole number in digits, and nothing else.
pub(crate) fn decimal(digits: &str) -> Option<u64> {
    let number = digits.bytes().try_fold(0_u64, |number, digit| match digit {
        b'0'..=b'9' => number.checked_mul(10)?.checked_add(u64::from(digit - b'0')),
        _ => None,
    });
    number.filter(|_| !digits.is_empty())
}

/// Texts with spaces between them, as lists of scopes are written: RFC 6749 §3.3.
pub(crate) fn spaced<T: AsRef<str>>(texts: &[T]) -> String {
    let mut out = String::new();
    for text in texts.iter().filter(|text| !text.as_ref().is_empty()) {
        if !out.is_empty() {
            out.push(' ');
        }
        out.push_str(text.as_ref());
    }
    out
}

/// Whether a text is one of those with spaces between them.
pub(crate) fn lists(texts: &str, text: &str) -> bool {
    texts.split(' ').any(|each| each == text)
}

/// Checks where to go after the sign-in or sign-out, and gives it as a path of this origin:
/// RFC 9700 §4.11 forbids open redirectors.
pub fn return_to(text: &str, origin: &str) -> Result<String> {
    let path = match text.strip_prefix(origin) {
        Some("") => "/",
        Some(path) => path,
        None => text,
    };
    if is_path(path) {
        return Ok(path.to_owned());
    }
    let message = "returnTo must be a path of this origin, such as \"/settings?tab=2\".";
    Err(Error::new(Code::ReturnToRefused, message))
}

/// Whether a text is a path that leads nowhere else, whichever page goes there.
pub(crate) fn is_path(path: &str) -> bool {
    // Parsers drop tabs and newlines and turn `\` into `/`: `/\evil` becomes `//evil`.
    let unsafe_char = |c: char| c.is_control() || c == '\\' || c.is_whitespace();
    let segments = path.split(['?', '#']).next().unwrap_or_default();
    path.starts_with('/')
        && !segments.as_bytes().windows(2).any(|pair| pair == b"//")
        && !path.contains(unsafe_char)
}

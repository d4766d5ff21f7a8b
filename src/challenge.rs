//! An API that wants the user to authenticate again, or in a stronger way: RFC 9470.

use alloc::{borrow::ToOwned, string::String};

use serde::Serialize;

use crate::{json, uri::decimal};

/// What to pass to `signIn` for the API to be content: RFC 9470 §4.
#[derive(Clone, Debug, Default, Eq, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct StepUp {
    /// The authentication contexts that will do, with spaces between them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub acr_values: Option<String>,
    /// How long ago the user may have authenticated, in seconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_age: Option<u64>,
}

impl StepUp {
    /// Reads a `WWW-Authenticate` header: RFC 9470 §3. `None` when it asks for nothing of the kind.
    pub fn parse(header: &str) -> Option<Self> {
        let mut step_up = Self::default();
        let mut is_wanted = false;
        for Parameter { name, value, is_first } in Parameters(header) {
            if is_first {
                if is_wanted {
                    break;
                }
                // What another challenge says is not meant with this one.
                step_up = Self::default();
            }
            if name.eq_ignore_ascii_case("error") {
                is_wanted |= value == "insufficient_user_authentication";
            } else if name.eq_ignore_ascii_case("acr_values") {
                step_up.acr_values = Some(value);
            } else if name.eq_ignore_ascii_case("max_age") {
                step_up.max_age = decimal(&value);
            }
        }
        is_wanted.then_some(step_up)
    }

    /// The options for `signIn`, as JSON.
    pub fn to_options(&self) -> String {
        json::write(self)
    }
}

/// One parameter of a challenge.
struct Parameter<'a> {
    name: &'a str,
    value: String,
    /// Whether it follows the name of a scheme, so that a challenge begins with it.
    is_first: bool,
}

/// The parameters of all challenges of a header: RFC 9110 §11.6.1.
struct Parameters<'a>(&'a str);

impl<'a> Iterator for Parameters<'a> {
    type Item = Parameter<'a>;

    fn next(&mut self) -> Option<Self::Item> {
        let (before, after) = self.0.split_once('=')?;
        let last = before.rsplit(',').next().unwrap_or_default().trim_ascii();
        let (scheme, name) = last.rsplit_once([' ', '\t']).unwrap_or(("", last));
        let (value, rest) = match after.trim_ascii_start().strip_prefix('"') {
            Some(quoted) => unquote(quoted),
            None => {
                let end = after.find(',').unwrap_or(after.len());
                let (value, rest) = after.split_at_checked(end).unwrap_or_default();
                (value.trim_ascii().to_owned(), rest)
            }
        };
        self.0 = rest;
        Some(Parameter { name, value, is_first: !scheme.is_empty() })
    }
}

/// A quoted string and what follows it: RFC 9110 §5.6.4.
fn unquote(text: &str) -> (String, &str) {
    let mut value = String::new();
    let mut characters = text.chars();
    while let Some(character) = characters.next() {
        match character {
            '"' => break,
            '\\' => value.extend(characters.next()),
            other => value.push(other),
        }
    }
    (value, characters.as_str())
}

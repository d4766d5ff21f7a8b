//! Reads an object of options, and remembers the first thing that is wrong with it.

use alloc::{borrow::ToOwned, string::String, vec::Vec};

use crate::{
    error::{Code, Error, Result},
    json::Value,
    uri::{Uri, lists},
};

/// An object of options. Whoever reads it gets stand-ins for what is wrong, and the error at the
/// end, from [`Options::finish`].
#[derive(Debug)]
pub(crate) struct Options<'a> {
    options: &'a Value,
    /// Where the object is among the caller's options: `endpoints.`.
    prefix: &'static str,
    /// Whether `http:` URLs are accepted on hosts that are not loopback.
    pub(crate) insecure: bool,
    error: Option<Error>,
}

impl<'a> Options<'a> {
    /// Refuses what is no object, and members that are not among those
    /// which are `known`, with spaces between them: a misspelt option is no option.
    pub(crate) fn of(options: &'a Value, prefix: &'static str, known: &str) -> Self {
        let mut all = Self { options, prefix, insecure: false, error: None };
        match options {
            Value::Object(members) => {
                for (name, _) in members {
                    if !lists(known, name) {
                        let parts = &["There is no option ", prefix, name, "."];
                        all.refuse(Error::about(Code::InvalidConfig, parts));
                    }
                }
            }
            _ => {
                let of = if prefix.is_empty() { "" } else { " of " };
                let name = prefix.strip_suffix('.').unwrap_or_default();
                let parts = &["The options", of, name, " are not an object."];
                all.refuse(Error::about(Code::InvalidConfig, parts));
            }
        }
        all
    }

    /// What was read, unless something was wrong.
    pub(crate) fn finish<T>(self, read: T) -> Result<T> {
        self.error.map_or(Ok(read), Err)
    }

    /// Remembers an error, if it is the first.
    pub(crate) fn refuse(&mut self, error: Error) {
        self.error.get_or_insert(error);
    }

    #[cold]
    #[inline(never)]
    pub(crate) fn wrong(&mut self, name: &str, form: &str) {
        self.refuse_option(name, &[" must be ", form]);
    }

    #[cold]
    #[inline(never)]
    pub(crate) fn missing(&mut self, name: &str) {
        self.refuse_option(name, &[" is missing"]);
    }

    fn refuse_option(&mut self, name: &str, flaw: &[&str]) {
        let option = &[self.prefix, name].concat();
        let parts = &["The option ", option, &flaw.concat(), "."];
        self.refuse(Error::about(Code::InvalidConfig, parts).with("option", option));
    }

    /// An option that is there and not null.
    pub(crate) fn member(&self, name: &str) -> Option<&'a Value> {
        self.options.member(name).filter(|value| **value != Value::Null)
    }

    #[inline(never)]
    pub(crate) fn text(&mut self, name: &str) -> Option<&'a str> {
        let text = self.member(name)?.as_str().filter(|text| !text.is_empty());
        if text.is_none() {
            self.wrong(name, "a text that is not empty");
        }
        text
    }

    #[inline(never)]
    pub(crate) fn required_text(&mut self, name: &str) -> &'a str {
        let text = self.text(name);
        if text.is_none() {
            self.missing(name);
        }
        text.unwrap_or_default()
    }

    #[inline(never)]
    pub(crate) fn uri(&mut self, name: &str) -> Option<Uri> {
        let text = self.text(name)?;
        match Uri::parse(text.to_owned()) {
            Err(_) => self.wrong(name, "an absolute https: URL"),
            Ok(uri) if uri.is_encrypted() || uri.is_loopback() || self.insecure => {
                return Some(uri);
            }
            Ok(_) => self.refuse(insecure_url(&[self.prefix, name].concat())),
        }
        None
    }

    #[inline(never)]
    pub(crate) fn required_uri(&mut self, name: &str) -> Uri {
        let uri = self.uri(name);
        if uri.is_none() {
            self.missing(name);
        }
        uri.unwrap_or_else(Uri::nowhere)
    }

    #[inline(never)]
    pub(crate) fn number(&mut self, name: &str, most: u64, form: &str) -> Option<u64> {
        let number = self.member(name)?.as_u64().filter(|number| *number <= most);
        if number.is_none() {
            self.wrong(name, form);
        }
        number
    }

    pub(crate) fn flag(&mut self, name: &str) -> bool {
        match self.member(name) {
            None | Some(Value::Bool(false)) => false,
            Some(Value::Bool(true)) => true,
            Some(_) => {
                self.wrong(name, "true or false");
                false
            }
        }
    }

    /// Texts in an array, or in one text with spaces or commas between them.
    #[inline(never)]
    pub(crate) fn texts(&mut self, name: &str) -> Option<Vec<String>> {
        match self.member(name)? {
            Value::String(text) => Some(texts(text)),
            _ => {
                let texts = self.options.texts(name);
                if texts.is_none() {
                    self.wrong(name, "a text or an array of texts");
                }
                texts
            }
        }
    }
}

/// The texts of one with spaces or commas between them.
pub(crate) fn texts(text: &str) -> Vec<String> {
    let parts = text.split([' ', ',']).filter(|part| !part.is_empty());
    parts.map(str::to_owned).collect()
}

/// The error for an `http:` URL of another host than this machine.
pub(crate) fn insecure_url(name: &str) -> Error {
    const ADVICE: &str = " must be https:; http: is for loopback hosts such as localhost only.";
    Error::about(Code::InsecureUrl, &[name, ADVICE]).with("option", name)
}

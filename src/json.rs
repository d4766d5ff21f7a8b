//! The only door for JSON: strict, with caps on size and depth, and no duplicate keys (RFC 8259).
//!
//! Numbers keep their text. Nothing here needs floating point, whose parser and printer would be
//! a large part of the whole module.

use alloc::{borrow::ToOwned, string::String, vec::Vec};
use core::{fmt, mem};

use hifijson::{SliceLexer, token::Lex};
use serde::Serialize;

use crate::{
    time::Timestamp,
    uri::{Uri, decimal, is_path, is_relative},
    written::Writer,
};

/// The most bytes a document may have. The largest real key sets have some 30 KB.
pub const MAX_BYTES: usize = 512 * 1024;

/// How deep arrays and objects may be nested.
pub const MAX_DEPTH: usize = 16;

/// How many members an object may have.
pub const MAX_MEMBERS: usize = 1024;

/// A document that was refused. Which byte displeased is of no use to a caller.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Malformed;

/// A JSON value.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Value {
    /// `null`
    Null,
    /// `true` or `false`
    Bool(bool),
    /// A number, in the words of the document.
    Number(String),
    /// A string, unescaped.
    String(String),
    /// An array.
    Array(Vec<Value>),
    /// An object; its keys are distinct and in the document's order.
    Object(Vec<(String, Value)>),
}

impl Value {
    /// Parses one document, all of it.
    pub fn parse(document: &[u8]) -> Result<Self, Malformed> {
        if document.len() > MAX_BYTES {
            return Err(Malformed);
        }
        let mut lexer = SliceLexer::new(document);
        lexer
            .exactly_one(Lex::ws_peek, |next, lexer| value(MAX_DEPTH, next, lexer))
            .map_err(|Refused| Malformed)
    }

    /// The member of an object.
    pub fn member(&self, name: &str) -> Option<&Self> {
        match self {
            Self::Object(members) => members.iter().find(|(key, _)| key == name).map(|(_, v)| v),
            _ => None,
        }
    }

    /// The same, to take something out of it.
    pub(crate) fn member_mut(&mut self, name: &str) -> Option<&mut Self> {
        match self {
            Self::Object(members) => {
                members.iter_mut().find(|(key, _)| key == name).map(|(_, v)| v)
            }
            _ => None,
        }
    }

    /// Takes out the text of a member: a token is long, and need not be there twice.
    pub(crate) fn take_text(&mut self, name: &str) -> Option<String> {
        match self.member_mut(name)? {
            Self::String(text) => Some(mem::take(text)),
            _ => None,
        }
    }

    /// Whether a member is this very text.
    #[inline(never)]
    pub(crate) fn has(&self, name: &str, text: &str) -> bool {
        self.text(name) == Some(text)
    }

    /// The text of a string.
    pub fn as_str(&self) -> Option<&str> {
        match self {
            Self::String(text) => Some(text),
            _ => None,
        }
    }

    /// A whole number of at least zero; a fraction is cut off.
    pub fn as_u64(&self) -> Option<u64> {
        match self {
            Self::Number(number) => whole(number),
            _ => None,
        }
    }

    /// The text of a member.
    pub fn text(&self, name: &str) -> Option<&str> {
        self.member(name)?.as_str()
    }

    /// The texts of a member that is an array of nothing else.
    pub fn texts(&self, name: &str) -> Option<Vec<String>> {
        let Self::Array(items) = self.member(name)? else {
            return None;
        };
        let mut texts = Vec::new();
        for item in items {
            texts.push(item.as_str()?.to_owned());
        }
        Some(texts)
    }
}

/// Reads a record's members one after the other, and remembers the first that was missing or wrong: a
/// record is whole or it is none. Texts are taken out of it.
#[derive(Debug)]
pub(crate) struct Fields<'a> {
    record: &'a mut Value,
    flaw: Option<&'static str>,
}

impl<'a> Fields<'a> {
    pub(crate) fn of(record: &'a mut Value) -> Self {
        Self { record, flaw: None }
    }

    /// The record made of them, if it is whole.
    pub(crate) fn whole<T>(&self, record: T) -> Option<T> {
        self.flaw.is_none().then_some(record)
    }

    /// The name of the first member that was missing or wrong.
    pub(crate) fn flaw(&self) -> Option<&'static str> {
        self.flaw
    }

    #[inline(never)]
    fn expect(&mut self, name: &'static str, is_good: bool) {
        if !is_good {
            self.flaw.get_or_insert(name);
        }
    }

    #[inline(never)]
    pub(crate) fn text(&mut self, name: &'static str) -> String {
        let text = self.record.take_text(name);
        self.expect(name, text.is_some());
        text.unwrap_or_default()
    }

    #[inline(never)]
    pub(crate) fn optional_text(&mut self, name: &'static str) -> Option<String> {
        match self.record.member(name) {
            None | Some(Value::Null) => None,
            Some(_) => Some(self.text(name)),
        }
    }

    /// A path to return to, held against what makes one again: what lies in a storage need not be
    /// what was put there (RFC 9700 §4.11).
    #[inline(never)]
    pub(crate) fn optional_path(&mut self, name: &'static str) -> Option<String> {
        let path = self.optional_text(name);
        self.expect(name, path.as_deref().is_none_or(is_path));
        path
    }

    #[inline(never)]
    pub(crate) fn number(&mut self, name: &'static str) -> u64 {
        let number = self.record.member(name).and_then(Value::as_u64);
        self.expect(name, number.is_some());
        number.unwrap_or_default()
    }

    #[inline(never)]
    pub(crate) fn optional_texts(&mut self, name: &'static str) -> Option<Vec<String>> {
        match self.record.member(name) {
            None | Some(Value::Null) => None,
            Some(_) => {
                let texts = self.record.texts(name);
                self.expect(name, texts.is_some());
                texts
            }
        }
    }

    /// Whether a member is there and true, whatever else it may be.
    pub(crate) fn is_true(&self, name: &str) -> bool {
        self.record.member(name) == Some(&Value::Bool(true))
    }

    pub(crate) fn optional_number(&mut self, name: &'static str) -> Option<u64> {
        match self.record.member(name) {
            None | Some(Value::Null) => None,
            Some(_) => Some(self.number(name)),
        }
    }

    pub(crate) fn optional_flag(&mut self, name: &'static str) -> Option<bool> {
        match self.record.member(name) {
            None | Some(Value::Null) => None,
            Some(Value::Bool(flag)) => Some(*flag),
            Some(_) => {
                self.expect(name, false);
                None
            }
        }
    }

    #[inline(never)]
    pub(crate) fn time(&mut self, name: &'static str) -> Timestamp {
        Timestamp::from_millis(self.number(name))
    }

    #[inline(never)]
    pub(crate) fn uri(&mut self, name: &'static str) -> Uri {
        let uri = Uri::parse(self.text(name));
        self.expect(name, uri.is_ok());
        uri.unwrap_or_else(|_| Uri::nowhere())
    }

    /// A URI that may be left out, and in whose place some write an empty or relative one, which leads
    /// nowhere.
    #[inline(never)]
    pub(crate) fn optional_uri(&mut self, name: &'static str) -> Option<Uri> {
        match self.record.member(name) {
            None | Some(Value::Null) => None,
            Some(Value::String(text)) if is_relative(text) => None,
            Some(_) => Some(self.uri(name)),
        }
    }
}

/// Writes a record. Only our own records pass here, and none of them can fail to be written.
pub fn write<T: Serialize>(record: &T) -> String {
    write_long(record, 128)
}

/// The same for one that may be long: of so many bytes at least, for which there is room at once.
pub(crate) fn write_long<T: Serialize>(record: &T, least: usize) -> String {
    let mut writer = Writer(String::with_capacity(least));
    let _ = record.serialize(&mut writer);
    writer.0
}

/// What the lexer and this parser refuse, without saying why.
struct Refused;

impl From<hifijson::Expect> for Refused {
    fn from(_: hifijson::Expect) -> Self {
        Self
    }
}

fn value(depth: usize, next: u8, lexer: &mut SliceLexer<'_>) -> Result<Value, Refused> {
    use hifijson::num::LexWrite;

    let inner = || depth.checked_sub(1).ok_or(Refused);
    match next {
        b'a'..=b'z' => match lexer.null_or_bool().ok_or(Refused)? {
            Some(bool) => Ok(Value::Bool(bool)),
            None => Ok(Value::Null),
        },
        b'0'..=b'9' | b'-' => {
            let (number, _) = lexer.num_string().validated().map_err(|_| Refused)?;
            Ok(Value::Number(number.to_owned()))
        }
        b'"' => string(lexer.discarded()).map(Value::String),
        b'[' => {
            let depth = inner()?;
            let mut items = Vec::new();
            lexer.discarded().seq(b']', Lex::ws_peek, |next, lexer| {
                items.push(value(depth, next, lexer)?);
                Ok::<_, Refused>(())
            })?;
            Ok(Value::Array(items))
        }
        b'{' => {
            let depth = inner()?;
            let mut members: Vec<(String, Value)> = Vec::new();
            lexer.discarded().seq(b'}', Lex::ws_peek, |next, lexer| {
                lexer.expect(|_| Some(next), b'"').ok_or(Refused)?;
                let key = string(lexer)?;
                if members.len() >= MAX_MEMBERS {
                    return Err(Refused);
                }
                lexer.expect(Lex::ws_peek, b':').ok_or(Refused)?;
                let next = lexer.ws_peek().ok_or(Refused)?;
                members.push((key, value(depth, next, lexer)?));
                Ok::<_, Refused>(())
            })?;
            // RFC 7519 §4 and RFC 7515 §4 let a parser refuse a repeated name; two parsers that
            // take different ones of them are an attack.
            if repeats_a_name(&members) { Err(Refused) } else { Ok(Value::Object(members)) }
        }
        _ => Err(Refused),
    }
}

/// Whether two members have one name. Each name goes to the place of its hash among twice as many as
/// there are members, or to the next that is free, so that it is held against few others.
fn repeats_a_name(members: &[(String, Value)]) -> bool {
    let mut places: Vec<Option<&str>> = alloc::vec![None; 2 * members.len()];
    members.iter().any(|(name, _)| {
        let hash = name.bytes().fold(0, |hash: usize, byte| {
            (hash ^ usize::from(byte)).wrapping_mul(0x0100_0193) // FNV
        });
        let (before, after) = places.split_at_mut(hash % (2 * members.len()));
        for place in after.iter_mut().chain(before) {
            match place {
                Some(other) if *other == name => return true,
                Some(_) => {}
                None => {
                    *place = Some(name);
                    break;
                }
            }
        }
        false
    })
}

fn string(lexer: &mut SliceLexer<'_>) -> Result<String, Refused> {
    use hifijson::str::LexAlloc;
    lexer.str_string().map(Into::into).map_err(|_| Refused)
}

/// The whole part of a JSON number, when it is at least zero and fits.
///
/// Some providers write times as `1.7e9` or with a fraction, and RFC 7519 §2 allows both.
fn whole(number: &str) -> Option<u64> {
    if number.starts_with('-') {
        return None;
    }
    let (mantissa, exponent) = match number.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, signed(exponent)?),
        None => (number, 0),
    };
    let (digits, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let kept = i64::try_from(digits.len()).ok()?.saturating_add(exponent);
    let kept = usize::try_from(kept).unwrap_or(0);
    let mut digits = digits.bytes().chain(fraction.bytes());
    let mut whole = 0_u64;
    for _ in 0..kept {
        let digit = char::from(digits.next().unwrap_or(b'0')).to_digit(10)?;
        whole = whole.checked_mul(10)?.checked_add(digit.into())?;
    }
    Some(whole)
}

/// The exponent of a number, of one that could be meant.
fn signed(exponent: &str) -> Option<i64> {
    let digits = exponent.trim_start_matches(['+', '-']);
    let number = decimal(digits).filter(|number| *number < 128)?;
    let number = i64::try_from(number).ok()?;
    Some(if exponent.starts_with('-') { -number } else { number })
}

impl fmt::Display for Malformed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("not the JSON that was expected")
    }
}

impl core::error::Error for Malformed {}

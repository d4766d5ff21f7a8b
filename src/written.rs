//! Writes records as JSON (RFC 8259): as a serializer of `serde`, so that a record's struct says itself
//! what is in it.
//!
//! Ours, for records need little: texts, whole numbers and flags, lists of them and structs. That of
//! `serde_json`, which takes all there is and writes to any sink, would be a fiftieth of the module.

use alloc::string::String;
use core::fmt;

use serde::{
    Serialize,
    ser::{Impossible, SerializeSeq, SerializeStruct, Serializer},
};

/// A record that is being written.
pub(crate) struct Writer(pub(crate) String);

/// A value that no record has.
#[derive(Debug)]
pub(crate) struct Unwritable;

type Result<T = ()> = core::result::Result<T, Unwritable>;

impl Writer {
    /// Begins a member or an item: after the first, with a comma.
    fn next(&mut self) {
        if !self.0.ends_with(['{', '[']) {
            self.0.push(',');
        }
    }

    fn text(&mut self, text: &str) {
        self.0.push('"');
        for character in text.chars() {
            match character {
                '"' | '\\' => self.0.extend(['\\', character]),
                '\0'..' ' => {
                    self.0.push_str(r"\u00");
                    let code = u32::from(character);
                    self.0.extend(
                        [code >> 4, code & 15]
                            .iter()
                            .filter_map(|digit| char::from_digit(*digit, 16)),
                    );
                }
                _ => self.0.push(character),
            }
        }
        self.0.push('"');
    }

    fn number(&mut self, number: u64) {
        if number >= 10 {
            self.number(number / 10);
        }
        self.0
            .extend(u32::try_from(number % 10).ok().and_then(|digit| char::from_digit(digit, 10)));
    }
}

impl SerializeStruct for &mut Writer {
    type Ok = ();
    type Error = Unwritable;

    fn serialize_field<T: Serialize + ?Sized>(&mut self, name: &'static str, value: &T) -> Result {
        self.next();
        self.text(name);
        self.0.push(':');
        value.serialize(&mut **self)
    }

    fn end(self) -> Result {
        self.0.push('}');
        Ok(())
    }
}

impl SerializeSeq for &mut Writer {
    type Ok = ();
    type Error = Unwritable;

    fn serialize_element<T: Serialize + ?Sized>(&mut self, value: &T) -> Result {
        self.next();
        value.serialize(&mut **self)
    }

    fn end(self) -> Result {
        self.0.push(']');
        Ok(())
    }
}

/// What no record has.
macro_rules! refuse {
    ($($method:ident($($argument:ty),*) -> $result:ty;)+) => {
        $(fn $method(self, $(_: $argument),*) -> Result<$result> { Err(Unwritable) })+
    };
}

impl Serializer for &mut Writer {
    type Ok = ();
    type Error = Unwritable;
    type SerializeSeq = Self;
    type SerializeStruct = Self;
    type SerializeTuple = Impossible<(), Unwritable>;
    type SerializeTupleStruct = Impossible<(), Unwritable>;
    type SerializeTupleVariant = Impossible<(), Unwritable>;
    type SerializeMap = Impossible<(), Unwritable>;
    type SerializeStructVariant = Impossible<(), Unwritable>;

    fn serialize_str(self, text: &str) -> Result {
        self.text(text);
        Ok(())
    }

    fn serialize_u64(self, number: u64) -> Result {
        self.number(number);
        Ok(())
    }

    fn serialize_bool(self, flag: bool) -> Result {
        self.0.push_str(if flag { "true" } else { "false" });
        Ok(())
    }

    fn serialize_none(self) -> Result {
        self.0.push_str("null");
        Ok(())
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result {
        value.serialize(self)
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(self, _: &'static str, value: &T) -> Result {
        value.serialize(self)
    }

    fn serialize_unit_variant(self, _: &'static str, _: u32, variant: &'static str) -> Result {
        self.serialize_str(variant)
    }

    fn serialize_seq(self, _: Option<usize>) -> Result<Self> {
        self.0.push('[');
        Ok(self)
    }

    fn serialize_struct(self, _: &'static str, _: usize) -> Result<Self> {
        self.0.push('{');
        Ok(self)
    }

    refuse! {
        serialize_i8(i8) -> ();
        serialize_i16(i16) -> ();
        serialize_i32(i32) -> ();
        serialize_i64(i64) -> ();
        serialize_u8(u8) -> ();
        serialize_u16(u16) -> ();
        serialize_u32(u32) -> ();
        serialize_f32(f32) -> ();
        serialize_f64(f64) -> ();
        serialize_char(char) -> ();
        serialize_bytes(&[u8]) -> ();
        serialize_unit() -> ();
        serialize_unit_struct(&'static str) -> ();
        serialize_tuple(usize) -> Self::SerializeTuple;
        serialize_tuple_struct(&'static str, usize) -> Self::SerializeTupleStruct;
        serialize_tuple_variant(&'static str, u32, &'static str, usize) -> Self::SerializeTupleVariant;
        serialize_map(Option<usize>) -> Self::SerializeMap;
        serialize_struct_variant(&'static str, u32, &'static str, usize) -> Self::SerializeStructVariant;
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        _: &T,
    ) -> Result {
        Err(Unwritable)
    }

    fn collect_str<T: fmt::Display + ?Sized>(self, _: &T) -> Result {
        Err(Unwritable)
    }
}

impl serde::ser::Error for Unwritable {
    fn custom<T: fmt::Display>(_: T) -> Self {
        Self
    }
}

impl fmt::Display for Unwritable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("no record has such a value")
    }
}

impl core::error::Error for Unwritable {}

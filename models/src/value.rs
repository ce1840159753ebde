//! One value of one client, as the card reads it.

/// What is known of one feature of one client.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Value<'a> {
    /// A number. NaN and infinities count as missing.
    Number(f64),
    /// A name. One the card has never seen falls into its `other` bin.
    Category(&'a str),
    /// Not known.
    Missing,
}

impl From<f64> for Value<'_> {
    fn from(number: f64) -> Self {
        Self::Number(number)
    }
}

impl<'a> From<&'a str> for Value<'a> {
    fn from(name: &'a str) -> Self {
        Self::Category(name)
    }
}

impl<'a, T: Into<Value<'a>>> From<Option<T>> for Value<'a> {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Missing, Into::into)
    }
}

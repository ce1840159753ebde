//! Fields as registers write them: present, null, absent, a number or a text of one, an object where a list was, a list
//! inside a text. What does not fit is absent, and the rest of the answer is read.

use encours_domain::{Currency, Day, Money, Siren};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Deserializer};
use serde_json::Value;

use super::text::{is_masked, unmangled};
use crate::moment::day_of;

/// A text, or a number or truth value as text; blank is absent.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Text(Option<String>);

impl<'de> Deserialize<'de> for Text {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = match Value::deserialize(deserializer)? {
            Value::String(text) => Some(unmangled(text.trim()).into_owned()),
            Value::Number(number) => Some(number.to_string()),
            Value::Bool(truth) => Some(truth.to_string()),
            Value::Null | Value::Array(_) | Value::Object(_) => None,
        };
        Ok(Self(text.filter(|text| !text.is_empty())))
    }
}

impl Text {
    /// The text, masked or not.
    pub fn any(&self) -> Option<&str> {
        self.0.as_deref()
    }

    /// The text, unless the register masks it.
    pub fn get(&self) -> Option<&str> {
        self.any().filter(|text| !is_masked(text))
    }

    /// Whether the register masks it.
    pub fn masked(&self) -> bool {
        self.any().is_some_and(is_masked)
    }

    pub fn is(&self, word: &str) -> bool {
        self.any() == Some(word)
    }

    /// The day, or the day of a time stamp with or without a zone.
    pub fn day(&self) -> Option<Day> {
        let text = self.any()?;
        day_of(text).ok().or_else(|| text.get(..10)?.parse().ok())
    }

    pub fn siren(&self) -> Option<Siren> {
        Siren::from_siren_or_siret(self.any()?).ok()
    }

    /// A whole number, `2024` or `2024.0`.
    pub fn whole(&self) -> Option<i64> {
        let text = self.any()?;
        let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
        whole.parse().ok().filter(|_| fraction.bytes().all(|digit| digit == b'0'))
    }

    pub fn number(&self) -> Option<f64> {
        self.any()?.parse().ok().filter(|number: &f64| number.is_finite())
    }

    /// An amount of euros, cents and all.
    pub fn money(&self) -> Option<Money> {
        Money::parse(self.any()?, Currency::EUR).ok()
    }
}

/// A list, or one thing where a list could be, or either of them as JSON inside a text. Entries that cannot be read are
/// counted.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Many<T> {
    pub entries: Vec<T>,
    pub unread: usize,
}

impl<T> Default for Many<T> {
    fn default() -> Self {
        Self { entries: Vec::new(), unread: 0 }
    }
}

impl<'de, T: DeserializeOwned> Deserialize<'de> for Many<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(Self::of(Value::deserialize(deserializer)?))
    }
}

impl<T: DeserializeOwned> Many<T> {
    fn of(value: Value) -> Self {
        let values = match value {
            Value::Null => return Self::default(),
            Value::Array(values) => values,
            Value::String(text) => match serde_json::from_str(&text) {
                Ok(inner @ (Value::Array(_) | Value::Object(_))) => return Self::of(inner),
                _ => vec![Value::String(text)],
            },
            other => vec![other],
        };
        let mut many = Self::default();
        for value in values.into_iter().filter(|value| !value.is_null()) {
            match T::deserialize(value) {
                Ok(entry) => many.entries.push(entry),
                Err(_) => many.unread += 1,
            }
        }
        many
    }

    pub fn first(&self) -> Option<&T> {
        self.entries.first()
    }
}

/// An object that may be absent, null, of another kind, or JSON inside a text.
pub(crate) fn block<'de, D, T>(deserializer: D) -> Result<Option<T>, D::Error>
where
    D: Deserializer<'de>,
    T: DeserializeOwned,
{
    Ok(Many::<T>::deserialize(deserializer)?.entries.into_iter().next())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, Default, Deserialize)]
    #[serde(default)]
    struct Shape {
        name: Text,
        list: Many<Text>,
        #[serde(deserialize_with = "block")]
        inner: Option<Inner>,
    }

    #[derive(Debug, Deserialize)]
    struct Inner {
        day: Text,
    }

    fn read(text: &str) -> Shape {
        serde_json::from_str(text).unwrap()
    }

    #[test]
    fn fields_in_any_dress() {
        for text in [
            r#"{"name": "12", "list": ["a"], "inner": {"day": "2026-05-01"}}"#,
            r#"{"name": 12, "list": "a", "inner": "{\"day\": \"2026-05-01T10:00:00\"}"}"#,
            r#"{"name": " 12 ", "list": "[\"a\"]", "inner": [{"day": "2026-05-01"}]}"#,
        ] {
            let shape = read(text);
            assert_eq!(shape.name.any(), Some("12"), "{text}");
            assert_eq!(shape.list.entries.first().and_then(Text::any), Some("a"), "{text}");
            assert_eq!(shape.inner.unwrap().day.day().unwrap().to_string(), "2026-05-01", "{text}");
        }
        for text in ["{}", r#"{"name": null, "list": null, "inner": null}"#, r#"{"name": {}, "inner": 5}"#] {
            let shape = read(text);
            assert!(shape.name.any().is_none() && shape.list.entries.is_empty() && shape.inner.is_none(), "{text}");
        }
    }

    #[test]
    fn numbers_as_they_come() {
        let text = |json: &str| serde_json::from_str::<Text>(json).unwrap();
        for (json, whole) in [("5", Some(5)), ("5.0", Some(5)), ("\"5\"", Some(5)), ("5.5", None), ("\"x\"", None)] {
            assert_eq!(text(json).whole(), whole, "{json}");
        }
        assert_eq!(text("170348620.75").money().unwrap().minor(), 17_034_862_075);
        assert_eq!(text("\"1e400000\"").number(), None);
    }
}

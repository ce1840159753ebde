//! Text identifiers held once, in byte order, so that the rank of a client is its number.

use std::collections::HashMap;

use foldhash::fast::FixedState;

use crate::CoreError;

/// A map for look-ups, with a fixed seed: it never decides an order.
pub(crate) type LookUpMap<K, V> = HashMap<K, V, FixedState>;

/// Numbers for texts in the order in which they are first seen. One per worker.
///
/// Texts of up to eight bytes, as many identifiers are, are looked up as one number: no second look at the text far
/// away in memory.
#[derive(Default)]
pub(crate) struct Interner {
    short: LookUpMap<u64, u32>,
    long: LookUpMap<Box<str>, u32>,
    texts: Vec<Box<str>>,
}

impl Interner {
    /// The number of a text.
    pub(crate) fn number(&mut self, text: &str) -> Result<u32, CoreError> {
        let packed = packed(text);
        let known = match packed {
            Some(key) => self.short.get(&key),
            None => self.long.get(text),
        };
        if let Some(&number) = known {
            return Ok(number);
        }
        let number = u32_of("clients", self.texts.len())?;
        self.texts.push(text.into());
        match packed {
            Some(key) => self.short.insert(key, number),
            None => self.long.insert(text.into(), number),
        };
        Ok(number)
    }

    /// The texts, in the order of their numbers.
    pub(crate) fn into_texts(self) -> Vec<Box<str>> {
        self.texts
    }
}

/// The bytes of a short text as one number; a text that ends in a zero byte would look like a shorter one.
fn packed(text: &str) -> Option<u64> {
    let mut bytes = [0; 8];
    bytes.get_mut(..text.len())?.copy_from_slice(text.as_bytes());
    (!text.ends_with('\0')).then(|| u64::from_le_bytes(bytes))
}

/// Texts in byte order without repeats; the rank is the number.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SortedTexts(Vec<Box<str>>);

impl SortedTexts {
    /// Sorts and removes repeats.
    pub fn new(mut texts: Vec<Box<str>>) -> Self {
        texts.sort_unstable();
        texts.dedup();
        Self(texts)
    }

    /// Takes texts that are in byte order without repeats.
    pub(crate) fn from_sorted(texts: Vec<Box<str>>) -> Self {
        debug_assert!(texts.is_sorted());
        Self(texts)
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The text of a number.
    pub fn text(&self, number: usize) -> &str {
        self.0.get(number).map_or("", |text| text)
    }

    /// The number of a text.
    pub fn number(&self, text: &str) -> Option<usize> {
        self.0.binary_search_by(|candidate| (**candidate).cmp(text)).ok()
    }
}

/// A count as `u32`, the width of every index of the layout.
pub(crate) fn u32_of(what: &'static str, found: usize) -> Result<u32, CoreError> {
    const MOST: usize = 0xFFFF_FFF0;
    match u32::try_from(found) {
        Ok(number) if found <= MOST => Ok(number),
        _ => Err(CoreError::TooLarge { what, found, most: MOST }),
    }
}

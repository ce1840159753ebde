//! Texts kept once: a general ledger repeats its accounts, journals and clients on every line.

use std::hash::BuildHasher;

use foldhash::fast::FixedState;

/// A text's place in [`Symbols`]; 0 is the empty text.
pub(super) type Symbol = u32;

/// Every text once, in one piece of memory.
#[derive(Clone, Debug)]
pub(super) struct Symbols {
    texts: String,
    ends: Vec<usize>,
    /// Texts that can be found again.
    placed: usize,
    /// Open addressing: a symbol plus one, nought where nothing stands, and its hash. The length is a power of two.
    slots: Vec<(u32, u32)>,
}

const SEED: u64 = 0x00FE_C0DE;

impl Default for Symbols {
    fn default() -> Self {
        let mut symbols = Self { texts: String::new(), ends: Vec::new(), placed: 0, slots: vec![(0, 0); 64] };
        symbols.symbol("");
        symbols
    }
}

impl Symbols {
    /// The text behind a symbol.
    pub fn text(&self, symbol: Symbol) -> &str {
        let at = symbol as usize;
        let end = self.ends.get(at).copied().unwrap_or(0);
        let start = at.checked_sub(1).and_then(|before| self.ends.get(before)).copied().unwrap_or(0);
        self.texts.get(start..end).unwrap_or_default()
    }

    /// Number of symbols.
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// Number of texts that can be found again.
    pub fn placed(&self) -> usize {
        self.placed
    }

    /// Whether no text holds a control character.
    pub fn are_plain(&self) -> bool {
        !may_hold_controls(&self.texts)
    }

    /// The symbol of a text, a new one when it is not known. Beyond four thousand million different texts the empty
    /// one is given.
    pub fn symbol(&mut self, text: &str) -> Symbol {
        let hash = hashed(text);
        let mask = self.slots.len() - 1;
        let mut at = hash as usize & mask;
        while let Some(&(found, known)) = self.slots.get(at) {
            match found.checked_sub(1) {
                None => return self.added(text, at, hash),
                Some(symbol) if known == hash && self.text(symbol) == text => return symbol,
                Some(_) => at = (at + 1) & mask,
            }
        }
        0
    }

    /// A new symbol for a text that is hardly ever there twice, without a look whether it is: two such symbols may stand
    /// for one text, and none of them is given for it by [`Symbols::symbol`].
    pub fn append(&mut self, text: &str) -> Symbol {
        let Ok(symbol) = u32::try_from(self.ends.len()) else { return 0 };
        self.texts.push_str(text);
        self.ends.push(self.texts.len());
        symbol
    }

    /// Makes room for so many texts more that can be found again.
    pub fn reserve(&mut self, texts: usize) {
        let wanted = (self.placed + texts).saturating_mul(2).next_power_of_two();
        if wanted > self.slots.len() {
            self.grow(wanted);
        }
        self.ends.reserve(texts);
    }

    fn added(&mut self, text: &str, at: usize, hash: u32) -> Symbol {
        let symbol = self.append(text);
        if let Some(slot) = self.slots.get_mut(at) {
            *slot = (symbol.saturating_add(1), hash);
        }
        self.placed += 1;
        if self.placed * 2 > self.slots.len() {
            self.grow(self.slots.len() * 2);
        }
        symbol
    }

    fn grow(&mut self, length: usize) {
        let mask = length - 1;
        let mut slots = vec![(0_u32, 0_u32); mask + 1];
        for &(symbol, hash) in self.slots.iter().filter(|(symbol, _)| *symbol != 0) {
            let mut at = hash as usize & mask;
            while slots.get(at).is_some_and(|&(found, _)| found != 0) {
                at = (at + 1) & mask;
            }
            if let Some(slot) = slots.get_mut(at) {
                *slot = (symbol, hash);
            }
        }
        self.slots = slots;
    }
}

/// No byte of a control character is another letter's: those below the blank, delete, and the one before C1 controls.
/// Looks at all bytes, which is faster than stopping at the first.
pub(super) fn may_hold_controls(text: &str) -> bool {
    text.bytes().fold(false, |found, byte| found | (byte < b' ') | (byte == 0x7f) | (byte == 0xc2))
}

/// Half of a hash: enough to place a symbol, and texts are compared only where it agrees.
fn hashed(text: &str) -> u32 {
    (FixedState::with_seed(SEED).hash_one(text.as_bytes()) >> 32) as u32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_come_back_once() {
        let mut symbols = Symbols::default();
        let numbers: Vec<Symbol> = (0..500).map(|number| symbols.symbol(&format!("text {number}"))).collect();
        for (number, &symbol) in numbers.iter().enumerate() {
            assert_eq!(symbols.text(symbol), format!("text {number}"));
            assert_eq!(symbols.symbol(&format!("text {number}")), symbol);
        }
        assert_eq!((symbols.symbol(""), symbols.text(9_999)), (0, ""));
        let (first, second) = (symbols.append("text 7"), symbols.append("text 7"));
        assert_ne!(first, second);
        assert_eq!((symbols.text(first), symbols.text(second)), ("text 7", "text 7"));
        symbols.reserve(5_000);
        assert_eq!(symbols.symbol("text 7"), numbers[7]);
    }
}

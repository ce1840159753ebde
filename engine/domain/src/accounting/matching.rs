//! Credits to claims inside one client: by letter, then by reference, then by the exact amount, then oldest first.
//!
//! A claim without a row of its own (a refund, a debit that nobody explains) takes part as a shadow: what it takes from
//! a credit is no payment of an invoice.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use foldhash::fast::FixedState;

use crate::day::Day;
use crate::ledger::PaymentOrigin;

/// What is asked of the client.
#[derive(Clone, Debug, Default)]
pub(super) struct Claimed {
    /// Day from which it can be paid.
    pub issue: i32,
    /// What it comes to, and what is left of it.
    pub amount: i64,
    pub left: i64,
    /// Its number, letters and digits only.
    pub reference: String,
    /// Letter groups that it belongs to.
    pub groups: Vec<u32>,
    /// Takes credits and gives no row.
    pub is_shadow: bool,
    /// Day and amount of what was taken from it, credit notes on the first day of all.
    pub taken: Vec<(i32, i64)>,
}

/// What the client gave, or was given.
#[derive(Clone, Debug)]
pub(super) struct Credit {
    pub date: Day,
    pub left: i64,
    /// Numbers that its piece and label name, letters and digits only.
    pub references: Vec<String>,
    pub groups: Vec<u32>,
    /// Whether nothing but a letter may join it.
    pub by_letter_only: bool,
    /// Lowers the claim itself, from the day of the claim on.
    pub is_note: bool,
    /// Held back for a payment that came back.
    pub bounced: bool,
    /// Claim, amount, and how they were joined.
    pub given: Vec<(usize, i64, PaymentOrigin)>,
}

/// One client's claims, sorted from the oldest, and credits, sorted by day.
#[derive(Debug, Default)]
pub(super) struct Account {
    pub claims: Vec<Claimed>,
    pub credits: Vec<Credit>,
}

/// Claims with something left, by amount and by age.
#[derive(Default)]
struct OpenClaims {
    by_amount: HashMap<i64, BTreeSet<usize>, FixedState>,
    by_age: BTreeSet<usize>,
}

impl OpenClaims {
    fn of<'c>(claims: impl Iterator<Item = (usize, &'c Claimed)>) -> Self {
        let mut open = Self::default();
        for (at, claim) in claims.filter(|(_, claim)| claim.left > 0) {
            open.by_amount.entry(claim.left).or_default().insert(at);
            open.by_age.insert(at);
        }
        open
    }

    fn changed(&mut self, at: usize, before: i64, after: i64) {
        if let Some(same) = self.by_amount.get_mut(&before) {
            same.remove(&at);
        }
        if after > 0 {
            self.by_amount.entry(after).or_default().insert(at);
        } else {
            self.by_age.remove(&at);
        }
    }
}

impl Account {
    /// Joins what can be joined.
    pub fn settle(&mut self) {
        self.by_letter();
        self.by_reference();
        self.by_amount();
        self.oldest_first(true);
        self.refunds();
        self.oldest_first(false);
    }

    fn usable(&self, credit: usize) -> Option<&Credit> {
        self.credits.get(credit).filter(|credit| credit.left > 0 && !credit.bounced)
    }

    /// Gives as much of a credit to a claim as both have.
    fn give(&mut self, credit: usize, claim: usize, origin: PaymentOrigin, open: &mut OpenClaims) {
        let (Some(giver), Some(taker)) = (self.credits.get_mut(credit), self.claims.get_mut(claim)) else { return };
        let amount = giver.left.min(taker.left);
        if amount <= 0 {
            return;
        }
        let before = taker.left;
        giver.left -= amount;
        taker.left -= amount;
        giver.given.push((claim, amount, origin));
        let day = if giver.is_note { i32::MIN } else { giver.date.number() };
        taker.taken.push((day, amount));
        open.changed(claim, before, taker.left);
    }

    fn by_letter(&mut self) {
        let mut groups: BTreeMap<u32, (Vec<usize>, Vec<usize>)> = BTreeMap::new();
        for (at, claim) in self.claims.iter().enumerate() {
            for group in &claim.groups {
                groups.entry(*group).or_default().0.push(at);
            }
        }
        for (at, credit) in self.credits.iter().enumerate() {
            for group in &credit.groups {
                groups.entry(*group).or_default().1.push(at);
            }
        }
        for (claims, credits) in groups.into_values() {
            if claims.is_empty() || credits.is_empty() {
                continue;
            }
            let mut open = OpenClaims::of(claims.iter().filter_map(|&at| self.claims.get(at).map(|claim| (at, claim))));
            // Credit notes first: they say what was asked for.
            let (notes, others): (Vec<usize>, Vec<usize>) =
                credits.into_iter().partition(|&at| self.credits.get(at).is_some_and(|credit| credit.is_note));
            for credit in notes.into_iter().chain(others) {
                self.spend(credit, &mut open, PaymentOrigin::ByLetter);
            }
        }
    }

    /// Spends a credit on open claims: the one of the same amount, those it names, then the oldest.
    fn spend(&mut self, credit: usize, open: &mut OpenClaims, origin: PaymentOrigin) {
        while let Some(giver) = self.usable(credit) {
            let exact = open.by_amount.get(&giver.left).and_then(|same| self.named_or_oldest(giver, same));
            let Some(claim) = exact.or_else(|| self.named_or_oldest(giver, &open.by_age)) else { return };
            self.give(credit, claim, origin, open);
        }
    }

    fn named_or_oldest(&self, credit: &Credit, among: &BTreeSet<usize>) -> Option<usize> {
        const LOOKED_AT: usize = 64;
        let named = |&&at: &&usize| {
            self.claims
                .get(at)
                .is_some_and(|claim| !claim.reference.is_empty() && credit.references.contains(&claim.reference))
        };
        among.iter().take(LOOKED_AT).find(named).or_else(|| among.first()).copied()
    }

    fn by_reference(&mut self) {
        let mut named: HashMap<&str, Vec<usize>, FixedState> = HashMap::with_hasher(FixedState::with_seed(21));
        for (at, claim) in
            self.claims.iter().enumerate().filter(|(_, claim)| claim.left > 0 && !claim.reference.is_empty())
        {
            named.entry(claim.reference.as_str()).or_default().push(at);
        }
        let mut pairs: Vec<(usize, usize)> = Vec::new();
        for (at, credit) in self.credits.iter().enumerate() {
            if credit.by_letter_only || credit.left <= 0 || credit.bounced {
                continue;
            }
            for reference in &credit.references {
                let claims = named.get(reference.as_str()).map_or(&[][..], Vec::as_slice);
                // A short number may be anything: the amount must agree as well.
                let fits = |claim: &&usize| {
                    is_telling(reference) || self.claims.get(**claim).is_some_and(|claim| claim.left == credit.left)
                };
                pairs.extend(claims.iter().filter(fits).map(|claim| (at, *claim)));
            }
        }
        let mut open = OpenClaims::default();
        for (credit, claim) in pairs {
            self.give(credit, claim, PaymentOrigin::ByReference, &mut open);
        }
    }

    fn open_invoices(&self) -> OpenClaims {
        OpenClaims::of(self.claims.iter().enumerate().filter(|(_, claim)| !claim.is_shadow))
    }

    fn by_amount(&mut self) {
        let mut open = self.open_invoices();
        for credit in 0..self.credits.len() {
            let Some(giver) = self.usable(credit).filter(|giver| !giver.by_letter_only) else { continue };
            let Some(same) = open.by_amount.get(&giver.left) else { continue };
            let day = giver.date.number();
            let mut issued = same.iter().filter(|&&at| self.claims.get(at).is_some_and(|claim| claim.issue <= day));
            if let (Some(&claim), None) = (issued.next(), issued.next()) {
                self.give(credit, claim, PaymentOrigin::ByAmount, &mut open);
            }
        }
    }

    /// Later payments pay the oldest claim; with `issued_only`, one that was there on the day.
    fn oldest_first(&mut self, issued_only: bool) {
        let mut open = self.open_invoices();
        for credit in 0..self.credits.len() {
            while let Some(giver) = self.usable(credit).filter(|giver| !giver.by_letter_only) {
                let day = giver.date.number();
                let Some(&claim) = open.by_age.first() else { return };
                if issued_only && self.claims.get(claim).is_some_and(|claim| claim.issue > day) {
                    break;
                }
                self.give(credit, claim, PaymentOrigin::OldestFirst, &mut open);
            }
        }
    }

    /// Shadows take what is left of earlier credits, of the same amount first.
    fn refunds(&mut self) {
        let shadows: Vec<usize> = (0..self.claims.len())
            .filter(|&at| self.claims.get(at).is_some_and(|claim| claim.is_shadow && claim.left > 0))
            .collect();
        if shadows.is_empty() {
            return;
        }
        let mut left: BTreeSet<usize> = (0..self.credits.len())
            .filter(|&at| self.usable(at).is_some_and(|credit| !credit.by_letter_only))
            .collect();
        let mut open = OpenClaims::default();
        for earlier_only in [true, false] {
            for &shadow in &shadows {
                while let Some(taker) = self.claims.get(shadow).filter(|taker| taker.left > 0) {
                    let in_time = |&&at: &&usize| {
                        !earlier_only || self.credits.get(at).is_some_and(|credit| credit.date.number() <= taker.issue)
                    };
                    let exact = |&&at: &&usize| self.credits.get(at).is_some_and(|credit| credit.left == taker.left);
                    let mut fitting = left.iter().filter(in_time);
                    let found = fitting.clone().find(exact).or_else(|| fitting.next()).copied();
                    let Some(credit) = found else { break };
                    self.give(credit, shadow, PaymentOrigin::OldestFirst, &mut open);
                    if self.usable(credit).is_none() {
                        left.remove(&credit);
                    }
                }
            }
        }
    }

    /// Finds invoices that a payment can have paid until it came back, and how much of each.
    pub fn room_for_bounce(&mut self, credit: usize, back: Day) -> Option<Vec<(usize, i64, PaymentOrigin)>> {
        let giver = self.credits.get(credit)?;
        let (paid, mut wanted) = (giver.date.number(), giver.left);
        let room = |claim: &Claimed| claim.amount - most_taken(&claim.taken, paid, back.number());
        let fits = |claim: &Claimed| !claim.is_shadow && claim.issue <= paid && room(claim) > 0;
        let rank = |claim: &Claimed| {
            let lettered = claim.groups.iter().any(|group| giver.groups.contains(group));
            let named = !claim.reference.is_empty() && giver.references.contains(&claim.reference);
            let exact = claim.amount == wanted && room(claim) >= wanted;
            let origin = match (lettered, named, exact) {
                (true, _, _) => PaymentOrigin::ByLetter,
                (_, true, _) => PaymentOrigin::ByReference,
                (_, _, true) => PaymentOrigin::ByAmount,
                _ => PaymentOrigin::OldestFirst,
            };
            (origin, !exact)
        };
        let mut ranked: Vec<((PaymentOrigin, bool), usize)> = self
            .claims
            .iter()
            .enumerate()
            .filter(|(_, claim)| fits(claim))
            .map(|(at, claim)| (rank(claim), at))
            .collect();
        ranked.sort_unstable();
        let mut found = Vec::new();
        for ((origin, _), at) in ranked {
            let Some(claim) = self.claims.get(at) else { continue };
            let amount = room(claim).min(wanted);
            wanted -= amount;
            found.push((at, amount, origin));
            if wanted == 0 {
                break;
            }
        }
        if wanted != 0 {
            return None;
        }
        for (at, amount, _) in &found {
            if let Some(claim) = self.claims.get_mut(*at) {
                // It is taken up to the day on which the payment came back, and free again after it.
                claim.taken.push((paid, *amount));
                claim.taken.push((back.plus_clamped(1).number(), -*amount));
            }
        }
        Some(found)
    }
}

/// The most that was taken at any time between two days.
fn most_taken(taken: &[(i32, i64)], from: i32, to: i32) -> i64 {
    let by =
        |end: i32| taken.iter().filter(|(day, _)| *day <= end).map(|(_, amount)| *amount).fold(0, i64::saturating_add);
    let days = taken.iter().map(|(day, _)| *day).filter(|day| (from..=to).contains(day));
    days.map(by).fold(by(from), i64::max)
}

/// Whether a number alone says which invoice is meant: a letter in it, or four digits.
fn is_telling(reference: &str) -> bool {
    reference.len() >= 4 || (reference.len() >= 2 && reference.bytes().any(|byte| byte.is_ascii_alphabetic()))
}

/// Numbers that a text may name: each word with its letters and digits, if it has a digit.
pub(super) fn references(piece: &str, label: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut add = |word: &str| {
        if !word.bytes().any(|byte| byte.is_ascii_digit()) {
            return;
        }
        let plain = plain_reference(word);
        if !found.contains(&plain) {
            found.push(plain);
        }
    };
    add(piece);
    for word in
        label.split(|letter: char| letter.is_whitespace() || matches!(letter, ',' | ';' | '+' | ':' | '(' | ')' | '#'))
    {
        add(word);
        if let Some((_, number)) = word.split_once('°') {
            add(number);
        }
    }
    found
}

/// A number as it is compared: letters and digits, upper case.
pub(super) fn plain_reference(text: &str) -> String {
    if text.is_ascii() {
        let letters = text.bytes().filter(u8::is_ascii_alphanumeric);
        return letters.map(|letter| char::from(letter.to_ascii_uppercase())).collect();
    }
    text.chars().filter(|letter| letter.is_alphanumeric()).flat_map(char::to_uppercase).collect()
}

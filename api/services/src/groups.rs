//! Which of the seller's clients are one group.

use std::collections::{BTreeMap, BTreeSet};

use encours_core::assessment::{Member, Tie};
use encours_core::ledger::Book;
use encours_domain::fact::Fact;
use encours_domain::{Day, Siren};

use crate::client_book::ClientBook;
use crate::portfolio::{Facts, Portfolio, client_siren};

/// Clients by what ties them, whenever it became known.
#[derive(Default)]
pub(crate) struct GroupIndex(BTreeMap<Tie, BTreeSet<usize>>);

/// The ties of a client by all that is known today.
fn ties_of(book: &Book, facts: &Facts, clients: &ClientBook, number: usize, day: Day) -> Vec<Tie> {
    let declared = clients.client(book.clients().text(number)).and_then(|row| row.group.as_deref());
    let siren = client_siren(book, number);
    let facts = siren.as_ref().map_or(&[][..], |siren| facts.of(siren));
    Tie::all(declared, siren.as_ref(), facts, day)
}

impl GroupIndex {
    pub(crate) fn new(book: Option<&Book>, facts: &Facts, clients: &ClientBook) -> Self {
        let mut ties: BTreeMap<Tie, BTreeSet<usize>> = BTreeMap::new();
        for (book, number) in book.into_iter().flat_map(|book| (0..book.clients().len()).map(move |one| (book, one))) {
            for tie in ties_of(book, facts, clients, number, Day::LAST) {
                ties.entry(tie).or_default().insert(number);
            }
        }
        Self(ties)
    }
}

impl Portfolio {
    /// Other clients of the same group as a client, or as a company that the ledger does not know, by what was known on a
    /// day; in the order of their names, each once with the first tie.
    pub(crate) fn group_of<'p>(&'p self, client: Option<&str>, siren: Option<&Siren>, day: Day) -> Vec<Member<'p>> {
        let Some(book) = self.book.as_deref() else { return Vec::new() };
        let own = client.and_then(|id| self.client(id));
        let ties = match own {
            Some(number) => ties_of(book, &self.facts, &self.clients, number, day),
            None => Tie::all(None, siren, siren.map_or(&[][..], |siren| self.facts.of(siren)), day),
        };
        let mut members: BTreeMap<usize, Tie> = BTreeMap::new();
        for tie in ties {
            let others = self.groups.0.get(&tie).into_iter().flatten().filter(|number| Some(**number) != own);
            for number in others {
                // What ties them today may not have been known then.
                if ties_of(book, &self.facts, &self.clients, *number, day).contains(&tie) {
                    members.entry(*number).or_insert_with(|| tie.clone());
                }
            }
        }
        members.into_iter().map(|(number, tie)| self.member(book, number, tie)).collect()
    }

    fn member<'p>(&'p self, book: &'p Book, number: usize, tie: Tie) -> Member<'p> {
        let client = book.clients().text(number);
        let facts: &[Fact] = self.facts_of_client(number);
        let trade = self.trade_of(client);
        Member { client, siren: client_siren(book, number), facts, trade, tie }
    }
}
